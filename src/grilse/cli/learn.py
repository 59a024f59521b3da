"""`grilse learn`: growth as a company's own harvests show it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.output import Json, progress, report

if TYPE_CHECKING:
    from grilse.growth.learning import Learned

app = typer.Typer()

FIGURES = ("batches", "pens", "days", "catch_bias", "catch_bias_sd", "unrecorded_loss", "unrecorded_loss_sd")


@app.command()
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
    from grilse.growth.learning import learn as learn_growth
    from grilse.growth.selection import selected

    days = [one.date() for one in before or []]
    done = [
        learn_growth(of, days, workers=workers or cores(), address=engine, watch=progress)
        for of, _ in selected(company, [])
    ]
    versions = [one for each in done for one in each.versions]
    facts = {
        "versions": [_facts(one) for one in versions],
        "states": sum(one.states for one in done),
        "seconds": round(sum(one.seconds for one in done), 3),
    }
    report(facts, "\n".join(_line(one) for one in versions), as_json)


def _facts(one: "Learned") -> dict[str, Any]:
    figures = {name: one.learned[name] for name in (*FIGURES, "table")}
    return {"name": one.name, "before": one.before, "new": one.new, **figures}


def _line(one: "Learned") -> str:
    known = one.learned
    return (
        f"{one.name}{'' if one.new else ' (it was there)'}: {known['batches']} batches,"
        f" {known['days']:,} days in pens and tanks;"
        f" samples {known['catch_bias']:+.1%} ± {known['catch_bias_sd']:.1%},"
        f" unrecorded loss {known['unrecorded_loss']:.1%} a life"
    )
