"""A small generated history, and a server without rows that believes what the planner knew of a large one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parent / "reference"


@contextmanager
def ignore_progress(what: str, total: float, unit: str = "") -> Iterator:
    """Show nothing."""
    yield lambda amount: None


@pytest.fixture(scope="module")
def small_history(database):
    """A history of one batch, so that the queries have something to ask."""
    from django.db import connections, transaction

    from grilse.generator.database_load import load_history
    from grilse.generator.schedule.run import GeneratorRun
    from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
    from grilse.generator.world.world import load_world
    from grilse.helpdesk.models import Ticket

    world = load_world()
    plan = schedule_batches(world, ScheduleRequest(ages=(500, 890))).plan
    load_history(GeneratorRun(world=world, plan=plan, seed=5), workers=1, watch=ignore_progress)
    # Somebody waits for an overdue ticket, as in the reference history; the change history does not tell of it.
    tickets = Ticket.objects.using("owner").filter(resolve_due__isnull=False).order_by("-pk")
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE helpdesk_ticket DISABLE TRIGGER USER")
        tickets.filter(pk__in=tickets.values("pk")[:1]).update(status="open", closed_at=None, resolved_at=None)
        cursor.execute("ALTER TABLE helpdesk_ticket ENABLE TRIGGER USER")
    return database


@pytest.fixture(scope="module")
def reference():
    """What the planner knew of the reference history, and how it planned."""
    from grilse.proof.plan_reference import read_reference

    return read_reference(REFERENCE)


@pytest.fixture(scope="module")
def declared_values(small_history):
    """What the declared queries ask of the small history."""
    from grilse.proof.query_traces import iter_traces
    from grilse.proof.registry import list_declared_budgets

    return list(iter_traces(list_declared_budgets()))


@pytest.fixture(scope="module")
def large_server(small_history, reference):
    """A server with the schema of today and no rows."""
    from grilse.proof import conf
    from grilse.proof.schema_clone import create_clone
    from grilse.proof.servers import get_conninfo

    with conf.start_server() as server:
        yield create_clone(get_conninfo(conf.get_owner_alias()), server, reference.indexes)
