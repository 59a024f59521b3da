"""What hindsight gains on the answer as known, beside the truth."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.evaluation import GroupEvaluation, select_estimates
from grilse.generator.backtest.totals import ANSWERS, Column, SmoothingGain
from grilse.science.accuracy import relative_error
from grilse.science.estimation import OPEN, DailyEstimates, MovementKind

AT_SEA = (120, 240)  # days between which hindsight is judged


def measure_weight_gain(evaluation: GroupEvaluation) -> SmoothingGain:
    """Hindsight of weight from weights alone."""
    return _measure_gain(
        evaluation.weights_only.placements, "weight", evaluation.true.weight, _select_sea_rows(evaluation)
    )


def measure_fed_weight_gain(evaluation: GroupEvaluation) -> SmoothingGain:
    """Hindsight of weight from weights and feed."""
    return _measure_gain(
        evaluation.without_harvests.placements, "weight", evaluation.true.weight, _select_sea_rows(evaluation)
    )


def measure_biomass_gain(evaluation: GroupEvaluation) -> SmoothingGain:
    """Hindsight of biomass in pens whose harvest is in."""
    return _measure_gain(
        evaluation.with_harvests.placements, "biomass", evaluation.true.biomass_kg, _select_harvested_rows(evaluation)
    )


def measure_harvest_gain(evaluation: GroupEvaluation) -> SmoothingGain:
    """The same hindsight beside what was known of biomass from weights alone."""
    from_weights = _measure_gain(
        evaluation.weights_only.placements, "biomass", evaluation.true.biomass_kg, _select_harvested_rows(evaluation)
    )
    return replace(from_weights, smoothed_error=measure_biomass_gain(evaluation).smoothed_error)


def _select_harvested_rows(evaluation: GroupEvaluation) -> NDArray[np.bool_]:
    """Rows of the judged days in pens that were harvested."""
    movements = evaluation.group.movements
    harvested = np.zeros(evaluation.group.placements.start.size, dtype=np.bool_)
    harvested[movements.source[movements.kind == MovementKind.HARVEST]] = True
    return np.asarray(_select_sea_rows(evaluation) & harvested[evaluation.group.rows.placement])


def _select_sea_rows(evaluation: GroupEvaluation) -> NDArray[np.bool_]:
    """Rows of the days at sea on which hindsight is judged."""
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
