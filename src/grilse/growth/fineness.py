"""Figures as fine as they can bear: what a far correction moves by less is stored as it was."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEPS = 6  # binary digits of a value below its standard deviation: a step is at most 1/64 of it
DIGITS = 9  # binary digits of a standard deviation or ratio: three decimal ones


def borne(values: Floats, sd: Floats) -> Floats:
    """Round values to steps of their standard deviation; those without one stay."""
    step = _step(sd)
    return np.where(sd > 0, np.rint(values / step) * step, values)


def borne_below(values: Floats, sd: Floats) -> Floats:
    """Round values down likewise: of fish there are never more than were estimated."""
    step = _step(sd)
    return np.where(sd > 0, np.floor(values / step) * step, values)


def figures(values: Floats) -> Floats:
    """Round to three figures."""
    part, power = np.frexp(values)
    return np.ldexp(np.rint(np.ldexp(part, DIGITS)), power - DIGITS)


def _step(sd: Floats) -> Floats:
    """Return a power of two, so that rounding to it is exact and the same on every processor."""
    power = np.frexp(np.where(sd > 0, sd, 1.0))[1]
    return np.ldexp(1.0, power - 1 - STEPS)
