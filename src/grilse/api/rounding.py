"""Columns into short JSON: few digits, null for what is not known, runs of flags."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Number = int | float | None


def round_significant(values: Sequence[float | None] | NDArray[np.float64], digits: int) -> list[Number]:
    """Return values to some significant digits, null where not known (NaN or None)."""
    column = np.array(values, dtype=np.float64)
    size = np.abs(np.where(np.isfinite(column) & (column != 0), column, 1.0))
    # Powers of ten of whole exponents only: a division by one gives the nearest, shortest float.
    places = digits - 1 - np.floor(np.log10(size))
    finer, coarser = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    return _convert_to_json_numbers(np.round(column * finer / coarser) * coarser / finer)


def round_decimals(column: NDArray[np.float64], places: int) -> list[Number]:
    """Return values to some decimal places, null where not known."""
    return _convert_to_json_numbers(np.round(column, places))


def encode_runs(column: NDArray[np.float64]) -> list[list[int]]:
    """Return [value, length] for each run of equal values; a gap is value 0."""
    flags = np.nan_to_num(column).astype(np.int64)
    starts = np.flatnonzero(np.concatenate([[True], flags[1:] != flags[:-1]]))
    lengths = np.diff(np.concatenate([starts, [len(flags)]]))
    return [[int(flags[start]), int(length)] for start, length in zip(starts, lengths, strict=True)]


def _convert_to_json_numbers(column: NDArray[np.float64]) -> list[Number]:
    return [None if value != value else int(value) if value.is_integer() else value for value in column.tolist()]
