"""Measures the load of every large table, with a bare COPY of it for comparison."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from grilse.bench.scratch import SCRATCH, create_scratch_tables, execute_in_parallel
from grilse.bulk import schema_objects
from grilse.bulk.binary import encode_columns
from grilse.bulk.copy import read_columns
from grilse.bulk.table import Table
from grilse.environment.models import DailyEnvironment, Reading
from grilse.errors import GrilseError
from grilse.feeding.models import Draw, Meal
from grilse.health.models import HealthScore, LiceCount
from grilse.stock.models import Movement, WeightSample

MODELS = (Movement, WeightSample, Reading, DailyEnvironment, Meal, Draw, LiceCount, HealthScore)
COPY_ROWS = 50_000  # rows of a COPY, about those of a batch

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadCost:
    """Seconds of the load and of the bare COPY of the same rows."""

    table: str
    rows: int
    load: float
    bare: float


def measure_load_costs(workers: int) -> Iterator[LoadCost]:
    """Yield the cost of each large table, at its volume in the database."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        parts = list(schema_objects.read_schema_objects(connection).values())
    for model in MODELS:
        yield _measure_table(url, Table.from_model(model), parts, workers)


def _measure_table(url: str, table: Table, parts: Sequence[schema_objects.SchemaObject], workers: int) -> LoadCost:
    kinds = {column.name: column.kind for column in table.columns}
    names = ", ".join(f'"{name}"' for name in kinds)
    with psycopg.connect(url) as connection:
        columns = read_columns(connection, f'SELECT {names} FROM "{table.name}"', kinds)
    columns |= {name: columns[name].astype(np.bytes_) for name, kind in kinds.items() if kind == "text"}
    shards = [
        {name: values[start : start + COPY_ROWS] for name, values in columns.items()}
        for start in range(0, len(next(iter(columns.values()))), COPY_ROWS)
    ]
    own = [part for part in parts if part.table == table.name]
    streams = [b"".join(encode_columns(table, shard)) for shard in shards]
    with psycopg.connect(url, autocommit=True) as connection:
        with create_scratch_tables(connection, [table.name], "INCLUDING DEFAULTS INCLUDING CONSTRAINTS"):
            load = _measure_seconds(lambda: _load_shards(url, table, shards, own, workers))
        with create_scratch_tables(connection, [table.name], "INCLUDING DEFAULTS"):
            bare = _measure_seconds(lambda: _copy_streams(url, table, [[stream] for stream in streams], workers))
    rows = sum(len(next(iter(shard.values()))) for shard in shards)
    return LoadCost(table=table.name, rows=rows, load=load, bare=bare)


def _load_shards(
    url: str, table: Table, shards: Sequence[Columns], parts: Sequence[schema_objects.SchemaObject], workers: int
) -> None:
    """Encode and COPY the shards, then build indexes and constraints."""
    _copy_streams(url, table, [_EncodedShard(table, shard) for shard in shards], workers)
    for types in schema_objects.CREATION_ORDER:
        execute_in_parallel(url, [_build_scratch_statement(part) for part in parts if part.type in types], workers)


@dataclass(frozen=True, slots=True)
class _EncodedShard:
    """A shard that is encoded while its stream is read."""

    table: Table
    columns: Columns

    def __iter__(self) -> Iterator[bytes]:
        return encode_columns(self.table, self.columns)


def _build_scratch_statement(part: schema_objects.SchemaObject) -> str:
    """Return the statement that creates an index or constraint on the scratch table."""
    if part.type == "i":
        return part.definition.replace(" ON public.", f" ON {SCRATCH}.", 1)
    return f'ALTER TABLE {SCRATCH}."{part.table}" ADD {part.definition}'


def _copy_streams(url: str, table: Table, streams: Sequence[Iterable[bytes]], workers: int) -> None:
    """COPY streams from several processes, each with its own connection, as a load does.

    The processes are forked, so that the streams need not be sent; they do not use the connections of this one.
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
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    filled = f'COPY {SCRATCH}."{table.name}" ({names}) FROM STDIN (FORMAT binary)'.encode()
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for stream in streams:
            with cursor.copy(filled) as copy:
                for chunk in stream:
                    copy.write(chunk)


def _measure_seconds(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
