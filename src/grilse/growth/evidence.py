"""What harvested batches show of growth, samples and counts: estimated in memory, gathered into cells."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection

from grilse import engine
from grilse.connect import connect
from grilse.growth.estimate import BATCHES_A_TASK, Watch
from grilse.growth.groups import Named, groups_of, tied
from grilse.growth.known import read_known, read_ties
from grilse.science.calibration import Harvested
from grilse.science.estimation import (
    OPEN,
    Estimate,
    Group,
    Kind,
    Provenance,
    Selection,
    default_base,
    default_priors,
    estimate_groups,
)
from grilse.science.estimation.ledger import stand
from grilse.science.growth_cells import Cells, Grown, cells
from grilse.science.parameters import load


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What one harvested batch shows."""

    batch: int
    out: int
    """Day on which the last fish of it, and of the batches that it exchanged fish with, were out."""
    cells: Cells
    harvested: Harvested
    days: int
    """Placement-days that the cells were gathered from."""


@dataclass(frozen=True, slots=True)
class Task:
    """Batches that one process looks at."""

    company: int
    batches: tuple[int, ...]


def gathered(
    connection: Connection[Any],
    company: int,
    before: int,
    *,
    workers: int = 1,
    address: str = "",
    watch: Watch,
) -> list[Evidence]:
    """Return what every batch showed that was harvested before a day, by their ids.

    Two statements, and seven for each dozen of batches; one worker uses the connection, several have their
    own, as the owner.
    """
    tasks = list(_tasks(connection, company, before))
    found: list[Evidence] = []
    with watch("learn", sum(len(task.batches) for task in tasks), "batches") as advance:
        for task, shown in _looked_at(connection, tasks, workers, address):
            found += shown
            advance(len(task.batches))
    return sorted(found, key=lambda one: one.batch)


def _looked_at(
    connection: Connection[Any], tasks: Sequence[Task], workers: int, address: str
) -> Iterator[tuple[Task, list[Evidence]]]:
    if workers <= 1 and not address:
        yield from ((task, evidence_of(connection, task)) for task in tasks)
        return
    for done in engine.run(
        evidence_task, tasks, workers=min(workers, len(tasks)), address=address, prepare=connect
    ):
        yield done.task, done.value(f"learning from batches {done.task.batches}")


def evidence_task(task: Task) -> list[Evidence]:
    """Look at a task's batches over a connection of its own."""
    connect()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return evidence_of(connection, task)


def evidence_of(connection: Connection[Any], task: Task) -> list[Evidence]:
    """Look at a task's batches."""
    return evidence(list(groups_of(read_known(connection, task.company, task.batches))))


def evidence(groups: Sequence[Named]) -> list[Evidence]:
    """Return what groups show whose fish are all out; others, and those never harvested, show nothing."""
    done = [named for named in groups if _is_out(named.group) and _is_harvested(named.group)]
    estimates = estimate_groups([named.group for named in done])
    return [
        _of_batch(named, batch, hindsight)
        for named, hindsight in zip(done, estimates, strict=True)
        for batch in range(named.batches.size)
    ]


def _tasks(connection: Connection[Any], company: int, before: int) -> Iterator[Task]:
    out = dict(connection.execute(OUT, {"company": company}).fetchall())
    part: tuple[int, ...] = ()
    for group in tied(out, read_ties(connection, company)):
        if all(out.get(batch) is not None and out[batch] < before for batch in group):
            part += group
        if len(part) >= BATCHES_A_TASK:
            yield Task(company, part)
            part = ()
    if part:
        yield Task(company, part)


def _is_out(group: Group) -> bool:
    return bool((group.placements.stop < OPEN).all())


def _is_harvested(group: Group) -> bool:
    return bool((group.movements.kind == Kind.HARVEST).any())


def _of_batch(named: Named, batch: int, hindsight: Estimate) -> Evidence:
    group, states = named.group, hindsight.placements
    left_out = Provenance.WEIGHT_ASSUMED | Provenance.FASTED
    followed = np.flatnonzero(
        (group.placements.batch[group.rows.placement] == batch)
        & (group.rows.day > group.placements.start[group.rows.placement])
        & (states.provenance & left_out == 0)
    )
    placement = group.rows.placement[followed]
    root = np.cbrt(states.hindsight_weight)
    grown = Grown(
        root=root[followed - 1],
        temperature=group.temperature[followed],
        stage=group.placements.stage[placement],
        sea=group.placements.sea[placement],
        gain=root[followed] - root[followed - 1],
        day=group.rows.day[followed],
    )
    return Evidence(
        batch=int(named.batches[batch]),
        out=int(group.placements.stop.max()),
        cells=cells(grown, default_base()),
        harvested=_harvested(group, batch, hindsight),
        days=int(followed.size),
    )


def _harvested(group: Group, batch: int, hindsight: Estimate) -> Harvested:
    """Pens of the batch at their first harvest, and samples of those that were then weighed whole."""
    movements, rows = group.movements, group.rows
    taken = movements.kind == Kind.HARVEST
    pens = np.unique(movements.source[taken])
    pens = pens[group.placements.batch[pens] == batch]
    first = np.array([movements.day[taken & (movements.source == pen)].min() for pen in pens], dtype=np.int64)
    at, there = rows.at(pens, first - 1)
    pens, first = pens[there], first[there]
    ledger = hindsight.placements.count[at].astype(np.float64)
    pairs = list(zip(pens.tolist(), first.tolist(), strict=True))
    whole = [_is_weighed_whole(group, *pair, fish) for pair, fish in zip(pairs, ledger, strict=True)]
    samples = _samples_before(group, [pair for pair, weighed in zip(pairs, whole, strict=True) if weighed])
    sampled_at, _ = rows.at(group.samples.placement[samples], group.samples.day[samples])
    return Harvested(
        pens=sum(whole),
        sampled=group.samples.mean_weight[samples],
        weighed=hindsight.placements.hindsight_weight[sampled_at],
        ledger=ledger,
        missing=np.array([_missing(group, *pair) for pair in pairs], dtype=np.float64),
        life=_lives(group, pens, at) / np.maximum(ledger, 1.0),
    )


def _lives(group: Group, pens: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
    """Fish-lives of pens over which losses could go unrecorded, up to rows of theirs."""
    exposure = stand(group.movements, group.rows, default_priors()).exposure
    total = np.concatenate([[0.0], np.cumsum(exposure)])
    return total[last + 1] - total[group.rows.offset[pens]]


def _is_weighed_whole(group: Group, pen: int, day: int, ledger: float) -> bool:
    """Tell whether nearly all fish of a pen left on the first day of its harvest, and were weighed."""
    movements = group.movements
    weighed = (movements.kind == Kind.HARVEST) & (movements.source == pen) & (movements.day == day)
    weighed &= np.isfinite(movements.mean_weight)
    return bool(movements.count[weighed].sum() > load("learning")["whole_harvest"] * ledger)


def _samples_before(group: Group, harvests: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Positions of random samples of pens in the days before their harvests."""
    samples, window = group.samples, load("learning")["days_before_harvest"]
    found = np.zeros(samples.day.size, dtype=np.bool_)
    for pen, day in harvests:
        found |= (samples.placement == pen) & (samples.day < day) & (samples.day >= day - window)
    return np.flatnonzero(found & (samples.selection == Selection.RANDOM))


def _missing(group: Group, pen: int, day: int) -> int:
    """Fish that the corrections from the harvest on took out of a pen, less those that they put in."""
    movements = group.movements
    corrected = (movements.kind == Kind.COUNT_CORRECTION) & (movements.day >= day)
    taken = movements.count[corrected & (movements.source == pen)].sum()
    return int(taken - movements.count[corrected & (movements.target == pen)].sum())


OUT = """
SELECT batch_id, CASE WHEN bool_and(stop IS NOT NULL) THEN max(stop) - DATE '1970-01-01' END AS out
  FROM stock_placement
 WHERE company_id = %(company)s
 GROUP BY batch_id
 ORDER BY batch_id
"""
