"""What loading costs beside the least it could: our load of every large table over a bare COPY of it."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from grilse.bulk import schema_objects
from grilse.bulk.binary import encode_columns
from grilse.bulk.copy import read_columns
from grilse.bulk.table import Table
from grilse.environment.models import DailyEnvironment, Reading
from grilse.errors import GrilseError
from grilse.feeding.models import Draw, Meal
from grilse.health.models import HealthScore, LiceCount
from grilse.stock.models import Movement, WeightSample

SCRATCH_SCHEMA = "grilse_scratch"
MODELS = (Movement, WeightSample, Reading, DailyEnvironment, Meal, Draw, LiceCount, HealthScore)
COPY_ROWS = 50_000  # rows of a COPY: about those of a batch

Columns = dict[str, NDArray[Any]]
Connection = psycopg.Connection[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadCost:
    """Seconds of our load and of the bare COPY of the same rows."""

    table: str
    rows: int
    load: float
    bare: float


def measure_load_costs(workers: int) -> Iterator[LoadCost]:
    """Yield the cost of each large table, at the volume that stands in the database."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        parts = list(schema_objects.read_schema_objects(connection).values())
    for model in MODELS:
        yield _measure_table(url, Table.from_model(model), parts, workers)


def _measure_table(url: str, table: Table, parts: Sequence[schema_objects.SchemaObject], workers: int) -> LoadCost:
    with psycopg.connect(url) as connection:
        columns = _read_columns(connection, table)
    shards = [
        {name: values[start : start + COPY_ROWS] for name, values in columns.items()}
        for start in range(0, len(next(iter(columns.values()))), COPY_ROWS)
    ]
    own = [part for part in parts if part.table == table.name]
    with _create_scratch_table(url, table, checked=True):
        load = _measure_seconds(lambda: _load_shards(url, table, shards, own, workers))
    streams = [b"".join(encode_columns(table, shard)) for shard in shards]
    with _create_scratch_table(url, table, checked=False):
        bare = _measure_seconds(lambda: _copy_streams(url, table, [[stream] for stream in streams], workers))
    rows = sum(len(next(iter(shard.values()))) for shard in shards)
    return LoadCost(table=table.name, rows=rows, load=load, bare=bare)


def _read_columns(connection: Connection, table: Table) -> Columns:
    kinds = {column.name: column.kind for column in table.columns}
    names = ", ".join(f'"{name}"' for name in kinds)
    columns = read_columns(connection, f'SELECT {names} FROM "{table.name}"', kinds)
    return {name: values.astype(np.bytes_) if kinds[name] == "text" else values for name, values in columns.items()}


@contextmanager
def _create_scratch_table(url: str, table: Table, *, checked: bool) -> Iterator[None]:
    """Stand an empty table of the same shape in a schema of its own, with or without its CHECKs."""
    schema, name = sql.Identifier(SCRATCH_SCHEMA), sql.Identifier(table.name)
    including = sql.SQL("INCLUDING DEFAULTS INCLUDING CONSTRAINTS" if checked else "INCLUDING DEFAULTS")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        connection.execute(sql.SQL("CREATE TABLE {}.{} (LIKE public.{} {})").format(schema, name, name, including))
        try:
            yield
        finally:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))


def _load_shards(
    url: str, table: Table, shards: Sequence[Columns], parts: Sequence[schema_objects.SchemaObject], workers: int
) -> None:
    """Encode and COPY the shards, then make indexes and constraints."""
    _copy_streams(url, table, [_EncodedShard(table, shard) for shard in shards], workers)
    for types in schema_objects.CREATION_ORDER:
        making = [_build_scratch_statement(part) for part in parts if part.type in types]
        with ThreadPoolExecutor(workers) as threads:
            list(threads.map(lambda statement: _execute_statement(url, statement), making))


@dataclass(frozen=True, slots=True)
class _EncodedShard:
    """A shard that is encoded when its stream is read."""

    table: Table
    columns: Columns

    def __iter__(self) -> Iterator[bytes]:
        return encode_columns(self.table, self.columns)


def _execute_statement(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute(statement)


def _build_scratch_statement(part: schema_objects.SchemaObject) -> sql.Composed:
    """Return the statement that makes a part on the scratch table."""
    if part.type == "i":
        there = part.definition.replace(" ON public.", f" ON {SCRATCH_SCHEMA}.", 1)
        return sql.Composed([sql.SQL(there)])
    return sql.SQL("ALTER TABLE {}.{} ADD {}").format(
        sql.Identifier(SCRATCH_SCHEMA), sql.Identifier(part.table), sql.SQL(part.definition)
    )


def _copy_streams(url: str, table: Table, streams: Sequence[Iterable[bytes]], workers: int) -> None:
    """COPY streams over as many connections, each in a process of its own, as a load does.

    Forked, so that the streams need not travel; no connection is open here meanwhile.
    """
    context = get_context("fork")
    processes = [
        context.Process(target=_copy_share, args=(url, table, streams[place::workers])) for place in range(workers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise GrilseError(f"measuring the load of {table.name} failed")


def _copy_share(url: str, table: Table, streams: Sequence[Iterable[bytes]]) -> None:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {}.{} ({}) FROM STDIN (FORMAT binary)")
    filled = statement.format(sql.Identifier(SCRATCH_SCHEMA), sql.Identifier(table.name), names)
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for stream in streams:
            with cursor.copy(filled) as copy:
                for chunk in stream:
                    copy.write(chunk)


def _measure_seconds(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
