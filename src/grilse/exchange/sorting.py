"""Rows sorted by several columns: repeated keys, and rows looked up by key."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import mark_group_starts
from grilse.textfiles.cells import Values

Indexes = NDArray[np.int64]


def encode_texts(values: Values) -> Values:
    """Return integers for texts, in the order of the texts, and numbers unchanged."""
    if values.dtype.kind != "O":
        return values
    distinct = {text: code for code, text in enumerate(sorted(set(values.tolist())))}
    return np.array([distinct[text] for text in values.tolist()], np.int64)


def argsort_rows(columns: Sequence[Values]) -> Indexes:
    """Return the order of the rows by the first column, then the second, and so on; ties in their order."""
    return np.lexsort([encode_texts(values) for values in reversed(columns)])


def find_repeats(columns: Sequence[Values]) -> tuple[Indexes, Indexes]:
    """Return the rows that repeat the key of an earlier row, and for each the first row that has it."""
    codes = [encode_texts(values) for values in columns]
    order = np.lexsort(codes[::-1])
    begins = mark_group_starts(*(values[order] for values in codes))
    firsts = order[np.flatnonzero(begins)[np.cumsum(begins) - 1]]
    later = ~begins
    return order[later], firsts[later]


def find_rows(keys: Sequence[Values], lookup_keys: Sequence[Values]) -> Indexes:
    """Return the row that has each lookup key, -1 where none has; keys of rows are unique."""
    size = len(keys[0])
    both = [np.concatenate([mine, theirs]) for mine, theirs in zip(keys, lookup_keys, strict=True)]
    order = np.lexsort(both[::-1])  # a row comes before those that look for it
    begins = mark_group_starts(*(values[order] for values in both))
    heads = order[np.flatnonzero(begins)[np.cumsum(begins) - 1]]
    positions = np.empty(len(order), np.int64)
    positions[order] = np.where(heads < size, heads, -1)
    return positions[size:]


def find_positions(keys: NDArray[np.int64], values: NDArray[np.int64]) -> Indexes:
    """Return the position of each value among ascending keys, -1 where it is missing."""
    if not len(keys):
        return np.full(len(values), -1)
    place = np.minimum(np.searchsorted(keys, values), len(keys) - 1)
    return np.where(keys[place] == values, place, -1)
