"""The fingerprint of a company's records: a hash of the content of each table, and one of all tables.

PostgreSQL hashes each row (hash_record_extended) over its natural keys and observations, the columns that a
package contains. The hash of a table is the number of rows and the sum of their hashes: the order of rows, ids
and times of entry do not change it.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection

from grilse.exchange.columns import PackageTable
from grilse.exchange.original_rows import OriginalRows
from grilse.exchange.tables import TABLES
from grilse.farm.time_zones import build_before_sql, build_since_sql, build_zone_joins


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A hash of each table and one of all."""

    tables: dict[str, str]
    total: str


BATCH, STORE = "batch", "store"
COALESCED_STOP = "coalesce(p.stop, 'infinity')"


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
    "counts": OF_PLACEMENT,
    "lice": OF_PLACEMENT,
    "treatments": OF_PLACEMENT,
    "health_samples": OF_PLACEMENT,
    # Readings taken while fish of the batch were in the container; the primary key finds them.
    "environment": Owner(
        BATCH,
        "b.number",
        source="stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
        f" JOIN farm_container c ON c.id = p.container_id {build_zone_joins('c')} JOIN environment_reading x"
        f" ON x.container_id = p.container_id AND {build_since_sql('x.at', 'p.start')}"
        f" AND {build_before_sql('x.at', COALESCED_STOP)}",
    ),
    "feed_lots": OF_STORE,
    "meals": OF_CONTAINER,
    "draws": OF_CONTAINER,
    "store_adjustments": OF_STORE,
    "store_draws": OF_STORE,
}
STATE_TABLES = ("batches", "plan_stages", "placements", "orders")
"""Tables of a few rows whose rows change when days are appended; those of the other tables are of one day each."""
_NEXT_DAY = "%(after)s::date + 1"
# The rows of later days than one, with the joins that this takes.
LATER_ROWS = {
    **dict.fromkeys(("movements", "weights", "harvest_grades", "counts", "lice"), ("x.date > %(after)s", "")),
    "treatments": ("x.start > %(after)s", ""),
    "health_samples": ("x.date > %(after)s", ""),
    "environment": (f"{COALESCED_STOP} > %(after)s AND {build_since_sql('x.at', _NEXT_DAY)}", ""),
    "feed_lots": ("x.delivered > %(after)s", ""),
    "meals": (build_since_sql("x.at", _NEXT_DAY), build_zone_joins("c")),
    "draws": (build_since_sql("m.at", _NEXT_DAY), build_zone_joins("c")),
}
# Draws and costs follow from meals and deliveries, and change with them; they have no history.
DERIVED_TABLES = {"draws"}
DERIVED_COLUMNS = {"meals": {"cost"}}
# Readings as they were loaded: those that nobody changed, and the first change of each other one.
LOADED_READINGS = "(SELECT r.* FROM environment_reading r WHERE r.entered_at IS NULL)"
UNCHANGED_READINGS = (
    "(SELECT r.* FROM environment_reading r WHERE r.entered_at IS NULL AND NOT EXISTS (SELECT FROM"
    " environment_readingchange c WHERE c.container_id = r.container_id AND c.at = r.at AND c.user_id IS NOT NULL))"
)
CHANGED_READINGS = (
    "(SELECT * FROM (SELECT DISTINCT ON (c.container_id, c.at) c.* FROM environment_readingchange c"
    " WHERE c.user_id IS NOT NULL ORDER BY c.container_id, c.at, c.id) f WHERE f.entered_at IS NULL)"
)


@dataclass(frozen=True, slots=True)
class RowSum:
    """The number of rows of a table and the sum of their hashes, with and without what follows from other rows."""

    count: int
    total: int
    entered: int

    def __add__(self, other: "RowSum") -> "RowSum":
        """Return the sum of both sets of rows."""
        return RowSum(self.count + other.count, self.total + other.total, self.entered + other.entered)


OwnerSums = dict[tuple[str, str], dict[str, RowSum]]


def compute_fingerprint(connection: Connection[Any], company_id: int | None = None) -> Fingerprint:
    """Return the fingerprint of a company, or of all companies if the id is None; one statement per table."""
    with connection.transaction():
        tune_transaction(connection)
        sums = {name: sum_row_hashes(connection, table, company_id) for name, table in TABLES.items()}
    # Records without the tables that were added later keep their earlier fingerprint.
    hashes = {
        name: compute_digest(name, rows, total)
        for name, (rows, total) in sums.items()
        if rows or not TABLES[name].is_newer_than_fingerprint
    }
    return Fingerprint(hashes, compute_digest("all", *hashes.values()))


def report_fingerprint(fingerprint: Fingerprint) -> dict[str, Any]:
    """Return the report of a fingerprint."""
    return {"tables": fingerprint.tables, "fingerprint": fingerprint.total}


def compute_owner_hashes(connection: Connection[Any], company_id: int) -> dict[tuple[str, str], str]:
    """Return the hash of the records of each batch and each site, by kind and name; a statement per table."""
    return {part: compute_owner_digest(sums) for part, sums in sum_owner_rows(connection, company_id).items()}


def compute_owner_digest(sums: dict[str, RowSum]) -> str:
    """Return the hash of the records of a batch or a site."""
    return compute_digest(*(f"{table}:{own.count}:{own.total}" for table, own in sums.items()))


def compute_table_hashes(sums: dict[str, RowSum]) -> dict[str, str]:
    """Return the hash of each table of a batch or a site, without what follows from other rows."""
    return {table: f"{own.count}:{own.entered}" for table, own in sums.items() if table not in DERIVED_TABLES}


def sum_owner_rows(
    connection: Connection[Any],
    company_id: int,
    originals: OriginalRows | None = None,
    *,
    tables: Collection[str] = tuple(OWNERS),
    after: date | None = None,
) -> OwnerSums:
    """Return the sums of each batch and site by table, of all rows or of the loaded ones; a statement per table.

    With `after` they are those of later days; the tables must be in LATER_ROWS then.
    """
    owner_sums: OwnerSums = {}
    arguments = {"company": company_id, "after": after}
    with connection.transaction():
        tune_transaction(connection)
        for table in tables:
            owner = OWNERS[table]
            for query in iter_owner_queries(table, owner, originals, later=after is not None):
                for name, *figures in connection.execute(query, arguments):
                    own = owner_sums.setdefault((owner.kind, name), {})
                    own[table] = own.get(table, RowSum(0, 0, 0)) + RowSum(*map(int, figures))
    return owner_sums


def iter_owner_queries(
    table: str, owner: Owner, originals: OriginalRows | None, *, later: bool = False
) -> Iterator[bytes]:
    """Yield the statements that count and sum the hashes of a table's rows by owner; two of the loaded readings."""
    condition, joins = LATER_ROWS[table] if later else ("true", "")
    definition = TABLES[table]
    source = owner.source or f"{definition.fingerprint_source or definition.source} {owner.joins}"
    row, entered = (build_row_hash_sql(definition, without) for without in (set(), DERIVED_COLUMNS.get(table, set())))
    sources = [source]
    if originals and table == "environment":
        is_changed = "environment_reading" in originals.tables
        readings = (UNCHANGED_READINGS, CHANGED_READINGS) if is_changed else (LOADED_READINGS,)
        sources = [source.replace("environment_reading x", f"{rows} x") for rows in readings]
    for rows in sources:
        query = (
            f"SELECT {owner.name}, count(*), sum({row}), sum({entered}) FROM {rows} {joins}"
            f" WHERE x.company_id = %(company)s AND {condition} GROUP BY 1"
        )
        yield (originals.build_query(query) if originals else query).encode()


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


def build_row_hash_sql(table: PackageTable, without: Collection[str] = ()) -> str:
    """Return the SQL of a row's hash."""
    return f"hash_record_extended(ROW({', '.join(list_hash_columns(table, without))}), 0)"


def list_hash_columns(table: PackageTable, without: Collection[str] = ()) -> list[str]:
    """Return the SQL of the values that identify a row."""
    expressions = [
        column.sql if column.fingerprint_sql is None else column.fingerprint_sql
        for column in table.columns
        if column.name not in without
    ]
    return [expression for expression in expressions if expression]


def compute_digest(*parts: object) -> str:
    """Return a 128-bit hash of the parts as 32 hexadecimal digits."""
    return hashlib.blake2b(":".join(map(str, parts)).encode(), digest_size=16).hexdigest()
