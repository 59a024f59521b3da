"""What lies in the feed stores of a package."""

import numpy as np
import pytest

from grilse.exchange.problems import Problems
from grilse.exchange.reader import build_empty_table
from grilse.exchange.rows import TableRows
from grilse.exchange.rules.feed import check_store_capacity
from grilse.exchange.tables import TABLES
from grilse.textfiles.cells import NULL

DAY = 86_400_000_000
# Store, day of delivery, grams; then lot, day of the meal, grams.
LOTS = [(0, 1, 500_000), (0, 4, 400_000), (1, 1, 900_000), (0, 4, 100_000)]
DRAWS = [(0, 2, 200_000), (0, 4, 300_000), (2, 2, 900_000)]


def build_rows(table, problems, **columns):
    size = len(next(iter(columns.values())))
    table_rows = TableRows(TABLES[table], f"{table}.csv", np.arange(size) + 2, columns, problems)
    table_rows.columns |= {key: np.asarray(values) for key, values in columns.items()}
    return table_rows


def list_problems(capacity, lots=LOTS, draws=DRAWS):
    """Return what is said of two stores, the second of 1 t."""
    problems = Problems()
    store, day, kg = np.array(lots).T
    lot, meal, drawn = np.array(draws, np.int64).reshape(-1, 3).T
    stores = build_rows("feed_stores", problems, feed_store=np.array(["Barge", "Silo"], object))
    stores.columns["capacity_kg"] = np.array([capacity, 1000.0])
    tables = {
        "feed_stores": stores,
        "feed_lots": build_rows(
            "feed_lots",
            problems,
            feed_store=store.astype(np.int32),
            delivered=day,
            kg=kg,
            counted_at=np.full(len(day), NULL),
        ),
        "draws": build_rows("draws", problems, lot=lot.astype(np.int32), at=meal * DAY + 1, kg=drawn),
    }
    tables["feed_lots"].referenced_tables = {"feed_store": stores}
    tables["store_draws"] = build_empty_table(TABLES["store_draws"], tables | {"feeds": None}, problems)
    check_store_capacity(tables)
    return [str(problem) for problem in problems.listed]


def test_stores_that_hold_what_comes_are_sound():
    assert list_problems(capacity=800.0) == []


def test_a_store_that_is_too_full_is_refused_in_the_words_of_the_store():
    """On the morning of day 4, 300 kg are left and 500 come, in two deliveries."""
    why = (
        "Barge holds at most 799 kg and would hold 800 kg on 1970-01-05:"
        " enter the meals before it first, or a smaller delivery; if less is there, enter a count of the store"
    )
    assert list_problems(capacity=799.0) == [f"feed_lots.csv line 3: kg '400': {why}"]


@pytest.mark.parametrize("capacity", [1.0, 450.0])
def test_the_first_overfull_day_of_each_store_is_reported(capacity):
    [problems] = list_problems(capacity)
    assert "would hold 500 kg on 1970-01-02" in problems


def test_deliveries_without_draws_are_not_judged():
    assert list_problems(1.0, draws=[]) == []
