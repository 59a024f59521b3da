"""Days of growth of a batch, gathered into cells of like weight and temperature."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.growth_base import GrowthBase
from grilse.science.forecast import interpolate_growth
from grilse.science.parameters import load_parameters

SEA = 0
"""Stage by which cells of the sea go, whatever the stage is called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthDays:
    """Placement-days of one batch, in hindsight, shape (n,).

    Days of fasting are left out: the table is of fish that are fed, and whoever looks ahead expects fasts.
    """

    root: Floats
    """At the start of the day, g^(1/3)."""
    temperature: Floats
    """°C."""
    stage: Indices
    """Order of the stage."""
    sea: Mask
    gain: Floats
    """Achieved that day, g^(1/3)."""
    day: Indices


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthCells:
    """What one batch showed, by cells of like days, shape (c,)."""

    stage: Indices
    """Order of the stage; `SEA` at sea."""
    root: Floats
    """g^(1/3), mean over the gain."""
    temperature: Floats
    """°C, mean over the gain."""
    excess: Floats
    """Achieved over base gain, less 1."""
    days: Floats
    """Days of the batch; pens side by side share one."""


def bin_growth_days(grown: GrowthDays, base: GrowthBase) -> GrowthCells:
    """Gather a batch's days into cells.

    Parameters
    ----------
    grown : its placement-days.
    base : growth at multiplier 1, as it was estimated with.

    Returns
    -------
    Cells
        As wide as ``learning.toml`` says; days on which the base grows nothing are left out.
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
    """Daily gain at multiplier 1.

    Parameters
    ----------
    base : the table; straight between its points.
    grown : cube roots of weight, temperatures, stages, waters.

    Returns
    -------
    Floats
        g^(1/3), shape (n,).
    """
    row, onward = base.find_grid_rows(grown.temperature, grown.stage, grown.sea)
    return interpolate_growth(base, row, onward, grown.root)[0]
