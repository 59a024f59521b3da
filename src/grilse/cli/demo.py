"""`grilse demo`: from nothing to growth lines."""

import time
from typing import Annotated

import typer

from grilse.cli.output import note, progress

app = typer.Typer()


@app.command("demo")
def demo(
    batches: Annotated[int, typer.Option(min=1, help="Batches of the history.")] = 144,
    seed: Annotated[int, typer.Option(help="The history's seed.")] = 1,
    serve: Annotated[bool, typer.Option(help="Serve the pages afterwards.")] = True,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.", min=1, max=65535)] = 8000,
) -> None:
    """Plan, generate and estimate the reference history where it is not there yet, and serve it."""
    from grilse.cli.serve import refuse_taken_port, run

    if serve:
        refuse_taken_port(host, port)
    begun = time.monotonic()
    company = make_history(batches, seed)
    note(f"the history is ready after {time.monotonic() - begun:.0f} s")
    user, password = login(company)
    note(f"log in as {user} with the password {password}")
    if serve:
        run(host, port, workers=1)


def make_history(batches: int, seed: int) -> int:
    """Make what is missing of the history and return the company's id."""
    from grilse.schema import open_database

    note("starting the database")
    open_database()
    from grilse.cli.generate import cores
    from grilse.generator.load import generate, is_loaded
    from grilse.generator.places import company_of
    from grilse.generator.reference import reference_run
    from grilse.growth.estimate import estimate, is_estimated

    history = reference_run(batches, seed)
    if not is_loaded(history):
        loaded = generate(history, workers=cores(), watch=progress)
        rows = sum(loaded.rows.values())
        note(f"{loaded.batches} batches, {rows:,} rows; fingerprint {loaded.fingerprint}")
    company = company_of(history)
    if not is_estimated(company):
        done = estimate(company, workers=cores(), watch=progress)
        note(f"{done.states:,} daily states of {done.batches} batches in {done.seconds:.1f} s")
    return company


def login(company: int) -> tuple[str, str]:
    """Make the demo login of the company, somebody of its staff, and return its name and password."""
    import os

    from grilse import home
    from grilse.farm.actions import ensure_demo_login
    from grilse.generator.staff.demonstration import play

    password = home.secret("demo_password")
    user = ensure_demo_login(company, password)
    play(os.environ["DATABASE_URL"], company, user)
    return user, password
