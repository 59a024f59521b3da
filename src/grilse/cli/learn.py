"""`grilse learn`: learns growth from the harvests of a company."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.options import Company, Engine, Json, Workers, count_cores, open_database
from grilse.cli.output import print_result, show_progress

if TYPE_CHECKING:
    from grilse.growth.learning.run import LearnedVersion

app = typer.Typer()


@app.command("learn")
def learn_growth_parameters(
    before: Annotated[
        list[datetime] | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Learn from harvests before this day; may be repeated. Default: the day after the last.",
        ),
    ] = None,
    company: Company = None,
    workers: Workers = None,
    engine: Engine = "",
    as_json: Json = False,
) -> None:
    """Learn growth from harvested batches; estimates use it from that day on."""
    open_database()
    from grilse.growth.learning.run import learn_growth
    from grilse.growth.reports import report_learning
    from grilse.growth.selection import select_batches

    days = [day.date() for day in before or []]
    company_results = [
        learn_growth(company_id, days, workers=workers or count_cores(), address=engine, watch=show_progress)
        for company_id, _ in select_batches(company, [])
    ]
    versions = [version for company_result in company_results for version in company_result.versions]
    print_result(report_learning(company_results), "\n".join(_format_version(version) for version in versions), as_json)


def _format_version(version: "LearnedVersion") -> str:
    parameters = version.learned
    return (
        f"{version.name}{'' if version.new else ' (it was there)'}: {parameters['batches']} batches,"
        f" {parameters['days']:,} days in pens and tanks;"
        f" samples {parameters['catch_bias']:+.1%} ± {parameters['catch_bias_sd']:.1%},"
        f" unrecorded loss {parameters['unrecorded_loss']:.1%} a life"
    )
