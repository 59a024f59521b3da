"""Two editors at once: one after the other, nothing lost, nobody waits for ever."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from django.db import connection
from tests.edited_farm import on
from tests.farm_edits import correct_sample, correct_split, lose_fish, move_fish, record_sample, withdraw_mixing

from grilse.access.tenancy import tenant_transaction
from grilse.growth.estimating.run import estimate_batches
from grilse.stock.models import Movement

EDITS = 20
PATIENCE = 60  # seconds after which somebody waits for ever
STATES = (
    "SELECT s::text FROM growth_dailystate s WHERE company_id = %(company)s"
    " UNION ALL SELECT s::text FROM growth_batchstate s WHERE company_id = %(company)s ORDER BY 1"
)


@pytest.fixture
def executors() -> Iterator[list[ThreadPoolExecutor]]:
    """Two editors' desks, each with a connection of its own."""
    executors = [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]
    yield executors
    for desk in executors:
        # The name stands for another connection in every thread.
        desk.submit(lambda: connection.close()).result()
        desk.shutdown()
    connection.close()


def run_edit(farm, start, edit):
    """Carry out an edit in a transaction of its own, the moment that the other editor begins too."""
    verb, *given = edit
    start.wait()
    with tenant_transaction(farm.company, farm.user):
        verb(farm, *given)


def run_edits_at_once(farm, executors, *edits):
    start = Barrier(len(edits))
    begun = [desk.submit(run_edit, farm, start, edit) for desk, edit in zip(executors, edits, strict=True)]
    for done in begun:
        done.result(timeout=PATIENCE)


def require_recomputed_states(database, farm):
    with psycopg.connect(database) as owner:
        given = {"company": farm.company}
        before = owner.execute(STATES, given).fetchall()
        owner.execute("DELETE FROM growth_dailystate WHERE company_id = %(company)s", given)
        owner.execute("DELETE FROM growth_batchstate WHERE company_id = %(company)s", given)
        estimate_batches(owner, farm.company, list(farm.batches.values()))
        assert owner.execute(STATES, given).fetchall() == before
        owner.rollback()


def test_two_editors_of_one_batch_lose_nothing(database, farm, executors):
    for i in range(EDITS):
        dead, culled = (lose_fish, ("A/P1", 21 + i), "MORTALITY", 10), (lose_fish, ("A/P2", 21 + i), "CULL", 15)
        run_edits_at_once(farm, executors, dead, culled)
        require_recomputed_states(database, farm)

    with tenant_transaction(farm.company):
        for kind, count in (("MORTALITY", 10), ("CULL", 15)):
            assert Movement.objects.filter(kind=kind, count=count).count() == EDITS


def test_editors_who_join_and_separate_batches_do_not_deadlock(database, farm, executors):
    for i in range(EDITS // 4):
        for other in (
            (move_fish, "B/P3", "C/P4", 30 + i, 15, None),
            (withdraw_mixing, 2 + i),
            (correct_split, 50 - 7 * i, 130.0 + i),
            (record_sample, ("C/P4", 30 + i), 140.0),
        ):
            run_edits_at_once(farm, executors, (move_fish, "A/P1", "B/P3", 30 + i, 20, 150.0), other)
        require_recomputed_states(database, farm)

    with tenant_transaction(farm.company):
        assert Movement.objects.filter(source=farm.placements["A/P1"], date__gt=on(29)).count() == EDITS + 1


def test_the_last_fish_leave_once(database, farm, executors):
    last = (lose_fish, ("C/P4", 40), "HARVEST", 2_488)

    with pytest.raises(Exception, match="2,488 fish missing"):
        run_edits_at_once(farm, executors, last, last)

    require_recomputed_states(database, farm)


def test_an_estimate_of_everything_and_an_editor_wait_for_each_other(database, farm, executors):
    def estimate_farm(farm):
        with psycopg.connect(database) as owner:
            estimate_batches(owner, farm.company, list(farm.batches.values()))
            owner.commit()

    for i in range(EDITS // 2):
        run_edits_at_once(farm, executors, (estimate_farm,), (correct_sample, 1, ("A/P1", 25), 120.0 + i))
        require_recomputed_states(database, farm)
