"""Training examples: growth, samples and counts of harvested batches, estimated in memory and grouped into cells."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection

from grilse.django_setup import connect_django
from grilse.engine import ProgressDisplay, ignore_progress, run_batch_tasks
from grilse.growth.estimating.groups import NamedGroup, group_tied_batches, iter_groups, iter_parts
from grilse.growth.estimating.read import read_inputs, read_ties
from grilse.growth.estimating.run import BATCHES_A_TASK
from grilse.science.calibration import HarvestEvidence
from grilse.science.estimation import (
    OPEN,
    BatchGroup,
    Estimate,
    MovementKind,
    Provenance,
    Selection,
    default_growth_base,
    default_priors,
    estimate_groups,
)
from grilse.science.estimation.ledger_counts import count_fish
from grilse.science.learning import GrowthCells, GrowthDays, bin_growth_days
from grilse.science.parameters import load_parameters


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingExample:
    """What one harvested batch shows of growth, samples and counts."""

    batch: int
    last_day: int
    """Day on which the last fish of it, and of the batches that it exchanged fish with, left."""
    cells: GrowthCells
    harvested: HarvestEvidence
    days: int
    """Placement-days in the cells."""


@dataclass(frozen=True, slots=True)
class TrainingTask:
    """Batches from which one process builds examples."""

    company: int
    batches: tuple[int, ...]


def gather_examples(
    connection: Connection[Any],
    company: int,
    before: int,
    *,
    workers: int = 1,
    address: str = "",
    watch: ProgressDisplay | None = None,
) -> list[TrainingExample]:
    """Return the examples of every batch harvested before a day, by their ids.

    Two statements, and seven for each dozen of batches. A single worker uses the connection; several connect
    themselves, as the owner.
    """
    tasks = [TrainingTask(company, part) for part in _iter_parts(connection, company, before)]
    examples: list[TrainingExample] = []
    if workers <= 1 and not address:
        with (watch or ignore_progress)("learn", sum(len(task.batches) for task in tasks), "batches") as advance:
            for task in tasks:
                examples += read_examples(connection, task)
                advance(len(task.batches))
    else:
        for part in run_batch_tasks(
            run_training_task,
            tasks,
            step="learn",
            work="learning from",
            workers=workers,
            address=address,
            prepare=connect_django,
            watch=watch,
        ):
            examples += part
    return sorted(examples, key=lambda example: example.batch)


def run_training_task(task: TrainingTask) -> list[TrainingExample]:
    """Build the examples of a task over a connection of the process."""
    connect_django()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return read_examples(connection, task)


def read_examples(connection: Connection[Any], task: TrainingTask) -> list[TrainingExample]:
    """Read a task's batches and build their examples."""
    return build_examples(list(iter_groups(read_inputs(connection, task.company, task.batches))))


def build_examples(groups: Sequence[NamedGroup]) -> list[TrainingExample]:
    """Return the examples of groups whose fish have all left; others, and those never harvested, have none."""
    done = [named for named in groups if _is_out(named.group) and _is_harvested(named.group)]
    estimates = estimate_groups([named.group for named in done])
    return [
        _build_example(named, batch, hindsight)
        for named, hindsight in zip(done, estimates, strict=True)
        for batch in range(named.batches.size)
    ]


def _iter_parts(connection: Connection[Any], company: int, before: int) -> Iterator[tuple[int, ...]]:
    """Yield batches whose last fish, and those of tied batches, were out before a day, in parts of a task."""
    out = dict(connection.execute(LAST_DAYS, {"company": company}).fetchall())
    groups = group_tied_batches(out, read_ties(connection, company))
    return iter_parts(
        (group for group in groups if all(out.get(batch) is not None and out[batch] < before for batch in group)),
        BATCHES_A_TASK,
    )


def _is_out(group: BatchGroup) -> bool:
    return bool((group.placements.stop < OPEN).all())


def _is_harvested(group: BatchGroup) -> bool:
    return bool((group.movements.kind == MovementKind.HARVEST).any())


def _build_example(named: NamedGroup, batch: int, hindsight: Estimate) -> TrainingExample:
    group, states = named.group, hindsight.placements
    left_out = Provenance.WEIGHT_ASSUMED | Provenance.FASTED
    followed = np.flatnonzero(
        (group.placements.batch[group.rows.placement] == batch)
        & (group.rows.day > group.placements.start[group.rows.placement])
        & (states.provenance & left_out == 0)
    )
    placement = group.rows.placement[followed]
    root = np.cbrt(states.smoothed_weight)
    grown = GrowthDays(
        root=root[followed - 1],
        temperature=group.temperature[followed],
        stage=group.placements.stage[placement],
        sea=group.placements.sea[placement],
        gain=root[followed] - root[followed - 1],
        day=group.rows.day[followed],
    )
    return TrainingExample(
        batch=int(named.batches[batch]),
        last_day=int(group.placements.stop.max()),
        cells=bin_growth_days(grown, default_growth_base()),
        harvested=_summarise_harvest(group, batch, hindsight),
        days=int(followed.size),
    )


def _summarise_harvest(group: BatchGroup, batch: int, hindsight: Estimate) -> HarvestEvidence:
    """Summarise the batch's pens at their first harvest, and the samples of those then weighed completely."""
    movements, rows = group.movements, group.rows
    is_harvest = movements.kind == MovementKind.HARVEST
    pens = np.unique(movements.source[is_harvest])
    pens = pens[group.placements.batch[pens] == batch]
    first = np.array([movements.day[is_harvest & (movements.source == pen)].min() for pen in pens], dtype=np.int64)
    at, there = rows.find_rows(pens, first - 1)
    pens, first = pens[there], first[there]
    ledger = hindsight.placements.count[at].astype(np.float64)
    pairs = list(zip(pens.tolist(), first.tolist(), strict=True))
    fully_weighed = [_is_weighed_whole(group, *pair, fish) for pair, fish in zip(pairs, ledger, strict=True)]
    samples = _samples_before(group, [pair for pair, weighed in zip(pairs, fully_weighed, strict=True) if weighed])
    sampled_at, _ = rows.find_rows(group.samples.placement[samples], group.samples.day[samples])
    return HarvestEvidence(
        pens=sum(fully_weighed),
        sampled=group.samples.mean_weight[samples],
        weighed=hindsight.placements.smoothed_weight[sampled_at],
        ledger=ledger,
        missing=np.array([_count_missing_fish(group, *pair) for pair in pairs], dtype=np.float64),
        life=_sum_fish_lives(group, pens, at) / np.maximum(ledger, 1.0),
    )


def _sum_fish_lives(group: BatchGroup, pens: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the fish-lives of pens over which losses could go unrecorded, up to the rows `last`."""
    exposure = count_fish(group.movements, group.rows, default_priors()).exposure
    total = np.concatenate([[0.0], np.cumsum(exposure)])
    return total[last + 1] - total[group.rows.offset[pens]]


def _is_weighed_whole(group: BatchGroup, pen: int, day: int, ledger: float) -> bool:
    """Return whether nearly all fish of a pen left on the first day of its harvest, and were weighed."""
    movements = group.movements
    weighed = (movements.kind == MovementKind.HARVEST) & (movements.source == pen) & (movements.day == day)
    weighed &= np.isfinite(movements.mean_weight)
    return bool(movements.count[weighed].sum() > load_parameters("learning")["whole_harvest"] * ledger)


def _samples_before(group: BatchGroup, harvests: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Return the positions of random samples of pens in the days before their harvests."""
    samples, window = group.samples, load_parameters("learning")["days_before_harvest"]
    selected = np.zeros(samples.day.size, dtype=np.bool_)
    for pen, day in harvests:
        selected |= (samples.placement == pen) & (samples.day < day) & (samples.day >= day - window)
    return np.flatnonzero(selected & (samples.selection == Selection.RANDOM))


def _count_missing_fish(group: BatchGroup, pen: int, day: int) -> int:
    """Return the fish that corrections from the harvest on removed from a pen, less those that they added."""
    movements = group.movements
    corrected = (movements.kind == MovementKind.COUNT_CORRECTION) & (movements.day >= day)
    removed = movements.count[corrected & (movements.source == pen)].sum()
    return int(removed - movements.count[corrected & (movements.target == pen)].sum())


LAST_DAYS = """
SELECT batch_id, CASE WHEN bool_and(stop IS NOT NULL) THEN max(stop) - DATE '1970-01-01' END AS out
  FROM stock_placement
 WHERE company_id = %(company)s
 GROUP BY batch_id
 ORDER BY batch_id
"""
