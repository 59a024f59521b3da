"""Variance of a batch from its plan: weight, count, biomass, and days ahead."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from grilse.growth.states import StateSeries
from grilse.planning.plans import GrowthPlan
from grilse.science.arrays import Floats, Indices


@dataclass(frozen=True, kw_only=True, slots=True)
class Variance:
    """Actual figures in hindsight less those of the plan, on the dates of the chart.

    Index i is `first` + i·`step` days, of a part week the last day with states; NaN without a plan for that date and
    where records do not reach it.
    """

    first: date
    step: int
    offsets: Indices
    """Days from `first` to the compared day."""
    weight_g: Floats
    weight_pct: Floats
    count: Floats
    count_pct: Floats
    biomass_kg: Floats
    biomass_pct: Floats
    days: Floats
    """Days ahead: until the plan reaches the actual weight; NaN where it never does."""

    @property
    def latest(self) -> "LatestVariance | None":
        """The newest date with both plan and state that records reach."""
        known = np.flatnonzero(np.isfinite(self.weight_pct))
        if not known.size:
            return None
        at = int(known[-1])
        names = [field for field in LatestVariance.__slots__ if field != "date"]
        figures = {name: _convert_finite(getattr(self, name)[at]) for name in names}
        return LatestVariance(date=self.first + timedelta(days=int(self.offsets[at])), **figures)


@dataclass(frozen=True, kw_only=True, slots=True)
class LatestVariance:
    """Variance on the newest date with both plan and state that records reach."""

    date: date
    weight_g: float | None
    weight_pct: float | None
    count: float | None
    count_pct: float | None
    biomass_kg: float | None
    biomass_pct: float | None
    days: float | None


def compute_variance(states: StateSeries, plan: GrowthPlan) -> Variance:
    """Return the variance of daily or weekly states from the daily plan."""
    dates = (states.first - plan.first).days + states.offsets
    weight, count, biomass = (
        np.where(states.is_carried, np.nan, states.columns[f"hindsight_{name}"])
        for name in ("weight_g", "count", "biomass_kg")
    )
    figures = {
        "weight_g": (weight, plan.course.weight_g),
        "count": (count, plan.course.count),
        "biomass_kg": (biomass, plan.course.biomass_kg),
    }
    columns = {}
    for name, (actual, planned) in figures.items():
        on_the_day = _select_planned(dates, planned)
        columns[name] = actual - on_the_day
        columns[f"{name.partition('_')[0]}_pct"] = 100.0 * (actual / on_the_day - 1.0)
    return Variance(
        first=states.first,
        step=states.step,
        offsets=states.offsets,
        days=_find_plan_days(weight, plan.course.weight_g) - dates,
        **columns,
    )


def _select_planned(dates: Indices, planned: Floats) -> Floats:
    inside = (dates >= 0) & (dates < planned.size)
    return np.where(inside, planned[np.clip(dates, 0, planned.size - 1)], np.nan)


def _find_plan_days(weight: Floats, planned: Floats) -> Floats:
    """Return the day on which the plan first reaches a weight, NaN outside its range."""
    rising = np.concatenate([[True], np.diff(planned) > 0.0])
    days = np.interp(weight, planned[rising], np.flatnonzero(rising))
    return np.where((weight >= planned[0]) & (weight <= planned[-1]), days, np.nan)


def _convert_finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
