"""The laws of events and of references: each within its placement, each to something that is there."""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from grilse.exchange.tables import TABLES
from grilse.generator.check.result import Check, check_law
from grilse.stock.ledger import NOT_REPLACED
from grilse.stock.rules import LAST_DAY_COUNTS

WITHIN_PLACEMENT = {
    **{
        name: (TABLES[name].database_table, "date", closed)
        for name, closed in LAST_DAY_COUNTS.items()
        if name in TABLES
    },
    "daily states": ("growth_dailystate", "date", False),
}
COLUMNS = {"treatments": "start", "meals": "(x.at AT TIME ZONE 'UTC')::date"}

# The references that no constraint keeps, by what they are of.
REFERENCES = {
    "every reading is of a container that exists": (
        "SELECT count(*) FROM environment_reading x WHERE NOT EXISTS ("
        "SELECT FROM farm_container c WHERE c.id = x.container_id AND c.company_id = x.company_id)"
    ),
    "every daily environment is of a container that exists": (
        "SELECT count(*) FROM environment_dailyenvironment x WHERE NOT EXISTS ("
        "SELECT FROM farm_container c WHERE c.id = x.container_id AND c.company_id = x.company_id)"
    ),
    "every daily state is of a placement that exists": (
        "SELECT count(*) FROM growth_dailystate x WHERE NOT EXISTS ("
        "SELECT FROM stock_placement p WHERE p.id = x.placement_id AND p.company_id = x.company_id)"
    ),
    "every batch state is of a batch that exists": (
        "SELECT count(*) FROM growth_batchstate x WHERE NOT EXISTS ("
        "SELECT FROM stock_batch b WHERE b.id = x.batch_id AND b.company_id = x.company_id)"
    ),
    "no reading is of a day that has no daily environment": (
        "SELECT count(*) FROM (SELECT DISTINCT container_id, (at AT TIME ZONE 'UTC')::date AS date"
        " FROM environment_reading WHERE temperature_c IS NOT NULL) x WHERE NOT EXISTS ("
        "SELECT FROM environment_dailyenvironment d"
        " WHERE d.container_id = x.container_id AND d.date = x.date)"
    ),
}
# A batch's placements follow each other from its first stage without a day on which no fish stand.
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
        f" WHERE m.kind = 'TRANSFER' AND {NOT_REPLACED.format('m')}"
        " GROUP BY m.date, m.target_id, s.batch_id) x WHERE got <> ordered"
    ),
}


def check_events(connection: Connection[Any]) -> Iterator[Check]:
    """Yield the laws of events, references and orders; a statement each."""
    for name, (table, column, closed) in WITHIN_PLACEMENT.items():
        yield check_by_query(
            connection,
            f"all {name} lie within their placement",
            build_outside_query(table, COLUMNS.get(name, column), closed),
        )
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


def check_by_query(connection: Connection[Any], name: str, query: str) -> Check:
    """Return a law whose query counts what breaks it."""
    row = connection.execute(query.encode()).fetchone()
    return check_law(name, int(row[0]) if row else 0)
