"""The laws of events, references, transfer orders, feed, shards and indexes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk import schema_objects
from grilse.bulk.copy import read_columns
from grilse.exchange.fingerprint import RowSum, compute_owner_digest, compute_table_hashes, sum_owner_rows
from grilse.exchange.original_rows import OriginalRows, iter_history_queries
from grilse.exchange.sorting import find_positions
from grilse.exchange.tables import TABLES
from grilse.farm.time_zones import build_day_sql, build_zone_joins
from grilse.feeding.fifo import (
    COUNT_DELAY,
    Draws,
    compute_count_differences,
    compute_meal_costs,
    find_draws_out_of_order,
    number_feed_stocks,
)
from grilse.feeding.models import FeedLot, Meal
from grilse.generator.check.result import Check, check_by_query, check_law, fetch_count
from grilse.science.time_zones import compute_day_starts
from grilse.stock.ledger import NOT_REPLACED
from grilse.stock.rules import LAST_DAY_COUNTS

EVENTS = {
    "weights": "weight sample",
    "harvest_grades": "harvest grade",
    "treatments": "treatment",
    "health_samples": "health sample",
    "meals": "meal",
    "lice": "lice count",
}
WITHIN_PLACEMENT = {
    **{event: (TABLES[name].database_table, "date", LAST_DAY_COUNTS[name]) for name, event in EVENTS.items()},
    "daily state": ("growth_dailystate", "date", False),
}
COLUMNS = {"treatment": "start", "meal": build_day_sql("x.at")}
# References without a foreign key constraint.
REFERENCES = {
    f"every {name} is of a {parent} that exists": (
        f"SELECT count(*) FROM {table} x WHERE NOT EXISTS ("
        f"SELECT FROM {parent_table} p WHERE p.id = x.{parent}_id AND p.company_id = x.company_id)"
    )
    for name, table, parent, parent_table in (
        ("reading", "environment_reading", "container", "farm_container"),
        ("daily environment", "environment_dailyenvironment", "container", "farm_container"),
        ("daily state", "growth_dailystate", "placement", "stock_placement"),
        ("batch state", "growth_batchstate", "batch", "stock_batch"),
    )
} | {
    "every day with temperature readings has a daily environment": (
        f"SELECT count(*) FROM (SELECT DISTINCT r.container_id, {build_day_sql('r.at')} AS date"
        f" FROM environment_reading r JOIN farm_container c ON c.id = r.container_id {build_zone_joins('c')}"
        " WHERE r.temperature_c IS NOT NULL) x WHERE NOT EXISTS ("
        "SELECT FROM environment_dailyenvironment d"
        " WHERE d.container_id = x.container_id AND d.date = x.date)"
    )
}
# The laws of transfer orders.
ORDERS = {
    "the movements of an order are transfers from its batch": (
        "SELECT count(*) FROM stock_movement m JOIN stock_transferorder o ON o.id = m.order_id"
        " JOIN stock_placement s ON s.id = m.source_id WHERE m.kind <> 'TRANSFER' OR s.batch_id <> o.batch_id"
    ),
    "planned and cancelled orders have no movements, all others have some": (
        # Withdrawn transfers keep their order, which can be cancelled then.
        "SELECT count(*) FROM stock_transferorder o WHERE CASE WHEN o.status IN ('planned', 'cancelled')"
        " THEN EXISTS (SELECT FROM stock_movement m WHERE m.order_id = o.id AND m.count > 0"
        f" AND {NOT_REPLACED.format('m')})"
        " ELSE NOT EXISTS (SELECT FROM stock_movement m WHERE m.order_id = o.id) END"
    ),
    "all transfers of a batch into a placement on one day belong to an order, or none": (
        "SELECT count(*) FROM (SELECT sum(m.count) AS got, sum(m.count) FILTER (WHERE m.order_id IS NOT NULL)"
        " AS ordered FROM stock_movement m JOIN stock_placement s ON s.id = m.source_id"
        # People may move fish without an order; loaded transfers all have one.
        f" WHERE m.kind = 'TRANSFER' AND m.author_id IS NULL AND {NOT_REPLACED.format('m')}"
        " GROUP BY m.date, m.target_id, s.batch_id) x WHERE got <> ordered"
    ),
}
RECORDED = (
    "SELECT company_id, kind, key, content_hash, table_hashes FROM generator_shard WHERE kind IN ('batch', 'store')"
    " ORDER BY company_id, kind, key"
)
MEALS = (
    f"""
SELECT m.id, {build_day_sql("m.at")} AS day, m.at, m.grams, m.cost
  FROM feeding_meal m JOIN stock_placement p ON p.id = m.placement_id
  JOIN farm_container c ON c.id = p.container_id {build_zone_joins("c")}
 ORDER BY m.id
""",
    {"id": "int8", "day": "date", "at": "timestamptz", "grams": "int8", "cost": "int8"},
)
LOTS = (
    f"""
SELECT l.id, store_id, feed_id, grams, price_per_kg, drawn, delivered, counted_at, counted_at IS NOT NULL AS is_counted,
       z.time_zone AS zone
  FROM feeding_feedlot l JOIN farm_feedstore s ON s.id = l.store_id {build_zone_joins("s")} ORDER BY l.id
""",
    {
        **dict.fromkeys(("id", "store_id", "feed_id", "grams", "drawn"), "int8"),
        "delivered": "date",
        "counted_at": "timestamptz",
        "zone": "text",
        "price_per_kg": "int4",
        "is_counted": "bool",
    },
)
ADJUSTMENTS = (
    """
SELECT id, store_id, feed_id, at, grams, kind = 'COUNT' AS is_count, difference FROM feeding_storeadjustment ORDER BY id
""",
    {
        **dict.fromkeys(("id", "store_id", "feed_id", "grams", "difference"), "int8"),
        "at": "timestamptz",
        "is_count": "bool",
    },
)
STORE_DRAWS = (
    "SELECT adjustment_id, lot_id, grams FROM feeding_storedraw",
    dict.fromkeys(("adjustment_id", "lot_id", "grams"), "int8"),
)
DRAWS = ("SELECT meal_id, lot_id, grams FROM feeding_draw", {"meal_id": "int8", "lot_id": "int8", "grams": "int8"})


FEED_TABLES = {Meal._meta.db_table, FeedLot._meta.db_table}


@dataclass(frozen=True, slots=True)
class RecordedShard:
    """A loaded shard with the hashes of its records."""

    kind: str
    key: str
    content_hash: str
    table_hashes: dict[str, str]


def check_events(connection: Connection[Any]) -> Iterator[Check]:
    """Yield the laws of events, references and orders; one statement each."""
    for name, (table, column, closed) in WITHIN_PLACEMENT.items():
        query = build_outside_query(table, COLUMNS.get(name, column), closed)
        yield check_by_query(connection, f"the date of every {name} is within its placement", query)
    for name, query in {**REFERENCES, **ORDERS}.items():
        yield check_by_query(connection, name, query)


def build_outside_query(table: str, day: str, closed: bool) -> str:
    """Return the query that counts the events of a table outside their placement."""
    date = day if "(" in day else f"x.{day}"
    late = ">" if closed else ">="
    return (
        f"SELECT count(*) FROM {table} x JOIN stock_placement p ON p.id = x.placement_id"
        f" JOIN farm_container c ON c.id = p.container_id {build_zone_joins('c')}"
        f" WHERE {date} < p.start OR {date} {late} p.stop"
    )


def check_shards(connection: Connection[Any], originals: OriginalRows) -> Iterator[Check]:
    """Yield the checks that records are as loaded or as their history says, and that no index is missing."""
    recorded: dict[int, list[RecordedShard]] = {}
    for company, *shard in connection.execute(RECORDED):
        recorded.setdefault(company, []).append(RecordedShard(*shard))
    changed: list[str] = []
    for company, shards in recorded.items():
        owner_sums = sum_owner_rows(connection, company, originals)
        for shard in shards:
            tables = find_changed_tables(shard, owner_sums.get((shard.kind, shard.key), {}), originals)
            changed += [f"{shard.kind} {shard.key} ({', '.join(tables)})"] if tables else []
    count = sum(map(len, recorded.values()))
    detail = f"changed: {', '.join(changed[:5])}" if changed else f"{count} shards"
    yield check_law("the content of each shard has the recorded hash", len(changed), detail)
    yield check_history(connection)
    missing = [f"{part.table}.{part.name}" for part in schema_objects.find_missing_objects(connection)]
    yield check_law("no index or constraint is missing", len(missing), ", ".join(missing[:5]))


def find_changed_tables(shard: RecordedShard, sums: dict[str, RowSum], originals: OriginalRows) -> list[str]:
    """Return the tables of a shard whose loaded rows differ from what was recorded.

    Once people have entered meals or deliveries, draws and costs have changed with them: the laws of feed check them.
    """
    # A shard without rows has no hash.
    if (compute_owner_digest(sums) if sums else "") == shard.content_hash:
        return []
    if shard.content_hash and not shard.table_hashes:
        return [] if originals.tables & FEED_TABLES and shard.kind == "store" else ["a table of an earlier load"]
    now = compute_table_hashes(sums)
    names = sorted(now.keys() | shard.table_hashes.keys())
    tables = [name for name in names if now.get(name) != shard.table_hashes.get(name)]
    return tables if tables or originals.tables & FEED_TABLES else ["draws or costs of meals"]


def check_history(connection: Connection[Any]) -> Check:
    """Return that rows are as the last event of their change history says; one statement per tracked table."""
    wrong = {table: fetch_count(connection, query) for table, query in iter_history_queries()}
    detail = ", ".join(f"{count} of {table}" for table, count in wrong.items() if count)
    return check_law("what people entered agrees with its history", sum(wrong.values()), detail)


def check_feed(connection: Connection[Any]) -> Iterator[Check]:
    """Yield the laws of draws; five statements."""
    meals, lots, draws, adjustments, store_draws = (
        read_columns(connection, query, kinds) for query, kinds in (MEALS, LOTS, DRAWS, ADJUSTMENTS, STORE_DRAWS)
    )
    lots["start"] = compute_lot_starts(lots)
    meal, lot = find_positions(meals["id"], draws["meal_id"]), find_positions(lots["id"], draws["lot_id"])
    adjustment = find_positions(adjustments["id"], store_draws["adjustment_id"])
    other_lot = find_positions(lots["id"], store_draws["lot_id"])
    lost, other_lost = (meal < 0) | (lot < 0), (adjustment < 0) | (other_lot < 0)
    missing = int(lost.sum() + other_lost.sum())
    yield check_law("every draw is of a meal and a lot that exist", missing, f"{len(lost) + len(other_lost):,} draws")
    grams, meal, lot = draws["grams"][~lost], meal[~lost], lot[~lost]
    yield from check_meal_draws(meals, lots, Draws(meal, lot, grams))
    yield check_differences(meals, lots, Draws(meal, lot, grams), adjustments)
    adjustment, other_lot, other_grams = (
        values[~other_lost] for values in (adjustment, other_lot, store_draws["grams"])
    )
    at = np.concatenate([meals["at"][meal], adjustments["at"][adjustment]])
    lot, grams = np.concatenate([lot, other_lot]), np.concatenate([grams, other_grams])
    yield from check_lot_draws(lots, lot, grams)
    yield check_law("no lot is drawn before its delivery", int((at < lots["start"][lot]).sum()))
    store = number_feed_stocks(lots["store_id"], lots["feed_id"])
    wrong = find_draws_out_of_order(store, lots["start"], lots["grams"], lot, at, grams)
    yield check_law("the oldest delivery of a product in a store is drawn first", int(wrong.sum()))


def compute_lot_starts(lots: dict[str, NDArray[Any]]) -> NDArray[np.int64]:
    """Return the time from which on each lot can be drawn: a delivery from the start of its day on."""
    zones, zone = np.unique(lots["zone"].astype(np.str_), return_inverse=True)
    starts = compute_day_starts(lots["delivered"].astype(np.int64), zones.tolist(), zone)
    return np.where(lots["is_counted"], lots["counted_at"] + COUNT_DELAY, starts)


def check_differences(
    meals: dict[str, NDArray[Any]], lots: dict[str, NDArray[Any]], draws: Draws, adjustments: dict[str, NDArray[Any]]
) -> Check:
    """Return the check that the difference of each count follows from all that came and left before it."""
    came, size = ~lots["is_counted"], len(draws.meal)
    keys = (np.concatenate([lots[column], adjustments[column]]) for column in ("store_id", "feed_id"))
    stocks = number_feed_stocks(*keys)
    expected = compute_count_differences(
        stocks[: len(came)][came],
        lots["start"][came],
        lots["grams"][came],
        np.concatenate([stocks[: len(came)][draws.lot], stocks[len(came) :]]),
        np.concatenate([meals["at"][draws.meal], adjustments["at"]]),
        np.concatenate([draws.grams, adjustments["grams"]]),
        np.concatenate([np.zeros(size, np.bool_), adjustments["is_count"]]),
    )[size:]
    expected = np.where(adjustments["is_count"], expected, -adjustments["grams"])
    wrong = int((expected != adjustments["difference"]).sum())
    return check_law("counts of feed stores differ by what deliveries, meals and losses leave", wrong)


def check_meal_draws(meals: dict[str, NDArray[Any]], lots: dict[str, NDArray[Any]], draws: Draws) -> Iterator[Check]:
    """Yield the checks that the draws of each meal add up to its mass and its cost; meals without draws are ignored."""
    drawn = np.zeros(len(meals["id"]), np.int64)
    np.add.at(drawn, draws.meal, draws.grams)
    fed = drawn > 0
    wrong = fed & (drawn != meals["grams"])
    yield check_law("the draws of each meal sum to its mass", int(wrong.sum()), f"{int(fed.sum()):,} meals")
    cost = compute_meal_costs(draws, lots["price_per_kg"].astype(np.int64), len(fed))
    off = fed & (cost != meals["cost"]) & (meals["cost"] >= 0)
    yield check_law("each meal costs what its draws cost", int(off.sum()))


def check_lot_draws(lots: dict[str, NDArray[Any]], lot: NDArray[np.int64], grams: NDArray[np.int64]) -> Iterator[Check]:
    """Yield the checks that no lot is overdrawn, and that each stores the sum of its draws."""
    drawn = np.zeros(len(lots["id"]), np.int64)
    np.add.at(drawn, lot, grams)
    over = (drawn > lots["grams"]) | (lots["drawn"] > lots["grams"])
    yield check_law("no lot is overdrawn", int(over.sum()), f"{len(over):,} lots")
    yield check_law("the drawn mass of each lot is the sum of its draws", int((drawn != lots["drawn"]).sum()))
