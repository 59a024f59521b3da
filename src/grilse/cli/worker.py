"""`grilse worker`: does what was given to the queue."""

from typing import Annotated

import typer

from grilse.cli.output import print_note

app = typer.Typer()


@app.command("worker")
def start_worker(concurrency: Annotated[int, typer.Option(help="Jobs at one time.", min=1, max=64)] = 1) -> None:
    """Run jobs until interrupted; `grilse serve` has a worker of its own."""
    from grilse.project.schema import open_database, repair_schema

    open_database()
    repair_schema()
    from grilse.jobs.worker import run_worker

    print_note("waiting for jobs")
    run_worker(concurrency)
