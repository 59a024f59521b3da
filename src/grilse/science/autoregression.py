"""Sums that forget: today's value is today's shock and a share of yesterday's value."""

import numpy as np

from grilse.science.arrays import Floats


def ar1_recursion(shocks: Floats, keep: float) -> Floats:
    """Sum of shocks, of which a share is kept from one day to the next.

    Parameters
    ----------
    shocks : any unit, shape (days, ...).
    keep : share that a day leaves to the next, 0 to 1.

    Returns
    -------
    Floats
        Shape and unit of `shocks`.

    Source: linear recursion of order 1.
    """
    # scipy.signal takes a second to load, and what edits, serves or looks ahead draws no such sum.
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -keep], shocks, axis=0), dtype=np.float64)
