"""Runs the back-test of a generated history: compares batches in parallel and merges the totals."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection

from grilse import engine
from grilse.django_setup import connect_django
from grilse.errors import GrilseError
from grilse.exchange.company import get_company
from grilse.generator.backtest.estimate_errors import (
    compute_baseline_weights,
    compute_preharvest_errors,
    count_needed_intervals,
    measure_gains,
    score_alarms,
    score_forecasts,
    sum_weight_errors,
)
from grilse.generator.backtest.evaluation import GroupEvaluation, build_true_rows, find_harvested_placements
from grilse.generator.backtest.totals import BacktestTotals, merge_totals
from grilse.generator.schedule.run import truth_file
from grilse.generator.truth.batch_truth import BatchTruth
from grilse.growth.estimating.groups import filter_columns, find_typical_temperatures, iter_groups
from grilse.growth.estimating.read import read_inputs
from grilse.growth.hindcast_scores import list_learning_days
from grilse.growth.learning.examples import gather_examples
from grilse.growth.learning.run import learn_parameters
from grilse.growth.learning.versions import build_version, serialize_parameters
from grilse.science.days import from_epoch_day
from grilse.science.estimation import OPEN, BatchGroup, ModelVersion, estimate_groups

BATCHES_A_TASK = 12
NO_DAY_LIMIT = 1 << 30  # days: no limit

Watch = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class GeneratedBatch:
    """A generated batch."""

    id: int
    number: str
    run: str
    company: int


@dataclass(frozen=True, slots=True)
class LearnedSnapshot:
    """The learned parameters of a day, in a form that can be sent to other processes."""

    company: int
    before: date
    parameters_json: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BacktestTask:
    """The batches that one process compares."""

    batches: tuple[GeneratedBatch, ...]
    snapshots: tuple[LearnedSnapshot, ...]


def find_generated_batches(connection: Connection[Any], company: str | None) -> list[GeneratedBatch]:
    """Return the generated batches with a truth file; refuse a history without any."""
    if company is not None:
        get_company(connection, company)
    rows = connection.execute(GENERATED, {"company": company}).fetchall()
    batches = [GeneratedBatch(id=id, number=key, run=run, company=of) for id, key, run, of in rows]
    if not batches:
        raise GrilseError(
            "there is no generated history to back-test: `grilse demo` or `grilse generate` makes one;"
            " `--package DIR` takes real pens"
        )
    available = [batch for batch in batches if truth_file(batch.run, batch.number).exists()]
    if not available:
        folder = truth_file(batches[0].run, batches[0].number).parent
        raise GrilseError(
            f"the hidden truth of the history is not in {folder} (it was made in another GRILSE_HOME, or"
            " deleted); make it again with `grilse generate PLAN --seed N` of the same plan and seed"
        )
    return available


def compare_with_truth(
    connection: Connection[Any],
    company: str | None,
    number: int | None,
    *,
    learn: bool = True,
    workers: int = 1,
    address: str = "",
    watch: Watch,
) -> BacktestTotals:
    """Compare generated batches with their truth, with the growth learned by each day or without it."""
    selected = select_batches(find_generated_batches(connection, company), number)
    snapshots = learn_by_quarter(connection, selected, workers, address, watch) if learn else []
    return compare_all_batches(connection, selected, snapshots, workers, address, watch)


def select_batches(batches: Sequence[GeneratedBatch], number: int | None) -> list[GeneratedBatch]:
    """Return a number of batches, evenly spread, or all."""
    if number is None or number >= len(batches):
        return list(batches)
    return [batches[(2 * place + 1) * len(batches) // (2 * number)] for place in range(number)]


def learn_by_quarter(
    connection: Connection[Any], batches: Sequence[GeneratedBatch], workers: int, address: str, watch: Watch
) -> list[LearnedSnapshot]:
    """Learn growth in memory, on the first day of each quarter from earlier harvests."""
    snapshots = []
    for company in sorted({batch.company for batch in batches}):
        evidence = gather_examples(connection, company, NO_DAY_LIMIT, workers=workers, address=address, watch=watch)
        for day in list_learning_days([example.last_day for example in evidence]):
            earlier = [example for example in evidence if example.last_day < day]
            parameters = serialize_parameters(learn_parameters(earlier))
            snapshots.append(LearnedSnapshot(company, from_epoch_day(day), json.dumps(parameters)))
    return snapshots


def compare_all_batches(
    connection: Connection[Any],
    batches: Sequence[GeneratedBatch],
    snapshots: Sequence[LearnedSnapshot],
    workers: int,
    address: str,
    watch: Watch,
) -> BacktestTotals:
    """Compare batches with their truths; several workers use their own connections."""
    tasks = [
        BacktestTask(
            batches=tuple(company_batches[start : start + BATCHES_A_TASK]),
            snapshots=tuple(snapshot for snapshot in snapshots if snapshot.company == company),
        )
        for company, group in groupby(batches, key=lambda batch: batch.company)
        for company_batches in [list(group)]
        for start in range(0, len(company_batches), BATCHES_A_TASK)
    ]
    parts: dict[int, BacktestTotals] = {}
    with watch("back-test", len(batches), "batches") as advance:
        for task, part in _iter_task_totals(connection, tasks, workers, address):
            parts[task.batches[0].id] = part
            advance(len(task.batches))
    # In the order of the batches, because sums of floats depend on it.
    return merge_totals([parts[task.batches[0].id] for task in tasks])


def _iter_task_totals(
    connection: Connection[Any], tasks: Sequence[BacktestTask], workers: int, address: str
) -> Iterator[tuple[BacktestTask, BacktestTotals]]:
    if workers <= 1 and not address:
        yield from ((task, compare_batches(connection, task)) for task in tasks)
        return
    processes = min(workers, len(tasks))
    for done in engine.run_tasks(compare_task, tasks, workers=processes, address=address, prepare=connect_django):
        numbers = [batch.number for batch in done.task.batches]
        yield done.task, done.unwrap_result(f"comparing batches {numbers}")


def compare_task(task: BacktestTask) -> BacktestTotals:
    """Compare the batches of a task on a new connection."""
    connect_django()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.read_only = True
        return compare_batches(connection, task)


def compare_batches(connection: Connection[Any], task: BacktestTask) -> BacktestTotals:
    """Read, estimate and compare the batches of a task; nine statements and one per batch."""
    known = read_inputs(connection, task.batches[0].company, [batch.id for batch in task.batches])
    named_groups = list(iter_groups(known))
    groups = [named.group for named in named_groups]
    versions = build_versions(task.snapshots)
    unfed = [replace(group, feed=np.zeros_like(group.feed)) for group in groups]
    estimates = zip(
        estimate_groups(groups, versions, harvests=False),
        estimate_groups(groups, versions, harvests=True),
        estimate_groups(unfed, versions, harvests=False),
        strict=True,
    )
    truths = {batch.id: BatchTruth.load_file(truth_file(batch.run, batch.number)) for batch in task.batches}
    parts = []
    for named, (without_harvests, with_harvests, weights_only) in zip(named_groups, estimates, strict=True):
        placements = filter_columns(known.placements, np.isin(known.placements["placement"], named.placements))
        batch_truths = {truths[id].number: truths[id] for id in named.batches.tolist()}
        evaluation = GroupEvaluation(
            named=named,
            true=build_true_rows(connection, named, batch_truths),
            typical_temperature=find_typical_temperatures(known.profiles, placements),
            without_harvests=without_harvests,
            with_harvests=with_harvests,
            weights_only=weights_only,
        )
        parts.append(compare_group(evaluation, versions))
    return merge_totals(parts)


def compare_group(evaluation: GroupEvaluation, versions: Sequence[ModelVersion]) -> BacktestTotals:
    """Compare all estimates of a group with its truth."""
    by_stage, by_year = count_needed_intervals(evaluation)
    baseline_weights = compute_baseline_weights(evaluation.group)
    delays, false_alarms, watched_days = score_alarms(evaluation)
    return BacktestTotals(
        batches=evaluation.named.batches,
        harvest_end_day=_find_harvest_end(evaluation.group),
        pen_days=compute_preharvest_errors(evaluation, baseline_weights),
        by_stage=by_stage,
        by_year=by_year,
        weight_error_sums=sum_weight_errors(evaluation, baseline_weights),
        gains=measure_gains(evaluation),
        outcomes=score_forecasts(evaluation, versions),
        delays=delays,
        false_alarms=false_alarms,
        watched_days=watched_days,
    )


def _find_harvest_end(group: BatchGroup) -> NDArray[np.int64]:
    """Return the day on which the last pen of each batch ended, -1 before that or without a harvest."""
    last = np.full(group.batch_start.size, -1)
    np.maximum.at(last, group.placements.batch, group.placements.stop)
    harvested = np.zeros(last.size, dtype=np.bool_)
    harvested[group.placements.batch[find_harvested_placements(group)]] = True
    return np.where(harvested & (last < OPEN), last, -1)


@lru_cache(maxsize=1)
def build_versions(snapshots: tuple[LearnedSnapshot, ...]) -> list[ModelVersion]:
    """Return the model versions; each process builds them once."""
    return [build_version(snapshot.before, json.loads(snapshot.parameters_json)) for snapshot in snapshots]


GENERATED = """
SELECT b.id, s.key, s.run, s.company_id
  FROM generator_shard s
  JOIN stock_batch b ON b.company_id = s.company_id AND b.number = s.key
  JOIN farm_company c ON c.id = s.company_id
 WHERE s.kind = 'batch' AND (%(company)s::text IS NULL OR c.name = %(company)s)
   AND EXISTS (SELECT FROM stock_placement p WHERE p.batch_id = b.id)
 ORDER BY s.company_id, s.key COLLATE "C"
"""
