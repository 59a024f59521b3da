"""The laws of events, references, transfer orders, shards and indexes."""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from grilse.bulk import schema_objects
from grilse.exchange.event_windows import EVENT_WINDOWS
from grilse.exchange.fingerprint import compute_owner_hashes
from grilse.exchange.tables import TABLES
from grilse.generator.check.result import Check, check_by_query, check_law

WITHIN_PLACEMENT = {
    **{name: (TABLES[name].database_table, column, closed) for name, (column, _, closed) in EVENT_WINDOWS.items()},
    "lice": ("health_licecount", "date", False),
    "daily states": ("growth_dailystate", "date", False),
}
COLUMNS = {"treatments": "start", "meals": "(x.at AT TIME ZONE 'UTC')::date"}
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
    "no reading is of a day that has no daily environment": (
        "SELECT count(*) FROM (SELECT DISTINCT container_id, (at AT TIME ZONE 'UTC')::date AS date"
        " FROM environment_reading WHERE temperature_c IS NOT NULL) x WHERE NOT EXISTS ("
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
    "an order has movements as its status says": (
        "SELECT count(*) FROM stock_transferorder o WHERE (o.status IN ('planned', 'cancelled'))"
        " = EXISTS (SELECT FROM stock_movement m WHERE m.order_id = o.id)"
    ),
    "the total of an order is all that its targets got that day": (
        "SELECT count(*) FROM (SELECT sum(m.count) AS got, sum(m.count) FILTER (WHERE m.order_id IS NOT NULL)"
        " AS ordered FROM stock_movement m JOIN stock_placement s ON s.id = m.source_id"
        " WHERE m.kind = 'TRANSFER' AND NOT EXISTS (SELECT FROM stock_movement r WHERE r.replaces_id = m.id)"
        " GROUP BY m.date, m.target_id, s.batch_id) x WHERE got <> ordered"
    ),
}
RECORDED = (
    "SELECT company_id, kind, key, content_hash FROM generator_shard WHERE kind IN ('batch', 'store')"
    " ORDER BY company_id, kind, key"
)


def check_events(connection: Connection[Any]) -> Iterator[Check]:
    """Yield the laws of events, references and orders; one statement each."""
    for name, (table, column, closed) in WITHIN_PLACEMENT.items():
        query = build_outside_query(table, COLUMNS.get(name, column), closed)
        yield check_by_query(connection, f"all {name} lie within their placement", query)
    for name, query in {**REFERENCES, **ORDERS}.items():
        yield check_by_query(connection, name, query)


def build_outside_query(table: str, day: str, closed: bool) -> str:
    """Return the query that counts the events of a table outside their placement."""
    date = day if "(" in day else f"x.{day}"
    late = ">" if closed else ">="
    return (
        f"SELECT count(*) FROM {table} x JOIN stock_placement p ON p.id = x.placement_id"
        f" WHERE {date} < p.start OR {date} {late} p.stop"
    )


def check_shards(connection: Connection[Any]) -> Iterator[Check]:
    """Yield that content and structure are as recorded."""
    recorded: dict[int, list[tuple[str, str, str]]] = {}
    for company, kind, key, digest in connection.execute(RECORDED):
        recorded.setdefault(company, []).append((kind, key, digest))
    changed: list[str] = []
    for company, parts in recorded.items():
        now = compute_owner_hashes(connection, company)
        changed += [f"{kind} {key}" for kind, key, digest in parts if now.get((kind, key), "") != digest]
    count = sum(map(len, recorded.values()))
    detail = f"changed: {', '.join(changed[:5])}" if changed else f"{count} shards"
    yield check_law("each shard is as its hash says", len(changed), detail)
    missing = [f"{part.table}.{part.name}" for part in schema_objects.find_missing_objects(connection)]
    yield check_law("no index or constraint is missing", len(missing), ", ".join(missing[:5]))
