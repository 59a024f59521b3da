"""Draws of meals from deliveries, first in, first out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.exchange.problems import Problems
from grilse.exchange.reader import build_empty_table
from grilse.exchange.rows import TableRows
from grilse.exchange.rules.feed import check_feed
from grilse.exchange.tables import TABLES
from grilse.feeding.fifo import StockShortage, allocate_draws, compute_meal_costs
from grilse.textfiles.cells import NULL

DAY = 86_400_000_000


def build_rows(table, problems, **columns):
    size = len(next(iter(columns.values())))
    table_rows = TableRows(TABLES[table], f"{table}.csv", np.arange(size) + 2, columns, problems)
    table_rows.columns |= {key: np.asarray(values) for key, values in columns.items()}
    return table_rows


def list_problems(meals, lots, draws, dearer=0):
    """Return what is said of one store and product: meals (at, grams), lots (day, grams), draws."""
    problems = Problems()
    zeros = np.zeros(len(lots), np.int32)
    tables = {
        "meals": build_rows(
            "meals",
            problems,
            placement=np.zeros(len(meals), np.int32),
            at=meals[:, 0],
            kg=meals[:, 1],
            cost=compute_meal_costs(draws, np.full(len(lots), 1450), len(meals)) + dearer,
        ),
        "feed_lots": build_rows(
            "feed_lots",
            problems,
            lot=np.array([str(number) for number in range(len(lots))], object),
            feed_store=zeros,
            feed=zeros,
            delivered=lots[:, 0],
            kg=lots[:, 1],
            price_per_kg=np.full(len(lots), 1450),
            counted_at=np.full(len(lots), NULL),
        ),
        "draws": build_rows(
            "draws",
            problems,
            placement=np.zeros(len(draws.meal), np.int32),
            at=meals[draws.meal, 0],
            lot=draws.lot.astype(np.int32),
            kg=draws.grams,
        ),
    }
    tables["draws"].referenced_tables = {"lot": tables["feed_lots"]}
    tables["feed_lots"].referenced_tables = {
        "feed_store": build_rows("feed_stores", problems, feed_store=np.array(["Barge"], object)),
        "feed": build_rows("feeds", problems, feed=np.array(["Grower 3"], object)),
    }
    tables["feed_stores"] = build_rows("feed_stores", problems, feed_store=np.zeros(0, object), capacity_kg=np.zeros(0))
    named = tables | {"feeds": None}
    tables |= {name: build_empty_table(TABLES[name], named, problems) for name in ("store_adjustments", "store_draws")}
    check_feed(tables)
    return [str(problem) for problem in problems.listed]


GRAMS = st.lists(st.integers(1, 500), min_size=1, max_size=12)


@given(GRAMS, GRAMS)
def test_what_the_store_draws_is_sound(fed, delivered):
    delivered.append(sum(fed))
    meals = np.array([(number * DAY, grams) for number, grams in enumerate(fed)])
    lots = np.array([(0, grams) for grams in delivered])

    assert list_problems(meals, lots, allocate_draws(meals[:, 1], meals[:, 0] // DAY, lots[:, 1], lots[:, 0])) == []


@pytest.fixture
def sound_store():
    meals = np.array([(DAY, 300), (2 * DAY, 300)])
    lots = np.array([(0, 400), (1, 400)])
    return meals, lots, allocate_draws(meals[:, 1], meals[:, 0] // DAY, lots[:, 1], lots[:, 0])


def test_a_meal_whose_draws_are_not_its_mass_is_named(sound_store):
    meals, lots, draws = sound_store
    meals[1, 1] = 301

    assert "meals.csv line 3: kg '0.301': its draws are 0.300 kg" in list_problems(meals, lots, draws)


def test_a_meal_that_costs_something_else_than_its_draws_is_named(sound_store):
    assert list_problems(*sound_store, dearer=1) == [
        "meals.csv line 2: cost '436': its draws cost 435",
        "meals.csv line 3: cost '436': its draws cost 435",
    ]


def test_a_lot_drawn_beyond_its_mass_is_named(sound_store):
    meals, lots, draws = sound_store
    lots[0, 1] = 399

    assert "feed_lots.csv line 2: lot '0': 0.400 kg drawn of 0.399 kg" in list_problems(meals, lots, draws)


def test_a_draw_before_its_delivery_is_named(sound_store):
    meals, lots, draws = sound_store
    lots = np.array([(0, 400), (1, 400), (3, 400)])
    late = type(draws)(draws.meal, np.where(draws.lot == 1, 2, 0), draws.grams)

    assert any("before the lot was delivered" in line for line in list_problems(meals, lots, late))


SHORT = (
    "Barge does not hold enough Grower 3 for a meal on 1970-01-03: enter the delivery first, or a smaller meal;"
    " if more is there, enter a count of the store"
)


@pytest.mark.parametrize("lot", [(3, 400), (1, 199)], ids=["it comes later", "it is too small"])
def test_a_meal_that_the_store_cannot_cover_is_refused_in_the_words_of_the_store(sound_store, lot):
    meals, lots, draws = sound_store
    lots[1] = lot

    assert list_problems(meals, lots, draws) == [f"meals.csv line 3: kg '0.3': {SHORT}"]


@given(GRAMS, GRAMS, st.data())
def test_a_package_is_refused_when_the_store_would_refuse_its_meals(fed, delivered, data):
    days = st.lists(st.integers(0, 9), min_size=len(delivered), max_size=len(delivered))
    meals = np.array([(number * DAY, grams) for number, grams in enumerate(fed)])
    lots = np.array(list(zip(sorted(data.draw(days)), delivered, strict=True)))
    lots = np.append(lots, [(9, sum(fed))], axis=0)
    blind = allocate_draws(meals[:, 1], meals[:, 0] * 0, lots[:, 1], lots[:, 0] * 0)
    problems = list_problems(meals, lots, blind)
    assert [line.partition(": ")[0] for line in problems] == find_uncovered_meal(meals, lots)


def find_uncovered_meal(meals, lots):
    """Return the place of the meal that the store would refuse, if any."""
    try:
        allocate_draws(meals[:, 1], meals[:, 0] // DAY, lots[:, 1], lots[:, 0])
    except StockShortage as error:
        return [f"meals.csv line {error.meal + 2}"]
    return []


def test_a_newer_lot_before_an_older_one_is_named(sound_store):
    meals, lots, draws = sound_store
    swapped = type(draws)(draws.meal, 1 - draws.lot, draws.grams)

    assert any("not first in, first out" in line for line in list_problems(meals, lots, swapped))
