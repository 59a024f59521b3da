"""Array types of the science modules, and what they compute of groups of rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Indices = NDArray[np.int64]
"""Positions of placements, batches or rows, or days since 1970-01-01."""
Mask = NDArray[np.bool_]
FloatLike = float | Floats | Counts


def mark_group_starts(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which rows differ from the row before them in some column, shape (n,); the first row does."""
    starts = np.ones(len(columns[0]), np.bool_)
    starts[1:] = np.any([values[1:] != values[:-1] for values in columns], axis=0)
    return starts


def compute_sums_before(values: NDArray[Any], group: NDArray[Any]) -> Counts:
    """Return the sum of the values before each one in its group, shape (n,); the rows of a group are adjacent."""
    before = np.cumsum(values) - values
    starts = mark_group_starts(group)
    return np.asarray(before - before[np.flatnonzero(starts)][np.cumsum(starts) - 1])


def find_latest_ends(group: NDArray[Any], start: NDArray[Any], end: NDArray[Any]) -> tuple[Counts, Counts]:
    """Find, for each span, the one of its group that began no later and ends last.

    Parameters
    ----------
    group : group of each span, from 0 to 2**31 - 1.
    start, end : whole numbers from 0 to 2**31 - 1.

    Returns
    -------
    later, earlier : positions of both, in the order of group and start, without the first span of each group.
    """
    order = np.lexsort((start, group))
    before, after = order[:-1], order[1:]
    ends = group[before].astype(np.int64) * (1 << 32) + end[before]
    reached = np.maximum.accumulate(ends)
    longest = before[np.maximum.accumulate(np.where(ends == reached, np.arange(len(before)), 0))]
    same = group[longest] == group[after]
    return after[same], longest[same]
