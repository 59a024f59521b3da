"""`grilse demo`: from nothing to growth lines."""

import time
from typing import Annotated

import typer

from grilse.cli.output import print_note, show_progress

app = typer.Typer()


@app.command("demo")
def run_demo(
    batches: Annotated[int, typer.Option(min=1, help="Batches of the history.")] = 144,
    seed: Annotated[int, typer.Option(help="The history's seed.")] = 1,
    serve: Annotated[bool, typer.Option(help="Serve the pages afterwards.")] = True,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.", min=1, max=65535)] = 8000,
) -> None:
    """Plan, generate and estimate the reference history where it is not there yet, and serve it."""
    from grilse.cli.serve import refuse_taken_port, run_server

    if serve:
        refuse_taken_port(host, port)
    begun = time.monotonic()
    company = make_history(batches, seed)
    print_note(f"the history is ready after {time.monotonic() - begun:.0f} s")
    user, password = make_demo_login(company)
    print_note(f"log in as {user} with the password {password}")
    if serve:
        run_server(host, port, workers=1)


def make_history(batches: int, seed: int) -> int:
    """Make what is missing of the history and return the company's id."""
    from grilse.project.schema import open_database

    print_note("starting the database")
    open_database()
    from grilse.cli.generate import count_cores
    from grilse.generator.load.database_load import is_loaded, load_history
    from grilse.generator.load.world_shard import find_company_id
    from grilse.generator.schedule.reference_history import read_reference_run
    from grilse.growth.estimating.run import estimate_company, is_estimated

    history = read_reference_run(batches, seed)
    if not is_loaded(history):
        loaded = load_history(history, workers=count_cores(), watch=show_progress)
        rows = sum(loaded.rows.values())
        print_note(f"{loaded.batches} batches, {rows:,} rows; fingerprint {loaded.fingerprint}")
    company = find_company_id(history)
    if not is_estimated(company):
        estimated = estimate_company(company, workers=count_cores(), watch=show_progress)
        print_note(f"{estimated.states:,} daily states of {estimated.batches} batches in {estimated.seconds:.1f} s")
    return company


def make_demo_login(company: int) -> tuple[str, str]:
    """Make the demo login of the company, somebody of its staff, and return its name and password."""
    import os

    from grilse import home
    from grilse.access.memberships import ensure_demo_login
    from grilse.generator.staff.demo_login import assign_demo_login

    password = home.read_secret("demo_password")
    user = ensure_demo_login(company, password)
    assign_demo_login(os.environ["DATABASE_URL"], company, user)
    return user, password
