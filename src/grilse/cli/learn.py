"""`grilse learn`: growth as a company's own harvests show it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.output import Json, progress, report

if TYPE_CHECKING:
    from grilse.growth.learning import Learned

app = typer.Typer()


@app.command("learn")
def learn(
    before: Annotated[
        list[datetime] | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Learn from harvests before this day; may be repeated. Default: the day after the last.",
        ),
    ] = None,
    company: Annotated[str | None, typer.Option(help="The company, if the database has several.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")] = None,
    engine: Annotated[str, typer.Option(help="tcp://host:port of a Dask scheduler.")] = "",
    as_json: Json = False,
) -> None:
    """Learn growth from harvested batches; estimates use it from that day on."""
    from grilse.schema import open_database

    open_database()
    from grilse.cli.generate import cores
    from grilse.growth.facts import learned_facts
    from grilse.growth.learning import learn as learn_growth
    from grilse.growth.selection import selected

    days = [one.date() for one in before or []]
    done = [
        learn_growth(of, days, workers=workers or cores(), address=engine, watch=progress)
        for of, _ in selected(company, [])
    ]
    versions = [one for each in done for one in each.versions]
    report(learned_facts(done), "\n".join(_line(one) for one in versions), as_json)


def _line(one: "Learned") -> str:
    known = one.learned
    return (
        f"{one.name}{'' if one.new else ' (it was there)'}: {known['batches']} batches,"
        f" {known['days']:,} days in pens and tanks;"
        f" samples {known['catch_bias']:+.1%} ± {known['catch_bias_sd']:.1%},"
        f" unrecorded loss {known['unrecorded_loss']:.1%} a life"
    )
