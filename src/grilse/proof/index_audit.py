"""Audit of indexes: unused and redundant indexes, and foreign keys without an index."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from time import perf_counter
from typing import Any, LiteralString

from psycopg import Connection, connect, sql

from grilse.proof import conf
from grilse.proof.indexes import (
    INDEX_TARGET,
    ForeignKeyConstraint,
    Index,
    find_superset_index,
    iter_supporting_indexes,
    read_foreign_keys,
    read_indexes,
)
from grilse.proof.plan_flips import PlanShapes, plan_at_sizes
from grilse.proof.query_traces import iter_traces
from grilse.proof.registry import QueryBudget, list_declared_budgets

SIZES = (1, 10, 100)
"""Times the rows at which plans are made; an index that any of the plans uses counts as used."""
SAMPLE_ROWS = 5_000
"""Rows that are inserted with and without an index."""
MIN_SAMPLE_ROWS = 500
"""With fewer rows the overhead of the statement would dominate."""
INSERT_RUNS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class UnusedIndex:
    """An index that no declared query uses, that enforces no constraint and serves no foreign key."""

    index: Index
    insert_microseconds: float | None
    """Additional time of each inserted row; None where the table has too few rows."""

    @property
    def bytes_per_row(self) -> float | None:
        """Size of the index per row of the table."""
        return self.index.bytes / self.index.rows if self.index.rows > 0 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class RedundantIndex:
    """An index whose queries another index serves as well."""

    index: Index
    superset: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexAudit:
    """The findings on the indexes of a database."""

    used_count: int
    """Indexes that a declared query uses."""
    constraint_count: int
    """Other indexes that enforce a constraint."""
    foreign_key_count: int
    """Other indexes that serve a foreign key."""
    unused: tuple[UnusedIndex, ...]
    unused_on_empty_tables: tuple[str, ...]
    """Unused indexes of empty tables, on which plans give no information."""
    redundant: tuple[RedundantIndex, ...]
    unindexed_keys: tuple[ForeignKeyConstraint, ...]

    @property
    def is_clean(self) -> bool:
        """Whether there are no findings."""
        return not (self.unused or self.redundant or self.unindexed_keys)


def audit_indexes(budgets: Iterable[QueryBudget] | None = None, sizes: Sequence[int] = SIZES) -> IndexAudit:
    """Audit the indexes of the current database by the plans of its queries; it is only read."""
    traces = list(iter_traces(list_declared_budgets() if budgets is None else budgets))
    used = list_used_indexes(plan_at_sizes(traces, sizes).values())
    with connect(conf.get_owner_conninfo()) as connection:
        return audit_connection(connection, used)


def audit_connection(connection: Connection[Any], used: Collection[str]) -> IndexAudit:
    """Audit the indexes of a database, given the names of used indexes."""
    all_indexes, foreign_keys = read_indexes(connection), read_foreign_keys(connection)
    supporting = {index.name for key in foreign_keys for index in iter_supporting_indexes(key, all_indexes)}
    unused = [index for index in all_indexes if index.name not in used]
    idle = [index for index in unused if not index.constraint and index.name not in supporting]
    return IndexAudit(
        used_count=len(all_indexes) - len(unused),
        constraint_count=sum(bool(index.constraint) for index in unused),
        foreign_key_count=sum(index.name in supporting and not index.constraint for index in unused),
        unused=tuple(_iter_unused_indexes(connection, idle)),
        unused_on_empty_tables=tuple(index.name for index in idle if index.rows == 0),
        redundant=tuple(_iter_redundant_indexes(all_indexes)),
        unindexed_keys=tuple(key for key in foreign_keys if not any(iter_supporting_indexes(key, all_indexes))),
    )


def list_used_indexes(planned: Iterable[PlanShapes]) -> frozenset[str]:
    """Return the names of the indexes that plans use."""
    queries = chain.from_iterable(shapes.values() for shapes in planned)
    lines = chain.from_iterable(chain.from_iterable(queries))
    return frozenset(match[1] for line in lines if (match := INDEX_NAME.search(line)))


def _iter_unused_indexes(connection: Connection[Any], idle: Iterable[Index]) -> Iterator[UnusedIndex]:
    """Yield unused indexes, the largest first."""
    for index in sorted(idle, key=lambda index: (-index.bytes, index.name)):
        if index.rows:
            yield UnusedIndex(index=index, insert_microseconds=_measure_insert_cost(connection, index))


def _measure_insert_cost(connection: Connection[Any], index: Index) -> float | None:
    """Return the microseconds that an index adds to an inserted row, measured on a temporary copy of some rows."""
    table = sql.Identifier(index.table)
    with connection.transaction(force_rollback=True):
        connection.execute(sql.SQL(CREATE_SAMPLE).format(table, sql.Literal(SAMPLE_ROWS)))
        [rows] = connection.execute("SELECT count(*) FROM sample").fetchone() or [0]
        if rows < MIN_SAMPLE_ROWS:
            return None
        connection.execute(sql.SQL(CREATE_TABLE).format(table))
        bare = min(_time_inserts(connection) for _ in range(INSERT_RUNS))
        connection.execute(INDEX_TARGET.sub(" ON pg_temp.written USING ", index.definition, count=1).encode())
        return max(0.0, 1e6 * (min(_time_inserts(connection) for _ in range(INSERT_RUNS)) - bare) / rows)


def _time_inserts(connection: Connection[Any]) -> float:
    connection.execute("TRUNCATE written")
    begun = perf_counter()
    connection.execute("INSERT INTO written SELECT * FROM sample")
    return perf_counter() - begun


def _iter_redundant_indexes(all_indexes: Sequence[Index]) -> Iterator[RedundantIndex]:
    for index in all_indexes:
        if other := find_superset_index(index, all_indexes):
            yield RedundantIndex(index=index, superset=other.name)


INDEX_NAME = re.compile(r" using (\S+)$")
CREATE_SAMPLE: LiteralString = "CREATE TEMP TABLE sample ON COMMIT DROP AS SELECT * FROM {} LIMIT {}"
CREATE_TABLE: LiteralString = "CREATE TEMP TABLE written (LIKE {}) ON COMMIT DROP"
