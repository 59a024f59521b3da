"""Accuracy of estimates and forecasts.

Estimates, SDs and true values of one call have one unit and broadcast together.
"""

from statistics import NormalDist

import numpy as np

from grilse.science.arrays import Counts, Floats

LEVELS = 100
"""Central intervals are distinguished by whole percents."""
_EDGES = np.array([NormalDist().inv_cdf(0.5 + level / 200.0) for level in range(1, LEVELS)])


def relative_error(estimate: Floats, true: Floats) -> Floats:
    """Return the estimate divided by the true value (above 0), less 1."""
    return np.asarray(estimate / true - 1.0)


def interval_needed(estimate: Floats, sd: Floats, true: Floats) -> Counts:
    """Return the smallest central interval of a normal distribution, in whole percents, that holds the true value.

    The result is 1 to 100: the 90 % interval holds the true value where it is at most 90. An SD of 0 holds only the
    estimate itself.
    """
    away = np.abs(estimate - true)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigmas = np.where(away == 0.0, 0.0, away / sd)
    return np.asarray(np.searchsorted(_EDGES, sigmas, side="left") + 1)


def interval_coverage(needed: Counts, level: int) -> Floats:
    """Return the share of true values inside the central interval of `level` percent, 0 to 1; NaN without values.

    `needed` counts the true values by the interval that they need (`interval_needed`), shape (..., LEVELS + 1); the
    result has shape (...).
    """
    total = needed.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(needed[..., : level + 1].sum(axis=-1) / np.where(total > 0, total, np.nan))


def clustered_standard_error(total: Floats, number: Counts) -> float:
    """Return the standard error of a mean over values that are correlated within clusters, in the unit of the values.

    `total` and `number` are the sum and the number of each cluster's values, shape (clusters,); with fewer than two
    clusters the result is NaN.

    Source: linearised variance of a ratio of cluster totals, Cochran 1977, Sampling Techniques, 6.4.
    """
    nonempty = number > 0
    clusters = int(nonempty.sum())
    if clusters < 2:
        return float("nan")
    mean = total[nonempty].sum() / number[nonempty].sum()
    residual = total[nonempty] - mean * number[nonempty]
    scale = clusters / (clusters - 1.0)
    return float(np.sqrt(scale * (residual**2).sum()) / number[nonempty].sum())
