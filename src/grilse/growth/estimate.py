"""The daily states of batches: read, estimated, written. One function for one batch and for all."""

import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection

from grilse import engine
from grilse.bulk import structure
from grilse.connect import connect
from grilse.errors import GrilseError
from grilse.growth.flags import flag_rows, rewrite_flags
from grilse.growth.groups import Named, groups_of, tied
from grilse.growth.known import Known, read_known, read_ties
from grilse.growth.models import BatchState, DailyState
from grilse.growth.rewriting import Standing, rewrite, standing
from grilse.growth.versions import read_versions
from grilse.growth.writing import batch_columns, daily_columns, forget, joined, write
from grilse.science import estimation
from grilse.stock.locks import hold

TABLES = ("growth_dailystate", "growth_batchstate")
# Of a process that also answers reads: two estimates at once would both take twice as long, and so would the
# reads between them. Nothing of the database is waited for while it is held.
COMPUTING = Lock()
BATCHES_A_TASK = 12  # about a second of work, and memory for few

Watch = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimated:
    """What an estimate wrote."""

    batches: int
    states: int
    """Daily states of placements."""
    seconds: float


def estimate(
    company: int,
    batches: Sequence[int] | None = None,
    *,
    workers: int = 1,
    address: str = "",
    watch: Watch | None = None,
) -> Estimated:
    """Estimate batches of a company, or all, together with those that fish moved from or to."""
    begun = time.monotonic()
    done = []
    with _owner() as connection:
        first = batches is None and not any(_rows(connection))
        with nullcontext() if batches is not None else _whole(connection, workers, first=first):
            done = list(estimate_parts(connection, company, batches, workers, address, watch, first=first))
    return Estimated(
        batches=sum(one.batches for one in done),
        states=sum(one.states for one in done),
        seconds=time.monotonic() - begun,
    )


def is_estimated(company: int) -> bool:
    """Tell whether every batch of the company that has placements has states."""
    with _owner() as connection:
        return not unestimated(connection, company)


def unestimated(connection: Connection[Any], company: int) -> list[int]:
    """Return the batches of a company that have placements and no states; one statement."""
    return [row[0] for row in connection.execute(UNESTIMATED, [company])]


def estimate_new(connection: Connection[Any], company: int) -> int:
    """Estimate what has no states yet, in the connection's transaction; return the daily states written."""
    new = unestimated(connection, company)
    parts = (new[start : start + BATCHES_A_TASK] for start in range(0, len(new), BATCHES_A_TASK))
    return sum(estimate_batches(connection, company, part).states for part in parts)


def estimate_within(
    connection: Connection[Any], company: int, batches: Sequence[int], *, watch: Watch | None = None
) -> Estimated:
    """Estimate some batches in the connection's transaction, and those that fish moved from or to."""
    begun = time.monotonic()
    # All at once and in order: part by part, this and an editor could wait for each other.
    hold(connection, company, batches)
    show, done = watch or _unwatched, []
    with show("estimate", len(batches), "batches") as advance:
        for start in range(0, len(batches), BATCHES_A_TASK):
            part = batches[start : start + BATCHES_A_TASK]
            done.append(estimate_batches(connection, company, part))
            advance(len(part))
    return Estimated(
        batches=sum(one.batches for one in done),
        states=sum(one.states for one in done),
        seconds=time.monotonic() - begun,
    )


def estimate_batches(
    connection: Connection[Any],
    company: int,
    batches: Sequence[int],
    *,
    first: bool = False,
    held: Collection[int] = (),
) -> Estimated:
    """Read, estimate and write batches in the connection's transaction.

    `first` says that there are no older states, which unindexed tables would take long to search for: seven
    statements. Else the states that stand are compared, and those that change are written. `held` are
    batches that the transaction holds already.
    """
    begun = time.monotonic()
    known = _read_held(connection, company, batches, held)
    placements = known.placements["placement"].tolist()
    read = sorted({*batches, *known.placements["batch"].tolist()})
    groups = list(groups_of(known))
    learned = read_versions(connection, company)
    with COMPUTING:
        results = estimation.estimate_groups([named.group for named in groups], [one for _, one in learned])
    pairs = list(zip(groups, results, strict=True))
    versions = np.array([id for id, _ in learned], dtype=np.int64)
    stood = None if first else _standing(connection, company, placements, read)
    states = _write(connection, company, pairs, versions, stood) if pairs else 0
    if not pairs:
        forget(connection, company, placements, read)
    rewrite_flags(connection, company, placements, flag_rows([(of, one.flagged) for of, one in pairs]))
    return Estimated(batches=len(read), states=states, seconds=time.monotonic() - begun)


def _standing(
    connection: Connection[Any], company: int, placements: Sequence[int], batches: Sequence[int]
) -> tuple[Standing, Standing]:
    daily = standing(connection, company, DailyState, placements)
    return daily, standing(connection, company, BatchState, batches)


def _write(
    connection: Connection[Any],
    company: int,
    pairs: Sequence[tuple[Named, estimation.Estimate]],
    versions: NDArray[np.int64],
    old: tuple[Standing, Standing] | None,
) -> int:
    """Write the states of groups, or what differs from the old ones; return how many placements' states."""
    daily = joined([daily_columns(company, one.placements, of.placements, versions) for of, one in pairs])
    whole = joined(
        [batch_columns(company, one.batches, of.batches, of.group.batch_start, versions) for of, one in pairs]
    )
    if old is None:
        return write(connection, daily, whole)
    rewrite(connection, old[0], daily)
    rewrite(connection, old[1], whole)
    return len(daily["date"])


def _read_held(
    connection: Connection[Any], company: int, batches: Sequence[int], held: Collection[int]
) -> Known:
    """Read what is known of batches with every one of them held: whoever edits one of them waits."""
    while True:
        if not set(batches) <= set(held):
            held = hold(connection, company, batches)
        known = read_known(connection, company, batches)
        read = {*batches, *known.placements["batch"].tolist()}
        if read <= set(held):
            return known
        # An editor that was waited for tied more to them.
        batches = sorted(read)


@dataclass(frozen=True, slots=True)
class Task:
    """Batches that one process estimates in one transaction."""

    company: int
    batches: tuple[int, ...]
    first: bool
    """Whether there are no older states to delete."""


def estimate_task(task: Task) -> Estimated:
    """Estimate a task's batches over a connection of its own."""
    connect()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        # States can be computed again: a crash may lose the last of them.
        connection.execute("SET LOCAL synchronous_commit = off")
        return estimate_batches(connection, task.company, task.batches, first=task.first)


def estimate_parts(
    connection: Connection[Any],
    company: int,
    batches: Sequence[int] | None,
    workers: int,
    address: str = "",
    watch: Watch | None = None,
    *,
    first: bool = False,
) -> Iterator[Estimated]:
    """Estimate batches in parts, side by side, and yield what each part wrote."""
    tasks = [Task(company, part, first) for part in _parts(connection, company, batches)]
    show = watch or _unwatched
    with show("estimate", sum(len(task.batches) for task in tasks), "batches") as advance:
        for done in engine.run(
            estimate_task, tasks, workers=min(workers, len(tasks)), address=address, prepare=connect
        ):
            yield done.value(f"estimating batches {done.task.batches}")
            advance(len(done.task.batches))


def _parts(
    connection: Connection[Any], company: int, batches: Sequence[int] | None
) -> Iterator[tuple[int, ...]]:
    """Yield batches in parts of which each is one task; tied batches are in one part."""
    if batches is not None:
        yield tuple(batches)
        return
    ids = [row[0] for row in connection.execute(BATCHES, [company])]
    part: tuple[int, ...] = ()
    for group in tied(ids, read_ties(connection, company)):
        part += group
        if len(part) >= BATCHES_A_TASK:
            yield part
            part = ()
    if part:
        yield part


@contextmanager
def _whole(connection: Connection[Any], workers: int, *, first: bool) -> Iterator[None]:
    """Hold the lock of bulk loads; a first estimate goes without indexes, which are made whatever happens."""
    url = os.environ["DATABASE_URL"]
    free = connection.execute("SELECT pg_try_advisory_lock(%s)", [structure.LOADING]).fetchone()
    if not (free and free[0]):
        raise GrilseError("a load into this database is under way; wait for it, or stop it first")
    try:
        if first:
            structure.drop(connection, TABLES)
        else:
            structure.repair(url, structure.missing(connection), workers)
        yield
    finally:
        structure.repair(url, structure.missing(connection), workers)
        connection.execute("SELECT pg_advisory_unlock(%s)", [structure.LOADING])


def _unwatched(*_: Any) -> Any:
    return nullcontext(lambda _: None)


@contextmanager
def _owner() -> Iterator[Connection[Any]]:
    connect()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


def _rows(connection: Connection[Any]) -> list[bool]:
    """Tell of each table of states whether it has rows."""
    query = " UNION ALL ".join(f"SELECT EXISTS (SELECT FROM {table})" for table in TABLES)
    return [row[0] for row in connection.execute(query.encode())]


BATCHES = "SELECT id FROM stock_batch WHERE company_id = %s ORDER BY number"

UNESTIMATED = """
SELECT b.id FROM stock_batch b
 WHERE b.company_id = %s AND EXISTS (SELECT FROM stock_placement p WHERE p.batch_id = b.id)
   AND NOT EXISTS (SELECT FROM growth_batchstate s WHERE s.batch_id = b.id)
 ORDER BY b.number COLLATE "C"
"""
