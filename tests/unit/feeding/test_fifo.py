"""Feed is drawn first in, first out, to the gram."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.feeding.fifo import StockShortage, allocate_draws, compute_meal_costs

MASSES = st.lists(st.integers(1, 5_000_000), max_size=40)


def build_masses(values):
    return np.array(values, np.int64)


def draw_in_one_day(meals, lots):
    return allocate_draws(meals, np.zeros_like(meals), lots, np.zeros_like(lots))


@st.composite
def draw_covered_meals(draw_value):
    """Meals, and lots that hold at least as much."""
    meals = build_masses(draw_value(MASSES))
    lots = build_masses(draw_value(MASSES))
    missing = int(meals.sum() - lots.sum())
    return meals, np.append(lots, missing) if missing > 0 else lots


def test_a_meal_takes_from_the_oldest_lot_first():
    draws = draw_in_one_day(build_masses([30, 50, 40]), build_masses([60, 100]))
    assert draws.meal.tolist() == [0, 1, 1, 2]
    assert draws.lot.tolist() == [0, 0, 1, 1]
    assert draws.grams.tolist() == [30, 30, 20, 40]


def test_no_meal_draws_nothing():
    assert draw_in_one_day(build_masses([]), build_masses([10])).grams.size == 0


def test_the_first_meal_that_the_lots_cannot_cover_is_named():
    with pytest.raises(StockShortage, match="meal 1") as refused:
        draw_in_one_day(build_masses([10, 1, 1]), build_masses([10]))
    assert refused.value.meal == 1


def test_a_lot_covers_the_meals_of_its_day_but_none_before():
    meals, lots = build_masses([5, 5]), build_masses([5, 5])
    assert allocate_draws(meals, build_masses([0, 3]), lots, build_masses([0, 3])).lot.tolist() == [0, 1]
    with pytest.raises(StockShortage):
        allocate_draws(meals, build_masses([0, 2]), lots, build_masses([0, 3]))


@given(draw_covered_meals())
def test_draws_of_a_meal_sum_to_its_mass(given_masses):
    meals, lots = given_masses
    draws = draw_in_one_day(meals, lots)
    drawn = np.zeros_like(meals)
    np.add.at(drawn, draws.meal, draws.grams)
    assert drawn.tolist() == meals.tolist()
    assert (draws.grams > 0).all()


@given(draw_covered_meals())
def test_no_lot_is_drawn_beyond_its_mass_nor_before_the_one_before_it_is_empty(given_masses):
    meals, lots = given_masses
    draws = draw_in_one_day(meals, lots)
    drawn = np.zeros_like(lots)
    np.add.at(drawn, draws.lot, draws.grams)
    assert (drawn <= lots).all()
    touched = int(np.count_nonzero(drawn))
    assert (drawn[: max(touched - 1, 0)] == lots[: max(touched - 1, 0)]).all()
    assert (drawn[touched:] == 0).all()


@given(draw_covered_meals())
def test_meals_and_lots_of_the_draws_never_go_back(given_masses):
    draws = draw_in_one_day(*given_masses)
    assert (np.diff(draws.meal) >= 0).all()
    assert (np.diff(draws.lot) >= 0).all()
    pairs = list(zip(draws.meal.tolist(), draws.lot.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)


@given(draw_covered_meals(), st.data())
def test_a_meal_is_drawn_from_lots_delivered_by_its_day_or_refused(given_masses, data):
    meals, lots = given_masses
    days = st.integers(0, 30)
    meal_day = np.sort(build_masses(data.draw(st.lists(days, min_size=meals.size, max_size=meals.size))))
    lot_day = np.sort(build_masses(data.draw(st.lists(days, min_size=lots.size, max_size=lots.size))))
    blind = draw_in_one_day(meals, lots)
    early = lot_day[blind.lot] > meal_day[blind.meal]
    if early.any():
        with pytest.raises(StockShortage) as refused:
            allocate_draws(meals, meal_day, lots, lot_day)
        assert refused.value.meal == blind.meal[early].min()
    else:
        assert allocate_draws(meals, meal_day, lots, lot_day).grams.tolist() == blind.grams.tolist()


@given(draw_covered_meals(), st.data())
def test_cost_is_the_price_of_what_was_drawn(given_masses, data):
    meals, lots = given_masses
    prices = build_masses(data.draw(st.lists(st.integers(1, 500), min_size=lots.size, max_size=lots.size)))
    draws = draw_in_one_day(meals, lots)
    expected = [0] * meals.size
    for meal, lot, grams in zip(draws.meal, draws.lot, draws.grams, strict=True):
        expected[meal] += int(grams) * int(prices[lot])
    assert compute_meal_costs(draws, prices, meals.size).tolist() == [(value + 500) // 1000 for value in expected]
