"""What estimating costs beside the least it could: all states over a bare COPY of them, and one batch."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import Connection

from grilse.errors import GrilseError
from grilse.growth.estimate import estimate_batches, estimate_parts
from grilse.growth.writing import forget

SCRATCH = "grilse_scratch"
STREAMS = 16  # COPY streams of a table, shared out to the connections
KEYS = {"growth_dailystate": "placement_id", "growth_batchstate": "batch_id"}


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowCost:
    """Seconds to read, estimate, write and index all states, and to COPY the same rows bare."""

    states: int
    grow: float
    bare: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchCost:
    """Seconds of each first write of one batch's states, and the statements of one."""

    batch: str
    days: int
    seconds: list[float]
    statements: int


def grow_costs(workers: int) -> GrowCost:
    """Estimate every batch into scratch tables; the states of the company are not touched."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection, _scratch(connection):
        companies = [row[0] for row in connection.execute("SELECT id FROM farm_company ORDER BY id")]
        begun = time.perf_counter()
        with _writing_to_scratch(url):
            done = [
                one for company in companies for one in estimate_parts(connection, company, None, workers)
            ]
        _index(url, workers)
        grow = time.perf_counter() - begun
        return GrowCost(
            states=sum(one.states for one in done), grow=grow, bare=_bare(connection, url, workers)
        )


def batch_cost(repeats: int) -> BatchCost:
    """Write the states of a batch of about 800 days as if for the first time, over a warm connection."""
    with psycopg.connect(os.environ["DATABASE_URL"], cursor_factory=_Counting) as connection:
        row = connection.execute(OF_800_DAYS).fetchone()
        if row is None:
            raise GrilseError("there is no batch to measure: run `grilse generate` first")
        company, batch, number, days, placements = row
        seconds = []
        for _ in range(repeats + 1):
            forget(connection, company, placements, [batch])
            connection.commit()
            _Counting.statements = 0
            begun = time.perf_counter()
            estimate_batches(connection, company, [batch])
            connection.commit()
            seconds.append(time.perf_counter() - begun)
    # The first run fills the caches of the process.
    return BatchCost(batch=number, days=days, seconds=seconds[1:], statements=_Counting.statements)


class _Counting(psycopg.Cursor[Any]):
    """A cursor that counts statements, COPY among them."""

    statements = 0

    def execute(self, *args: Any, **options: Any) -> "_Counting":
        _Counting.statements += 1
        return super().execute(*args, **options)

    def copy(self, *args: Any, **options: Any) -> Any:
        _Counting.statements += 1
        return super().copy(*args, **options)


@contextmanager
def _scratch(connection: Connection[Any]) -> Iterator[None]:
    """Stand empty tables of states in a schema of their own."""
    connection.execute(f"DROP SCHEMA IF EXISTS {SCRATCH} CASCADE")
    connection.execute(f"CREATE SCHEMA {SCRATCH}")
    try:
        for table in KEYS:
            connection.execute(f"CREATE TABLE {SCRATCH}.{table} (LIKE public.{table})".encode())
        yield
    finally:
        connection.execute(f"DROP SCHEMA {SCRATCH} CASCADE")


@contextmanager
def _writing_to_scratch(url: str) -> Iterator[None]:
    """Let every connection made meanwhile, in other processes too, find the scratch tables first."""
    path = quote(f"-c search_path={SCRATCH},public")
    os.environ["DATABASE_URL"] = f"{url}{'&' if '?' in url else '?'}options={path}"
    try:
        yield
    finally:
        os.environ["DATABASE_URL"] = url


def _index(url: str, workers: int) -> None:
    making = [f"ALTER TABLE {SCRATCH}.{table} ADD PRIMARY KEY ({key}, date)" for table, key in KEYS.items()]
    _side_by_side(url, workers, making, _make)


def _make(connection: Connection[Any], statement: str) -> None:
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute(statement.encode())


def _bare(connection: Connection[Any], url: str, workers: int) -> float:
    """Seconds to COPY the scratch states, encoded beforehand, into tables without an index."""
    streams = [(table, _stream(connection, table, part)) for table in KEYS for part in range(STREAMS)]
    for table in KEYS:
        connection.execute(f"DROP TABLE {SCRATCH}.{table}".encode())
        connection.execute(f"CREATE TABLE {SCRATCH}.{table} (LIKE public.{table})".encode())
    begun = time.perf_counter()
    _side_by_side(url, workers, streams, _copy)
    return time.perf_counter() - begun


def _stream(connection: Connection[Any], table: str, part: int) -> bytes:
    rows = f"SELECT * FROM {SCRATCH}.{table} WHERE {KEYS[table]} % {STREAMS} = {part}"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({rows}) TO STDOUT (FORMAT binary)".encode()) as copy,
    ):
        return b"".join(bytes(chunk) for chunk in copy)


def _copy(connection: Connection[Any], stream: tuple[str, bytes]) -> None:
    table, rows = stream
    filled = f"COPY {SCRATCH}.{table} FROM STDIN (FORMAT binary)".encode()
    with connection.cursor() as cursor, cursor.copy(filled) as copy:
        copy.write(rows)


def _side_by_side(
    url: str, workers: int, work: Sequence[Any], act: Callable[[Connection[Any], Any], None]
) -> None:
    """Give each of as many connections as workers its share of the work."""

    def share(place: int) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            for item in work[place::workers]:
                act(connection, item)

    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(share, range(workers)))


OF_800_DAYS = """
SELECT b.company_id, b.id, b.number, max(coalesce(p.stop, CURRENT_DATE)) - b.start_date, array_agg(p.id)
  FROM stock_batch b JOIN stock_placement p ON p.batch_id = b.id
 GROUP BY b.id
 ORDER BY count(*) FILTER (WHERE p.stop IS NULL),
          abs(max(coalesce(p.stop, CURRENT_DATE)) - b.start_date - 800), b.id
 LIMIT 1
"""
