"""The laws of feed: meals draw on deliveries, the oldest first, at their price."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.exchange.rules.feed import find_draws_out_of_order
from grilse.exchange.sorting import find_positions
from grilse.feeding.fifo import Draws, compute_meal_costs
from grilse.generator.check.result import Check, check_law

MEALS = (
    "SELECT id, (at AT TIME ZONE 'UTC')::date AS day, at, grams, cost FROM feeding_meal ORDER BY id",
    {"id": "int8", "day": "date", "at": "timestamptz", "grams": "int8", "cost": "int8"},
)
LOTS = (
    "SELECT id, store_id, feed_id, delivered, grams, price_per_kg, drawn FROM feeding_feedlot ORDER BY id",
    {
        **dict.fromkeys(("id", "store_id", "feed_id", "grams", "drawn"), "int8"),
        "delivered": "date",
        "price_per_kg": "int4",
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
    store = lots["store_id"] * (int(lots["feed_id"].max(initial=0)) + 1) + lots["feed_id"]
    wrong = find_draws_out_of_order(store, lots["delivered"], lots["grams"], lot, meals["at"][meal], grams)
    yield check_law("the oldest delivery of a product in a store is drawn first", int(wrong.sum()))


def check_meal_draws(meals: dict[str, NDArray[Any]], lots: dict[str, NDArray[Any]], draws: Draws) -> Iterator[Check]:
    """Yield that the draws of each meal with draws add up to its mass and its cost."""
    drawn = np.zeros(len(meals["id"]), np.int64)
    np.add.at(drawn, draws.meal, draws.grams)
    fed = drawn > 0
    wrong = fed & (drawn != meals["grams"])
    yield check_law("the draws of each meal are its mass", int(wrong.sum()), f"{int(fed.sum()):,} meals")
    cost = compute_meal_costs(draws, lots["price_per_kg"].astype(np.int64), len(fed))
    off = fed & (cost != meals["cost"]) & (meals["cost"] >= 0)
    yield check_law("each meal costs what its draws cost", int(off.sum()))


def check_lot_draws(lots: dict[str, NDArray[Any]], lot: NDArray[np.int64], grams: NDArray[np.int64]) -> Iterator[Check]:
    """Yield that no lot is overdrawn, and that each stores the sum of its draws."""
    drawn = np.zeros(len(lots["id"]), np.int64)
    np.add.at(drawn, lot, grams)
    over = (drawn > lots["grams"]) | (lots["drawn"] > lots["grams"])
    yield check_law("no lot is overdrawn", int(over.sum()), f"{len(over):,} lots")
    yield check_law("each lot says what was drawn of it", int((drawn != lots["drawn"]).sum()))
