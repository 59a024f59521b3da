"""Measures how much smaller the errors of smoothed estimates are than those of filtered ones."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.evaluation import GroupEvaluation, find_harvested_placements, select_estimates
from grilse.generator.backtest.totals import ANSWERS, Column, SmoothingGain
from grilse.science.accuracy import relative_error
from grilse.science.estimation import OPEN, DailyEstimates

AT_SEA = (120, 240)  # the judged days at sea


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
