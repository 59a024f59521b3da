"""Appends the days of the feed stores of one site: meals, deliveries, and what the meals draw."""

import os
from datetime import timedelta
from typing import Any

import numpy as np
import psycopg
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.feeding.models import Feed
from grilse.generator.advance.batch_days import OPEN, AdvancedShard, AdvanceTask, CannotContinue, record_advance
from grilse.generator.load.database_sink import DatabaseSink
from grilse.generator.load.store_shard import read_meals_by_store, write_supplies
from grilse.generator.observation.feed_supply import PRODUCTS, OpeningStock, supply_meals
from grilse.generator.observation.records import Columns, take_rows
from grilse.science.days import to_epoch_day
from grilse.science.time_zones import compute_local_days


def advance_store(task: AdvanceTask) -> AdvancedShard:
    """Append the days of the stores of a site in one transaction; stores that people renamed stay as they are."""
    try:
        return _append_days(task)
    except CannotContinue as refusal:
        return AdvancedShard({}, refusal=f"feed of {task.key}: {refusal}")


def _append_days(task: AdvanceTask) -> AdvancedShard:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("SET LOCAL synchronous_commit = off")
        sink = DatabaseSink(connection, task.company)
        since = task.after + timedelta(days=1)
        by_store = read_meals_by_store(task.run, task.key, since)
        if by_store:
            _lock_stores(connection, task.company, list(by_store))
            _refuse_missing_stores(sink, list(by_store))
            _write_days(sink, task, by_store)
        record_advance(sink, task, task.run.plan.until)
    return AdvancedShard(sink.rows)


def _write_days(sink: DatabaseSink, task: AdvanceTask, by_store: dict[str, Columns]) -> None:
    run, until = task.run, to_epoch_day(task.run.plan.until)
    zone = run.world.get_site_geography(task.key).time_zone
    stocks = _read_stocks(sink, task.company, list(by_store))
    supplies, held = {}, {}
    for store, meals in sorted(by_store.items()):
        held[store], opening = stocks[store]
        own = take_rows(meals, _find_possible_meals(sink.connection, task, meals, zone))
        supplies[store] = supply_meals(run.world, store, own, run.seed, until, opening)
    write_supplies(sink, supplies, held)


def _find_possible_meals(connection: Connection[Any], task: AdvanceTask, meals: Columns, zone: str) -> Any:
    """Return which meals are of fish that are there; a day on which people have fed a placement is theirs.

    The meals after the last day are kept, for the deliveries.
    """
    day = compute_local_days(meals["at"], [zone], np.zeros(meals["at"].size, np.int64))
    names = np.unique(meals["placement"])
    arguments = {"company": task.company, "names": names.tolist(), "after": task.after, "run": task.run.key}
    kinds = {"name": "text", "stop": "date", "until": "date"}
    rows = read_columns(connection, PLACEMENTS, kinds, arguments)
    place = {name: row for row, name in enumerate(rows["name"].tolist())}
    positions = np.array([place.get(name, -1) for name in meals["placement"].tolist()], np.int64)
    ends = np.where(rows["stop"] < 0, OPEN, rows["stop"])
    # The history of a batch may not have gone on as far as that of its site.
    ends = np.minimum(ends, np.where(rows["until"] < 0, OPEN, rows["until"] + 1))
    possible = (positions >= 0) & (day < np.append(ends, -1)[positions])
    fed = read_columns(connection, FED, {"name": "text", "day": "int8"}, {**arguments, "zone": zone})
    theirs = set(zip(fed["name"].tolist(), fed["day"].tolist(), strict=True))
    if theirs:
        keys = zip(meals["placement"].tolist(), day.tolist(), strict=True)
        possible &= np.array([key not in theirs for key in keys], np.bool_)
    return (possible & (day > to_epoch_day(task.after))) | (day > to_epoch_day(task.run.plan.until))


def _lock_stores(connection: Connection[Any], company: int, stores: list[str]) -> None:
    """Lock the stores until the transaction ends, as editors do."""
    connection.execute(LOCK_STORES, [company, stores])


def _refuse_missing_stores(sink: DatabaseSink, stores: list[str]) -> None:
    try:
        sink.find_keys(FeedStore, stores)
        sink.find_keys(Feed, [product["name"] for product in PRODUCTS])
    except GrilseError as missing:
        raise CannotContinue(str(missing)) from None


def _read_stocks(sink: DatabaseSink, company: int, stores: list[str]) -> dict[str, tuple[Any, OpeningStock]]:
    """Return the ids of the lots of each store that hold feed, and what they hold, in the order of drawing."""
    feeds = sink.find_keys(Feed, [product["name"] for product in PRODUCTS]).columns["id"]
    place = {int(feed): position for position, feed in enumerate(np.asarray(feeds).tolist())}
    lots = read_columns(sink.connection, LOTS, LOT_KINDS, {"company": company, "stores": stores})
    counts = dict(sink.connection.execute(LOT_COUNTS, {"company": company, "stores": stores}).fetchall())
    stocks = {}
    for store in stores:
        own = take_rows(lots, lots["store"] == store)
        known = np.array([feed in place for feed in own["feed"].tolist()], np.bool_)
        own = take_rows(own, known)
        stocks[store] = (
            own["id"],
            OpeningStock(
                feed=np.array([place[feed] for feed in own["feed"].tolist()], np.int64),
                grams=own["grams"],
                price_per_kg=own["price"].astype(np.int64),
                lots_before=int(counts.get(store, 0)),
            ),
        )
    return stocks


LOCK_STORES = """
SELECT id FROM farm_feedstore WHERE company_id = %s AND name = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
LOT_KINDS = {"store": "text", "id": "int8", "feed": "int8", "grams": "int8", "price": "int4"}
LOTS = """
SELECT s.name AS store, l.id, l.feed_id AS feed, l.grams - l.drawn AS grams, l.price_per_kg AS price
  FROM feeding_feedlot l JOIN farm_feedstore s ON s.id = l.store_id
 WHERE s.company_id = %(company)s AND s.name = ANY(%(stores)s) AND l.drawn < l.grams
 ORDER BY l.delivered, l.counted_at NULLS FIRST, l.number COLLATE "C"
"""
# Generated lots are numbered by their store.
LOT_COUNTS = """
SELECT s.name, max(substr(l.number, length(s.name) + 3)::bigint) FROM feeding_feedlot l
  JOIN farm_feedstore s ON s.id = l.store_id
 WHERE s.company_id = %(company)s AND s.name = ANY(%(stores)s)
   AND l.number ~ '-L[0-9]{4,9}$' AND starts_with(l.number, s.name || '-L')
 GROUP BY 1
"""
PLACEMENTS = """
SELECT p.name, coalesce(p.stop, 'infinity') AS stop, coalesce(s.until, 'infinity') AS until FROM stock_placement p
  JOIN stock_batch b ON b.id = p.batch_id
  JOIN generator_shard s ON s.company_id = p.company_id AND s.run = %(run)s AND s.kind = 'batch' AND s.key = b.number
 WHERE p.company_id = %(company)s AND p.name = ANY(%(names)s)
"""
FED = """
SELECT DISTINCT p.name, (m.at AT TIME ZONE %(zone)s)::date - date '1970-01-01' AS day
  FROM stock_placement p JOIN feeding_meal m ON m.placement_id = p.id AND m.at >= %(after)s
 WHERE p.company_id = %(company)s AND p.name = ANY(%(names)s)
   AND (m.at AT TIME ZONE %(zone)s)::date > %(after)s
"""
