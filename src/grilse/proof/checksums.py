"""A sum over each column of a database, the same whatever order the rows lie in."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import connect, sql


@dataclass(frozen=True, slots=True)
class Sum:
    """Of one column: how many rows, and all values with the keys of their rows."""

    rows: int
    values: int


Checksums = Mapping[str, Sum]
"""By `table.column`."""


def checksums(url: str) -> Checksums:
    """Return the sums of all tables but that of the migrations themselves; reads each table once."""
    tables: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = defaultdict(list)
    sums: dict[str, Sum] = {}
    with connect(url) as connection:
        for table, key, column, kind in connection.execute(COLUMNS):
            tables[table, tuple(key)].append((column, kind))
        for (table, keys), columns in tables.items():
            chosen = [_sum(keys, column, kind) for column, kind in columns]
            query = sql.SQL("SELECT count(*), {} FROM {}").format(
                sql.SQL(", ").join(chosen), sql.Identifier(table)
            )
            rows, *found = connection.execute(query).fetchone() or (0,)
            sums |= {
                f"{table}.{column}": Sum(rows, int(value))
                for (column, _), value in zip(columns, found, strict=True)
            }
    return sums


def _sum(keys: tuple[str, ...], column: str, kind: str) -> sql.Composed:
    """Return the sum of a column's values, each with the key of its row."""
    value = sql.SQL("{}::text" if kind in WITHOUT_HASH else "{}").format(sql.Identifier(column))
    parts = sql.SQL(", ").join([*map(sql.Identifier, keys), value])
    return sql.SQL("coalesce(sum(hash_record_extended(ROW({}), 0)::numeric), 0)").format(parts)


WITHOUT_HASH = ("json", "xml", "point", "polygon", "tsvector", "tsquery")
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
