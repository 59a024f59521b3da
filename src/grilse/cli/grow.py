"""`grilse grow`, `grilse states`: estimate the daily states, and print them."""

import csv
import sys
from typing import Annotated

import typer

from grilse.cli.output import Json, progress, report

app = typer.Typer()

Company = Annotated[str | None, typer.Option(help="The company, if the database has several.")]


@app.command("grow")
def grow(
    batch: Annotated[list[str] | None, typer.Option(help="Number of a batch; may be repeated.")] = None,
    company: Company = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")] = None,
    engine: Annotated[str, typer.Option(help="tcp://host:port of a Dask scheduler.")] = "",
    as_json: Json = False,
) -> None:
    """Estimate the daily states of some batches, or of all."""
    from grilse.schema import open_database

    open_database()
    from grilse.cli.generate import cores
    from grilse.growth.estimate import estimate
    from grilse.growth.facts import estimated_facts
    from grilse.growth.selection import selected

    done = [
        estimate(of, chosen, workers=workers or cores(), address=engine, watch=progress)
        for of, chosen in selected(company, batch or [])
    ]
    facts = estimated_facts(done)
    text = f"{facts['states']:,} daily states of {facts['batches']} batches in {facts['seconds']:.1f} s"
    report(facts, text, as_json)


@app.command("states")
def states(
    batch: Annotated[str, typer.Option(help="Number of a batch.")],
    company: Company = None,
) -> None:
    """Print the daily states of a batch's placements as CSV."""
    from grilse.schema import open_database

    open_database()
    from grilse.growth.listing import state_rows
    from grilse.growth.selection import selected

    for _, chosen in selected(company, [batch]):
        for id in chosen or []:
            csv.writer(sys.stdout, lineterminator="\n").writerows(state_rows(id, batch))
