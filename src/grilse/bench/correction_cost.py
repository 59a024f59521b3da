"""Measures the correction of one sample, and a bare COPY of the states of its batch for comparison."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg import Connection

from grilse.access.tenancy import tenant_transaction
from grilse.bench.estimation_cost import KEYS, find_measured_batch
from grilse.bench.scratch import create_scratch_tables, measure_bare_copy, read_copy_stream
from grilse.errors import GrilseError
from grilse.stock.actions import weight_samples
from grilse.stock.actions.weight_samples import NewSample

CORRECTIONS = 20
FURTHEST = 0.1  # largest relative change of the weight
PAUSE = 0.05  # seconds for the work of the server after a commit


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
