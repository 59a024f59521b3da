"""Deliveries recorded by actions: meals before and after them draw their feed first in, first out, to the gram."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.edited_farm import at, on
from tests.feed_store_oracle import assert_history_follows_from_its_facts

from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.feeding.actions import deliveries, meals
from grilse.feeding.actions.deliveries import NewDelivery, correct_delivery, record_deliveries, withdraw_delivery
from grilse.feeding.actions.meals import NewMeal
from grilse.feeding.models import Draw, Feed, FeedLot, Meal
from grilse.feeding.rules import convert_to_grams

REASON = {"reason": "another waybill"}


@pytest.fixture
def delivery(farm):
    """100 kg on day 20, between the first two of the farm."""
    return NewDelivery(
        store=farm.store,
        feed=farm.feed,
        number="L9",
        delivered=on(20),
        grams=100_000,
        price_per_kg=2000,
        supplier="Skretting",
    )


@pytest.fixture
def meal(farm):
    """100 kg of the store's feed."""
    return NewMeal(placement=farm.placements["A/P1"], at=at(30), grams=100_000, feed=farm.feed)


def read_draws():
    """Return what each meal drew from each lot, by day and number."""
    rows = Draw.objects.select_related("meal", "lot")
    return {(row.meal.at.date(), row.lot.number): row.grams // 1000 for row in rows}


def find_lot(number):
    return FeedLot.objects.get(number=number)


def test_a_delivery_is_entered_with_what_it_cost(farm, acting, delivery):
    [id] = record_deliveries([delivery])

    row = FeedLot.objects.get(pk=id)
    assert (row.number, row.delivered, row.grams, row.price_per_kg) == ("L9", on(20), 100_000, 2000)
    assert (row.supplier, row.drawn, row.company_id) == ("Skretting", 0, farm.company)


def test_a_delivery_entered_late_goes_before_later_ones(farm, acting, delivery, meal):
    [early, late] = meals.record_meals([replace(meal, at=at(24), grams=200_000), replace(meal, grams=300_000)])
    record_deliveries([delivery])

    day = on(30)
    assert read_draws() == {(on(24), "L1"): 200, (day, "L1"): 100, (day, "L9"): 100, (day, "L2"): 100}
    costs = dict(Meal.objects.values_list("pk", "cost"))
    assert costs == {early: 200 * 1400, late: 100 * 1400 + 100 * 2000 + 100 * 1500}


def test_a_corrected_delivery_changes_draws_and_costs(farm, acting, meal):
    meals.record_meals([replace(meal, grams=400_000)])

    first = NewDelivery(
        store=farm.store, feed=farm.feed, number="L1", delivered=on(18), grams=350_000, price_per_kg=1000
    )
    correct_delivery(find_lot("L1").pk, first, **REASON)

    assert read_draws() == {(on(30), "L1"): 350, (on(30), "L2"): 50}
    assert Meal.objects.get().cost == 350 * 1000 + 50 * 1500


def test_a_delivery_corrected_to_another_product_loses_its_draws(farm, acting, delivery, meal):
    other = Feed.objects.create(company_id=farm.company, name="Grower 5").pk
    meals.record_meals([meal])

    correct_delivery(find_lot("L1").pk, replace(delivery, number="L1", feed=other), **REASON)
    assert read_draws() == {(on(30), "L2"): 100}

    meals.record_meals([replace(meal, at=at(31), feed=other)])
    assert read_draws() == {(on(30), "L2"): 100, (on(31), "L1"): 100}


def test_meals_of_a_withdrawn_delivery_are_drawn_from_the_next_lot(farm, acting, meal):
    meals.record_meals([meal])
    withdraw_delivery(find_lot("L1").pk, **REASON)

    assert read_draws() == {(on(30), "L2"): 100}
    assert Meal.objects.get().cost == 100 * 1500


def test_meals_are_never_left_uncovered(farm, acting, meal, delivery):
    meals.record_meals([replace(meal, at=at(24)), replace(meal, grams=600_000)])
    first = replace(delivery, number="L1", delivered=on(18))
    short = "Barge does not hold enough Grower 3 for a meal on {}: enter the delivery first, or a smaller meal"

    for attempt, day in (
        (lambda: withdraw_delivery(find_lot("L1").pk, **REASON), on(24)),
        (lambda: correct_delivery(find_lot("L1").pk, replace(first, grams=99_000), **REASON), on(24)),
        (lambda: correct_delivery(find_lot("L1").pk, replace(first, grams=199_000), **REASON), on(30)),
        (lambda: correct_delivery(find_lot("L2").pk, replace(first, number="L2", delivered=on(31)), **REASON), on(30)),
    ):
        with pytest.raises(GrilseError, match=short.format(day)):
            attempt()
    withdraw_delivery(find_lot("L3").pk, **REASON)
    meals.withdraw_meal(Meal.objects.get(at=at(30)).pk, reason="not fed")
    withdraw_delivery(find_lot("L2").pk, **REASON)
    with pytest.raises(GrilseError, match=short.format(on(24))):
        withdraw_delivery(find_lot("L1").pk, **REASON)


def test_a_store_holds_no_more_than_it_can(farm, acting, delivery, meal):
    """Of 10 t, 300 kg lie there from day 18, 500 more from day 26 and 900 more from day 34."""
    over = "Barge holds at most 10,000 kg and would hold {:,} kg on {}"

    with pytest.raises(GrilseError, match=over.format(10_001, on(36))):
        record_deliveries([replace(delivery, delivered=on(36), grams=8_301_000)])
    with pytest.raises(GrilseError, match=over.format(10_700, on(34))):
        record_deliveries([replace(delivery, grams=9_000_000)])
    meals.record_meals([replace(meal, at=at(33), grams=700_000)])
    [id] = record_deliveries([replace(delivery, grams=9_000_000)])
    with pytest.raises(GrilseError, match=over.format(10_001, on(34))):
        correct_delivery(id, replace(delivery, grams=9_001_000), **REASON)


def test_a_meal_that_was_not_given_leaves_no_more_than_the_store_holds(farm, acting, delivery, meal):
    [first, second] = meals.record_meals([replace(meal, at=at(day), grams=300_000) for day in (27, 28)])
    record_deliveries([replace(delivery, delivered=on(36), grams=8_900_000)])
    over = "Barge holds at most 10,000 kg and would hold 10,300 kg on 2024-02-06: enter the meals before"

    for attempt in (
        lambda: meals.withdraw_meal(first, reason="not fed"),
        lambda: meals.correct_meal(second, replace(meal, at=at(36), grams=300_000), reason="another day"),
    ):
        with pytest.raises(GrilseError, match=over):
            attempt()
    meals.correct_meal(second, replace(meal, at=at(35), grams=300_000), reason="another day")


def test_a_correction_that_empties_an_overfull_store_is_accepted(farm, acting, delivery):
    [id] = record_deliveries([replace(delivery, grams=8_000_000)])
    FeedStore.objects.filter(pk=farm.store).update(capacity_kg=1000)

    correct_delivery(id, replace(delivery, grams=7_000_000), **REASON)
    with pytest.raises(GrilseError, match="Barge holds at most 1,000 kg and would hold 7,300 kg on 2024-01-20"):
        correct_delivery(id, replace(delivery, grams=7_000_000, delivered=on(19)), **REASON)


REFUSED = {
    "there is no feed store 999999": {"store": 999_999},
    "there is no feed 999999": {"feed": 999_999},
    "a delivery without a number: name it": {"number": "  "},
    "number: Ensure this value has at most 60 characters": {"number": "9" * 61},
    "a delivery of 0 g, L9: it has to be at least one": {"grams": 0},
    "a price of -1 a kg for L9: it has to be from 0": {"price_per_kg": -1},
    "1969-12-31 is before 1970": {"delivered": date(1969, 12, 31)},
    "later than tomorrow": {"delivered": datetime.now(UTC).date() + timedelta(days=3)},
    "delivery L2 is there already: correct it": {"number": "L2"},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_delivery_that_cannot_be_is_refused(farm, acting, delivery, why):
    with pytest.raises(GrilseError, match=why):
        record_deliveries([replace(delivery, **REFUSED[why])])


def test_a_correction_says_why(farm, acting, delivery):
    [id] = record_deliveries([delivery])

    for attempt in (lambda: correct_delivery(id, delivery, reason=""), lambda: withdraw_delivery(id, reason=" ")):
        with pytest.raises(GrilseError, match="say why: a correction or withdrawal needs a reason"):
            attempt()
    with pytest.raises(GrilseError, match="there is no delivery 999999"):
        withdraw_delivery(999_999, **REASON)


@pytest.mark.parametrize("kg", [0, -1, 0.0004, 2e9, float("nan"), float("inf")])
def test_masses_are_whole_grams_above_nothing(kg):
    assert convert_to_grams(1.2344) == 1234
    with pytest.raises(GrilseError, match="is no mass of feed: it has to be above 0"):
        convert_to_grams(kg)


# The farm has lots of days 18, 26 and 34: what comes before one of them moves all draws after it.
CAME, FED, WHICH = st.integers(10, 36), st.integers(20, 40), st.integers(0, 9)
GRAMS = st.integers(1, 250_000)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("deliver"), CAME, GRAMS),
        st.tuples(st.just("feed"), FED, GRAMS),
        st.tuples(st.just("feed"), FED, GRAMS),
        st.tuples(st.just("correct delivery"), WHICH, CAME, GRAMS),
        st.tuples(st.just("withdraw delivery"), WHICH),
        st.tuples(st.just("correct meal"), WHICH, FED, GRAMS),
        st.tuples(st.just("withdraw meal"), WHICH),
    ),
    min_size=5,
    max_size=14,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(edits=EDITS)
def test_late_and_withdrawn_entries_keep_draws_first_in_first_out(farm, acting, edits):
    from django.db import transaction

    point = transaction.savepoint()
    for number, edit in enumerate(edits):
        step = transaction.savepoint()
        try:
            apply_edit(farm, number, *edit)
        except GrilseError:
            transaction.savepoint_rollback(step)
        assert_history_follows_from_its_facts()
    transaction.savepoint_rollback(point)


def apply_edit(farm, number, verb, *given):
    """Make one edit; refuse it where there is nothing to edit, or the store cannot do it."""
    noun = deliveries if "deliver" in verb else meals
    model = FeedLot if noun is deliveries else Meal
    if verb in ("deliver", "feed"):
        record = noun.record_deliveries if noun is deliveries else noun.record_meals
        record([build_new_row(farm, noun, number, *given)])
        return
    ids = list(model.objects.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return
    id = ids[given[0] % len(ids)]
    if verb.startswith("withdraw"):
        withdraw = noun.withdraw_delivery if noun is deliveries else noun.withdraw_meal
        withdraw(id, **REASON)
    else:
        correct = noun.correct_delivery if noun is deliveries else noun.correct_meal
        correct(id, build_new_row(farm, noun, number, *given[1:]), **REASON)


def build_new_row(farm, noun, number, day, grams):
    if noun is meals:
        return NewMeal(placement=farm.placements["A/P1"], at=at(day, 9), grams=grams, feed=farm.feed)
    return NewDelivery(
        store=farm.store,
        feed=farm.feed,
        number=f"N{number}",
        delivered=on(day),
        grams=grams,
        price_per_kg=1000 + number,
    )
