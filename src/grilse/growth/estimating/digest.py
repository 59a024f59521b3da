"""One number for all that a state says, by which one that stands is known to say the same."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ODD = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2^64 over the golden ratio: spreads bits upwards
SHIFT = np.uint64(29)  # brings them down again


def compute_digests(columns: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """Return 64 bits a row, of its columns in their order to the last bit; no value is as another.

    Every step can be undone, so rows that differ in one column never have the same; others by a chance of
    2^-64.
    """
    mixed = np.zeros(len(next(iter(columns.values()))), np.uint64)
    for column in columns.values():
        mixed ^= _convert_to_bits(column)
        mixed *= ODD
        mixed ^= mixed >> SHIFT
    return mixed.view(np.int64)


def _convert_to_bits(column: NDArray[Any]) -> NDArray[np.uint64]:
    if column.dtype.kind != "f":
        return column.astype(np.int64).view(np.uint64)
    bits = column.view(f"u{column.itemsize}").astype(np.uint64)
    none = np.isnan(column)
    if none.any():
        bits[none] = np.iinfo(np.uint64).max
    return bits
