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
from grilse.django_setup import connect_django
from grilse.growth.estimating.groups import NamedGroup, group_tied_batches, iter_groups
from grilse.growth.estimating.read import read_inputs, read_ties
from grilse.growth.estimating.run import BATCHES_A_TASK, ProgressDisplay
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
from grilse.science.growth_cells import GrowthCells, GrowthDays, bin_growth_days
from grilse.science.parameters import load_parameters


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingExample:
    """What one harvested batch shows."""

    batch: int
    last_day: int
    """Day on which the last fish of it, and of the batches that it exchanged fish with, were out."""
    cells: GrowthCells
    harvested: HarvestEvidence
    days: int
    """Placement-days that the cells were gathered from."""


@dataclass(frozen=True, slots=True)
class TrainingTask:
    """Batches that one process looks at."""

    company: int
    batches: tuple[int, ...]


def gather_examples(
    connection: Connection[Any],
    company: int,
    before: int,
    *,
    workers: int = 1,
    address: str = "",
    watch: ProgressDisplay,
) -> list[TrainingExample]:
    """Return what every batch showed that was harvested before a day, by their ids.

    Two statements, and seven for each dozen of batches; one worker uses the connection, several have their
    own, as the owner.
    """
    tasks = list(_iter_tasks(connection, company, before))
    examples: list[TrainingExample] = []
    with watch("learn", sum(len(task.batches) for task in tasks), "batches") as advance:
        for task, shown in _run_tasks(connection, tasks, workers, address):
            examples += shown
            advance(len(task.batches))
    return sorted(examples, key=lambda example: example.batch)


def _run_tasks(
    connection: Connection[Any], tasks: Sequence[TrainingTask], workers: int, address: str
) -> Iterator[tuple[TrainingTask, list[TrainingExample]]]:
    if workers <= 1 and not address:
        yield from ((task, read_examples(connection, task)) for task in tasks)
        return
    for done in engine.run_tasks(
        run_training_task, tasks, workers=min(workers, len(tasks)), address=address, prepare=connect_django
    ):
        yield done.task, done.unwrap_result(f"learning from batches {done.task.batches}")


def run_training_task(task: TrainingTask) -> list[TrainingExample]:
    """Look at a task's batches over a connection of its own."""
    connect_django()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return read_examples(connection, task)


def read_examples(connection: Connection[Any], task: TrainingTask) -> list[TrainingExample]:
    """Look at a task's batches."""
    return build_examples(list(iter_groups(read_inputs(connection, task.company, task.batches))))


def build_examples(groups: Sequence[NamedGroup]) -> list[TrainingExample]:
    """Return what groups show whose fish are all out; others, and those never harvested, show nothing."""
    done = [named for named in groups if _is_out(named.group) and _is_harvested(named.group)]
    estimates = estimate_groups([named.group for named in done])
    return [
        _build_example(named, batch, hindsight)
        for named, hindsight in zip(done, estimates, strict=True)
        for batch in range(named.batches.size)
    ]


def _iter_tasks(connection: Connection[Any], company: int, before: int) -> Iterator[TrainingTask]:
    out = dict(connection.execute(LAST_DAYS, {"company": company}).fetchall())
    part: tuple[int, ...] = ()
    for group in group_tied_batches(out, read_ties(connection, company)):
        if all(out.get(batch) is not None and out[batch] < before for batch in group):
            part += group
        if len(part) >= BATCHES_A_TASK:
            yield TrainingTask(company, part)
            part = ()
    if part:
        yield TrainingTask(company, part)


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
    """Pens of the batch at their first harvest, and samples of those that were then weighed whole."""
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
    """Fish-lives of pens over which losses could go unrecorded, up to rows of theirs."""
    exposure = count_fish(group.movements, group.rows, default_priors()).exposure
    total = np.concatenate([[0.0], np.cumsum(exposure)])
    return total[last + 1] - total[group.rows.offset[pens]]


def _is_weighed_whole(group: BatchGroup, pen: int, day: int, ledger: float) -> bool:
    """Tell whether nearly all fish of a pen left on the first day of its harvest, and were weighed."""
    movements = group.movements
    weighed = (movements.kind == MovementKind.HARVEST) & (movements.source == pen) & (movements.day == day)
    weighed &= np.isfinite(movements.mean_weight)
    return bool(movements.count[weighed].sum() > load_parameters("learning")["whole_harvest"] * ledger)


def _samples_before(group: BatchGroup, harvests: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Positions of random samples of pens in the days before their harvests."""
    samples, window = group.samples, load_parameters("learning")["days_before_harvest"]
    selected = np.zeros(samples.day.size, dtype=np.bool_)
    for pen, day in harvests:
        selected |= (samples.placement == pen) & (samples.day < day) & (samples.day >= day - window)
    return np.flatnonzero(selected & (samples.selection == Selection.RANDOM))


def _count_missing_fish(group: BatchGroup, pen: int, day: int) -> int:
    """Fish that the corrections from the harvest on took out of a pen, less those that they put in."""
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
