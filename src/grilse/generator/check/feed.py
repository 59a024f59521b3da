"""The laws of feed: what was eaten was delivered, oldest first, and cost what it cost."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read
from grilse.exchange.feed_rules import out_of_turn
from grilse.exchange.order import found
from grilse.feeding.fifo import Draws, cost_of
from grilse.generator.check.result import Check, law

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
DRAWS = (
    "SELECT meal_id, lot_id, grams FROM feeding_draw",
    {"meal_id": "int8", "lot_id": "int8", "grams": "int8"},
)


def check(connection: Connection[Any]) -> Iterator[Check]:
    """Yield the laws of draws; three statements."""
    meals, lots, draws = (read(connection, query, kinds) for query, kinds in (MEALS, LOTS, DRAWS))
    meal, lot = found(meals["id"], draws["meal_id"]), found(lots["id"], draws["lot_id"])
    lost = (meal < 0) | (lot < 0)
    yield law("every draw is of a meal and a lot that exist", int(lost.sum()), f"{len(lost):,} draws")
    grams, meal, lot = draws["grams"][~lost], meal[~lost], lot[~lost]
    yield from of_meals(meals, lots, Draws(meal, lot, grams))
    yield from of_lots(lots, lot, grams)
    early = meals["day"][meal] < lots["delivered"][lot]
    yield law("no lot is drawn before its delivery", int(early.sum()))
    store = lots["store_id"] * (int(lots["feed_id"].max(initial=0)) + 1) + lots["feed_id"]
    wrong = out_of_turn(store, lots["delivered"], lots["grams"], lot, meals["at"][meal], grams)
    yield law("the oldest delivery of a product in a store is drawn first", int(wrong.sum()))


def of_meals(meals: dict[str, NDArray[Any]], lots: dict[str, NDArray[Any]], draws: Draws) -> Iterator[Check]:
    """Yield that each meal that drew from a store drew its mass, and costs what that cost."""
    drawn = np.zeros(len(meals["id"]), np.int64)
    np.add.at(drawn, draws.meal, draws.grams)
    fed = drawn > 0
    wrong = fed & (drawn != meals["grams"])
    yield law("the draws of each meal are its mass", int(wrong.sum()), f"{int(fed.sum()):,} meals")
    cost = cost_of(draws, lots["price_per_kg"].astype(np.int64), len(fed))
    off = fed & (cost != meals["cost"]) & (meals["cost"] >= 0)
    yield law("each meal costs what its draws cost", int(off.sum()))


def of_lots(
    lots: dict[str, NDArray[Any]], lot: NDArray[np.int64], grams: NDArray[np.int64]
) -> Iterator[Check]:
    """Yield that no lot is overdrawn, and that each says what was drawn of it."""
    drawn = np.zeros(len(lots["id"]), np.int64)
    np.add.at(drawn, lot, grams)
    over = (drawn > lots["grams"]) | (lots["drawn"] > lots["grams"])
    yield law("no lot is overdrawn", int(over.sum()), f"{len(over):,} lots")
    yield law("each lot says what was drawn of it", int((drawn != lots["drawn"]).sum()))
