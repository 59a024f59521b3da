"""`grilse grow`, `grilse states`: estimates the daily states, and prints them."""

import csv
import sys
from typing import Annotated

import typer

from grilse.cli.options import Batches, Company, Engine, Json, Workers, count_cores, open_database
from grilse.cli.output import print_result, show_progress

app = typer.Typer()


@app.command("grow")
def estimate_states(
    batch: Batches = None, company: Company = None, workers: Workers = None, engine: Engine = "", as_json: Json = False
) -> None:
    """Estimate the daily states of some batches, or of all."""
    open_database()
    from grilse.growth.estimating.run import estimate_company
    from grilse.growth.reports import report_estimates
    from grilse.growth.selection import select_batches

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
    from grilse.growth.selection import select_batches
    from grilse.growth.state_table import iter_state_rows

    for _, batch_ids in select_batches(company, [batch]):
        for id in batch_ids or []:
            csv.writer(sys.stdout, lineterminator="\n").writerows(iter_state_rows(id, batch))
