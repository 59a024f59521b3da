"""Forecast mean weight with the filter's prediction step, without further weights."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.daily_moments import GrowthMoments
from grilse.science.estimation.growth_base import ROOT_POINTS, ROOT_STEP, GrowthBase
from grilse.science.estimation.priors import Priors


@dataclass(frozen=True, kw_only=True, slots=True)
class ForecastOrigins(GrowthMoments):
    """Moments of placements at the end of the days from which forecasts start, shape (n,)."""

    fasting_share: Floats
    """Share of the coming days without growth."""
    stage: Indices
    """Order of the stage, from 2: fish that feed."""
    sea: Mask


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Mean and variance of the cube root of weight, g^(1/3), at the end of the coming days, shape (days, n)."""

    root: Floats
    variance: Floats


def forecast_weights(origins: ForecastOrigins, temperature: Floats, base: GrowthBase, priors: Priors) -> Forecast:
    """Forecast from many placement-days at once.

    Parameters
    ----------
    origins : moments, shape (n,).
    temperature : °C, shape (days, n); the first row is the day after the origin.
    base : growth at multiplier 1.
    priors : how fast multipliers revert to 1.

    The multiplier reverts to 1; the covariance of cube root and multiplier follows the linearised step: with gain g·m
    and slope f = 1 + m·dg/dx, x' = x + g·m. Level shifts add variance at their past rate.

    Source: prediction step of the extended Kalman filter.
    """
    points, onward = base.find_grid_rows(temperature, origins.stage, origins.sea)
    keep = priors.multiplier_autocorrelation
    noise = origins.stationary_variance * (1.0 - keep**2)
    growing = 1.0 - origins.fasting_share
    root, multiplier = origins.root.copy(), origins.multiplier.copy()
    spread, cross, wander = (origins.root_variance, origins.root_multiplier_covariance, origins.multiplier_variance)
    roots, variances = np.empty((2, *temperature.shape))
    for day in range(temperature.shape[0]):
        gain, slope = interpolate_growth(base, points[day], onward[day], root)
        gain, slope = gain * growing, slope * growing
        slope = 1.0 + slope * multiplier
        root = root + gain * multiplier
        spread = slope**2 * spread + 2.0 * slope * gain * cross + gain**2 * wander
        spread = spread + origins.level_shift_variance * root**2 / 9.0
        cross = keep * (slope * cross + gain * wander)
        wander = keep**2 * wander + noise
        multiplier = 1.0 + keep * (multiplier - 1.0)
        roots[day], variances[day] = root, spread
    return Forecast(root=roots, variance=variances)


def interpolate_growth(base: GrowthBase, points: Indices, onward: Floats, root: Floats) -> tuple[Floats, Floats]:
    """Return the daily gain of the cube root, g^(1/3), and its derivative by the cube root `root`, both of shape (n,).

    `points` and `onward` are the grid row and the fraction of `GrowthBase.find_grid_rows`, shape (n,).
    """
    gain, slope = base.interpolate(points, onward, np.minimum(root / ROOT_STEP, ROOT_POINTS - 1.001))
    return gain, slope / ROOT_STEP
