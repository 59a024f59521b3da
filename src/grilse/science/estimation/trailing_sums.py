"""Sums over the last days of a placement or a batch."""

import numpy as np

from grilse.science.arrays import Floats, Indices


def sum_trailing_days(values: Floats, age: Indices, window: int) -> Floats:
    """Return the sums over the last `window` days since age 0; no other day affects their bits.

    `values` are of consecutive days and `age` the days since the first of the same placement, all of shape (rows,).
    """
    total, reach = np.zeros(values.size), 0
    days = 1
    while days <= window:
        if window & days:
            total += _shift_days(values, age, reach)
            reach += days
        values = values + _shift_days(values, age, days)
        days *= 2
    return total


def _shift_days(values: Floats, age: Indices, days: int) -> Floats:
    """Return the values some days before; 0 before age 0."""
    return np.where(age >= days, values[np.maximum(np.arange(values.size) - days, 0)], 0.0)
