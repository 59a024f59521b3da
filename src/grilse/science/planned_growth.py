"""The plan of a batch: weight and count of every day from its stages, its models and the usual water."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.growth import tgc_weight

EGGS = 1
"""Order of the stage that lives on its yolk; its gain is water, not growth."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchTrajectory:
    """The planned course of a batch, end of each day, shape (days,)."""

    weight_g: Floats
    count: Floats
    biomass_kg: Floats

    def take_every(self, start: int, stop: int | None, step: int) -> "BatchTrajectory":
        """Values `start`, `start + step`, … before `stop` (None: to the end)."""
        part = slice(start, stop, step)
        return BatchTrajectory(weight_g=self.weight_g[part], count=self.count[part], biomass_kg=self.biomass_kg[part])


def stage_of_day(first_day: Sequence[int], order: Sequence[int], days: int) -> Indices:
    """Stage at which the batch is planned on each day.

    Parameters
    ----------
    first_day : first day of each stage, ascending; the first is 0.
    order : order of each stage.
    days : number of days.

    Returns
    -------
    array
        Order of the stage, shape (days,).
    """
    entered = np.searchsorted(np.asarray(first_day), np.arange(days), side="right") - 1
    return np.asarray(np.asarray(order, dtype=np.int64)[np.maximum(entered, 0)])


def planned_weight(
    stage: Indices, temperature: Floats, start_weight: float, fed_weight: float, tgc: Mapping[int, float]
) -> Floats:
    """Weight at the end of each planned day.

    Parameters
    ----------
    stage : order of the stage, shape (days,).
    temperature : °C, shape (days,).
    start_weight : g at stocking.
    fed_weight : g at the move from the egg stage, reached in proportion to degree-days.
    tgc : g^(1/3) per 1000 degree-days by order of stage; a stage without one does not grow.

    Returns
    -------
    Floats
        g, shape (days,). It never falls.

    Source: Iwama & Tautz 1981 after the move.
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
    """Fish that are left at the end of each planned day.

    Parameters
    ----------
    stage : order of the stage, never falling, shape (days,).
    start_count : fish stocked.
    rates : deaths per fish and month in the first, second, … month at a stage, by its order; the last stays.
    month_days : length of a month, d.

    Returns
    -------
    Floats
        Fish, shape (days,): ``start_count * exp(-sum of rates)``.
    """
    at_stage = np.arange(len(stage)) - np.searchsorted(stage, stage, side="left")
    hazard = planned_hazard(stage, at_stage, rates, month_days)
    return np.asarray(start_count * np.exp(-np.cumsum(hazard)))


def planned_hazard(
    stage: Indices, at_stage: Indices, rates: Mapping[int, Sequence[float]], month_days: float
) -> Floats:
    """Hazard of a day, as planned.

    Parameters
    ----------
    stage, at_stage : order of the stage, and days since it was entered, any shape.
    rates, month_days : as `planned_count` takes them; a stage without a rate loses nothing.

    Returns
    -------
    Floats
        1/d, shape of `stage`.
    """
    month = (np.maximum(at_stage, 0) / month_days).astype(np.int64)
    hazard = np.zeros(stage.shape)
    for order, monthly in rates.items():
        here = stage == order
        hazard[here] = np.asarray(monthly)[np.minimum(month[here], len(monthly) - 1)] / month_days
    return hazard


def build_trajectory(weight: Floats, count: Floats) -> BatchTrajectory:
    """Put weight (g) and count of the same days together, with their biomass in kg."""
    return BatchTrajectory(weight_g=weight, count=count, biomass_kg=weight * count / 1000.0)
