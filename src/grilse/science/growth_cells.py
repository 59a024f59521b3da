"""Group the growth of a batch into cells of similar weight and temperature."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.growth_base import GrowthBase
from grilse.science.forecast import interpolate_growth
from grilse.science.parameters import load_parameters

SEA = 0
"""Stage number of sea cells, whatever their stage."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthDays:
    """Smoothed placement-days of one batch, shape (n,).

    Fasted days are left out: the growth table describes fed fish, and forecasts expect fasts separately.
    """

    root: Floats
    """Cube root of weight at the start of the day, g^(1/3)."""
    temperature: Floats
    """°C."""
    stage: Indices
    """Order of the stage."""
    sea: Mask
    gain: Floats
    """Gain of that day, g^(1/3)."""
    day: Indices


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthCells:
    """Growth of one batch relative to the base, by cells of similar days, shape (c,)."""

    stage: Indices
    """Order of the stage; `SEA` at sea."""
    root: Floats
    """g^(1/3), mean weighted by gain."""
    temperature: Floats
    """°C, mean weighted by gain."""
    excess: Floats
    """Achieved gain over base gain, less 1."""
    days: Floats
    """Days of the batch; pens of the same day share it."""


def bin_growth_days(grown: GrowthDays, base: GrowthBase) -> GrowthCells:
    """Group a batch's days into cells as wide as ``learning.toml`` states.

    `base` is the growth at multiplier 1 with which the batch was estimated; days without base growth are left out.
    """
    expected = base_gain(base, grown)
    here = np.flatnonzero((expected > 0.0) & (grown.stage > 1))
    expected, stage = expected[here], np.where(grown.sea, SEA, grown.stage)[here]
    root, temperature = grown.root[here], grown.temperature[here]
    width = load_parameters("learning")
    key = np.stack(
        [stage, np.floor(root / width["root_bin"]), np.floor(temperature / width["temperature_bin"])]
    ).astype(np.int64)
    cell_keys, cell = np.unique(key, axis=1, return_inverse=True)
    cell = cell.reshape(-1)

    def total(values: Floats) -> Floats:
        return np.bincount(cell, weights=values, minlength=cell_keys.shape[1]).astype(np.float64)

    _, together = np.unique(grown.day[here], return_inverse=True)
    of_base = total(expected)
    return GrowthCells(
        stage=cell_keys[0],
        root=total(expected * root) / of_base,
        temperature=total(expected * temperature) / of_base,
        excess=total(grown.gain[here]) / of_base - 1.0,
        days=total(1.0 / np.bincount(together)[together]),
    )


def base_gain(base: GrowthBase, grown: GrowthDays) -> Floats:
    """Return the daily gain of the cube root at multiplier 1, g^(1/3), shape (n,)."""
    row, onward = base.find_grid_rows(grown.temperature, grown.stage, grown.sea)
    return interpolate_growth(base, row, onward, grown.root)[0]
