"""`grilse demo`: from nothing to growth lines."""

import time
from typing import Annotated

import typer

from grilse.cli.output import note, progress

app = typer.Typer()

REFERENCE = 144  # batches of the reference history


@app.command()
def demo(
    batches: Annotated[int, typer.Option(min=1, help="Batches of the history.")] = REFERENCE,
    seed: Annotated[int, typer.Option(help="The history's seed.")] = 1,
    serve: Annotated[bool, typer.Option(help="Serve the pages afterwards.")] = True,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8000,
) -> None:
    """Plan, generate and estimate the reference history where it is not there yet, and serve it."""
    from grilse.cli.serve import refuse_taken_port
    from grilse.cli.serve import serve as serve_pages

    if serve:
        refuse_taken_port(host, port)
    begun = time.monotonic()
    company = prepare(batches, seed)
    note(f"The history is ready after {time.monotonic() - begun:.0f} s.")
    password = _login(company)
    if serve:
        note(f"Log in as demo with the password {password}")
        serve_pages(host=host, port=port)


def prepare(batches: int, seed: int) -> int:
    """Make what is missing of the history and return the company's id."""
    from grilse.schema import open_database, repair

    note("Starting the database …")
    open_database()
    from grilse.cli.generate import cores
    from grilse.generator.load import generate
    from grilse.generator.places import company_of
    from grilse.growth.estimate import estimate, is_estimated

    run = _run(batches, seed)
    loaded = generate(run, workers=cores(), watch=progress)
    repair()
    company = company_of(run)
    note(f"{loaded.batches} batches, {sum(loaded.rows.values()):,} rows; fingerprint {loaded.fingerprint}")
    if not is_estimated(company):
        done = estimate(company, workers=cores(), watch=progress)
        note(f"{done.states:,} daily states of {done.batches} batches in {done.seconds:.1f} s")
    return company


def _run(batches: int, seed: int):  # type: ignore[no-untyped-def]
    from grilse import home
    from grilse.generator.plan import read_plan, write_plan
    from grilse.generator.run import Run
    from grilse.generator.schedule import Request, schedule
    from grilse.generator.world import load_world

    world = load_world()
    path = home.make() / f"plan-{batches}.yaml"
    if not path.exists():
        write_plan(schedule(world, Request(batches=batches, seed=seed)).plan, path)
    return Run(world=world, plan=read_plan(path, world), seed=seed)


def _login(company: int) -> str:
    """Make the demo login of the company and return its password."""
    from grilse import home
    from grilse.farm.actions import ensure_demo_login

    password = home.secret("demo_password")
    ensure_demo_login(company, password)
    return password
