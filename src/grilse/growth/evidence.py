"""What harvested batches show of growth, samples and counts: estimated in memory, gathered into cells."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from psycopg import Connection

from grilse import engine
from grilse.connect import connect
from grilse.errors import GrilseError
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
    default_base,
    default_priors,
    estimate_groups,
)
from grilse.science.growth_cells import Cells, Grown, cells, shown
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

    Two statements, and seven for each dozen of batches over connections of their own.
    """
    tasks = list(_tasks(connection, company, before))
    found: list[Evidence] = []
    with watch("learn", sum(len(task.batches) for task in tasks), "batches") as advance:
        for done in engine.run(
            evidence_task, tasks, workers=min(workers, len(tasks)), address=address, prepare=connect
        ):
            if done.result is None:
                raise GrilseError(
                    f"learning from batches {done.task.batches} failed: {done.error}"
                ) from done.error
            advance(len(done.task.batches))
            found += done.result
    return sorted(found, key=lambda one: one.batch)


def evidence_task(task: Task) -> list[Evidence]:
    """Look at a task's batches over a connection of its own."""
    connect()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return evidence(list(groups_of(read_known(connection, task.company, task.batches))))


def evidence(groups: Sequence[Named]) -> list[Evidence]:
    """Return what groups show whose fish are all out; others, and those never harvested, show nothing."""
    done = [named for named in groups if _is_out(named.group) and _is_harvested(named.group)]
    whole = estimate_groups([named.group for named in done])
    blind = estimate_groups([named.group for named in done], harvests=False)
    return [
        _of_batch(named, batch, hindsight, before)
        for named, hindsight, before in zip(done, whole, blind, strict=True)
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


def multiplier_variance() -> float:
    """Return the variance of a multiplier of which nothing is known."""
    priors = default_priors()
    return priors.batch_multiplier_sd**2 + priors.pen_multiplier_sd**2


def _is_out(group: Group) -> bool:
    return bool((group.placements.stop < OPEN).all())


def _is_harvested(group: Group) -> bool:
    return bool((group.movements.kind == Kind.HARVEST).any())


def _of_batch(named: Named, batch: int, hindsight: Estimate, blind: Estimate) -> Evidence:
    group = named.group
    known = (hindsight.placements.provenance & Provenance.WEIGHT_ASSUMED) == 0
    mine = np.flatnonzero((group.placements.batch[group.rows.placement] == batch) & known)
    placement = group.rows.placement[mine]
    grown = Grown(
        root=np.cbrt(hindsight.placements.hindsight_weight[mine]),
        temperature=group.temperature[mine],
        stage=group.placements.stage[placement],
        sea=group.placements.sea[placement],
        multiplier=hindsight.hindsight_multiplier[mine],
        reliability=shown(hindsight.beliefs.multiplier_variance[mine], multiplier_variance()),
        day=group.rows.day[mine],
    )
    return Evidence(
        batch=int(named.batches[batch]),
        out=int(group.placements.stop.max()),
        cells=cells(grown, default_base()),
        harvested=_harvested(group, batch, blind),
        days=int(mine.size),
    )


def _harvested(group: Group, batch: int, blind: Estimate) -> Harvested:
    """Pens of the batch at their first harvest, as they were estimated the day before."""
    movements, rows = group.movements, group.rows
    taken = movements.kind == Kind.HARVEST
    pens = np.unique(movements.source[taken])
    pens = pens[group.placements.batch[pens] == batch]
    first = np.array([movements.day[taken & (movements.source == pen)].min() for pen in pens], dtype=np.int64)
    at, there = rows.at(pens, first - 1)
    pens, first = pens[there], first[there]
    ledger = blind.placements.count[at].astype(np.float64)
    weights = [_harvest_weight(group, *one) for one in zip(pens, first, ledger, strict=True)]
    missing = [_missing(group, *one) for one in zip(pens, first, strict=True)]
    return Harvested(
        estimated=blind.placements.mean_weight[at],
        weighed=np.array(weights, dtype=np.float64),
        ledger=ledger,
        missing=np.array(missing, dtype=np.float64),
        life=(first - group.placements.start[pens]) / default_priors().unrecorded_loss_days,
    )


def _harvest_weight(group: Group, pen: int, day: int, ledger: float) -> float:
    """Mean weight of a pen on the first day of its harvest, g; NaN unless nearly all fish were weighed."""
    movements = group.movements
    weighed = (movements.kind == Kind.HARVEST) & (movements.source == pen) & (movements.day == day)
    weighed &= np.isfinite(movements.mean_weight)
    fish = movements.count[weighed].sum()
    if fish <= load("learning")["whole_harvest"] * ledger:
        return float("nan")
    return float((movements.count[weighed] * movements.mean_weight[weighed]).sum() / fish)


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
