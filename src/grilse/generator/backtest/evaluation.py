"""A group of batches with its hidden truth and its estimates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.totals import Column
from grilse.generator.backtest.true_rows import TrueRows
from grilse.growth.estimating.groups import NamedGroup
from grilse.science.estimation import BatchGroup, DailyEstimates, Estimate, MovementKind

FIRST_FED_STAGE = 2  # order of the first stage that is fed


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupEvaluation:
    """A group with its truth and several estimates of it."""

    named: NamedGroup
    true: TrueRows
    typical_temperature: Column
    """Usual °C by placement and day of the year."""
    without_harvests: Estimate
    """Estimate without the information of harvests."""
    with_harvests: Estimate
    """Estimate with the information of harvests."""
    weights_only: Estimate
    """Estimate without harvests and feed."""

    @property
    def group(self) -> BatchGroup:
        """The group."""
        return self.named.group


def select_feeding_rows(evaluation: GroupEvaluation) -> NDArray[np.bool_]:
    """Return a mask of the rows with feeding fish."""
    stage = evaluation.group.placements.stage[evaluation.group.rows.placement]
    return np.asarray((stage >= FIRST_FED_STAGE) & evaluation.true.has_fish)


def select_estimates(states: DailyEstimates, answer: str) -> dict[str, tuple[Column, Column]]:
    """Return estimate and SD of each quantity."""
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


def find_harvested_placements(group: BatchGroup) -> NDArray[np.bool_]:
    """Return a mask of the placements with a harvest."""
    harvested = np.zeros(group.placements.start.size, dtype=np.bool_)
    harvested[group.movements.source[group.movements.kind == MovementKind.HARVEST]] = True
    return harvested
