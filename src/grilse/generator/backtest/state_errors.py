"""Errors of the estimated states of a group."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.evaluation import GroupEvaluation, select_estimates, select_feeding_rows
from grilse.generator.backtest.totals import ANSWERS, FIRST_YEAR, QUANTITIES, STAGES, YEARS, Column, PenDays
from grilse.science.accuracy import LEVELS, interval_needed, relative_error
from grilse.science.estimation import OPEN, BatchGroup, MovementKind, default_priors
from grilse.science.estimation.baselines import constant_tgc_weights, feed_conversion_weights
from grilse.science.parameters import load_parameters

BEFORE_HARVEST = 7  # days
BASELINES = ("plain TGC", "reset at each sample", "feed / FCR")


def count_needed_intervals(evaluation: GroupEvaluation) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of placement-days by needed interval; smoothed estimates use the harvests, as the pages do."""
    fed, rows = np.flatnonzero(select_feeding_rows(evaluation)), evaluation.group.rows
    stage = evaluation.group.placements.stage[rows.placement[fed]]
    year = rows.day[fed].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970 - FIRST_YEAR
    truth = {"weight": evaluation.true.weight, "count": evaluation.true.count, "biomass": evaluation.true.biomass_kg}
    shape = (len(ANSWERS), len(QUANTITIES))
    by_stage = np.zeros((*shape, STAGES, LEVELS + 1), dtype=np.int64)
    by_year = np.zeros((*shape, YEARS, LEVELS + 1), dtype=np.int64)
    for a, estimate in enumerate((evaluation.without_harvests, evaluation.with_harvests)):
        for q, (value, sd) in enumerate(select_estimates(estimate.placements, ANSWERS[a]).values()):
            needed = interval_needed(value[fed], sd[fed], truth[QUANTITIES[q]][fed])
            np.add.at(by_stage[a, q], (np.minimum(stage, STAGES - 1), needed), 1)
            np.add.at(by_year[a, q], (year, needed), 1)
    return by_stage, by_year


def compute_baseline_weights(group: BatchGroup) -> dict[str, Column]:
    """Return mean weights of the methods without an estimator, g."""
    priors, by_stage = default_priors(), load_parameters("planning")["stage_tgc"]
    tgc = np.array([by_stage.get(str(order), 0.0) for order in range(1, STAGES)])
    plain, reset, fed = BASELINES
    return {
        plain: constant_tgc_weights(group, tgc, priors, reset=False),
        reset: constant_tgc_weights(group, tgc, priors, reset=True),
        fed: feed_conversion_weights(group, priors),
    }


def compute_preharvest_errors(evaluation: GroupEvaluation, baseline_weights: dict[str, Column]) -> PenDays:
    """Return the errors of biomass in the week before the first harvest of each pen."""
    group, movements = evaluation.group, evaluation.group.movements
    first = np.full(group.placements.start.size, OPEN)
    harvested = movements.kind == MovementKind.HARVEST
    np.minimum.at(first, movements.source[harvested], movements.day[harvested])
    days_to_harvest = first[group.rows.placement] - group.rows.day
    row_indexes = np.flatnonzero(
        (days_to_harvest >= 1) & (days_to_harvest <= BEFORE_HARVEST) & evaluation.true.has_fish
    )
    pen, states = group.rows.placement[row_indexes], evaluation.without_harvests.placements
    true = evaluation.true.biomass_kg[row_indexes]
    return PenDays(
        batch=evaluation.named.batches[group.placements.batch[pen]],
        pen=evaluation.named.placements[pen],
        day=group.rows.day[row_indexes],
        error=relative_error(states.biomass[row_indexes], true),
        hindsight_error=relative_error(states.smoothed_biomass[row_indexes], true),
        baselines={
            name: relative_error(states.count[row_indexes] * weight[row_indexes] / 1000.0, true)
            for name, weight in baseline_weights.items()
        },
    )


def sum_weight_errors(evaluation: GroupEvaluation, baseline_weights: dict[str, Column]) -> Column:
    """Return sums by stage over fed placement-days: days, |error| and error of weight, |error| of each baseline."""
    fed = select_feeding_rows(evaluation)
    stage = np.minimum(evaluation.group.placements.stage[evaluation.group.rows.placement[fed]], STAGES - 1)
    true = evaluation.true.weight[fed]
    error = relative_error(evaluation.without_harvests.placements.mean_weight[fed], true)
    columns = [np.ones(error.size), np.abs(error), error]
    columns += [np.abs(relative_error(weight[fed], true)) for weight in baseline_weights.values()]
    return np.stack([np.bincount(stage, column, STAGES) for column in columns])
