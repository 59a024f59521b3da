"""What one correction costs beside the least that it could: a bare COPY of the batch's states."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg import Connection

from grilse.access.tenancy import tenant_transaction
from grilse.bench.estimation_cost import KEYS, OF_800_DAYS, SCRATCH, create_scratch_tables
from grilse.errors import GrilseError
from grilse.stock.actions import weight_samples
from grilse.stock.actions.weight_samples import NewSample

CORRECTIONS = 20
FURTHEST = 0.1  # share by which the corrected weight is off at most
PAUSE = 0.05  # seconds for what the server does after a commit


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectionCost:
    """Seconds of each correction of one sample, and of each bare COPY of all states of its batch."""

    batch: str
    states: int
    seconds: list[float]
    bare: list[float]

    @property
    def p95_seconds(self) -> float:
        """Seconds that one correction in twenty takes longer than."""
        return sorted(self.seconds)[round(0.95 * (len(self.seconds) - 1))]


def measure_correction_cost() -> CorrectionCost:
    """Correct one sample in the middle of a batch of about 800 days, each time to another weight.

    As a door does it: the application's role, row-level security, one transaction each. In the end the
    sample and all states are again what they were.
    """
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        company, batch, number, days, placements = _find_batch(connection)
        sample, original_sample = _find_mid_life_sample(connection, batch, days)
        seconds = list(_time_corrections(company, sample, original_sample))
        rows = {"growth_dailystate": placements, "growth_batchstate": [batch]}
        with create_scratch_tables(connection):
            bare = [_time_copy(connection, rows) for _ in range(CORRECTIONS // 4)]
        states = sum(_count_rows(connection, table, ids) for table, ids in rows.items())
    return CorrectionCost(batch=number, states=states, seconds=seconds, bare=bare)


def _find_batch(connection: Connection[Any]) -> tuple[Any, ...]:
    row = connection.execute(OF_800_DAYS).fetchone()
    if row is None:
        raise GrilseError("there is no batch to measure: run `grilse generate` first")
    return row


def _find_mid_life_sample(connection: Connection[Any], batch: int, days: int) -> tuple[int, NewSample]:
    """Return the sample that is nearest to the middle of a batch's life."""
    row = connection.execute(MID_LIFE, {"batch": batch, "half": days // 2}).fetchone()
    if row is None:
        raise GrilseError("the batch has no weight sample to correct")
    id, placement, day, fish, mean, sd, method, selection = row
    return id, NewSample(
        placement=placement,
        date=day,
        fish_weighed=fish,
        mean_weight_g=mean,
        sd_g=sd,
        method=method,
        selection=selection,
    )


def _time_corrections(company: int, sample: int, original: NewSample) -> Iterator[float]:
    """Correct a sample to other weights and back, and yield the seconds of each but the first and last."""
    weights = [1 + FURTHEST * (2 * i / (CORRECTIONS - 1) - 1) for i in range(CORRECTIONS)]
    # From one end to the other in turn: neighbours are never alike.
    shuffled = [weights[i // 2] if i % 2 else weights[-1 - i // 2] for i in range(CORRECTIONS)]
    # The first run fills the caches of the process and of the server.
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


def _time_copy(connection: Connection[Any], rows: dict[str, list[int]]) -> float:
    """Seconds to COPY states, encoded beforehand, into bare tables."""
    streams = {table: _read_copy_stream(connection, table, ids) for table, ids in rows.items()}
    for table in rows:
        connection.execute(f"TRUNCATE {SCRATCH}.{table}".encode())
    begun = time.perf_counter()
    for table, stream in streams.items():
        filled = f"COPY {SCRATCH}.{table} FROM STDIN (FORMAT binary)".encode()
        with connection.cursor() as cursor, cursor.copy(filled) as copy:
            copy.write(stream)
    return time.perf_counter() - begun


def _read_copy_stream(connection: Connection[Any], table: str, ids: list[int]) -> bytes:
    query = f"SELECT * FROM {table} WHERE {KEYS[table]} = ANY('{{{','.join(map(str, ids))}}}')"
    copy_statement = f"COPY ({query}) TO STDOUT (FORMAT binary)".encode()
    with connection.cursor() as cursor, cursor.copy(copy_statement) as copy:
        return b"".join(bytes(row) for row in copy)


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
