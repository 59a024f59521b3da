"""The same history in several companies, generated at once until different days."""

import os
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest

from grilse.engine import ignore_progress

AGES = (30, 345, 441, 700)
DAYS = 30


@dataclass(frozen=True)
class Company:
    """A company with a generated history."""

    name: str
    id: int


def build_run(name):
    """The run of a company; the random streams do not depend on its name."""
    from grilse.generator.schedule.run import GeneratorRun
    from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
    from grilse.generator.world.world import load_world, parse_world

    text = load_world().text.replace("company: North Atlantic Salmon", f"company: {name}")
    world = parse_world(text, "world.yaml")
    until = world.until - timedelta(days=60)
    plan = schedule_batches(world, ScheduleRequest(ages=AGES, until=until)).plan
    return GeneratorRun(world=world, plan=plan, seed=7)


def load_company(name, days=0):
    """Generate a history at once until some days after the end of its plan."""
    from grilse.generator.database_load import find_company_id, load_history

    run = build_run(name)
    run = run.extend(run.plan.until + timedelta(days=days)) if days else run
    load_history(run, workers=1, watch=ignore_progress)
    return Company(name, find_company_id(run))


@pytest.fixture(scope="module")
def companies(database):
    """Companies whose histories were generated at once, by the number of days."""
    return {days: load_company(f"Company {days}", days) for days in (0, 1, DAYS)}


@pytest.fixture
def owner(database):
    """A connection as the owner of the tables."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection
