"""Indexes and foreign keys as a database has them, and how they serve one another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """An index that is valid."""

    name: str
    table: str
    method: str
    columns: list[str]
    """Columns or expressions, in order, without those that are only carried along."""
    kinds: list[str]
    """Of each column its operator class, collation and direction."""
    carried: bool
    """Whether columns are carried along."""
    predicate: str
    """Empty where it holds every row."""
    definition: str
    keeps: str
    """`primary key`, `unique` or `exclusion`; empty where it keeps no rule."""
    bytes: int
    rows: float
    """Of its table, as the planner knows them; -1 where nobody has counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignKeyConstraint:
    """A foreign key, from the side that refers."""

    name: str
    table: str
    columns: list[str]
    to: str
    referred: list[str]


def read_indexes(connection: Connection[Any]) -> list[Index]:
    """Return the indexes of the schemas that are searched; one statement."""
    with connection.cursor(row_factory=class_row(Index)) as cursor:
        return cursor.execute(INDEXES).fetchall()


def read_foreign_keys(connection: Connection[Any]) -> list[ForeignKeyConstraint]:
    """Return the foreign keys of the schemas that are searched; one statement."""
    with connection.cursor(row_factory=class_row(ForeignKeyConstraint)) as cursor:
        return cursor.execute(FOREIGN_KEYS).fetchall()


def iter_supporting_indexes(key: ForeignKeyConstraint, all_indexes: Sequence[Index]) -> Iterator[Index]:
    """Yield the indexes by which the rows that refer to one row are found."""
    unique = [
        set(index.columns) for index in all_indexes if index.table == key.to and index.keeps and not index.predicate
    ]
    refers = dict(zip(key.columns, key.referred, strict=True))
    for index in all_indexes:
        leading = list(takewhile(refers.__contains__, index.columns))
        if index.table != key.table or not leading or not _has_all_references(index, key):
            continue
        referred_columns = {refers[column] for column in leading}
        if len(leading) == len(refers) or any(columns <= referred_columns for columns in unique):
            yield index


def _has_all_references(index: Index, key: ForeignKeyConstraint) -> bool:
    """Tell whether an index holds every row that refers to another."""
    return index.predicate in ("", *(f"({column} IS NOT NULL)" for column in key.columns))


def find_superset_index(index: Index, all_indexes: Sequence[Index]) -> Index | None:
    """Return an index that answers whatever this one does, if it keeps no rule itself."""
    if index.keeps or index.carried:
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


INDEXES = """
SELECT c.relname AS name, t.relname AS table, m.amname AS method,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, true)
               FROM generate_series(1, i.indnkeyatts) AS n) AS columns,
       ARRAY(SELECT format('%s %s %s', i.indclass[n - 1], i.indcollation[n - 1], i.indoption[n - 1])
               FROM generate_series(1, i.indnkeyatts) AS n) AS kinds,
       i.indnatts > i.indnkeyatts AS carried,
       coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate,
       pg_get_indexdef(i.indexrelid) AS definition,
       CASE WHEN i.indisprimary THEN 'primary key' WHEN i.indisexclusion THEN 'exclusion'
            WHEN i.indisunique THEN 'unique' ELSE '' END AS keeps,
       pg_relation_size(i.indexrelid) AS bytes, t.reltuples::float8 AS rows
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_am m ON m.oid = c.relam
 WHERE i.indisvalid AND t.relkind = 'r' AND pg_table_is_visible(t.oid)
   AND t.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
 ORDER BY t.relname, c.relname
"""
FOREIGN_KEYS = """
SELECT k.conname AS name, t.relname AS table, r.relname AS to,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS n (number, place)
               JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number
              ORDER BY n.place) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS n (number, place)
               JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.number
              ORDER BY n.place) AS referred
  FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
 WHERE k.contype = 'f' AND pg_table_is_visible(t.oid)
 ORDER BY t.relname, k.conname
"""
