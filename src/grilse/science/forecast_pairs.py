"""Origins and targets of forecasts, with the temperatures and fasting days to expect between them."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation import BatchGroup, Provenance
from grilse.science.estimation.weight_observations import Weighings
from grilse.science.parameters import load_parameters
from grilse.science.temperature import anomaly_autocorrelation, day_of_year


@dataclass(frozen=True, kw_only=True, slots=True)
class ForecastPairs:
    """Placement-days from which forecasts start, each with its target; rows of the group, shape (n,)."""

    origin: Indices
    target: Indices

    @property
    def lead_days(self) -> Indices:
        """Days from origin to target; consecutive rows of a placement are consecutive days."""
        return self.target - self.origin


def pair_weights(group: BatchGroup, weighed: Weighings, horizon: int, first: int, within: int) -> ForecastPairs:
    """Pair each weighing of a placement with the weighing nearest to the horizon; pairs without a target are left out.

    Parameters
    ----------
    group, weighed : a group and its weighings.
    horizon : days.
    first : number of the first weighing of a placement that is an origin, from 1.
    within : days by which the target may miss the horizon; of two equally near weighings the earlier counts.
    """
    here = np.arange(weighed.day.size)
    row, there = group.rows.find_rows(weighed.placement, weighed.day)
    row_of = np.full(weighed.day.size, -1)
    row_of[there] = row
    target_day = weighed.day + horizon
    earlier = weighed.find_last(weighed.placement, target_day)
    later = np.minimum(earlier + 1, here[-1] if here.size else 0)
    off = [
        np.where(weighed.placement[at] == weighed.placement, np.abs(weighed.day[at] - target_day), within + 1)
        for at in (earlier, later)
    ]
    nearest = np.where(off[0] <= off[1], earlier, later)
    usable = (np.minimum(*off) <= within) & (here - weighed.first + 1 >= first) & (nearest > here)
    usable &= (row_of >= 0) & (row_of[nearest] >= 0)
    return ForecastPairs(origin=row_of[usable], target=row_of[nearest[usable]])


def pair_regular_days(group: BatchGroup, horizon: int, every: int) -> ForecastPairs:
    """Pair every `every`-th day of placements of feeding fish with the day `horizon` days later.

    Only where the fish stay that long.
    """
    rows, stage = group.rows, group.placements.stage
    origin = np.flatnonzero((rows.age > 0) & (rows.age % every == 0) & (stage[rows.placement] > 1))
    origin = origin[origin + horizon < rows.offset[rows.placement[origin] + 1]]
    return ForecastPairs(origin=origin, target=origin + horizon)


def measured_temperatures(group: BatchGroup, pairs: ForecastPairs) -> Floats:
    """Return the measured temperatures from origins to targets, °C, shape (days, n), the day after the origin first.

    Days after a target repeat the target's temperature.
    """
    steps = np.arange(1, pairs.lead_days.max(initial=0) + 1)[:, None]
    return np.asarray(group.temperature[np.minimum(pairs.origin + steps, pairs.target)])


def forecast_temperatures(group: BatchGroup, usual: Floats, origin: Indices, days: int) -> Floats:
    """Return the expected temperatures of the days after origins, °C, shape (days, n).

    Parameters
    ----------
    group : its temperatures.
    usual : typical °C by placement and day of the year, NaN where unknown, shape (P, 367).
    origin : rows, shape (n,).
    days : number of days.

    The typical temperature plus the fading anomaly of the last week; without a typical one, the last week's mean.

    Source: autoregressive anomaly, climate.toml.
    """
    rows = group.rows
    placement, day = rows.placement[origin], rows.day[origin]
    ahead = usual[placement, day_of_year(day + np.arange(1, days + 1)[:, None])]
    back = np.maximum(origin - np.arange(load_parameters("backtest")["anomaly_days"])[:, None], rows.offset[placement])
    lately = group.temperature[back]
    anomaly = (lately - usual[placement, day_of_year(rows.day[back])]).mean(axis=0)
    faded = anomaly_autocorrelation() ** np.arange(1, days + 1)[:, None]
    return np.asarray(np.where(np.isnan(ahead), lately.mean(axis=0), ahead + faded * anomaly))


def fasting_share(group: BatchGroup, provenance: Indices, origin: Indices) -> Floats:
    """Return the share of the coming days on which fish will fast, by what was known on days of origin, shape (n,).

    Parameters
    ----------
    group : its feed; without any feed the growth multiplier contains the fasts, and the share is 0.
    provenance : of the group's filtered states, shape (rows,).
    origin : rows, shape (n,).

    Fasted days over days of the group in the same water up to the origin, shrunk towards a prior share.

    Source: mean of a beta distribution; backtest.toml.
    """
    if not (group.feed > 0.0).any():
        return np.zeros(origin.size)
    rows, placements = group.rows, group.placements
    sea = placements.sea[rows.placement].astype(np.int64)
    feeding = placements.stage[rows.placement] > 1
    first, days = int(rows.day.min()), int(rows.day.max() - rows.day.min()) + 1
    cell = sea * days + rows.day - first
    fasted = feeding & ((provenance & int(Provenance.FASTED)) != 0)
    passed, rested = (
        np.cumsum(np.bincount(cell[of], minlength=2 * days).reshape(2, days), axis=1) for of in (feeding, fasted)
    )
    values = load_parameters("backtest")
    share, worth = np.array(values["resting_share"])[sea[origin]], values["resting_worth"]
    at = (sea[origin], rows.day[origin] - first)
    return np.asarray((rested[at] + share * worth) / (passed[at] + worth))
