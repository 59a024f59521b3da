"""The fingerprint of a company's records: a hash of the content of each table, and one of all tables.

PostgreSQL hashes each row (hash_record_extended) over its natural keys and observations, the columns that a
package contains. The hash of a table is the number of rows and the sum of their hashes: the order of rows, ids
and times of entry do not change it.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from grilse.exchange.columns import PackageTable
from grilse.exchange.tables import TABLES


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A hash of each table and one of all."""

    tables: dict[str, str]
    total: str


BATCH, STORE = "batch", "store"


@dataclass(frozen=True, slots=True)
class Owner:
    """The batch or site that the rows of a table belong to: SQL of its name, and the joins to it."""

    kind: str
    name: str
    joins: str = ""
    source: str = ""  # FROM clause instead of the table's, where another join order is much faster


OF_PLACEMENT = Owner(BATCH, "b.number", "JOIN stock_batch b ON b.id = p.batch_id")
SITE = "coalesce(h.name, a.name)"
OF_CONTAINER = Owner(
    STORE,
    SITE,
    "JOIN farm_container c ON c.id = p.container_id LEFT JOIN farm_hall h ON h.id = c.hall_id"
    " LEFT JOIN farm_area a ON a.id = c.area_id",
)
OF_STORE = Owner(STORE, SITE, "LEFT JOIN farm_hall h ON h.id = fs.hall_id LEFT JOIN farm_area a ON a.id = fs.area_id")
OWNERS = {
    "batches": Owner(BATCH, "x.number"),
    "plan_stages": Owner(BATCH, "b.number"),
    "placements": Owner(BATCH, "b.number"),
    "orders": Owner(BATCH, "b.number"),
    "movements": Owner(BATCH, "b.number", "JOIN stock_batch b ON b.id = coalesce(s.batch_id, t.batch_id)"),
    "weights": OF_PLACEMENT,
    "harvest_grades": OF_PLACEMENT,
    "lice": OF_PLACEMENT,
    "treatments": OF_PLACEMENT,
    "health_samples": OF_PLACEMENT,
    # Readings taken while fish of the batch were in the container; the primary key finds them.
    "environment": Owner(
        BATCH,
        "b.number",
        source="stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
        " JOIN farm_container c ON c.id = p.container_id JOIN environment_reading x"
        " ON x.container_id = p.container_id AND x.at >= p.start::timestamp AT TIME ZONE 'UTC'"
        " AND x.at < coalesce(p.stop, 'infinity')::timestamp AT TIME ZONE 'UTC'",
    ),
    "feed_lots": OF_STORE,
    "meals": OF_CONTAINER,
    "draws": OF_CONTAINER,
    "store_adjustments": OF_STORE,
    "store_draws": OF_STORE,
}


def compute_fingerprint(connection: Connection[Any], company_id: int | None = None) -> Fingerprint:
    """Return the fingerprint of a company, or of all companies if the id is None; one statement per table."""
    with connection.transaction():
        tune_transaction(connection)
        sums = {name: sum_row_hashes(connection, table, company_id) for name, table in TABLES.items()}
    hashes = {
        name: compute_digest(name, *sums[name]) for name, table in TABLES.items() if sums[name][0] or not table.is_rare
    }
    return Fingerprint(hashes, compute_digest("all", *hashes.values()))


def report_fingerprint(fingerprint: Fingerprint) -> dict[str, Any]:
    """Return the report of a fingerprint."""
    return {"tables": fingerprint.tables, "fingerprint": fingerprint.total}


def compute_owner_hashes(connection: Connection[Any], company_id: int) -> dict[tuple[str, str], str]:
    """Return the hash of the records of each batch and each site, by kind and name; a statement per table."""
    sums_by_owner: dict[tuple[str, str], list[str]] = {}
    with connection.transaction():
        tune_transaction(connection)
        for table, owner in OWNERS.items():
            for name, count, total in connection.execute(build_owner_query(table, owner), [company_id]):
                sums_by_owner.setdefault((owner.kind, name), []).append(f"{table}:{count}:{total}")
    return {part: compute_digest(*sums) for part, sums in sums_by_owner.items()}


def build_owner_query(table: str, owner: Owner) -> bytes:
    """Return the statement that counts and sums the hashes of a table's rows by owner."""
    definition = TABLES[table]
    source = owner.source or f"{definition.fingerprint_source or definition.source} {owner.joins}"
    row = build_row_hash_sql(definition)
    return (f"SELECT {owner.name}, count(*), sum({row}) FROM {source} WHERE x.company_id = %s GROUP BY 1").encode()


def tune_transaction(connection: Connection[Any]) -> None:
    """Tune this transaction for statements that read whole tables."""
    connection.execute("SET LOCAL work_mem = '256MB'")
    connection.execute("SET LOCAL max_parallel_workers_per_gather = 4")
    connection.execute("SET LOCAL parallel_setup_cost = 0")
    connection.execute("SET LOCAL jit = off")
    # A small table can join to a large one: use workers for it, and do not memoize single lookups.
    connection.execute("SET LOCAL min_parallel_table_scan_size = 0")
    connection.execute("SET LOCAL enable_memoize = off")


def sum_row_hashes(connection: Connection[Any], table: PackageTable, company_id: int | None) -> tuple[int, int]:
    """Return how many rows a table has and the sum of their hashes."""
    query = (
        f"SELECT count(*), coalesce(sum({build_row_hash_sql(table)}), 0) FROM"
        f" {table.fingerprint_source or table.source}"
        " WHERE %(company)s::bigint IS NULL OR x.company_id = %(company)s"
    )
    row = connection.execute(query.encode(), {"company": company_id}).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def build_row_hash_sql(table: PackageTable) -> str:
    """Return the SQL of a row's hash."""
    return f"hash_record_extended(ROW({', '.join(list_hash_columns(table))}), 0)"


def list_hash_columns(table: PackageTable) -> list[str]:
    """Return the SQL of the values that identify a row."""
    expressions = [column.sql if column.fingerprint_sql is None else column.fingerprint_sql for column in table.columns]
    return [expression for expression in expressions if expression]


def compute_digest(*parts: object) -> str:
    """Return a 128-bit hash of the parts as 32 hexadecimal digits."""
    return hashlib.blake2b(":".join(map(str, parts)).encode(), digest_size=16).hexdigest()
