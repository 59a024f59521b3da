"""Figures as fine as they can bear: what a far correction moves by less is stored as it was."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

VALUE_FIGURES = 5  # figures of a count, weight or biomass: far finer than its standard deviation
SPREAD_FIGURES = 3  # figures of a standard deviation or a ratio
# Written out and looked up: logarithms and powers differ in their last bits between processors.
POWERS = np.array([float(f"1e{power}") for power in range(-20, 21)])
ZERO_INDEX = 20  # where 1 stands among them


def round_values(values: Floats) -> Floats:
    """Round to five figures."""
    return _round_figures(values, VALUE_FIGURES, np.rint)


def round_counts(counts: Floats) -> Floats:
    """Round down to five figures: there are never more fish than were estimated."""
    return _round_figures(counts, VALUE_FIGURES, np.floor)


def round_spreads(values: Floats) -> Floats:
    """Round to three figures."""
    return _round_figures(values, SPREAD_FIGURES, np.rint)


def _round_figures(values: Floats, figures: int, rounding: Callable[[Floats], Floats]) -> Floats:
    """Round by a power of ten that is multiplied or divided by, whichever is a whole number."""
    first = np.searchsorted(POWERS, np.abs(values), side="right") - 1 - ZERO_INDEX
    finer = np.clip(figures - 1 - first, -ZERO_INDEX, ZERO_INDEX)
    scale = POWERS[ZERO_INDEX + np.abs(finer)]
    return np.where(finer >= 0, rounding(values * scale) / scale, rounding(values / scale) * scale)
