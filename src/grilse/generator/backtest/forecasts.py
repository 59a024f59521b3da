"""Errors of the forecasts and alarms of a group."""

from collections.abc import Sequence

import numpy as np

from grilse.generator.backtest.evaluation import GroupEvaluation, select_feeding_rows
from grilse.generator.backtest.totals import Column
from grilse.growth.hindcast_scores import HORIZONS, HindcastOutcome, compare_hindcast
from grilse.science.estimation import ModelVersion, default_priors
from grilse.science.estimation.feed_alarms import detect_alarms, find_loss_spells, is_undisturbed, match_alarms
from grilse.science.estimation.weighings import collect_weighings
from grilse.science.forecast_pairs import ForecastPairs, forecast_temperatures, pair_regular_days
from grilse.science.hindcast import hindcast_weights

ORIGIN_INTERVAL_DAYS = 30  # days from one origin of a forecast to the next


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
