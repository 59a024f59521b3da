"""The laws of feed: what was eaten was delivered, oldest first, and cost what it cost."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.exchange.sorting import find_positions
from grilse.feeding.fifo import Draws, compute_meal_costs, find_draws_out_of_order, number_feed_stocks
from grilse.generator.check.result import Check, check_law

MEALS = (
    "SELECT id, (at AT TIME ZONE 'UTC')::date AS day, at, grams, cost FROM feeding_meal ORDER BY id",
    {"id": "int8", "day": "date", "at": "timestamptz", "grams": "int8", "cost": "int8"},
)
LOTS = (
    "SELECT id, store_id, feed_id, delivered, grams, price_per_kg, drawn FROM feeding_feedlot ORDER BY id",
    {
        "id": "int8",
        "store_id": "int8",
        "feed_id": "int8",
        "delivered": "date",
        "grams": "int8",
        "price_per_kg": "int4",
        "drawn": "int8",
    },
)
DRAWS = ("SELECT meal_id, lot_id, grams FROM feeding_draw", {"meal_id": "int8", "lot_id": "int8", "grams": "int8"})


def check_feed(connection: Connection[Any]) -> Iterator[Check]:
    """Yield the laws of draws; three statements."""
    meals, lots, draws = (read_columns(connection, query, kinds) for query, kinds in (MEALS, LOTS, DRAWS))
    meal, lot = find_positions(meals["id"], draws["meal_id"]), find_positions(lots["id"], draws["lot_id"])
    lost = (meal < 0) | (lot < 0)
    yield check_law("every draw is of a meal and a lot that exist", int(lost.sum()), f"{len(lost):,} draws")
    grams, meal, lot = draws["grams"][~lost], meal[~lost], lot[~lost]
    yield from check_meal_draws(meals, lots, Draws(meal, lot, grams))
    yield from check_lot_draws(lots, lot, grams)
    early = meals["day"][meal] < lots["delivered"][lot]
    yield check_law("no lot is drawn before its delivery", int(early.sum()))
    store = number_feed_stocks(lots["store_id"], lots["feed_id"])
    wrong = find_draws_out_of_order(store, lots["delivered"], lots["grams"], lot, meals["at"][meal], grams)
    yield check_law("the oldest delivery of a product in a store is drawn first", int(wrong.sum()))


def check_meal_draws(meals: dict[str, NDArray[Any]], lots: dict[str, NDArray[Any]], draws: Draws) -> Iterator[Check]:
    """Yield that each meal that drew from a store drew its mass, and costs what that cost."""
    drawn = np.zeros(len(meals["id"]), np.int64)
    np.add.at(drawn, draws.meal, draws.grams)
    fed = drawn > 0
    wrong = fed & (drawn != meals["grams"])
    yield check_law("the draws of each meal are its mass", int(wrong.sum()), f"{int(fed.sum()):,} meals")
    cost = compute_meal_costs(draws, lots["price_per_kg"].astype(np.int64), len(fed))
    off = fed & (cost != meals["cost"]) & (meals["cost"] >= 0)
    yield check_law("each meal costs what its draws cost", int(off.sum()))


def check_lot_draws(lots: dict[str, NDArray[Any]], lot: NDArray[np.int64], grams: NDArray[np.int64]) -> Iterator[Check]:
    """Yield that no lot is overdrawn, and that each says what was drawn of it."""
    drawn = np.zeros(len(lots["id"]), np.int64)
    np.add.at(drawn, lot, grams)
    over = (drawn > lots["grams"]) | (lots["drawn"] > lots["grams"])
    yield check_law("no lot is overdrawn", int(over.sum()), f"{len(over):,} lots")
    yield check_law("each lot says what was drawn of it", int((drawn != lots["drawn"]).sum()))
