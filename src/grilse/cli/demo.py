"""`grilse demo`: generates the reference history and serves it."""

import os
import time
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.options import Host, Port, count_cores, open_database
from grilse.cli.output import print_note, show_progress

if TYPE_CHECKING:
    from grilse.generator.schedule.run import GeneratorRun

app = typer.Typer()


@app.command("demo")
def run_demo(
    batches: Annotated[int, typer.Option(min=1, help="Number of batches of the history.")] = 144,
    seed: Annotated[int, typer.Option(help="Seed of the history.")] = 1,
    serve: Annotated[bool, typer.Option(help="Serve the pages afterwards.")] = True,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Plan, generate and estimate the reference history unless it exists, and serve it."""
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
    """Generate and estimate the missing parts of the history, and return the id of the company."""
    print_note("starting the database")
    open_database()
    from grilse.generator.database_load import find_company_id, is_loaded, load_history
    from grilse.growth.estimating.run import estimate_company, is_estimated

    history = _plan_reference_run(batches, seed)
    if not is_loaded(history):
        loaded = load_history(history, workers=count_cores(), watch=show_progress)
        rows = sum(loaded.rows.values())
        print_note(f"{loaded.batches} batches, {rows:,} rows; fingerprint {loaded.fingerprint}")
    company = find_company_id(history)
    if not is_estimated(company):
        estimated = estimate_company(company, workers=count_cores(), watch=show_progress)
        print_note(f"{estimated.states:,} daily states of {estimated.batches} batches in {estimated.seconds:.1f} s")
    return company


def _plan_reference_run(batches: int, seed: int) -> "GeneratorRun":
    """Return the run of the packaged world; an edited plan in the home folder is used as it is."""
    from grilse import home
    from grilse.generator.schedule.plan_file import read_plan, write_plan
    from grilse.generator.schedule.run import GeneratorRun
    from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
    from grilse.generator.world.world import load_world

    world, path = load_world(), home.make_home() / f"plan-{batches}.yaml"
    if not path.exists():
        write_plan(schedule_batches(world, ScheduleRequest(batches=batches)).plan, path)
    return GeneratorRun(world=world, plan=read_plan(path, world), seed=seed)


def make_demo_login(company: int) -> tuple[str, str]:
    """Create the demo login of a member of the staff, and return its name and password."""
    from grilse import home
    from grilse.access.memberships import ensure_demo_login
    from grilse.generator.staff.company_rows import assign_demo_login

    password = home.read_secret("demo_password")
    user = ensure_demo_login(company, password)
    assign_demo_login(os.environ["DATABASE_URL"], company, user)
    return user, password
