"""Figures as fine as they can bear: what a far correction moves by less is stored as it was."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

VALUE = 5  # figures of a count, weight or biomass: far finer than its standard deviation
SPREAD = 3  # figures of a standard deviation or a ratio
# Written out and looked up: logarithms and powers differ in their last bits between processors.
POWERS = np.array([float(f"1e{power}") for power in range(-20, 21)])
ONE = 20  # where 1 stands among them


def value(values: Floats) -> Floats:
    """Round to five figures."""
    return _rounded(values, VALUE, np.rint)


def fish(counts: Floats) -> Floats:
    """Round down to five figures: there are never more fish than were estimated."""
    return _rounded(counts, VALUE, np.floor)


def spread(values: Floats) -> Floats:
    """Round to three figures."""
    return _rounded(values, SPREAD, np.rint)


def _rounded(values: Floats, figures: int, whole: Callable[[Floats], Floats]) -> Floats:
    """Round by a power of ten that is multiplied or divided by, whichever is a whole number."""
    first = np.searchsorted(POWERS, np.abs(values), side="right") - 1 - ONE
    finer = np.clip(figures - 1 - first, -ONE, ONE)
    scale = POWERS[ONE + np.abs(finer)]
    return np.where(finer >= 0, whole(values * scale) / scale, whole(values / scale) * scale)
