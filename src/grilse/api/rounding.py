"""Columns as short JSON: rounded numbers, null for unknown values, and runs of flags."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Number = int | float | None


def round_significant(values: Sequence[float | None] | NDArray[np.float64], digits: int) -> list[Number]:
    """Return values rounded to significant digits; an unknown value (NaN or None) is null."""
    column = np.array(values, dtype=np.float64)
    size = np.abs(np.where(np.isfinite(column) & (column != 0), column, 1.0))
    # Only powers of ten with integer exponents: a division by such a power gives the nearest, shortest float.
    places = digits - 1 - np.floor(np.log10(size))
    finer, coarser = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    return _convert_to_json_numbers(np.round(column * finer / coarser) * coarser / finer)


def round_decimals(column: NDArray[np.float64], places: int) -> list[Number]:
    """Return values rounded to decimal places; an unknown value is null."""
    return _convert_to_json_numbers(np.round(column, places))


def build_columns(rows: Sequence[object], digits: Mapping[str, int | None]) -> dict[str, list[Any]]:
    """Return attributes of rows as columns, rounded to the given digits if any; a missing row is null."""
    columns: dict[str, list[Any]] = {}
    for name, places in digits.items():
        values = [getattr(row, name, None) for row in rows]
        columns[name] = values if places is None else round_significant(values, places)
    return columns


def encode_runs(column: NDArray[np.float64] | NDArray[np.bool_]) -> list[list[int]]:
    """Return [value, length] for each run of equal values; an unknown value counts as 0."""
    flags = np.nan_to_num(column).astype(np.int64)
    starts = np.flatnonzero(np.concatenate([[True], flags[1:] != flags[:-1]]))
    lengths = np.diff(np.concatenate([starts, [len(flags)]]))
    return [[int(flags[start]), int(length)] for start, length in zip(starts, lengths, strict=True)]


def _convert_to_json_numbers(column: NDArray[np.float64]) -> list[Number]:
    return [None if value != value else int(value) if value.is_integer() else value for value in column.tolist()]
