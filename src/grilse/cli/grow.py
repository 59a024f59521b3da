"""`grilse grow`, `grilse states`, `grilse learn`: estimates the daily states, prints them, and learns growth."""

import csv
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.options import Batches, Company, Engine, Json, Workers, count_cores, open_database
from grilse.cli.output import print_result, show_progress

if TYPE_CHECKING:
    from grilse.growth.learning.run import LearnedVersion

app = typer.Typer()


@app.command("grow")
def estimate_states(
    batch: Batches = None, company: Company = None, workers: Workers = None, engine: Engine = "", as_json: Json = False
) -> None:
    """Estimate the daily states of some batches, or of all."""
    open_database()
    from grilse.growth.command_reads import select_batches
    from grilse.growth.estimating.run import estimate_company
    from grilse.growth.reports import report_estimates

    estimates = [
        estimate_company(company_id, batch_ids, workers=workers or count_cores(), address=engine, watch=show_progress)
        for company_id, batch_ids in select_batches(company, batch or [])
    ]
    facts = report_estimates(estimates)
    text = f"{facts['states']:,} daily states of {facts['batches']} batches in {facts['seconds']:.1f} s"
    print_result(facts, text, as_json)


@app.command("states")
def print_states(batch: Annotated[str, typer.Option(help="Number of a batch.")], company: Company = None) -> None:
    """Print the daily states of the placements of a batch as CSV."""
    open_database()
    from grilse.growth.command_reads import iter_state_rows, select_batches

    for _, batch_ids in select_batches(company, [batch]):
        for id in batch_ids or []:
            csv.writer(sys.stdout, lineterminator="\n").writerows(iter_state_rows(id, batch))


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
    from grilse.growth.command_reads import select_batches
    from grilse.growth.learning.run import learn_growth
    from grilse.growth.reports import report_learning

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
