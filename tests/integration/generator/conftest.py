"""A small generated history beside an imported batch, made once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from tests.package_files import unpack_package


@contextmanager
def ignore_progress(what: str, total: float, unit: str = "") -> Iterator:
    """Show nothing."""
    yield lambda amount: None


@pytest.fixture(scope="module")
def history(database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with two generated batches, their states, and the predecessor's batch."""
    from grilse.exchange.imports import import_package
    from grilse.generator.database_load import load_history
    from grilse.generator.schedule.run import GeneratorRun
    from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
    from grilse.generator.world.world import load_world

    world = load_world()
    plan = schedule_batches(world, ScheduleRequest(ages=(500, 890))).plan
    load_history(GeneratorRun(world=world, plan=plan, seed=5), workers=1, watch=ignore_progress)
    package: Path = unpack_package("predecessor-batch", tmp_path_factory.mktemp("package"))
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        import_package(connection, package)
    return database
