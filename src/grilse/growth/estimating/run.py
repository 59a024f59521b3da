"""Estimate the daily states of batches: read their records, run the estimator, write what changed."""

import os
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk import schema_objects
from grilse.django_setup import connect_django
from grilse.engine import ProgressDisplay, ignore_progress, run_batch_tasks
from grilse.errors import GrilseError
from grilse.growth.estimating.groups import NamedGroup, group_tied_batches, iter_groups, iter_parts
from grilse.growth.estimating.read import EstimationInputs, read_inputs, read_ties
from grilse.growth.estimating.store import (
    StoredStates,
    build_batch_columns,
    build_daily_columns,
    build_flag_rows,
    delete_states,
    join_columns,
    read_stored_states,
    replace_flags,
    replace_states,
    write_states,
)
from grilse.growth.learning.versions import read_versions
from grilse.growth.models import BatchState, DailyState
from grilse.science import estimation
from grilse.stock.locks import lock_batches

TABLES = ("growth_dailystate", "growth_batchstate")
# A process that also answers requests computes one estimate at a time: two at once would take twice as long each
# and slow down the requests between them. No code waits for the database while it holds the lock.
COMPUTING = Lock()
BATCHES_A_TASK = 12  # about a second of work, and memory for few


@dataclass(frozen=True, kw_only=True, slots=True)
class EstimationReport:
    """What an estimation wrote."""

    batches: int
    states: int
    """Daily states of placements."""
    seconds: float


def estimate_company(
    company: int,
    batches: Sequence[int] | None = None,
    *,
    workers: int = 1,
    address: str = "",
    watch: ProgressDisplay | None = None,
) -> EstimationReport:
    """Estimate batches of a company, or all, together with those that fish moved from or to."""
    begun = time.monotonic()
    with _connect_as_owner() as connection:
        first = batches is None and not any(_list_filled_tables(connection))
        with nullcontext() if batches is not None else _hold_load_lock(connection, workers, first=first):
            done = list(iter_part_estimates(connection, company, batches, workers, address, watch, first=first))
    return _add_up(done, begun)


def is_estimated(company: int) -> bool:
    """Tell whether every batch of the company that has placements has states."""
    with _connect_as_owner() as connection:
        return not list_unestimated_batches(connection, company)


def list_unestimated_batches(connection: Connection[Any], company: int) -> list[int]:
    """Return the batches of a company that have placements and no states; one statement."""
    return [row[0] for row in connection.execute(UNESTIMATED, [company])]


def estimate_missing_batches(connection: Connection[Any], company: int) -> int:
    """Estimate batches without states, in the connection's transaction; return the number of daily states written."""
    new = list_unestimated_batches(connection, company)
    return sum(estimate_batches(connection, company, part).states for part in slice_batches(new))


def estimate_in_transaction(
    connection: Connection[Any], company: int, batches: Sequence[int], *, watch: ProgressDisplay | None = None
) -> EstimationReport:
    """Estimate some batches in the connection's transaction, and those that fish moved from or to."""
    begun = time.monotonic()
    # All at once and in order: locking part by part could deadlock with an editor.
    lock_batches(connection, company, batches)
    done = []
    with (watch or ignore_progress)("estimate", len(batches), "batches") as advance:
        for part in slice_batches(batches):
            done.append(estimate_batches(connection, company, part))
            advance(len(part))
    return _add_up(done, begun)


def slice_batches(batches: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield batches in parts of a task's size, in their order."""
    return iter_parts(([batch] for batch in batches), BATCHES_A_TASK)


def _add_up(parts: Sequence[EstimationReport], begun: float) -> EstimationReport:
    return EstimationReport(
        batches=sum(part.batches for part in parts),
        states=sum(part.states for part in parts),
        seconds=time.monotonic() - begun,
    )


def estimate_batches(
    connection: Connection[Any],
    company: int,
    batches: Sequence[int],
    *,
    first: bool = False,
    held: Collection[int] = (),
) -> EstimationReport:
    """Read, estimate and write batches in the connection's transaction.

    With `first` there are no older states, which would take long to search for in tables without indexes: seven
    statements. Otherwise the stored states are compared and only differing rows are written. `held` are batches that
    the transaction has locked already.
    """
    begun = time.monotonic()
    known = _read_locked_inputs(connection, company, batches, held)
    placements = known.placements["placement"].tolist()
    read = sorted({*batches, *known.placements["batch"].tolist()})
    groups = list(iter_groups(known))
    learned = read_versions(connection, company)
    with COMPUTING:
        results = estimation.estimate_groups([named.group for named in groups], [version for _, version in learned])
    pairs = list(zip(groups, results, strict=True))
    versions = np.array([id for id, _ in learned], dtype=np.int64)
    owners = {DailyState: placements, BatchState: read}
    old = None if first else [read_stored_states(connection, company, model, ids) for model, ids in owners.items()]
    states = _write_groups(connection, company, pairs, versions, old) if pairs else 0
    if not pairs:
        delete_states(connection, company, placements, read)
    replace_flags(
        connection, company, placements, build_flag_rows([(of, estimate.flagged_weights) for of, estimate in pairs])
    )
    return EstimationReport(batches=len(read), states=states, seconds=time.monotonic() - begun)


def _write_groups(
    connection: Connection[Any],
    company: int,
    pairs: Sequence[tuple[NamedGroup, estimation.Estimate]],
    versions: NDArray[np.int64],
    old: Sequence[StoredStates] | None,
) -> int:
    """Write the states of groups, or what differs from the old ones; return the number of daily states."""
    daily = join_columns(
        [build_daily_columns(company, estimate.placements, of.placements, versions) for of, estimate in pairs]
    )
    batch_rows = join_columns(
        [
            build_batch_columns(company, estimate.batches, of.batches, of.group.batch_start, versions)
            for of, estimate in pairs
        ]
    )
    if old is None:
        return write_states(connection, daily, batch_rows)
    replace_states(connection, old[0], daily)
    replace_states(connection, old[1], batch_rows)
    return len(daily["date"])


def _read_locked_inputs(
    connection: Connection[Any], company: int, batches: Sequence[int], held: Collection[int]
) -> EstimationInputs:
    """Read the records of batches and lock all of these, so that editors of any of them wait."""
    while True:
        if not set(batches) <= set(held):
            held = lock_batches(connection, company, batches)
        known = read_inputs(connection, company, batches)
        read = {*batches, *known.placements["batch"].tolist()}
        if read <= set(held):
            return known
        # An editor committed meanwhile and tied further batches to them.
        batches = sorted(read)


@dataclass(frozen=True, slots=True)
class EstimationTask:
    """Batches that one process estimates in one transaction."""

    company: int
    batches: tuple[int, ...]
    first: bool
    """Whether there are no older states to delete."""


def estimate_task(task: EstimationTask) -> EstimationReport:
    """Estimate a task's batches over a connection of the process."""
    connect_django()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        # States can be computed again, so a crash may lose the last ones.
        connection.execute("SET LOCAL synchronous_commit = off")
        return estimate_batches(connection, task.company, task.batches, first=task.first)


def iter_part_estimates(
    connection: Connection[Any],
    company: int,
    batches: Sequence[int] | None,
    workers: int,
    address: str = "",
    watch: ProgressDisplay | None = None,
    *,
    first: bool = False,
) -> Iterator[EstimationReport]:
    """Estimate batches in parts, in parallel, and yield what each part wrote."""
    tasks = [EstimationTask(company, part, first) for part in _iter_parts(connection, company, batches)]
    yield from run_batch_tasks(
        estimate_task,
        tasks,
        step="estimate",
        work="estimating",
        workers=workers,
        address=address,
        prepare=connect_django,
        watch=watch,
    )


def _iter_parts(connection: Connection[Any], company: int, batches: Sequence[int] | None) -> Iterator[tuple[int, ...]]:
    """Yield batches, or all of the company, in parts of which each is one task; tied batches are in one part."""
    chosen = [row[0] for row in connection.execute(BATCHES, [company])] if batches is None else batches
    groups = group_tied_batches(chosen, read_ties(connection, company))
    yield from iter_parts([group for group in groups if not {*chosen}.isdisjoint(group)], BATCHES_A_TASK)


@contextmanager
def _hold_load_lock(connection: Connection[Any], workers: int, *, first: bool) -> Iterator[None]:
    """Hold the lock of bulk loads; a first estimate runs without indexes, which are always created afterwards."""
    url = os.environ["DATABASE_URL"]
    free = connection.execute("SELECT pg_try_advisory_lock(%s)", [schema_objects.BULK_LOAD_LOCK]).fetchone()
    if not (free and free[0]):
        raise GrilseError("a load into this database is under way; wait for it, or stop it first")
    try:
        if first:
            schema_objects.drop_schema_objects(connection, TABLES)
        else:
            schema_objects.create_schema_objects(url, schema_objects.find_missing_objects(connection), workers)
        yield
    finally:
        schema_objects.create_schema_objects(url, schema_objects.find_missing_objects(connection), workers)
        connection.execute("SELECT pg_advisory_unlock(%s)", [schema_objects.BULK_LOAD_LOCK])


@contextmanager
def _connect_as_owner() -> Iterator[Connection[Any]]:
    connect_django()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


def _list_filled_tables(connection: Connection[Any]) -> list[bool]:
    """Return whether each table of states has rows."""
    query = " UNION ALL ".join(f"SELECT EXISTS (SELECT FROM {table})" for table in TABLES)
    return [row[0] for row in connection.execute(query.encode())]


BATCHES = "SELECT id FROM stock_batch WHERE company_id = %s ORDER BY number"

UNESTIMATED = """
SELECT b.id FROM stock_batch b
 WHERE b.company_id = %s AND EXISTS (SELECT FROM stock_placement p WHERE p.batch_id = b.id)
   AND NOT EXISTS (SELECT FROM growth_batchstate s WHERE s.batch_id = b.id)
 ORDER BY b.number COLLATE "C"
"""
