"""Two editors of one store at once: one after the other, to the gram."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.edited_farm import at, on
from tests.feed_store_oracle import assert_history_follows_from_its_facts

from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.feeding.actions import deliveries, meals
from grilse.feeding.actions.deliveries import NewDelivery
from grilse.feeding.actions.meals import NewMeal
from grilse.feeding.models import FeedLot

ROUNDS = 8
PATIENCE = 60  # seconds after which somebody waits for ever


@pytest.fixture
def executors():
    """Two editors' desks, each with a connection of its own."""
    executors = [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]
    yield executors
    for desk in executors:
        # The name stands for another connection in every thread.
        desk.submit(lambda: connection.close()).result()
        desk.shutdown()
    connection.close()


def run_edits_at_once(farm, executors, *edits):
    """Carry out edits, each in a transaction of its own; return which were refused."""
    start = Barrier(len(edits))

    def run_edit(verb, entries):
        start.wait()
        try:
            with tenant_transaction(farm.company, farm.user):
                verb(entries)
        except GrilseError as refused:
            return str(refused)
        return ""

    begun = [desk.submit(run_edit, *edit) for desk, edit in zip(executors, edits, strict=True)]
    return [done.result(timeout=PATIENCE) for done in begun]


def build_delivery(farm, number, day, kg):
    return NewDelivery(
        store=farm.store, feed=farm.feed, number=number, delivered=on(day), grams=kg * 1000, price_per_kg=1000 + kg
    )


def test_a_meal_and_an_earlier_delivery(farm, executors):
    for i in range(ROUNDS):
        meal = NewMeal(placement=farm.placements["A/P1"], at=at(30 + i), grams=70_000, feed=farm.feed)
        early = build_delivery(farm, f"N{i}", 19 + i, 60 + i)

        assert run_edits_at_once(
            farm, executors, (meals.record_meals, [meal]), (deliveries.record_deliveries, [early])
        ) == ["", ""]
        with tenant_transaction(farm.company):
            assert_history_follows_from_its_facts()


def test_of_two_deliveries_that_do_not_fit_together_one_is_refused(farm, executors):
    over = "Barge holds at most 10,000 kg and would hold 11,700 kg on 2024-02-05"
    for i in range(ROUNDS):
        refusals = run_edits_at_once(
            farm,
            executors,
            *[(deliveries.record_deliveries, [build_delivery(farm, f"{name}{i}", 35, 5_000)]) for name in "NM"],
        )
        assert [why.partition(":")[0] for why in sorted(refusals)] == ["", over]
        with tenant_transaction(farm.company):
            deliveries.withdraw_delivery(FeedLot.objects.get(delivered=on(35)).pk, reason="again")
