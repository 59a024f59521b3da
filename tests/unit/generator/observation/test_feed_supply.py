"""Feed stores are filled before they run out, and every gram of a meal comes from a lot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grilse.generator.observation.feed_supply import PRODUCTS, find_store, supply_meals

SEED = 3
DAY = 86_400_000_000
FIRST = 19_000
LAST = FIRST + 1000


def build_meals(days, grams, feeds):
    """Meals at noon of some days."""
    columns = {"at": np.array(days) * DAY + DAY // 2, "grams": np.array(grams), "feed": np.array(feeds)}
    return {name: values.astype(np.int64) for name, values in columns.items()}


def build_growing_meals(days=300, pens=5):
    """Meals of pens whose fish grow, two products over, and of the next year-class after a fallow time."""
    rows = [
        (start + day, 200_000 + 9_000 * day + 1000 * pen, 5 + (day > 100 + pen) + (day > 200))
        for start in (FIRST, FIRST + days + 80)
        for day in range(days)
        for pen in range(pens)
    ]
    return build_meals(*zip(*rows, strict=True))


@pytest.fixture(scope="module")
def barge(world):
    return next(store for store in world.feed_stores if store.area)


@pytest.fixture(scope="module")
def meals():
    return build_growing_meals()


@pytest.fixture(scope="module")
def supply(world, barge, meals):
    return supply_meals(world, barge.name, meals, SEED, LAST)


def test_draws_of_every_meal_sum_to_its_grams(supply, meals):
    drawn = np.zeros_like(meals["grams"])
    np.add.at(drawn, supply.draws.meal, supply.draws.grams)
    assert drawn.tolist() == meals["grams"].tolist()


def test_no_lot_is_overdrawn_and_what_was_drawn_is_kept(supply):
    drawn = np.zeros_like(supply.lots["grams"])
    np.add.at(drawn, supply.draws.lot, supply.draws.grams)
    assert drawn.tolist() == supply.lots["drawn"].tolist()
    assert (drawn <= supply.lots["grams"]).all()


def test_a_meal_eats_its_own_product_delivered_by_its_day(supply, meals):
    draws = supply.draws
    assert (supply.lots["feed"][draws.lot] == meals["feed"][draws.meal]).all()
    assert (supply.lots["delivered"][draws.lot] <= (meals["at"] // DAY)[draws.meal]).all()


def test_cost_is_the_price_of_the_lots_drawn(supply, meals):
    spent = [0] * meals["grams"].size
    for meal, lot, grams in zip(supply.draws.meal, supply.draws.lot, supply.draws.grams, strict=True):
        spent[meal] += int(grams) * int(supply.lots["price_per_kg"][lot])
    assert supply.cost.tolist() == [(value + 500) // 1000 for value in spent]


def test_the_store_is_never_fuller_than_it_can_hold(supply, meals, barge):
    days = np.arange(FIRST, FIRST + 800)
    delivered = np.cumsum(np.bincount(supply.lots["delivered"] - FIRST, supply.lots["grams"], days.size))
    eaten = np.cumsum(np.bincount(meals["at"] // DAY - FIRST, meals["grams"], days.size))
    morning = delivered - np.concatenate([[0.0], eaten[:-1]])
    assert morning.max() <= barge.capacity_kg * 1000
    assert (delivered >= eaten).all()


def test_silos_are_run_empty_before_the_site_lies_fallow(supply, meals):
    pause = FIRST + 340
    bought = supply.lots["grams"][supply.lots["delivered"] < pause].sum()
    eaten = meals["grams"][meals["at"] // DAY < pause].sum()
    assert 0 <= bought - eaten <= 25_000 * len(set(meals["feed"].tolist()))


def test_lots_are_numbered_in_the_order_of_delivery(supply, barge):
    assert supply.lots["number"][0] == f"{barge.name}-L0001"
    assert (np.diff(supply.lots["delivered"]) >= 0).all()
    assert len(set(supply.lots["number"].tolist())) == supply.lots["number"].size


def test_prices_are_near_the_list_and_a_seed_gives_the_same_again(supply, world, barge, meals):
    listed = np.array([product["price_per_kg"] for product in PRODUCTS])[supply.lots["feed"]]
    assert (np.abs(supply.lots["price_per_kg"] / listed - 1.0) < 0.4).all()
    again = supply_meals(world, barge.name, meals, SEED, LAST)
    assert again.lots["price_per_kg"].tolist() == supply.lots["price_per_kg"].tolist()
    other = supply_meals(world, barge.name, meals, SEED + 1, LAST)
    assert other.lots["price_per_kg"].tolist() != supply.lots["price_per_kg"].tolist()


def test_a_store_from_which_nothing_is_fed_buys_nothing(world, barge):
    supply = supply_meals(world, barge.name, build_meals([], [], []), SEED, LAST)
    assert supply.lots["grams"].size == supply.cost.size == supply.draws.grams.size == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 120), st.integers(1, 30_000_000), st.integers(0, 3)), min_size=1, max_size=60))
def test_any_meals_are_covered_from_lots_delivered_before_them(world, rows):
    rows = sorted(rows)
    meals = build_meals([FIRST + row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    supply = supply_meals(world, world.feed_stores[0].name, meals, SEED, LAST)
    drawn = np.zeros_like(meals["grams"])
    np.add.at(drawn, supply.draws.meal, supply.draws.grams)
    assert drawn.tolist() == meals["grams"].tolist()
    assert (supply.lots["delivered"][supply.draws.lot] <= (meals["at"] // DAY)[supply.draws.meal]).all()
    assert (supply.lots["drawn"] <= supply.lots["grams"]).all()


def test_pens_share_the_barges_of_their_area_evenly(world):
    area = world.areas[0].name
    stores = [find_store(world, pen.name) for pen in world.get_containers(area)]
    assert set(stores) == {store.name for store in world.get_stores(area)}
    assert stores == sorted(stores)


def test_tanks_are_fed_from_the_silo_of_their_hall(world):
    hall = world.halls[0].name
    assert {find_store(world, tank.name) for tank in world.get_containers(hall)} == {world.get_stores(hall)[0].name}
