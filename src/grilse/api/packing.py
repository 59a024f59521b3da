"""Columns into short JSON: few digits, null for what is not known, runs of flags."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Number = int | float | None


def significant(column: NDArray[np.float64], digits: int) -> list[Number]:
    """Return values to some significant digits, null where not known."""
    return [None if value != value else _short(value, digits) for value in column.tolist()]


def decimals(column: NDArray[np.float64], places: int) -> list[Number]:
    """Return values to some decimal places, null where not known."""
    return [None if value != value else _whole(round(value, places)) for value in column.tolist()]


def runs(column: NDArray[np.float64]) -> list[list[int]]:
    """Return [value, length] for each run of equal values; a gap is value 0."""
    flags = np.nan_to_num(column).astype(np.int64)
    starts = np.flatnonzero(np.concatenate([[True], flags[1:] != flags[:-1]]))
    lengths = np.diff(np.concatenate([starts, [len(flags)]]))
    return [[int(flags[start]), int(length)] for start, length in zip(starts, lengths, strict=True)]


def one(value: float | None, digits: int) -> Number:
    """Return one value to some significant digits."""
    return None if value is None else _short(float(value), digits)


def _short(value: float, digits: int) -> int | float:
    return _whole(float(f"{value:.{digits}g}"))


def _whole(value: float) -> Any:
    return int(value) if value == int(value) else value
