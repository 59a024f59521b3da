"""Indexes and constraints: saved with the schema, dropped for a bulk load, and created again when missing."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection, sql

SAVED_TABLE = "grilse_structure"
BULK_LOAD_LOCK = 0x6772696C7364  # the lock that a bulk load holds while indexes are dropped
# Keys before the foreign keys that refer to them. Check constraints stay, since COPY tests them cheaply.
CREATION_ORDER = (("p", "u", "x"), ("i",), ("f",))

SELECT_OBJECTS = """
SELECT c.conname AS name, c.conrelid::regclass::text AS relation, c.contype::text AS type,
       pg_get_constraintdef(c.oid) AS definition
  FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
 WHERE n.nspname = 'public' AND c.contype IN ('p', 'u', 'x', 'f') AND c.conrelid <> 0
 UNION ALL
SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text, 'i', pg_get_indexdef(i.indexrelid)
  FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid JOIN pg_namespace n ON n.oid = r.relnamespace
 WHERE n.nspname = 'public' AND i.indisvalid
   AND NOT EXISTS (SELECT FROM pg_constraint c
                    WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
"""
SELECT_INVALID_INDEXES = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE NOT i.indisvalid AND c.relkind = 'i' AND c.relnamespace = 'public'::regnamespace
   AND i.indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)
"""


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """An index or constraint: type p, u, x or f as in pg_constraint, or i for an index without a constraint."""

    name: str
    table: str
    type: str
    definition: str

    def build_create_sql(self) -> sql.Composed:
        """Return the statement that creates it."""
        if self.type == "i":
            return sql.Composed([sql.SQL(self.definition)])
        return sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
            sql.Identifier(self.table), sql.Identifier(self.name), sql.SQL(self.definition)
        )

    def build_drop_sql(self) -> sql.Composed:
        """Return the statement that drops it."""
        if self.type == "i":
            return sql.SQL("DROP INDEX {}").format(sql.Identifier(self.name))
        return sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
            sql.Identifier(self.table), sql.Identifier(self.name)
        )


def read_schema_objects(connection: Connection[Any]) -> dict[str, SchemaObject]:
    """Return the existing indexes and constraints by name; one statement."""
    rows = connection.execute(SELECT_OBJECTS).fetchall()
    return {f"{row[1]}.{row[0]}": SchemaObject(*row) for row in rows}


def save_schema_objects(connection: Connection[Any]) -> None:
    """Save the existing indexes and constraints as those that the schema requires."""
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {SAVED_TABLE} (name text, relation text, type text, definition text)"
    )
    connection.execute(f"DELETE FROM {SAVED_TABLE}")
    parts = [part for part in read_schema_objects(connection).values() if part.table != SAVED_TABLE]
    with connection.cursor() as cursor, cursor.copy(f"COPY {SAVED_TABLE} FROM STDIN") as copy:
        for part in parts:
            copy.write_row((part.name, part.table, part.type, part.definition))


def has_saved_objects(connection: Connection[Any]) -> bool:
    """Return whether the objects of the schema were saved; one statement."""
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [SAVED_TABLE]).fetchone()
    return bool(row and row[0])


def drop_saved_objects(connection: Connection[Any]) -> None:
    """Drop the list of the saved objects."""
    connection.execute(f"DROP TABLE {SAVED_TABLE}")


def find_missing_objects(connection: Connection[Any]) -> list[SchemaObject]:
    """Return saved objects that do not exist, keys first; two statements."""
    existing = read_schema_objects(connection)
    rows = connection.execute(f"SELECT name, relation, type, definition FROM {SAVED_TABLE}").fetchall()
    missing = [part for part in (SchemaObject(*row) for row in rows) if f"{part.table}.{part.name}" not in existing]
    order = {type: place for place, types in enumerate(CREATION_ORDER) for type in types}
    return sorted(missing, key=lambda part: (order[part.type], part.table, part.name))


def drop_schema_objects(connection: Connection[Any], tables: Iterable[str]) -> list[SchemaObject]:
    """Drop the objects of those tables that are empty, and return them; foreign keys to the tables stay."""
    empty = {table for table in tables if _is_empty(connection, table)}
    parts = [part for part in read_schema_objects(connection).values() if part.table in empty]
    referenced_keys = _read_referenced_keys(connection)
    dropped = [part for part in parts if f"{part.table}.{part.name}" not in referenced_keys or part.type == "f"]
    for part in sorted(dropped, key=lambda part: part.type != "f"):
        connection.execute(part.build_drop_sql())
    return dropped


def _is_empty(connection: Connection[Any], table: str) -> bool:
    query = sql.SQL("SELECT NOT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def _read_referenced_keys(connection: Connection[Any]) -> set[str]:
    """Return the keys that foreign keys of other tables depend on."""
    rows = connection.execute(
        "SELECT DISTINCT k.conrelid::regclass::text, k.conname FROM pg_constraint f"
        " JOIN pg_constraint k ON k.conindid = f.conindid AND k.contype IN ('p', 'u')"
        " WHERE f.contype = 'f' AND f.conrelid <> f.confrelid"
    ).fetchall()
    return {f"{table}.{name}" for table, name in rows}


def create_schema_objects(url: str, parts: Sequence[SchemaObject], workers: int = 2) -> int:
    """Create the objects, tables in parallel, and return their number."""
    for types in CREATION_ORDER:
        by_table: dict[str, list[SchemaObject]] = {}
        for part in parts:
            if part.type in types:
                by_table.setdefault(part.table, []).append(part)
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda table: _create_table_objects(url, table), by_table.values()))
    return len(parts)


def drop_invalid_indexes(connection: Connection[Any]) -> list[str]:
    """Drop the invalid indexes that interrupted builds left, and return their names."""
    names = [name for (name,) in connection.execute(SELECT_INVALID_INDEXES)]
    for name in names:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return names


def _create_table_objects(url: str, parts: Sequence[SchemaObject]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        for part in parts:
            # An index of this name is invalid: an interrupted build left it.
            if part.type == "i":
                connection.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(part.name)))
            connection.execute(part.build_create_sql())
