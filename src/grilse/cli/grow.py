"""`grilse grow`, `grilse states`: estimate the daily states, and print them."""

import csv
import sys
from typing import Annotated

import typer

from grilse.cli.output import Json, print_result, show_progress

app = typer.Typer()

Company = Annotated[str | None, typer.Option(help="The company, if the database has several.")]


@app.command("grow")
def estimate_states(
    batch: Annotated[list[str] | None, typer.Option(help="Number of a batch; may be repeated.")] = None,
    company: Company = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")] = None,
    engine: Annotated[str, typer.Option(help="tcp://host:port of a Dask scheduler.")] = "",
    as_json: Json = False,
) -> None:
    """Estimate the daily states of some batches, or of all."""
    from grilse.project.schema import open_database

    open_database()
    from grilse.cli.generate import count_cores
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
    """Print the daily states of a batch's placements as CSV."""
    from grilse.project.schema import open_database

    open_database()
    from grilse.growth.command_reads import iter_state_rows, select_batches

    for _, batch_ids in select_batches(company, [batch]):
        for id in batch_ids or []:
            csv.writer(sys.stdout, lineterminator="\n").writerows(iter_state_rows(id, batch))
