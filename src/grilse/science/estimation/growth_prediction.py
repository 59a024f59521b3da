"""Prediction of growth over the days of a segment: the means, and their sensitivity to the state at its start."""

from dataclasses import dataclass, fields

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.growth_base import ROOT_POINTS, ROOT_STEP, GrowthBase
from grilse.science.estimation.priors import Priors, alevin_growth


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthConditions:
    """Conditions of a span of days, known before they are filtered; (days, k)."""

    grid_rows: Indices
    temperature_fraction: Floats
    """Grid row of the day's temperature and fraction of the next, see `GrowthBase.find_grid_rows`."""
    growth_sd: Floats | None
    """Relative SD of a day's growth due to uncertain temperature; None where all were measured."""
    degree_days: Floats
    """End of the day, °C d."""
    alevin_factor: Floats | None
    """Factor of the cube root before feeding; None where all fish feed."""
    alevin_variance: Floats | None
    """Relative variance that days before first feeding add to the cube root."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthPath:
    """Cube roots at the end of days, (days, k), and their sensitivity to the root and multiplier at the start."""

    root: Floats
    gain: Floats
    """Of the day, g per fish."""
    base_gain: Floats
    """Gain at multiplier 1."""
    root_sensitivity: Floats
    multiplier_sensitivity: Floats
    noise_variance: Floats
    """Variance that the days added to the root."""

    def select_days(self, days: slice) -> "GrowthPath":
        """Return some of the days."""
        return GrowthPath(**{field.name: getattr(self, field.name)[days] for field in fields(self)})


def prepare_conditions(
    base: GrowthBase,
    priors: Priors,
    stage: Indices,
    sea: Mask,
    no_growth: Mask,
    degree_days: Floats,
    temperature: Floats,
    temperature_sd: Floats,
) -> GrowthConditions:
    """Prepare a span of days; temperature errors scale growth, and eggs and alevins do not grow by TGC.

    Parameters
    ----------
    base, priors : of the pass.
    stage, sea : of the placements, shape (k,).
    no_growth : days on which feeding fish do not grow, shape (days, k).
    degree_days : at the start, °C d, shape (k,).
    temperature, temperature_sd : °C, shape (days, k).
    """
    grid_rows, temperature_fraction = base.find_grid_rows(temperature, stage, sea)
    grid_rows[no_growth | (stage == 1)] = base.zero_growth_point
    total = degree_days + np.cumsum(np.maximum(temperature, 0.0), axis=0)
    alevin_factor, alevin_variance = None, None
    if (stage == 1).any():
        path = alevin_growth(np.concatenate([degree_days[None], total]), priors)
        part = np.diff(path, axis=0) / (priors.alevin_gain - 1.0)
        alevin_factor = np.where(stage == 1, np.cbrt(path[1:] / path[:-1]), 1.0)
        alevin_variance = np.where(stage == 1, part, 0.0) * (priors.alevin_sd / 3.0) ** 2
    return GrowthConditions(
        grid_rows=grid_rows,
        temperature_fraction=temperature_fraction,
        growth_sd=temperature_sd / np.maximum(temperature, 1.0) if temperature_sd.any() else None,
        degree_days=total,
        alevin_factor=alevin_factor,
        alevin_variance=alevin_variance,
    )


def predict_growth(
    conditions: GrowthConditions, days: slice, root: Floats, multiplier: Floats, base: GrowthBase
) -> GrowthPath:
    """Predict the cube roots over some days from `root` and `multiplier` at their start, shape (k,).

    Growth is linearised at the starting root: over a week roots move three points of the grid, in which it is nearly
    linear.
    """
    value, slope = compute_growth_rate(conditions, days, root, base)
    daily_factor = slope * multiplier
    # Each day is linear, x' = a x + b with a = 1 + m·slope, so the factors of earlier days multiply.
    daily_offset = multiplier * value - daily_factor * root
    daily_factor += 1.0 if conditions.alevin_factor is None else conditions.alevin_factor[days]
    root_sensitivity: Floats = np.multiply.accumulate(daily_factor)
    roots = root_sensitivity * (root + np.add.accumulate(daily_offset / root_sensitivity))
    before = np.concatenate([root[None], roots[:-1]])
    base_gain = value + slope * (before - root)
    multiplier_sensitivity = root_sensitivity * np.add.accumulate(base_gain / root_sensitivity)
    weight, base_root = roots * roots * roots, roots - base_gain
    return GrowthPath(
        root=roots,
        gain=weight - before * before * before,
        base_gain=weight - base_root * base_root * base_root,
        root_sensitivity=root_sensitivity,
        multiplier_sensitivity=multiplier_sensitivity,
        noise_variance=_accumulate_noise(conditions, days, roots, base_gain * multiplier),
    )


def _accumulate_noise(conditions: GrowthConditions, days: slice, roots: Floats, gain: Floats) -> Floats:
    """Return the variance that uncertain temperatures and days before feeding add to the roots, cumulated."""
    added = np.zeros(roots.shape)
    if conditions.growth_sd is not None:
        added += (gain * conditions.growth_sd[days]) ** 2
    if conditions.alevin_variance is not None:
        added += conditions.alevin_variance[days] * roots * roots
    return np.asarray(np.add.accumulate(added))


def compute_growth_rate(
    conditions: GrowthConditions, days: slice, root: Floats, base: GrowthBase
) -> tuple[Floats, Floats]:
    """Return the daily gain of the cube root at multiplier 1, g^(1/3), and its derivative, (days, k).

    `root` is g^(1/3), shape (k,).
    """
    place = np.minimum(root * (1.0 / ROOT_STEP), ROOT_POINTS - 1.001)
    gain, slope = base.interpolate(
        conditions.grid_rows[days], conditions.temperature_fraction[days], np.maximum(place, 0.0)
    )
    return gain, slope * (1.0 / ROOT_STEP)
