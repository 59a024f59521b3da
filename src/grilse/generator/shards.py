"""One shard of a history: rows of a batch, or of a site's feed, written in one transaction of their own."""

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.types.json import Jsonb

from grilse.bulk.copy import copy_in
from grilse.bulk.table import Table
from grilse.errors import GrilseError

Columns = Mapping[str, NDArray[Any]]


class ShardWriter:
    """Writes the rows of one shard and counts them."""

    def __init__(self, connection: Connection[Any], company: int, run: str) -> None:
        self.connection = connection
        self.company = company
        self.run = run
        self.rows: dict[str, int] = {}

    def write(self, table: Table, columns: Columns) -> None:
        """COPY columns into a table; the company is added."""
        size = len(next(iter(columns.values())))
        if size:
            owned = {"company_id": np.full(size, self.company, np.int64), **columns}
            self.rows[table.name] = self.rows.get(table.name, 0) + copy_in(self.connection, table, owned)

    def reserve(self, table: Table, size: int) -> NDArray[np.int64]:
        """Return ids that no other writer gets: a block of the table's sequence, taken under a lock."""
        if not size:
            return np.empty(0, np.int64)
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            other.execute("SELECT pg_advisory_lock(%s)", [RESERVING])
            row = other.execute(
                "SELECT setval(s, nextval(s) + %(size)s - 1) FROM pg_get_serial_sequence(%(table)s, 'id') s",
                {"size": size, "table": table.name},
            ).fetchone()
        last = int(row[0]) if row else 0
        return np.arange(last - size + 1, last + 1, dtype=np.int64)

    def finish(self, kind: str, key: str) -> None:
        """Record the shard, in the same transaction as its rows."""
        self.connection.execute(
            "INSERT INTO generator_shard (company_id, run, kind, key, rows, content_hash)"
            " VALUES (%s, %s, %s, %s, %s, '')",
            [self.company, self.run, kind, key, Jsonb(self.rows)],
        )


RESERVING = 0x6772696C7365  # the lock under which blocks of ids are taken


@lru_cache(maxsize=4)
def ids_by_name(table: str, company: int) -> dict[str, int]:
    """Return the ids of a company's places by name; read once in a process."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        query = f'SELECT name, id FROM "{table}" WHERE company_id = %s'
        return dict(connection.execute(query.encode(), [company]).fetchall())


@lru_cache(maxsize=4)
def species_and_stages(species: str) -> tuple[int, dict[int, int]]:
    """Return a species' id and the ids of its stages by order."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = connection.execute(
            'SELECT p.id, s."order", s.id FROM stock_stage s JOIN stock_species p ON p.id = s.species_id'
            " WHERE p.name = %s",
            [species],
        ).fetchall()
    if not rows:
        raise GrilseError(f"the world's species {species!r} is not known")
    return rows[0][0], {order: stage for _, order, stage in rows}
