"""A group of batches with its hidden truth and its estimates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.generator.backtest.totals import Column
from grilse.generator.truth.batch_truth import BatchTruth
from grilse.growth.estimating.groups import NamedGroup
from grilse.science.estimation import BatchGroup, DailyEstimates, Estimate, MovementKind
from grilse.science.parameters import load_parameters

FIRST_FED_STAGE = 2  # order of the first stage that is fed


@dataclass(frozen=True, kw_only=True, slots=True)
class TrueRows:
    """The truth at the end of each placement-day, shape (rows,)."""

    has_fish: NDArray[np.bool_]
    """True on days with fish."""
    count: Column
    weight: Column
    """g; 1 without fish."""
    appetite_loss: Column
    """Share of the appetite lost to disease."""

    @property
    def biomass_kg(self) -> Column:
        """kg."""
        return self.count * self.weight / 1000.0


def build_true_rows(connection: Connection[Any], named: NamedGroup, truths: Mapping[str, BatchTruth]) -> TrueRows:
    """Return the truths of batches, by number, on the rows of their group; one statement."""
    rows = named.group.rows
    count, lost = np.zeros((2, rows.day.size))
    weight = np.ones(rows.day.size)
    placed = {name: (truth, p) for truth in truths.values() for p, name in enumerate(truth.placement_names)}
    placement_names = dict(connection.execute(NAMES, [named.placements.tolist()]).fetchall())
    for position, id in enumerate(named.placements.tolist()):
        truth, p = placed[placement_names[id]]
        row_start, truth_start = int(rows.offset[position]), int(truth.offset[p])
        days = min(int(rows.offset[position + 1]) - row_start, int(truth.offset[p + 1]) - truth_start)
        own_rows, truth_rows = slice(row_start, row_start + days), slice(truth_start, truth_start + days)
        count[own_rows], weight[own_rows] = truth.count[truth_rows], truth.weight_g[truth_rows]
        lost[own_rows] = load_parameters("appetite")["sickness_loss"] * truth.sick[truth_rows]
    has_fish = count > 0
    return TrueRows(has_fish=has_fish, count=count, weight=np.where(has_fish, weight, 1.0), appetite_loss=lost)


NAMES = "SELECT id, name FROM stock_placement WHERE id = ANY(%s)"


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
