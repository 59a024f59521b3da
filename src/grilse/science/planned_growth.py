"""The plan of a batch: weight and count of every day from its stages, growth and mortality models and typical water."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.growth import tgc_weight

EGGS = 1
"""Order of the stage that lives on its yolk and does not grow by TGC."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchTrajectory:
    """Planned weight, count and biomass at the end of each day, shape (days,)."""

    weight_g: Floats
    count: Floats
    biomass_kg: Floats

    def take(self, days: slice | Indices) -> "BatchTrajectory":
        """Return the values of some days."""
        return BatchTrajectory(weight_g=self.weight_g[days], count=self.count[days], biomass_kg=self.biomass_kg[days])


def stage_of_day(first_day: Sequence[int], order: Sequence[int], days: int) -> Indices:
    """Return the order of the stage on each of `days` days, shape (days,).

    `first_day` holds the first day of each stage, ascending from 0, and `order` their orders.
    """
    entered = np.searchsorted(np.asarray(first_day), np.arange(days), side="right") - 1
    return np.asarray(np.asarray(order, dtype=np.int64)[np.maximum(entered, 0)])


def planned_weight(
    stage: Indices, temperature: Floats, start_weight: float, fed_weight: float, tgc: Mapping[int, float]
) -> Floats:
    """Return the weight at the end of each planned day, g, shape (days,); it never falls.

    Parameters
    ----------
    stage : order of the stage, shape (days,).
    temperature : °C, shape (days,).
    start_weight : g at stocking.
    fed_weight : g when the fish leave the egg stage, reached in proportion to degree-days.
    tgc : g^(1/3) per 1000 degree-days by order of stage; a stage without one does not grow.

    Source: Iwama & Tautz 1981, doi:10.1139/f81-087, after the egg stage.
    """
    eggs = stage == EGGS
    warmth = np.cumsum(np.where(eggs, temperature, 0.0))
    share = warmth / warmth[-1] if warmth[-1] > 0 else warmth
    base = start_weight + share * max(fed_weight - start_weight, 0.0)
    rates = np.array([tgc.get(int(order), 0.0) for order in stage])
    grown = np.cumsum(np.where(eggs, 0.0, rates * temperature))
    return tgc_weight(base, 1.0, grown)


def planned_count(
    stage: Indices, start_count: float, rates: Mapping[int, Sequence[float]], month_days: float
) -> Floats:
    """Return the fish that remain at the end of each planned day, shape (days,): ``start_count * exp(-sum of rates)``.

    Parameters
    ----------
    stage : order of the stage, never falling, shape (days,).
    start_count : fish stocked.
    rates : deaths per fish in the first, second, … month at a stage, by its order; the last rate continues.
    month_days : length of a month, days.
    """
    at_stage = np.arange(len(stage)) - np.searchsorted(stage, stage, side="left")
    hazard = planned_hazard(stage, at_stage, rates, month_days)
    return np.asarray(start_count * np.exp(-np.cumsum(hazard)))


def planned_hazard(
    stage: Indices, at_stage: Indices, rates: Mapping[int, Sequence[float]], month_days: float
) -> Floats:
    """Return the planned hazard of a day, 1/d, in the shape of `stage`; a stage without a rate loses nothing.

    `stage` is the order of the stage and `at_stage` the days since it began, of one shape; `rates` and `month_days`
    are those of `planned_count`.
    """
    month = (np.maximum(at_stage, 0) / month_days).astype(np.int64)
    hazard = np.zeros(stage.shape)
    for order, monthly in rates.items():
        here = stage == order
        hazard[here] = np.asarray(monthly)[np.minimum(month[here], len(monthly) - 1)] / month_days
    return hazard


def build_trajectory(weight: Floats, count: Floats) -> BatchTrajectory:
    """Combine weight (g) and count of the same days, and compute their biomass in kg."""
    return BatchTrajectory(weight_g=weight, count=count, biomass_kg=weight * count / 1000.0)
