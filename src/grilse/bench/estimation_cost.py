"""Measures the estimation of all states, of one batch and of one correction, with a bare COPY for comparison."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import Connection

from grilse.access.tenancy import tenant_transaction
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
from grilse.stock.actions import weight_samples
from grilse.stock.actions.weight_samples import NewSample

CHUNK = 1 << 23  # bytes of COPY data that are written at once
KEYS = {"growth_dailystate": "placement_id", "growth_batchstate": "batch_id"}
CORRECTIONS = 20
FURTHEST = 0.1  # largest relative change of the weight
PAUSE = 0.05  # seconds for the work of the server after a commit


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


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectionCost:
    """Seconds of each correction of one sample, and of each bare COPY of all states of its batch."""

    batch: str
    states: int
    seconds: list[float]
    bare: list[float]

    @property
    def p95_seconds(self) -> float:
        """The 95th percentile of the seconds of a correction."""
        return sorted(self.seconds)[round(0.95 * (len(self.seconds) - 1))]


def measure_correction_cost() -> CorrectionCost:
    """Correct one sample in the middle of a batch of about 800 days, each time to another weight.

    It acts like the API: as the application role with row-level security, in one transaction each. At the end
    the sample and all states have their old values.
    """
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        company, batch, number, days, placements = find_measured_batch(connection)
        sample, original_sample = _find_mid_life_sample(connection, batch, days)
        seconds = list(_time_corrections(company, sample, original_sample))
        rows = {"growth_dailystate": placements, "growth_batchstate": [batch]}
        with create_scratch_tables(connection, KEYS):
            streams = _read_streams(connection, rows)
            bare = [measure_bare_copy(connection, streams) for _ in range(CORRECTIONS // 4)]
        states = sum(_count_rows(connection, table, ids) for table, ids in rows.items())
    return CorrectionCost(batch=number, states=states, seconds=seconds, bare=bare)


def _find_mid_life_sample(connection: Connection[Any], batch: int, days: int) -> tuple[int, NewSample]:
    """Return the sample that is nearest to the middle of the life of a batch."""
    row = connection.execute(MID_LIFE, {"batch": batch, "half": days // 2}).fetchone()
    if row is None:
        raise GrilseError("the batch has no weight sample to correct")
    names = ("placement", "date", "fish_weighed", "mean_weight_g", "sd_g", "method", "selection")
    return int(row[0]), NewSample(**dict(zip(names, row[1:], strict=True)))


def _time_corrections(company: int, sample: int, original: NewSample) -> Iterator[float]:
    """Correct a sample to other weights and back, and yield the seconds, without the first and last correction."""
    weights = [1 + FURTHEST * (2 * i / (CORRECTIONS - 1) - 1) for i in range(CORRECTIONS)]
    # Alternate between large and small weights, so that each correction changes much.
    shuffled = [weights[i // 2] if i % 2 else weights[-1 - i // 2] for i in range(CORRECTIONS)]
    # The first correction fills the caches of the process and of the server.
    _time_correction(company, sample, original, 1 - FURTHEST / 3)
    for share in shuffled:
        time.sleep(PAUSE)
        yield _time_correction(company, sample, original, share)
    _time_correction(company, sample, original, 1.0)


def _time_correction(company: int, sample: int, original: NewSample, share: float) -> float:
    assert original.mean_weight_g is not None
    changed = replace(original, mean_weight_g=original.mean_weight_g * share)
    begun = time.perf_counter()
    with tenant_transaction(company):
        weight_samples.correct_sample(sample, changed, reason="what a correction costs")
    return time.perf_counter() - begun


def _read_streams(connection: Connection[Any], rows: dict[str, list[int]]) -> dict[str, list[bytes]]:
    return {
        table: [read_copy_stream(connection, f"SELECT * FROM {table} WHERE {KEYS[table]} = ANY(ARRAY{ids})")]
        for table, ids in rows.items()
    }


def _count_rows(connection: Connection[Any], table: str, ids: list[int]) -> int:
    query = f"SELECT count(*) FROM {table} WHERE {KEYS[table]} = ANY(%s)".encode()
    row = connection.execute(query, [ids]).fetchone()
    return int(row[0]) if row else 0


MID_LIFE = """
SELECT w.id, w.placement_id, w.date, w.fish_weighed, w.mean_weight_g, w.sd_g, w.method, w.selection
  FROM stock_weightsample w
  JOIN stock_placement p ON p.id = w.placement_id
  JOIN stock_batch b ON b.id = p.batch_id
 WHERE b.id = %(batch)s AND w.not_representative = ''
 ORDER BY abs(w.date - b.start_date - %(half)s), w.id
 LIMIT 1
"""
