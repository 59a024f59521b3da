"""A group of batches, estimated in memory, with its hidden truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.part import Column
from grilse.generator.backtest.truth import TrueRows
from grilse.growth.groups import Named
from grilse.science.estimation import Estimate, Group, States

FEEDING = 2  # order of the first stage that is fed


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A group beside its truth."""

    named: Named
    true: TrueRows
    usual: Column
    """Usual °C by placement and day of the year."""
    withheld: Estimate
    """Of an estimate to which harvests told nothing."""
    told: Estimate
    """Of one to which they told all."""
    alone: Estimate
    """Of one that knew neither harvests nor feed: weights alone."""

    @property
    def group(self) -> Group:
        """The group."""
        return self.named.group


def feeding_rows(seen: Seen) -> NDArray[np.bool_]:
    """Rows on which fish stood that feed."""
    stage = seen.group.placements.stage[seen.group.rows.placement]
    return np.asarray((stage >= FEEDING) & seen.true.there)


def answers(states: States, answer: str) -> dict[str, tuple[Column, Column]]:
    """Estimate and SD of each quantity."""
    if answer == "known":
        return {
            "weight": (states.mean_weight, states.mean_weight_sd),
            "count": (states.count_estimate, states.count_sd),
            "biomass": (states.biomass, states.biomass_sd),
        }
    return {
        "weight": (states.hindsight_weight, states.hindsight_weight_sd),
        "count": (states.hindsight_count, states.hindsight_count_sd),
        "biomass": (states.hindsight_biomass, states.hindsight_biomass_sd),
    }
