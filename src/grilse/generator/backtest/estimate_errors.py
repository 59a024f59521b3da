"""Errors of the estimated states, forecasts and alarms of a group, and the gain of smoothing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.evaluation import (
    GroupEvaluation,
    find_harvested_placements,
    select_estimates,
    select_feeding_rows,
)
from grilse.generator.backtest.totals import (
    ANSWERS,
    FIRST_YEAR,
    QUANTITIES,
    STAGES,
    YEARS,
    Column,
    PenDays,
    SmoothingGain,
)
from grilse.growth.hindcast_scores import HORIZONS, HindcastOutcome, compare_hindcast
from grilse.science.accuracy import LEVELS, interval_needed, relative_error
from grilse.science.estimation import OPEN, BatchGroup, DailyEstimates, ModelVersion, MovementKind, default_priors
from grilse.science.estimation.baselines import constant_tgc_weights, feed_conversion_weights
from grilse.science.estimation.feed_alarms import detect_alarms, find_loss_spells, is_undisturbed, match_alarms
from grilse.science.estimation.weight_observations import collect_weighings
from grilse.science.forecast_pairs import ForecastPairs, forecast_temperatures, pair_regular_days
from grilse.science.hindcast import hindcast_weights
from grilse.science.parameters import load_parameters

BEFORE_HARVEST = 7  # days
BASELINES = ("plain TGC", "reset at each sample", "feed / FCR")
AT_SEA = (120, 240)  # the judged days at sea
ORIGIN_INTERVAL_DAYS = 30  # days from one origin of a forecast to the next


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


def measure_gains(evaluation: GroupEvaluation) -> dict[str, SmoothingGain]:
    """Return the gains of smoothing, by their names in the report."""
    true, at_sea = evaluation.true, _select_sea_rows(evaluation)
    harvested = find_harvested_placements(evaluation.group)[evaluation.group.rows.placement]
    in_harvested = np.asarray(at_sea & harvested)
    from_weights, with_feed = evaluation.weights_only.placements, evaluation.without_harvests.placements
    biomass = _measure_gain(evaluation.with_harvests.placements, "biomass", true.biomass_kg, in_harvested)
    without_harvest = _measure_gain(from_weights, "biomass", true.biomass_kg, in_harvested)
    return {
        "weight_from_weights": _measure_gain(from_weights, "weight", true.weight, at_sea),
        "weight_from_weights_and_feed": _measure_gain(with_feed, "weight", true.weight, at_sea),
        "biomass_with_harvest": biomass,
        "biomass_with_harvest_over_weights_alone": replace(without_harvest, smoothed_error=biomass.smoothed_error),
    }


def _select_sea_rows(evaluation: GroupEvaluation) -> NDArray[np.bool_]:
    """Return a mask of the rows of the judged days at sea."""
    group = evaluation.group
    sea = group.placements.sea
    arrived = np.full(group.batch_start.size, OPEN)
    np.minimum.at(arrived, group.placements.batch[sea], group.placements.start[sea])
    days = group.rows.day - arrived[group.placements.batch[group.rows.placement]]
    first, last = AT_SEA
    return np.asarray(sea[group.rows.placement] & (days >= first) & (days <= last) & evaluation.true.has_fish)


def _measure_gain(states: DailyEstimates, quantity: str, true: Column, judged: NDArray[np.bool_]) -> SmoothingGain:
    filtered, smoothed = (
        np.abs(relative_error(select_estimates(states, answer)[quantity][0][judged], true[judged])).sum()
        for answer in ANSWERS
    )
    return SmoothingGain(filtered_error=float(filtered), smoothed_error=float(smoothed), row_count=int(judged.sum()))


def score_forecasts(evaluation: GroupEvaluation, versions: Sequence[ModelVersion]) -> dict[int, HindcastOutcome]:
    """Return the errors of forecasts of the mean weight with expected temperatures, by horizon."""
    group, weighed, outcomes = evaluation.group, collect_weighings(evaluation.group), {}
    for horizon in HORIZONS:
        pairs = pair_regular_days(group, horizon, ORIGIN_INTERVAL_DAYS)
        rows = group.rows
        weighed_once = weighed.find_last(rows.placement[pairs.origin], rows.day[pairs.origin]) >= 0
        is_judged = weighed_once & evaluation.true.has_fish[pairs.origin] & evaluation.true.has_fish[pairs.target]
        pairs = ForecastPairs(origin=pairs.origin[is_judged], target=pairs.target[is_judged])
        expected_temperatures = forecast_temperatures(group, evaluation.typical_temperature, pairs.origin, horizon)
        predictions = hindcast_weights(
            group, evaluation.without_harvests, weighed, pairs, expected_temperatures, versions, default_priors()
        )
        stage = group.placements.stage[rows.placement[pairs.origin]]
        outcomes[horizon] = compare_hindcast(predictions, evaluation.true.weight[pairs.target], 0.0, stage)
    return outcomes


def score_alarms(evaluation: GroupEvaluation) -> tuple[Column, int, int]:
    """Return the days from each loss of growth to its alarm, the false alarms, and the watched placement-days."""
    weeks, group = evaluation.without_harvests.feed_innovations, evaluation.group
    judged = np.flatnonzero(is_undisturbed(group, weeks.placement, weeks.day))
    pen, day = detect_alarms(weeks.placement[judged], weeks.day[judged], weeks.relative_innovation[judged])
    fed = select_feeding_rows(evaluation)
    spells = find_loss_spells(group.rows, np.where(fed, evaluation.true.appetite_loss, 0.0))
    alarm_scores = match_alarms(group.rows, spells, pen, day)
    return alarm_scores.delay, alarm_scores.false_alarms, int(fed.sum())
