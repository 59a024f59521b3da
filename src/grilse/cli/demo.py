"""`grilse demo`: generates a history until yesterday, which the worker continues, and serves it."""

import os
import time
from datetime import date, datetime
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
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Last day of a history that does not go on. Default: yesterday, and each day after.",
        ),
    ] = None,
    serve: Annotated[bool, typer.Option(help="Serve the pages afterwards.")] = True,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Plan, generate and estimate a history until yesterday, or append the days since, and serve it."""
    from grilse.cli.serve import refuse_taken_port, run_server

    if serve:
        refuse_taken_port(host, port)
    begun = time.monotonic()
    company = make_history(batches, seed, until.date() if until else None)
    print_note(f"the history is ready after {time.monotonic() - begun:.0f} s")
    user, password = make_demo_login(company)
    print_note(f"log in as {user} with the password {password}")
    if serve:
        run_server(host, port, workers=1)


def make_history(batches: int, seed: int, until: date | None = None) -> int:
    """Generate and estimate the missing parts of the history, and return the id of the company."""
    print_note("starting the database")
    open_database()
    from grilse.generator.advance.run import advance_history
    from grilse.generator.database_load import (
        find_company_id,
        find_history_end,
        follow_calendar,
        is_loaded,
        load_history,
    )
    from grilse.growth.estimating.run import estimate_company, is_estimated

    history = _plan_run(batches, seed, until)
    end = find_history_end(history)
    if not is_loaded(history.extend(end) if end else history):
        loaded = load_history(history.extend(end) if end else history, workers=count_cores(), watch=show_progress)
        rows = sum(loaded.rows.values())
        print_note(f"{loaded.batches} batches, {rows:,} rows; fingerprint {loaded.fingerprint}")
    if until is None:
        follow_calendar(history)
        advanced = advance_history(history.world.company, workers=count_cores(), watch=show_progress)
        print_note(f"the history goes until {advanced.until}")
    company = find_company_id(history)
    if not is_estimated(company):
        estimated = estimate_company(company, workers=count_cores(), watch=show_progress)
        print_note(f"{estimated.states:,} daily states of {estimated.batches} batches in {estimated.seconds:.1f} s")
    return company


def _plan_run(batches: int, seed: int, until: date | None) -> "GeneratorRun":
    """Return the run of the packaged world; a plan in the home folder is used as it is, with its last day."""
    from grilse import home
    from grilse.generator.schedule.plan_file import read_plan, write_plan
    from grilse.generator.schedule.run import GeneratorRun, find_yesterday
    from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
    from grilse.generator.world.world import load_world

    name = f"plan-{batches}.yaml" if until is None else f"plan-{batches}-{until}.yaml"
    world, path = load_world(), home.make_home() / name
    if not path.exists():
        request = ScheduleRequest(batches=batches, until=until or find_yesterday())
        write_plan(schedule_batches(world, request).plan, path)
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
