"""How near estimates and forecasts came to what was true."""

from statistics import NormalDist

import numpy as np

from grilse.science.arrays import Counts, Floats

LEVELS = 100
"""Central intervals are told apart by whole percents."""
_EDGES = np.array([NormalDist().inv_cdf(0.5 + level / 200.0) for level in range(1, LEVELS)])


def relative_error(estimate: Floats, true: Floats) -> Floats:
    """Estimate over truth less 1.

    Parameters
    ----------
    estimate, true : of one unit, broadcast together; the truth above 0.

    Returns
    -------
    Floats
        1.
    """
    return np.asarray(estimate / true - 1.0)


def interval_needed(estimate: Floats, sd: Floats, true: Floats) -> Counts:
    """Smallest central interval, in whole percents, that holds the truth.

    Parameters
    ----------
    estimate, sd, true : of one unit, broadcast together; a normal distribution is meant.

    Returns
    -------
    Counts
        1 to 100: the 90 % interval holds the truth where this is at most 90. An SD of 0 holds only the
        estimate itself.
    """
    away = np.abs(estimate - true)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigmas = np.where(away == 0.0, 0.0, away / sd)
    return np.asarray(np.searchsorted(_EDGES, sigmas, side="left") + 1)


def interval_coverage(needed: Counts, level: int) -> Floats:
    """Share of truths inside a central interval.

    Parameters
    ----------
    needed : how many truths need which interval (`interval_needed`), shape (..., LEVELS + 1).
    level : of the interval, %.

    Returns
    -------
    Floats
        1, shape (...); NaN where there are none.
    """
    total = needed.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(needed[..., : level + 1].sum(axis=-1) / np.where(total > 0, total, np.nan))


def clustered_standard_error(total: Floats, number: Counts) -> float:
    """Standard error of a mean whose values come in clusters that have much in common.

    Parameters
    ----------
    total, number : sum and number of the values of each cluster, shape (clusters,).

    Returns
    -------
    float
        In the unit of the values; NaN for fewer than two clusters.

    Source: linearised variance of a ratio of cluster totals (Cochran 1977, Sampling Techniques, 6.4).
    """
    nonempty = number > 0
    clusters = int(nonempty.sum())
    if clusters < 2:
        return float("nan")
    mean = total[nonempty].sum() / number[nonempty].sum()
    residual = total[nonempty] - mean * number[nonempty]
    scale = clusters / (clusters - 1.0)
    return float(np.sqrt(scale * (residual**2).sum()) / number[nonempty].sum())
