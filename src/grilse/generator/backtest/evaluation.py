"""A group of batches, estimated in memory, with its hidden truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.totals import Column
from grilse.generator.backtest.true_rows import TrueRows
from grilse.growth.estimating.groups import NamedGroup
from grilse.science.estimation import BatchGroup, DailyEstimates, Estimate

FIRST_FED_STAGE = 2  # order of the first stage that is fed


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupEvaluation:
    """A group beside its truth."""

    named: NamedGroup
    true: TrueRows
    typical_temperature: Column
    """Usual °C by placement and day of the year."""
    without_harvests: Estimate
    """Of an estimate to which harvests told nothing."""
    with_harvests: Estimate
    """Of one to which they told all."""
    weights_only: Estimate
    """Of one that knew neither harvests nor feed: weights alone."""

    @property
    def group(self) -> BatchGroup:
        """The group."""
        return self.named.group


def select_feeding_rows(evaluation: GroupEvaluation) -> NDArray[np.bool_]:
    """Rows on which fish stood that feed."""
    stage = evaluation.group.placements.stage[evaluation.group.rows.placement]
    return np.asarray((stage >= FIRST_FED_STAGE) & evaluation.true.has_fish)


def select_estimates(states: DailyEstimates, answer: str) -> dict[str, tuple[Column, Column]]:
    """Estimate and SD of each quantity."""
    if answer == "known":
        return {
            "weight": (states.mean_weight, states.mean_weight_sd),
            "count": (states.count_estimate, states.count_sd),
            "biomass": (states.biomass, states.biomass_sd),
        }
    return {
        "weight": (states.smoothed_weight, states.smoothed_weight_sd),
        "count": (states.smoothed_count, states.smoothed_count_sd),
        "biomass": (states.smoothed_biomass, states.smoothed_biomass_sd),
    }
