"""Meals recorded by actions draw feed first in, first out, also after late entries and withdrawals."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.edited_farm import at, on

from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.feeding.actions.meals import NewMeal, correct_meal, record_meals, withdraw_meal
from grilse.feeding.fifo import allocate_draws, compute_meal_costs
from grilse.feeding.models import Draw, FeedLot, Meal


@pytest.fixture
def meal(farm):
    """100 kg of the store's feed."""
    return NewMeal(placement=farm.placements["A/P1"], at=at(30), grams=100_000, feed=farm.feed)


def read_draws(farm):
    """Return what each meal drew from each lot, by time and number."""
    rows = Draw.objects.filter(company=farm.company).select_related("meal", "lot")
    return {(row.meal.at, row.lot.number): row.grams for row in rows}


def list_drawn_amounts(farm):
    return list(FeedLot.objects.order_by("delivered").values_list("drawn", flat=True))


def test_a_meal_is_drawn_from_the_oldest_delivery_and_costs_what_it_cost(farm, acting, meal):
    [id] = record_meals([replace(meal, grams=350_000)])

    assert read_draws(farm) == {(at(30), "L1"): 300_000, (at(30), "L2"): 50_000}
    assert Meal.objects.get(pk=id).cost == 300 * 1400 + 50 * 1500
    assert list_drawn_amounts(farm) == [300_000, 50_000, 0]


def test_a_late_entry_moves_the_draws_after_it(farm, acting, meal):
    record_meals([replace(meal, grams=300_000)])
    record_meals([replace(meal, at=at(29))])

    assert read_draws(farm) == {(at(29), "L1"): 100_000, (at(30), "L1"): 200_000, (at(30), "L2"): 100_000}


def test_a_withdrawn_meal_returns_its_feed_to_the_store(farm, acting, meal):
    first, second = record_meals([meal, replace(meal, at=at(31), grams=250_000)])
    withdraw_meal(first, reason="not fed")

    assert read_draws(farm) == {(at(31), "L1"): 250_000}
    assert Meal.objects.get(pk=second).cost == 250 * 1400
    assert list_drawn_amounts(farm) == [250_000, 0, 0]


def test_a_corrected_meal_is_drawn_again(farm, acting, meal):
    first, _ = record_meals([meal, replace(meal, at=at(31), grams=250_000)])

    correct_meal(first, replace(meal, at=at(32), grams=40_000), reason="typed wrong")

    assert read_draws(farm) == {(at(31), "L1"): 250_000, (at(32), "L1"): 40_000}


def test_a_meal_that_the_store_cannot_cover_is_refused(farm, acting, meal):
    record_meals([replace(meal, at=at(32), grams=750_000)])

    with pytest.raises(GrilseError, match="Barge does not hold enough Grower 3 for a meal on 2024-02-02"):
        record_meals([meal])
    with pytest.raises(GrilseError, match="does not hold enough"):
        record_meals([replace(meal, at=at(24), grams=300_001)])
    assert list_drawn_amounts(farm) == [300_000, 450_000, 0]


def test_a_meal_without_a_product_or_a_store_draws_nothing(farm, acting, meal):
    in_a_tank = replace(meal, placement=farm.placements["A/T1"], at=at(3))
    ids = record_meals([replace(meal, feed=None), in_a_tank])

    assert not read_draws(farm)
    assert [row.cost for row in Meal.objects.filter(pk__in=ids)] == [None, None]


def test_a_meal_with_several_stores_names_its_store(farm, acting, meal):
    area = FeedStore.objects.get(pk=farm.store).area
    FeedStore.objects.create(company_id=farm.company, name="Silo", capacity_kg=1, area=area)

    with pytest.raises(GrilseError, match="several stores: name the one"):
        record_meals([meal])
    record_meals([replace(meal, store=farm.store)])
    with pytest.raises(GrilseError, match="not one of the site"):
        record_meals([replace(meal, placement=farm.placements["A/T1"], at=at(3), store=farm.store)])


REFUSED = {
    "a meal of 0 g for A/P1: it has to be at least one": {"grams": 0},
    "it has to be at least one and at most 1,000,000,000,000": {"grams": 10**12 + 1},
    "2024-01-31T12:00:00 cannot be converted to UTC": {"at": at(30).replace(tzinfo=None)},
    "cannot be converted to UTC: give it": {"at": datetime.max.replace(tzinfo=timezone(-timedelta(hours=1)))},
    "there is no feed 999999": {"feed": 999_999},
    "before its placement": {"at": at(2)},
    "later than tomorrow": {"at": datetime.now(UTC) + timedelta(days=3)},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_meal_that_cannot_be_is_refused(farm, acting, meal, why):
    with pytest.raises(GrilseError, match=why):
        record_meals([replace(meal, **REFUSED[why])])


def test_a_second_meal_at_one_time_is_a_correction(farm, acting, meal):
    record_meals([meal])

    twice = r"a meal of A/P1 at 2024-01-31T12:00:00\+00:00 is there already: correct it"
    with pytest.raises(GrilseError, match=twice):
        record_meals([meal])


def test_a_correction_says_why(farm, acting, meal):
    [id] = record_meals([meal])

    for attempt in (lambda: correct_meal(id, meal, reason=""), lambda: withdraw_meal(id, reason=" ")):
        with pytest.raises(GrilseError, match="say why: a correction or withdrawal needs a reason"):
            attempt()
    with pytest.raises(GrilseError, match="there is no meal 999999"):
        withdraw_meal(999_999, reason="not fed")


MEALS = st.lists(
    st.tuples(st.integers(20, 40), st.sampled_from(["A/P1", "A/P2"]), st.integers(1, 60_000)),
    min_size=1,
    max_size=8,
    unique_by=lambda meal: meal[:2],
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(meals=MEALS, changed=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 60_000)), max_size=5))
def test_draws_are_those_of_all_meals_drawn_in_order(farm, acting, meals, changed):
    ids = {}
    for day, name, grams in meals:
        new = NewMeal(placement=farm.placements[name], at=at(day, 9), grams=grams, feed=farm.feed)
        [id] = record_meals([new])
        ids[id] = new
    for which, grams in changed:
        if not ids:
            break
        id = sorted(ids)[which % len(ids)]
        if grams:
            ids[id] = replace(ids[id], grams=grams)
            correct_meal(id, ids[id], reason="typed wrong")
        else:
            withdraw_meal(id, reason="not fed")
            del ids[id]
    order = sorted(ids, key=lambda id: (ids[id].at, ids[id].placement))
    lots = list(FeedLot.objects.order_by("delivered", "id"))
    days = np.array([(ids[id].at.date() - on(0)).days for id in order], np.int64)
    expected = allocate_draws(
        np.array([ids[id].grams for id in order], np.int64),
        days,
        np.array([lot.grams for lot in lots]),
        np.array([(lot.delivered - on(0)).days for lot in lots]),
    )
    assert {
        (order[meal], lots[lot].pk, int(grams))
        for meal, lot, grams in zip(expected.meal, expected.lot, expected.grams, strict=True)
    } == set(Draw.objects.values_list("meal_id", "lot_id", "grams"))
    prices = np.array([lot.price_per_kg for lot in lots], np.int64)
    costs = dict(Meal.objects.values_list("pk", "cost"))
    assert [costs[id] for id in order] == compute_meal_costs(expected, prices, len(order)).tolist()
    for id in ids:
        withdraw_meal(id, reason="not fed")
