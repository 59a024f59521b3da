"""Two editors at once: one after the other, nothing lost, nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection
from tests.edited_farm import on
from tests.farm_edits import correct_sample, lose, move, split_otherwise, untie, weigh

from grilse.farm.tenancy import acting_for
from grilse.growth.estimate import estimate_batches
from grilse.stock.models import Movement

EDITS = 20
STATES = (
    "SELECT s::text FROM growth_dailystate s WHERE company_id = %(company)s"
    " UNION ALL SELECT s::text FROM growth_batchstate s WHERE company_id = %(company)s ORDER BY 1"
)


def edited(farm, edits):
    """Carry out edits one after another, each in a transaction of its own, as one person would."""
    try:
        for verb, *given in edits:
            with acting_for(farm.company, farm.user):
                verb(farm, *given)
    finally:
        connection.close()


def by_two(farm, *editors):
    with ThreadPoolExecutor(len(editors)) as threads:
        for done in [threads.submit(edited, farm, edits) for edits in editors]:
            done.result(timeout=120)


def hold_what_a_computation_gives(database, farm):
    with psycopg.connect(database) as owner:
        given = {"company": farm.company}
        before = owner.execute(STATES, given).fetchall()
        owner.execute("DELETE FROM growth_dailystate WHERE company_id = %(company)s", given)
        owner.execute("DELETE FROM growth_batchstate WHERE company_id = %(company)s", given)
        estimate_batches(owner, farm.company, list(farm.batches.values()))
        assert owner.execute(STATES, given).fetchall() == before
        owner.rollback()


def test_two_editors_of_one_batch_lose_nothing(database, farm):
    deaths = [(lose, ("A/P1", 21 + i), "MORTALITY", 10 + i) for i in range(EDITS)]
    culls = [(lose, ("A/P1", 21 + i), "CULL", 100 + i) for i in range(EDITS)]

    by_two(farm, deaths, culls)

    with acting_for(farm.company):
        lost = Movement.objects.filter(source=farm.placements["A/P1"], date__gte=on(21))
        assert sum(lost.values_list("count", flat=True)) == 25 + sum(110 + 2 * i for i in range(EDITS))
    hold_what_a_computation_gives(database, farm)


def test_two_editors_who_tie_and_untie_batches_do_not_wait_for_each_other(database, farm):
    ties = [(move, "A/P1", "B/P3", 30 + i % 10, 20 + i, 150.0) for i in range(EDITS)]
    others = []
    for i in range(EDITS // 4):
        others += [
            (move, "B/P3", "C/P4", 30 + i, 15, None),
            (untie, 2 + i),
            (split_otherwise, 50 - 7 * i, 130.0 + i),
            (weigh, ("C/P4", 30 + i), 140.0),
        ]

    by_two(farm, ties, others)

    with acting_for(farm.company):
        assert Movement.objects.filter(source=farm.placements["A/P1"], kind="TRANSFER").count() == EDITS
    hold_what_a_computation_gives(database, farm)


def test_an_estimate_of_everything_waits_for_an_editor(database, farm):
    def estimated(times):
        with psycopg.connect(database) as owner:
            for _ in range(times):
                estimate_batches(owner, farm.company, list(farm.batches.values()))
                owner.commit()

    corrections = [(correct_sample, 1, ("A/P1", 25), 120.0 + i) for i in range(EDITS)]
    with ThreadPoolExecutor(2) as threads:
        estimating, editing = threads.submit(estimated, EDITS // 2), threads.submit(edited, farm, corrections)
        estimating.result(timeout=120)
        editing.result(timeout=120)

    hold_what_a_computation_gives(database, farm)


@pytest.fixture(autouse=True)
def closed():
    """The connections that the tests' own thread opened end with them."""
    yield
    connection.close()
