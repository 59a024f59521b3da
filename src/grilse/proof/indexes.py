"""Indexes and foreign keys of a database, which serve each other, and which are invalid."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from psycopg import Connection, errors, sql
from psycopg.rows import class_row


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """A valid index."""

    name: str
    table: str
    method: str
    columns: list[str]
    """Key columns or expressions, in order, without INCLUDE columns."""
    kinds: list[str]
    """Operator class, collation and direction of each column."""
    has_included_columns: bool
    """Whether it has INCLUDE columns."""
    predicate: str
    """Empty where it is no partial index."""
    definition: str
    constraint: str
    """`primary key`, `unique` or `exclusion`; empty where it enforces no constraint."""
    bytes: int
    rows: float
    """The planner's estimate of the rows of its table; -1 where it was never analysed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignKeyConstraint:
    """A foreign key of the referring table."""

    name: str
    table: str
    columns: list[str]
    target: str
    target_columns: list[str]


def read_indexes(connection: Connection[Any]) -> list[Index]:
    """Return the valid indexes of the search path; one statement."""
    with connection.cursor(row_factory=class_row(Index)) as cursor:
        return cursor.execute(INDEXES).fetchall()


def read_foreign_keys(connection: Connection[Any]) -> list[ForeignKeyConstraint]:
    """Return the foreign keys of the search path; one statement."""
    with connection.cursor(row_factory=class_row(ForeignKeyConstraint)) as cursor:
        return cursor.execute(FOREIGN_KEYS).fetchall()


def iter_supporting_indexes(key: ForeignKeyConstraint, all_indexes: Sequence[Index]) -> Iterator[Index]:
    """Yield the indexes that find the referring rows of one row."""
    unique = [
        set(index.columns)
        for index in all_indexes
        if index.table == key.target and index.constraint and not index.predicate
    ]
    refers = dict(zip(key.columns, key.target_columns, strict=True))
    for index in all_indexes:
        leading = list(takewhile(refers.__contains__, index.columns))
        if index.table != key.table or not leading or not _has_all_references(index, key):
            continue
        target_columns = {refers[column] for column in leading}
        if len(leading) == len(refers) or any(columns <= target_columns for columns in unique):
            yield index


def _has_all_references(index: Index, key: ForeignKeyConstraint) -> bool:
    """Return whether an index contains every referring row."""
    return index.predicate in ("", *(f"({column} IS NOT NULL)" for column in key.columns))


def find_superset_index(index: Index, all_indexes: Sequence[Index]) -> Index | None:
    """Return another index that serves all queries of this one, unless this one enforces a constraint."""
    if index.constraint or index.has_included_columns:
        return None
    for other in all_indexes:
        if _is_superset(other, index) and not (_is_superset(index, other) and index.name < other.name):
            return other
    return None


def _is_superset(other: Index, index: Index) -> bool:
    width = len(index.columns)
    return (
        other.name != index.name
        and (other.table, other.method, other.predicate) == (index.table, index.method, index.predicate)
        and (other.columns[:width], other.kinds[:width]) == (index.columns, index.kinds)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class InvalidIndex:
    """An index that an interrupted build left INVALID: inserts write to it and no query uses it."""

    schema: str
    name: str
    table: str
    rebuilt: bool
    """Whether it is the unfinished copy of an index from REINDEX CONCURRENTLY."""

    @property
    def qualified_name(self) -> sql.Composed:
        """Schema and name, as SQL."""
        return sql.SQL(".").join([sql.Identifier(self.schema), sql.Identifier(self.name)])


def find_invalid_indexes(connection: Connection[Any]) -> list[InvalidIndex]:
    """Return the INVALID indexes that no session is building; one statement."""
    with connection.cursor(row_factory=class_row(InvalidIndex)) as cursor:
        return cursor.execute(INVALID_INDEXES).fetchall()


def rebuild_invalid_indexes(connection: Connection[Any]) -> Iterator[tuple[InvalidIndex, str]]:
    """Rebuild invalid indexes concurrently, and yield each with the outcome.

    The connection must be in autocommit mode. An index whose rows violate its constraint stays invalid.
    """
    for index in find_invalid_indexes(connection):
        command = sql.SQL("DROP INDEX CONCURRENTLY {}" if index.rebuilt else "REINDEX INDEX CONCURRENTLY {}")
        try:
            connection.execute(command.format(index.qualified_name))
        except (errors.UniqueViolation, errors.ExclusionViolation) as error:
            yield index, f"cannot be built: {error.diag.message_detail or error.diag.message_primary}"
        else:
            yield index, "dropped: the index it was to replace stands" if index.rebuilt else "built anew"


INDEX_TARGET = re.compile(r" ON (?:ONLY )?\S+ USING ")
INDEXES = """
SELECT c.relname AS name, t.relname AS table, m.amname AS method,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, true)
               FROM generate_series(1, i.indnkeyatts) AS n) AS columns,
       ARRAY(SELECT format('%s %s %s', i.indclass[n - 1], i.indcollation[n - 1], i.indoption[n - 1])
               FROM generate_series(1, i.indnkeyatts) AS n) AS kinds,
       i.indnatts > i.indnkeyatts AS has_included_columns,
       coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate,
       pg_get_indexdef(i.indexrelid) AS definition,
       CASE WHEN i.indisprimary THEN 'primary key' WHEN i.indisexclusion THEN 'exclusion'
            WHEN i.indisunique THEN 'unique' ELSE '' END AS "constraint",
       pg_relation_size(i.indexrelid) AS bytes, t.reltuples::float8 AS rows
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_am m ON m.oid = c.relam
 WHERE i.indisvalid AND t.relkind = 'r' AND pg_table_is_visible(t.oid)
   AND t.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
 ORDER BY t.relname, c.relname
"""
FOREIGN_KEYS = """
SELECT k.conname AS name, t.relname AS table, r.relname AS target,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS n (number, place)
               JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number
              ORDER BY n.place) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS n (number, place)
               JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.number
              ORDER BY n.place) AS target_columns
  FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
 WHERE k.contype = 'f' AND pg_table_is_visible(t.oid)
 ORDER BY t.relname, k.conname
"""
INVALID_INDEXES = r"""
SELECT n.nspname AS schema, c.relname AS name, t.relname AS table,
       c.relname ~ '_cc(new|old)\d*$' AS rebuilt
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
   AND NOT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity s USING (pid)
                    WHERE l.relation = i.indexrelid AND l.granted AND s.query ~* 'INDEX')
   AND i.indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)
 ORDER BY t.relname, c.relname
"""
