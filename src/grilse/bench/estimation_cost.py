"""Measures the estimation of all states, with a bare COPY of them for comparison, and of one batch."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import Connection

from grilse.bench.scratch import (
    SCRATCH,
    create_scratch_tables,
    execute_in_parallel,
    measure_bare_copy,
    read_copy_stream,
)
from grilse.errors import GrilseError
from grilse.growth.estimating.run import estimate_batches, iter_part_estimates
from grilse.growth.estimating.store import delete_states

CHUNK = 1 << 23  # bytes of COPY data that are written at once
KEYS = {"growth_dailystate": "placement_id", "growth_batchstate": "batch_id"}


@dataclass(frozen=True, kw_only=True, slots=True)
class EstimationCost:
    """Seconds to read, estimate, write and index all states, and of a bare COPY of the same rows."""

    states: int
    grow: float
    bare: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchCost:
    """Seconds of each first write of the states of one batch, and its number of statements."""

    batch: str
    days: int
    seconds: list[float]
    statements: int


def measure_estimation_cost(workers: int) -> EstimationCost:
    """Estimate every batch into scratch tables; the stored states do not change."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection, create_scratch_tables(connection, KEYS):
        companies = [row[0] for row in connection.execute("SELECT id FROM farm_company ORDER BY id")]
        begun = time.perf_counter()
        with _use_scratch_tables(url):
            done = [
                part
                for company in companies
                for part in iter_part_estimates(connection, company, None, workers, first=True)
            ]
        keys = (f"ALTER TABLE {SCRATCH}.{table} ADD PRIMARY KEY ({key}, date)" for table, key in KEYS.items())
        execute_in_parallel(url, keys, workers)
        grow = time.perf_counter() - begun
        streams = {table: read_copy_stream(connection, f"SELECT * FROM {SCRATCH}.{table}") for table in KEYS}
        chunks = {
            table: [stream[start : start + CHUNK] for start in range(0, len(stream), CHUNK)]
            for table, stream in streams.items()
        }
        states = sum(part.states for part in done)
        return EstimationCost(states=states, grow=grow, bare=measure_bare_copy(connection, chunks))


def measure_batch_cost(repeats: int) -> BatchCost:
    """Write the states of a batch of about 800 days as for the first time, on a warm connection."""
    with psycopg.connect(os.environ["DATABASE_URL"], cursor_factory=_CountingCursor) as connection:
        company, batch, number, days, placements = find_measured_batch(connection)
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
    """A cursor that counts statements, including COPY."""

    statements = 0

    def execute(self, *args: Any, **options: Any) -> "_CountingCursor":
        _CountingCursor.statements += 1
        return super().execute(*args, **options)

    def copy(self, *args: Any, **options: Any) -> Any:
        _CountingCursor.statements += 1
        return super().copy(*args, **options)


@contextmanager
def _use_scratch_tables(url: str) -> Iterator[None]:
    """Let every new connection, also of other processes, find the scratch tables first."""
    path = quote(f"-c search_path={SCRATCH},public")
    os.environ["DATABASE_URL"] = f"{url}{'&' if '?' in url else '?'}options={path}"
    try:
        yield
    finally:
        os.environ["DATABASE_URL"] = url


def find_measured_batch(connection: Connection[Any]) -> tuple[int, int, str, int, list[int]]:
    """Return company, id, number, days and placements of the batch whose life is nearest to 800 days."""
    row = connection.execute(OF_800_DAYS).fetchone()
    if row is None:
        raise GrilseError("there is no batch to measure: run `grilse generate` first")
    company, batch, number, days, placements = row
    return company, batch, number, days, placements


OF_800_DAYS = """
SELECT b.company_id, b.id, b.number, max(coalesce(p.stop, CURRENT_DATE)) - b.start_date, array_agg(p.id)
  FROM stock_batch b JOIN stock_placement p ON p.batch_id = b.id
 GROUP BY b.id
 ORDER BY count(*) FILTER (WHERE p.stop IS NULL),
          abs(max(coalesce(p.stop, CURRENT_DATE)) - b.start_date - 800), b.id
 LIMIT 1
"""
