"""Checksums of the columns of a database, independent of the order of rows."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import connect, sql


@dataclass(frozen=True, slots=True)
class ColumnChecksum:
    """The number of rows, and the checksum of all values with the keys of their rows."""

    rows: int
    values: int


Checksums = Mapping[str, ColumnChecksum]
"""By `table.column`."""


def compute_checksums(url: str) -> Checksums:
    """Return the checksums of all tables except the table of migrations; reads each table once."""
    tables: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = defaultdict(list)
    sums: dict[str, ColumnChecksum] = {}
    with connect(url) as connection:
        for table, key, column, kind in connection.execute(COLUMNS):
            tables[table, tuple(key)].append((column, kind))
        for (table, keys), columns in tables.items():
            expressions = [_build_sum_expression(keys, column, kind) for column, kind in columns]
            query = sql.SQL("SELECT count(*), {} FROM {}").format(
                sql.SQL(", ").join(expressions), sql.Identifier(table)
            )
            rows, *totals = connection.execute(query).fetchone() or (0,)
            sums |= {
                f"{table}.{column}": ColumnChecksum(rows, int(value))
                for (column, _), value in zip(columns, totals, strict=True)
            }
    return sums


def _build_sum_expression(keys: tuple[str, ...], column: str, kind: str) -> sql.Composed:
    """Return the SQL sum of hashes of the values of a column, each with the key of its row."""
    value = sql.SQL("{}::text" if kind in UNHASHABLE_TYPES else "{}").format(sql.Identifier(column))
    parts = sql.SQL(", ").join([*map(sql.Identifier, keys), value])
    return sql.SQL("coalesce(sum(hash_record_extended(ROW({}), 0)::numeric), 0)").format(parts)


UNHASHABLE_TYPES = ("json", "xml", "point", "polygon", "tsvector", "tsquery")
COLUMNS = """
SELECT t.relname, coalesce(k.columns, '{}'), a.attname, y.typname
  FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid JOIN pg_type y ON y.oid = a.atttypid
  LEFT JOIN LATERAL (SELECT array_agg(b.attname::text ORDER BY b.attnum) AS columns
                       FROM pg_index i JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = ANY (i.indkey)
                      WHERE i.indrelid = t.oid AND i.indisprimary) AS k ON true
 WHERE t.relkind = 'r' AND pg_table_is_visible(t.oid) AND t.relname <> 'django_migrations'
   AND t.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
   AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY t.relname, a.attnum
"""
