"""One group of batches held against its hidden truth, in all respects."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.evaluation import GroupEvaluation
from grilse.generator.backtest.forecasts import score_alarms, score_forecasts
from grilse.generator.backtest.smoothing_gain import (
    measure_biomass_gain,
    measure_fed_weight_gain,
    measure_harvest_gain,
    measure_weight_gain,
)
from grilse.generator.backtest.state_errors import (
    compute_baseline_weights,
    compute_preharvest_errors,
    count_needed_intervals,
    sum_weight_errors,
)
from grilse.generator.backtest.totals import BacktestTotals
from grilse.science.estimation import OPEN, BatchGroup, ModelVersion, MovementKind


def compare_group(evaluation: GroupEvaluation, versions: Sequence[ModelVersion]) -> BacktestTotals:
    """Hold every answer about a group against its truth."""
    by_stage, by_year = count_needed_intervals(evaluation)
    baseline_weights = compute_baseline_weights(evaluation.group)
    delays, false, watched = score_alarms(evaluation)
    return BacktestTotals(
        batches=evaluation.named.batches,
        harvest_end_day=_find_harvest_end(evaluation.group),
        pen_days=compute_preharvest_errors(evaluation, baseline_weights),
        by_stage=by_stage,
        by_year=by_year,
        weight_error_sums=sum_weight_errors(evaluation, baseline_weights),
        weight_gain=measure_weight_gain(evaluation),
        fed_gain=measure_fed_weight_gain(evaluation),
        biomass_gain=measure_biomass_gain(evaluation),
        harvest_gain=measure_harvest_gain(evaluation),
        outcomes=score_forecasts(evaluation, versions),
        delays=delays,
        false_alarms=false,
        watched_days=watched,
    )


def _find_harvest_end(group: BatchGroup) -> NDArray[np.int64]:
    """Day on which the last pen of each batch was left, -1 while fish stand or where there was no harvest."""
    placements, movements = group.placements, group.movements
    last = np.full(group.batch_start.size, -1)
    np.maximum.at(last, placements.batch, placements.stop)
    harvested = np.zeros(last.size, dtype=np.bool_)
    harvested[placements.batch[movements.source[movements.kind == MovementKind.HARVEST]]] = True
    return np.where(harvested & (last < OPEN), last, -1)
