"""What estimating costs beside the least it could: all states over a bare COPY of them, and one batch."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import Connection

from grilse.errors import GrilseError
from grilse.growth.estimating.run import estimate_batches, iter_part_estimates
from grilse.growth.estimating.store import delete_states

SCRATCH = "grilse_scratch"
CHUNK = 1 << 23  # bytes of a COPY written at once
KEYS = {"growth_dailystate": "placement_id", "growth_batchstate": "batch_id"}


@dataclass(frozen=True, kw_only=True, slots=True)
class EstimationCost:
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


def measure_estimation_cost(workers: int) -> EstimationCost:
    """Estimate every batch into scratch tables; the states of the company are not touched."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection, create_scratch_tables(connection):
        companies = [row[0] for row in connection.execute("SELECT id FROM farm_company ORDER BY id")]
        begun = time.perf_counter()
        with _use_scratch_tables(url):
            done = [
                part
                for company in companies
                for part in iter_part_estimates(connection, company, None, workers, first=True)
            ]
        _add_primary_keys(url, workers)
        grow = time.perf_counter() - begun
        return EstimationCost(states=sum(part.states for part in done), grow=grow, bare=_time_bare_copy(connection))


def measure_batch_cost(repeats: int) -> BatchCost:
    """Write the states of a batch of about 800 days as if for the first time, over a warm connection."""
    with psycopg.connect(os.environ["DATABASE_URL"], cursor_factory=_CountingCursor) as connection:
        row = connection.execute(OF_800_DAYS).fetchone()
        if row is None:
            raise GrilseError("there is no batch to measure: run `grilse generate` first")
        company, batch, number, days, placements = row
        seconds = []
        for _ in range(repeats + 1):
            delete_states(connection, company, placements, [batch])
            connection.commit()
            _CountingCursor.statements = 0
            begun = time.perf_counter()
            estimate_batches(connection, company, [batch], first=True)
            connection.commit()
            seconds.append(time.perf_counter() - begun)
    # The first run fills the caches of the process.
    return BatchCost(batch=number, days=days, seconds=seconds[1:], statements=_CountingCursor.statements)


class _CountingCursor(psycopg.Cursor[Any]):
    """A cursor that counts statements, COPY among them."""

    statements = 0

    def execute(self, *args: Any, **options: Any) -> "_CountingCursor":
        _CountingCursor.statements += 1
        return super().execute(*args, **options)

    def copy(self, *args: Any, **options: Any) -> Any:
        _CountingCursor.statements += 1
        return super().copy(*args, **options)


@contextmanager
def create_scratch_tables(connection: Connection[Any]) -> Iterator[None]:
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
def _use_scratch_tables(url: str) -> Iterator[None]:
    """Let every connection made meanwhile, in other processes too, find the scratch tables first."""
    path = quote(f"-c search_path={SCRATCH},public")
    os.environ["DATABASE_URL"] = f"{url}{'&' if '?' in url else '?'}options={path}"
    try:
        yield
    finally:
        os.environ["DATABASE_URL"] = url


def _add_primary_keys(url: str, workers: int) -> None:
    making = [f"ALTER TABLE {SCRATCH}.{table} ADD PRIMARY KEY ({key}, date)" for table, key in KEYS.items()]
    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(lambda statement: _execute_statement(url, statement), making))


def _execute_statement(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute(statement.encode())


def _time_bare_copy(connection: Connection[Any]) -> float:
    """Seconds to COPY the scratch states, encoded beforehand, over one connection into bare tables."""
    streams = {table: _read_copy_chunks(connection, table) for table in KEYS}
    for table in KEYS:
        connection.execute(f"DROP TABLE {SCRATCH}.{table}".encode())
        connection.execute(f"CREATE TABLE {SCRATCH}.{table} (LIKE public.{table})".encode())
    begun = time.perf_counter()
    for table, chunks in streams.items():
        filled = f"COPY {SCRATCH}.{table} FROM STDIN (FORMAT binary)".encode()
        with connection.cursor() as cursor, cursor.copy(filled) as copy:
            for chunk in chunks:
                copy.write(chunk)
    return time.perf_counter() - begun


def _read_copy_chunks(connection: Connection[Any], table: str) -> list[bytes]:
    """Return a table in chunks as large as those of a load."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {SCRATCH}.{table} TO STDOUT (FORMAT binary)".encode()) as copy,
    ):
        stream = b"".join(bytes(row) for row in copy)
    return [stream[start : start + CHUNK] for start in range(0, len(stream), CHUNK)]


OF_800_DAYS = """
SELECT b.company_id, b.id, b.number, max(coalesce(p.stop, CURRENT_DATE)) - b.start_date, array_agg(p.id)
  FROM stock_batch b JOIN stock_placement p ON p.batch_id = b.id
 GROUP BY b.id
 ORDER BY count(*) FILTER (WHERE p.stop IS NULL),
          abs(max(coalesce(p.stop, CURRENT_DATE)) - b.start_date - 800), b.id
 LIMIT 1
"""
