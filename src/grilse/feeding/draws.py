"""The draws of meals and adjustments from lots, and the feed that counts added, computed again from a time on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from grilse.bulk.copy import read_queries
from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.farm.site_names import find_label
from grilse.feeding import messages
from grilse.feeding.feed_stocks import ZONE_OF_STORE, FeedStock
from grilse.feeding.fifo import (
    COUNT_DELAY,
    Draws,
    StockShortage,
    allocate_draws,
    compute_count_differences,
    compute_meal_costs,
    find_latest_lots,
)
from grilse.feeding.models import Draw, Feed, FeedLot, Meal, StoreAdjustment, StoreDraw
from grilse.science.days import from_epoch_day, to_epoch_day
from grilse.science.time_zones import compute_day_starts, compute_local_days
from grilse.stock.changes import get_psycopg_connection

Columns = dict[str, NDArray[Any]]
StoredDraw = tuple[bool, int, int, int]  # whether of a meal, id of the meal or adjustment, id of the lot, grams
MEAL, LOSS, COUNT = range(3)


@dataclass(frozen=True, slots=True)
class Allocation:
    """What meals and adjustments draw from which lots; a lot that a count adds has an id below 0 until it is saved."""

    lots: Columns
    draws: Draws
    difference: NDArray[np.int64]
    cost: NDArray[np.int64]


def redraw_stock(company: int, stock: FeedStock, since: datetime, new_meals: Collection[int] = ()) -> None:
    """Allocate the meals and adjustments of a feed stock from a time on again, and write what changed.

    Earlier ones keep their draws: under first in, first out, no later event changes them. At most ten statements.
    """
    arguments = {"store": stock.store, "feed": stock.feed, "since": since, "new": sorted(new_meals)}
    queries = [(LOTS, LOT_KINDS), (ENTRIES, ENTRY_KINDS), (STORED_DRAWS, DRAW_KINDS), (ZONE, ZONE_KINDS)]
    lots, entries, old, zones = read_queries(get_psycopg_connection(), queries, arguments)
    [zone] = zones["zone"].tolist()
    lots = order_lots(lots, zone)
    order = np.argsort(lots["id"])
    # What earlier entries drew is no longer there.
    lots["grams"] = lots["grams"] - lots["drawn"]
    np.add.at(lots["grams"], order[np.searchsorted(lots["id"], old["lot"], sorter=order)], old["grams"])
    allocation = allocate_stock(stock, entries, lots, zone)
    old_draws = set(zip(*(old[name].tolist() for name in DRAW_KINDS), strict=True))
    new_draws = set(_list_draws(entries, allocation))
    _delete_draws(old_draws - new_draws)
    ids = _save_counted_lots(company, stock, lots, allocation.lots, zone)
    _insert_draws(company, [(*draw[:2], ids.get(draw[2], draw[2]), draw[3]) for draw in new_draws - old_draws])
    _write_costs(entries, allocation)


def order_lots(lots: Columns, zone: str) -> Columns:
    """Return lots in the order in which they are drawn, with the time from which on: a delivery from its day on."""
    starts = compute_day_starts(lots["delivered"].astype(np.int64), [zone], np.zeros(len(lots["id"]), np.int64))
    lots = {**lots, "at": np.where(lots["is_counted"], lots["counted_at"] + COUNT_DELAY, starts)}
    order = np.argsort(lots["at"], kind="stable")
    return {name: lots[name][order] for name in ("id", "at", "delivered", "grams", "drawn", "price", "is_stale")}


def allocate_stock(stock: FeedStock, entries: Columns, lots: Columns, zone: str) -> Allocation:
    """Return the draws of entries from what is left in lots, and the lots that counts add; refuse shortages."""
    fixed = {name: values[~lots["is_stale"]] for name, values in lots.items()}
    of_lots, of_entries = np.zeros(len(fixed["at"]), np.int64), np.zeros(len(entries["at"]), np.int64)
    is_count = entries["kind"] == COUNT
    difference = compute_count_differences(
        of_lots, fixed["at"], fixed["grams"], of_entries, entries["at"], entries["grams"], is_count
    )
    amount = np.where(is_count, np.maximum(-difference, 0), entries["grams"])
    added = np.flatnonzero(difference > 0)
    latest = find_latest_lots(of_lots, fixed["at"], of_entries[added], entries["at"][added])
    if (latest < 0).any():
        day = _get_day(entries["at"][added[latest < 0][:1]], zone)
        raise GrilseError(messages.describe_count_before_deliveries(*_get_names(stock), day), field="grams")
    new_lots = _join_lots(lots, fixed, entries["at"][added], difference[added], fixed["price"][latest])
    drawing = np.flatnonzero(amount)
    try:
        draws = allocate_draws(amount[drawing], entries["at"][drawing], new_lots["grams"], new_lots["at"])
    except StockShortage as error:
        raise _build_shortage(stock, entries, int(drawing[error.meal]), zone) from None
    draws = Draws(drawing[draws.meal], draws.lot, draws.grams)
    cost = compute_meal_costs(draws, new_lots["price"].astype(np.int64), len(amount))
    cost[added] = -((difference[added] * fixed["price"][latest] + 500) // 1000)
    return Allocation(new_lots, draws, np.where(entries["kind"] == LOSS, -amount, difference), cost)


def _join_lots(
    lots: Columns, fixed: Columns, at: NDArray[Any], grams: NDArray[np.int64], price: NDArray[Any]
) -> Columns:
    """Return the lots with those that counts at some times add; one that is stored for its count keeps its id."""
    stored = dict(zip(lots["at"][lots["is_stale"]].tolist(), lots["id"][lots["is_stale"]].tolist(), strict=True))
    times = at + COUNT_DELAY
    ids = np.array([stored.get(time, -1 - place) for place, time in enumerate(times.tolist())], np.int64)
    added = {"id": ids, "at": times, "grams": grams, "price": price, "is_stale": np.ones(len(ids), np.bool_)}
    joined = {name: np.concatenate([fixed[name], values]) for name, values in added.items()}
    order = np.argsort(joined["at"], kind="stable")
    return {name: values[order] for name, values in joined.items()}


def _build_shortage(stock: FeedStock, entries: Columns, entry: int, zone: str) -> GrilseError:
    what = "a meal" if entries["kind"][entry] == MEAL else "a loss of feed"
    day = _get_day(entries["at"][entry : entry + 1], zone)
    return GrilseError(messages.describe_shortage(*_get_names(stock), day, what))


def _get_day(at: NDArray[np.int64], zone: str) -> date:
    return from_epoch_day(compute_local_days(at, [zone], np.zeros(1, np.int64))[0])


def _get_names(stock: FeedStock) -> tuple[str, str]:
    return find_label(FeedStore.objects.get(pk=stock.store)), Feed.objects.get(pk=stock.feed).name


def _list_draws(entries: Columns, allocation: Allocation) -> list[StoredDraw]:
    draws = allocation.draws
    columns = (entries["kind"][draws.meal] == MEAL, entries["id"][draws.meal], allocation.lots["id"][draws.lot])
    return list(zip(*(column.tolist() for column in (*columns, draws.grams)), strict=True))


def _delete_draws(gone: Collection[StoredDraw]) -> None:
    """Delete stored draws; two statements at most."""
    for is_meal, statement in ((True, DELETE_MEAL_DRAWS), (False, DELETE_STORE_DRAWS)):
        keys = sorted(draw[1:3] for draw in gone if draw[0] == is_meal)
        if keys:
            arguments = {"entries": [key[0] for key in keys], "lots": [key[1] for key in keys]}
            get_psycopg_connection().execute(statement, arguments)


def _insert_draws(company: int, new: Collection[StoredDraw]) -> None:
    """Insert draws; two statements at most."""
    Draw.objects.bulk_create(
        Draw(company_id=company, meal_id=entry, lot_id=lot, grams=grams)
        for is_meal, entry, lot, grams in sorted(new)
        if is_meal
    )
    StoreDraw.objects.bulk_create(
        StoreDraw(company_id=company, adjustment_id=entry, lot_id=lot, grams=grams)
        for is_meal, entry, lot, grams in sorted(new)
        if not is_meal
    )


def _save_counted_lots(company: int, stock: FeedStock, stored: Columns, lots: Columns, zone: str) -> dict[int, int]:
    """Write the lots that counts add, and delete those that they no longer add; return the ids of new ones.

    Three statements at most.
    """
    rows = [_build_lot(company, stock, lots, row, zone) for row in np.flatnonzero(lots["is_stale"]).tolist()]
    gone = np.setdiff1d(stored["id"][stored["is_stale"]], lots["id"])
    if len(gone):
        FeedLot.objects.filter(pk__in=gone.tolist()).delete()
    known = set(zip(*(stored[name].tolist() for name in ("id", "grams", "price", "delivered")), strict=True))
    changed = [
        row
        for row in rows
        if row.pk > 0 and (row.pk, row.grams, row.price_per_kg, to_epoch_day(row.delivered)) not in known
    ]
    if changed:
        FeedLot.objects.bulk_update(changed, ["grams", "price_per_kg", "delivered"])
    new = {row.pk: row for row in rows if row.pk < 0}
    for row in new.values():
        row.pk = None
    FeedLot.objects.bulk_create(new.values())
    return {mark: row.pk for mark, row in new.items()}


def _build_lot(company: int, stock: FeedStock, lots: Columns, row: int, zone: str) -> FeedLot:
    at = np.datetime64(int(lots["at"][row]) - COUNT_DELAY, "us").item().replace(tzinfo=UTC)
    return FeedLot(
        pk=int(lots["id"][row]),
        company_id=company,
        store_id=stock.store,
        feed_id=stock.feed,
        number=f"count {at:%Y-%m-%dT%H:%M:%S.%f} {stock.store}/{stock.feed}",
        delivered=at.astimezone(ZoneInfo(zone)).date(),
        counted_at=at,
        grams=int(lots["grams"][row]),
        price_per_kg=int(lots["price"][row]),
    )


def _write_costs(entries: Columns, allocation: Allocation) -> None:
    """Write the costs and differences that changed; two statements at most."""
    columns = (entries["kind"] == MEAL, entries["id"], allocation.cost, allocation.difference)
    is_changed = (entries["cost"] != allocation.cost) | (entries["difference"] != allocation.difference)
    rows = list(zip(*(column[is_changed].tolist() for column in columns), strict=True))
    meals = [Meal(pk=id, cost=cost) for is_meal, id, cost, _ in rows if is_meal]
    adjustments = [
        StoreAdjustment(pk=id, cost=cost, difference=grams) for is_meal, id, cost, grams in rows if not is_meal
    ]
    if meals:
        Meal.objects.bulk_update(meals, ["cost"], batch_size=1000)
    if adjustments:
        StoreAdjustment.objects.bulk_update(adjustments, ["cost", "difference"], batch_size=1000)


LOT_KINDS = {
    "id": "int8",
    "delivered": "date",
    "counted_at": "timestamptz",
    "grams": "int8",
    "drawn": "int8",
    "price": "int4",
    "is_counted": "bool",
    "is_stale": "bool",
}
LOTS = """
SELECT id, delivered, counted_at, grams, drawn, price_per_kg AS price, counted_at IS NOT NULL AS is_counted,
       coalesce(counted_at >= %(since)s, false) AS is_stale
  FROM feeding_feedlot WHERE store_id = %(store)s AND feed_id = %(feed)s ORDER BY number COLLATE "C"
"""
ZONE_KINDS = {"zone": "text"}
ZONE = f"SELECT {ZONE_OF_STORE} AS zone"
# A meal belongs to the stock that it drew from; a new meal has no draws yet. A count sees what left at its time.
ENTRY_KINDS = {"kind": "int4", "id": "int8", "at": "timestamptz", "grams": "int8", "cost": "int8", "difference": "int8"}
ENTRIES = f"""
SELECT kind, id, at, grams, cost, difference FROM (
SELECT {MEAL} AS kind, id, at, grams, cost, 0::bigint AS difference, placement_id AS turn FROM feeding_meal m
 WHERE m.at >= %(since)s AND (m.id = ANY(%(new)s::bigint[]) OR m.id IN (
   SELECT d.meal_id FROM feeding_feedlot l JOIN feeding_draw d ON d.lot_id = l.id
    WHERE l.store_id = %(store)s AND l.feed_id = %(feed)s))
 UNION ALL
SELECT CASE kind WHEN 'COUNT' THEN {COUNT} ELSE {LOSS} END, id, at, grams, cost, difference,
       array_position(ARRAY['SPILLED', 'SPOILED', 'RETURNED'], kind::text)
  FROM feeding_storeadjustment
 WHERE store_id = %(store)s AND feed_id = %(feed)s AND at >= %(since)s) entries
 ORDER BY at, kind, turn
"""
DRAW_KINDS = {"is_meal": "bool", "entry": "int8", "lot": "int8", "grams": "int8"}
STORED_DRAWS = """
SELECT true AS is_meal, d.meal_id AS entry, d.lot_id AS lot, d.grams
  FROM feeding_feedlot l JOIN feeding_draw d ON d.lot_id = l.id JOIN feeding_meal m ON m.id = d.meal_id
 WHERE l.store_id = %(store)s AND l.feed_id = %(feed)s AND m.at >= %(since)s
 UNION ALL
SELECT false, d.adjustment_id, d.lot_id, d.grams
  FROM feeding_feedlot l JOIN feeding_storedraw d ON d.lot_id = l.id
  JOIN feeding_storeadjustment a ON a.id = d.adjustment_id
 WHERE l.store_id = %(store)s AND l.feed_id = %(feed)s AND a.at >= %(since)s
"""
DELETE_DRAWS = """
DELETE FROM {} d USING unnest(%(entries)s::bigint[], %(lots)s::bigint[]) AS g (entry, lot)
 WHERE d.{} = g.entry AND d.lot_id = g.lot
"""
DELETE_MEAL_DRAWS = DELETE_DRAWS.format("feeding_draw", "meal_id")
DELETE_STORE_DRAWS = DELETE_DRAWS.format("feeding_storedraw", "adjustment_id")
