"""Days of growth between two events: the path of the means, and how it answers to where it began."""

from dataclasses import dataclass, fields

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.growth_base import ROOT_POINTS, ROOT_STEP, GrowthBase
from grilse.science.estimation.priors import Priors, alevin_growth


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthConditions:
    """Days of a span, known before the filter walks through them; (days, k)."""

    grid_rows: Indices
    temperature_fraction: Floats
    """Grid row of the day's temperature and weight of the next, see `GrowthBase.find_grid_rows`."""
    growth_sd: Floats | None
    """Relative SD of a day's growth that an uncertain temperature leaves; None where all were measured."""
    degree_days: Floats
    """End of the day, °C d."""
    alevin_factor: Floats | None
    """Factor of the cube root before feeding; None where all fish feed."""
    alevin_variance: Floats | None
    """Relative variance that the stretch adds to the cube root."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthPath:
    """Roots at the end of some days, (days, k), and their answer to the root and multiplier before them."""

    root: Floats
    gain: Floats
    """Of the day, g per fish."""
    base_gain: Floats
    """What multiplier 1 would have brought."""
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
    """Prepare a span of days.

    Parameters
    ----------
    base, priors : of the pass.
    stage, sea : of the placements, shape (k,).
    still : days on which fish that feed do not grow, shape (days, k).
    degree_days : at the start, °C d, shape (k,).
    temperature, temperature_sd : °C, shape (days, k).

    Returns
    -------
    Course
        Eggs and alevins do not grow by TGC; an uncertain temperature makes growth as uncertain as warmth.
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
    """Follow the roots over some days.

    Parameters
    ----------
    ahead, days : the span, and which of its days.
    root, multiplier : at the start, shape (k,).
    base : growth at multiplier 1.

    Returns
    -------
    Path
        The table is taken as straight from where the roots begin; over a week they move three points of its
        grid, in which it hardly bends.
    """
    value, slope = compute_growth_rate(conditions, days, root, base)
    daily_factor = slope * multiplier
    # A straight line a day: x' = a x + b, with a = 1 + m·slope, so that the days before multiply.
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
    """Variance that uncertain temperatures and the life before feeding add to the roots, day upon day."""
    added = np.zeros(roots.shape)
    if conditions.growth_sd is not None:
        added += (gain * conditions.growth_sd[days]) ** 2
    if conditions.alevin_variance is not None:
        added += conditions.alevin_variance[days] * roots * roots
    return np.asarray(np.add.accumulate(added))


def compute_growth_rate(
    conditions: GrowthConditions, days: slice, root: Floats, base: GrowthBase
) -> tuple[Floats, Floats]:
    """Growth at multiplier 1 of fish that stay as they are.

    Parameters
    ----------
    ahead, days : the span, and which of its days.
    root : g^(1/3), shape (k,).
    base : growth at multiplier 1.

    Returns
    -------
    tuple
        Gain of the cube root, g^(1/3), and its derivative by the cube root, (days, k).
    """
    place = np.minimum(root * (1.0 / ROOT_STEP), ROOT_POINTS - 1.001)
    gain, slope = base.interpolate(
        conditions.grid_rows[days], conditions.temperature_fraction[days], np.maximum(place, 0.0)
    )
    return gain, slope * (1.0 / ROOT_STEP)
