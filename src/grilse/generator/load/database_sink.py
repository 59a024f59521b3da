"""Writes shards to PostgreSQL: each in one transaction, rows by binary COPY."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import psycopg
from django.db.models import Model
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.types.json import Jsonb

from grilse.bulk.copy import copy_in
from grilse.bulk.table import Table
from grilse.errors import GrilseError
from grilse.generator.load.shards import Columns, ReferenceColumn, RowKeys, Values, count_rows

ID_RESERVATION_LOCK = 0x6772696C7365  # the lock under which blocks of ids are reserved
# Columns that triggers of the database compute.
TRIGGER_COLUMNS = {"feeding_feedlot": {"drawn"}}


class ContentHash:
    """Hash of the written rows of a shard without the ids that the database assigned."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)

    def add(self, table: str, columns: Columns) -> None:
        """Add the rows of a table."""
        for name, column in sorted(columns.items(), key=lambda item: item[0]):
            if name != "id":
                values = column.position if isinstance(column, ReferenceColumn) else column
                self._hash.update(f"{table}.{name}:{values.dtype.str}".encode())
                self._hash.update(np.ascontiguousarray(values).tobytes())

    def compute_digest(self) -> str:
        """Return 32 hexadecimal digits."""
        return self._hash.hexdigest()


@contextmanager
def explain_collision(what: str, company: str) -> Iterator[None]:
    """Turn a broken unique constraint into an error that says what to do."""
    try:
        yield
    except psycopg.IntegrityError as error:
        raise GrilseError(
            f"{what} with what {company} has already: {error.diag.message_detail};"
            " empty the database with `grilse db reset`, or name another company in the world's file"
        ) from error


@dataclass(frozen=True, slots=True)
class DatabaseTarget:
    """A company in the database of DATABASE_URL."""

    company: int
    hashed: bool = False  # hash the rows as they are written; other shards are hashed from the database after the load

    @contextmanager
    def open_shard(self, run: str, kind: str, key: str, until: date | None = None) -> Iterator["DatabaseSink"]:
        """Write a shard and record it in one transaction."""
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            connection.execute("SET LOCAL synchronous_commit = off")
            sink = DatabaseSink(connection, self.company, ContentHash() if self.hashed else None)
            yield sink
            sink.record_shard(run, kind, key, until)


class DatabaseSink:
    """Writes the rows of one shard with the id of the company and ids instead of references."""

    def __init__(self, connection: Connection[Any], company: int, content: ContentHash | None = None) -> None:
        self.connection = connection
        self.company = company
        self.content = content
        self.rows: dict[str, int] = {}

    def find_keys(self, model: type[Model], names: Sequence[str]) -> RowKeys:
        """Return the ids of rows by name, in one statement."""
        table = Table.from_model(model)
        owned = " AND company_id = %(company)s" if _has_company(table) else ""
        query = f'SELECT name, id FROM "{table.name}" WHERE name = ANY(%(names)s){owned}'
        arguments = {"names": list(names), "company": self.company}
        rows = self.connection.execute(query.encode(), arguments).fetchall()
        ids = dict(rows)
        if len(ids) < len(rows):
            several = f"several {model._meta.verbose_name}s of the company have a name of this history"
            raise GrilseError(f"{several}: generate it into a company of its own")
        missing = next((name for name in names if name not in ids), None)
        if missing is not None:
            raise GrilseError(f"the database has no {model._meta.verbose_name} {missing!r}")
        return RowKeys(table, {"id": np.array([ids[name] for name in names], np.int64)})

    def find_stage_keys(self, species: str) -> RowKeys:
        """Return the ids of a species' stages by order, in one statement."""
        rows = self.connection.execute(
            "SELECT s.id FROM stock_stage s JOIN stock_species p ON p.id = s.species_id"
            ' WHERE p.name = %s ORDER BY s."order"',
            [species],
        ).fetchall()
        return RowKeys(Table("stock_stage", ()), {"id": np.array([row[0] for row in rows], np.int64)})

    def write(self, model: type[Model], columns: Columns) -> None:
        """COPY rows into the model's table."""
        size = count_rows(columns)
        if not size:
            return
        table = Table.from_model(model)
        if self.content is not None:
            self.content.add(table.name, columns)
        derived = TRIGGER_COLUMNS.get(table.name, ())
        stored_columns = {name: values for name, values in columns.items() if name not in derived}
        resolved = dict(_resolve_column(name, values) for name, values in stored_columns.items())
        if _has_company(table):
            resolved["company_id"] = np.full(size, self.company, np.int64)
        self.rows[table.name] = self.rows.get(table.name, 0) + copy_in(self.connection, table, resolved)

    def write_with_keys(self, model: type[Model], columns: Columns, names: Sequence[str]) -> RowKeys:
        """COPY rows with newly reserved ids."""
        ids = self.reserve_ids(Table.from_model(model), count_rows(columns))
        self.write(model, {"id": ids, **columns})
        return RowKeys(Table.from_model(model), {"id": ids})

    def reserve_ids(self, table: Table, size: int) -> NDArray[np.int64]:
        """Reserve a block of ids of the table's sequence under a lock, and return it.

        The lock is released at once, because a sequence is not part of the transaction.
        """
        if not size:
            return np.empty(0, np.int64)
        self.connection.execute("SELECT pg_advisory_lock(%s)", [ID_RESERVATION_LOCK])
        row = self.connection.execute(
            "SELECT setval(s, nextval(s) + %(size)s - 1) FROM pg_get_serial_sequence(%(table)s, 'id') s",
            {"size": size, "table": table.name},
        ).fetchone()
        self.connection.execute("SELECT pg_advisory_unlock(%s)", [ID_RESERVATION_LOCK])
        last = int(row[0]) if row else 0
        return np.arange(last - size + 1, last + 1, dtype=np.int64)

    def record_shard(self, run: str, kind: str, key: str, until: date | None = None) -> None:
        """Record the shard, in the same transaction as its rows."""
        digest = self.content.compute_digest() if self.content else ""
        self.connection.execute(
            "INSERT INTO generator_shard (company_id, run, kind, key, until, rows, content_hash)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [self.company, run, kind, key, until, Jsonb(self.rows), digest],
        )


def _has_company(table: Table) -> bool:
    return any(column.name == "company_id" for column in table.columns)


def _resolve_column(name: str, values: Values) -> tuple[str, NDArray[Any]]:
    """Return a column of the database: ids instead of references."""
    if not isinstance(values, ReferenceColumn):
        return name, values
    # The position -1 takes the last id, which means no reference.
    ids = np.append(np.asarray(values.keys.columns["id"]), -1)
    return f"{name}_id", ids[values.position]
