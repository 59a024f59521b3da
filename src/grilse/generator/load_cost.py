"""What loading costs beside the least it could: our load of every large table over a bare COPY of it."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from grilse.bulk import structure
from grilse.bulk.binary import encode
from grilse.bulk.copy import read
from grilse.bulk.table import Table
from grilse.environment.models import DailyEnvironment, Reading
from grilse.feeding.models import Draw, Meal
from grilse.health.models import HealthScore, LiceCount
from grilse.stock.models import Movement, WeightSample

SCRATCH = "grilse_scratch"
MODELS = (Movement, WeightSample, Reading, DailyEnvironment, Meal, Draw, LiceCount, HealthScore)
SHARD = 50_000  # rows of a COPY: about those of a batch

Columns = dict[str, NDArray[Any]]
Connection = psycopg.Connection[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Seconds of our load and of the bare COPY of the same rows."""

    table: str
    rows: int
    load: float
    bare: float


def load_costs(workers: int) -> Iterator[Cost]:
    """Yield the cost of each large table, at the volume that stands in the database."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        parts = list(structure.present(connection).values())
    for model in MODELS:
        yield _cost(url, Table.of(model), parts, workers)


def _cost(url: str, table: Table, parts: Sequence[structure.Part], workers: int) -> Cost:
    with psycopg.connect(url) as connection:
        columns = _columns(connection, table)
    shards = [
        {name: values[start : start + SHARD] for name, values in columns.items()}
        for start in range(0, len(next(iter(columns.values()))), SHARD)
    ]
    own = [part for part in parts if part.table == table.name]
    with _connections(url, workers) as pool:
        with _scratch(url, table, checked=True):
            load = _seconds(lambda: _load(pool, url, table, shards, own))
        streams = [b"".join(encode(table, shard)) for shard in shards]
        with _scratch(url, table, checked=False):
            bare = _seconds(lambda: _bare(pool, table, streams))
    rows = sum(len(next(iter(shard.values()))) for shard in shards)
    return Cost(table=table.name, rows=rows, load=load, bare=bare)


def _columns(connection: Connection, table: Table) -> Columns:
    kinds = {column.name: column.kind for column in table.columns}
    names = ", ".join(f'"{name}"' for name in kinds)
    columns = read(connection, f'SELECT {names} FROM "{table.name}"', kinds)
    return {
        name: values.astype(np.bytes_) if kinds[name] == "text" else values
        for name, values in columns.items()
    }


@contextmanager
def _connections(url: str, workers: int) -> Iterator[list[Connection]]:
    pool = [psycopg.connect(url, autocommit=True) for _ in range(workers)]
    try:
        yield pool
    finally:
        for connection in pool:
            connection.close()


@contextmanager
def _scratch(url: str, table: Table, *, checked: bool) -> Iterator[None]:
    """Stand an empty table of the same shape in a schema of its own, with or without its CHECKs."""
    schema, name = sql.Identifier(SCRATCH), sql.Identifier(table.name)
    including = sql.SQL("INCLUDING DEFAULTS INCLUDING CONSTRAINTS" if checked else "INCLUDING DEFAULTS")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        connection.execute(
            sql.SQL("CREATE TABLE {}.{} (LIKE public.{} {})").format(schema, name, name, including)
        )
        try:
            yield
        finally:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))


def _load(
    pool: list[Connection],
    url: str,
    table: Table,
    shards: Sequence[Columns],
    parts: Sequence[structure.Part],
) -> None:
    """Encode and COPY the shards over the connections, then make indexes and constraints."""
    _spread(pool, shards, lambda connection, shard: _copy(connection, table, encode(table, shard)))
    for types in structure.PASSES:
        making = [_moved(part) for part in parts if part.type in types]
        _spread(pool, making, _make)


def _make(connection: Connection, statement: sql.Composed) -> None:
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute(statement)


def _bare(pool: list[Connection], table: Table, streams: Sequence[bytes]) -> None:
    _spread(pool, streams, lambda connection, stream: _copy(connection, table, [stream]))


def _moved(part: structure.Part) -> sql.Composed:
    """Return the statement that makes a part on the scratch table."""
    if part.type == "i":
        there = part.definition.replace(" ON public.", f" ON {SCRATCH}.", 1)
        return sql.Composed([sql.SQL(there)])
    return sql.SQL("ALTER TABLE {}.{} ADD {}").format(
        sql.Identifier(SCRATCH),
        sql.Identifier(part.table),
        sql.SQL(part.definition),
    )


def _copy(connection: Connection, table: Table, chunks: Any) -> None:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {}.{} ({}) FROM STDIN (FORMAT binary)")
    filled = statement.format(sql.Identifier(SCRATCH), sql.Identifier(table.name), names)
    with connection.cursor() as cursor, cursor.copy(filled) as copy:
        for chunk in chunks:
            copy.write(chunk)


def _spread(pool: list[Connection], work: Sequence[Any], act: Callable[[Connection, Any], None]) -> None:
    """Give every connection its share of the work, side by side."""

    def share(place: int) -> None:
        for item in work[place :: len(pool)]:
            act(pool[place], item)

    with ThreadPoolExecutor(len(pool)) as threads:
        list(threads.map(share, range(len(pool))))


def _seconds(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
