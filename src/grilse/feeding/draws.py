"""The draws of meals from deliveries, computed again from a time on."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.bulk.copy import read_columns
from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.farm.site_names import find_label
from grilse.farm.time_zones import build_day_sql
from grilse.feeding import messages
from grilse.feeding.feed_stocks import ZONE_OF_STORE, FeedStock
from grilse.feeding.fifo import Draws, StockShortage, allocate_draws, compute_meal_costs
from grilse.feeding.models import Draw, Feed, Meal
from grilse.science.days import from_epoch_day
from grilse.stock.changes import get_psycopg_connection

Columns = dict[str, NDArray[Any]]


def redraw_meals(company: int, stock: FeedStock, since: datetime, new: Collection[int] = ()) -> None:
    """Allocate the meals of a feed stock from a time on again, `new` ones included; write changed draws and costs.

    Earlier meals keep their draws: under first in, first out, no later event changes them.
    """
    arguments = {"store": stock.store, "feed": stock.feed, "since": since, "new": sorted(new)}
    connection = get_psycopg_connection()
    lots = read_columns(connection, LOTS, LOT_KINDS, arguments)
    meals = read_columns(connection, MEALS, MEAL_KINDS, arguments)
    old = read_columns(connection, STORED_DRAWS, OLD_KINDS, arguments)
    before = int(lots["drawn"].sum() - old["grams"].sum())
    drawn = _allocate_meals(stock, meals, lots, before)
    fresh = {"meal": meals["id"][drawn.meal], "lot": lots["id"][drawn.lot], "grams": drawn.grams}
    _write_draws(company, old, fresh)
    cost = compute_meal_costs(drawn, lots["price"].astype(np.int64), len(meals["id"]))
    _write_costs(meals, cost)


def _allocate_meals(stock: FeedStock, meals: Columns, lots: Columns, before: int) -> Draws:
    """Return the draws of the meals; earlier meals drew `before` grams."""
    day = meals["day"].astype(np.int64)
    # All earlier meals together are one meal in front of the others, on the day of the first.
    head = [before] if before and len(day) else []
    try:
        draws = allocate_draws(
            np.array([*head, *meals["grams"].tolist()], np.int64),
            np.array([*day[: len(head)].tolist(), *day.tolist()], np.int64),
            lots["grams"],
            lots["delivered"].astype(np.int64),
        )
    except StockShortage as error:
        when = from_epoch_day(day[max(error.meal - len(head), 0)])
        store, feed = FeedStore.objects.get(pk=stock.store), Feed.objects.get(pk=stock.feed)
        raise GrilseError(messages.describe_shortage(find_label(store), feed.name, when)) from None
    mine = draws.meal >= len(head)
    return Draws(draws.meal[mine] - len(head), draws.lot[mine], draws.grams[mine])


def _write_draws(company: int, old: Columns, fresh: Columns) -> None:
    """Delete the stored draws that are not among the new ones, and insert the others; two statements at most."""
    stored_draws = set(zip(*(old[name].tolist() for name in ("meal", "lot", "grams")), strict=True))
    new_draws = set(zip(*(fresh[name].tolist() for name in ("meal", "lot", "grams")), strict=True))
    gone = sorted(stored_draws - new_draws)
    if gone:
        arguments = {"meals": [row[0] for row in gone], "lots": [row[1] for row in gone]}
        get_psycopg_connection().execute(DELETE_DRAWS, arguments)
    Draw.objects.bulk_create(
        Draw(company_id=company, meal_id=meal, lot_id=lot, grams=grams)
        for meal, lot, grams in sorted(new_draws - stored_draws)
    )


def _write_costs(meals: Columns, cost: NDArray[np.int64]) -> None:
    differ = np.flatnonzero(meals["cost"] != cost)
    rows = [Meal(pk=int(meals["id"][i]), cost=int(cost[i])) for i in differ]
    if rows:
        Meal.objects.bulk_update(rows, ["cost"], batch_size=1000)


LOT_KINDS = {"id": "int8", "delivered": "date", "grams": "int8", "drawn": "int8", "price": "int4"}
LOTS = """
SELECT id, delivered, grams, drawn, price_per_kg AS price FROM feeding_feedlot
 WHERE store_id = %(store)s AND feed_id = %(feed)s ORDER BY delivered, id
"""
# A meal belongs to the stock that it drew from; a new meal has no draws yet.
MEAL_KINDS = {"id": "int8", "day": "date", "grams": "int8", "cost": "int8"}
MEALS = f"""
SELECT m.id, {build_day_sql("m.at", ZONE_OF_STORE)} AS day, m.grams, m.cost FROM feeding_meal m
 WHERE m.at >= %(since)s AND (m.id = ANY(%(new)s::bigint[]) OR m.id IN (
   SELECT d.meal_id FROM feeding_feedlot l JOIN feeding_draw d ON d.lot_id = l.id
    WHERE l.store_id = %(store)s AND l.feed_id = %(feed)s))
 ORDER BY m.at, m.id
"""
OLD_KINDS = {"meal": "int8", "lot": "int8", "grams": "int8"}
STORED_DRAWS = """
SELECT d.meal_id AS meal, d.lot_id AS lot, d.grams
  FROM feeding_feedlot l JOIN feeding_draw d ON d.lot_id = l.id JOIN feeding_meal m ON m.id = d.meal_id
 WHERE l.store_id = %(store)s AND l.feed_id = %(feed)s AND m.at >= %(since)s
"""
DELETE_DRAWS = """
DELETE FROM feeding_draw d USING unnest(%(meals)s::bigint[], %(lots)s::bigint[]) AS g (meal, lot)
 WHERE d.meal_id = g.meal AND d.lot_id = g.lot
"""
