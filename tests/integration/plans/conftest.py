"""A small generated history, and a server without rows that believes what the planner knew of a large one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parent / "reference"


@contextmanager
def unwatched(what: str, total: float, unit: str = "") -> Iterator:
    """Show nothing."""
    yield lambda amount: None


@pytest.fixture(scope="module")
def small(database):
    """A history of one batch, so that the queries have something to ask."""
    from grilse.generator.load import generate
    from grilse.generator.run import Run
    from grilse.generator.schedule import Request, schedule
    from grilse.generator.world import load_world

    world = load_world()
    plan = schedule(world, Request(ages=(500, 890))).plan
    generate(Run(world=world, plan=plan, seed=5), workers=1, watch=unwatched)
    return database


@pytest.fixture(scope="module")
def reference():
    """What the planner knew of the reference history, and how it planned."""
    from grilse.proof.reference import load

    return load(REFERENCE)


@pytest.fixture(scope="module")
def asked(small):
    """What the hot queries ask of the small history."""
    from grilse.proof.asking import everything
    from grilse.proof.registry import declared

    return list(everything(declared()))


@pytest.fixture(scope="module")
def large(small, reference):
    """A server with the schema of today and no rows."""
    from grilse.proof import conf
    from grilse.proof.servers import address
    from grilse.proof.stand_in import stand_in

    with conf.server() as server:
        yield stand_in(address(conf.owner()), server, reference.indexes)
