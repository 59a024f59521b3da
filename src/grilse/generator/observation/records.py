"""The records of a batch as columns, before the database assigns ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]

EPOCH = date(1970, 1, 1)
DAY_MICROSECONDS = 86_400_000_000
HOUR_MICROSECONDS = 3_600_000_000
MINUTE_MICROSECONDS = 60_000_000


@dataclass(frozen=True, kw_only=True)
class Records:
    """The rows of one batch by table.

    Columns are named as in the database, without `_id`: `placement`, `source`, `target`, `order` and `sample`
    are positions in the tables of this batch (-1 for none), `stage` is an order. `container` is a name in the
    placements; elsewhere it is the position of the placement in it.
    """

    tables: dict[str, Columns]
    meals: Columns  # placement, at, grams, and in `feed` the product's position in feed_supply.toml


def days_since_epoch(day: date) -> int:
    """Return the days from 1970-01-01."""
    return (day - EPOCH).days


def round_to_resolution(values: NDArray[np.float64], resolution: float) -> NDArray[np.float64]:
    """Return values as an instrument of this resolution shows them."""
    steps = round(1.0 / resolution)
    return np.rint(values * steps) / steps


def repeat_text(text: str, size: int) -> NDArray[np.str_]:
    """Return a column with the same text in every row."""
    return np.full(size, text)


def concatenate_columns(parts: Sequence[Columns]) -> Columns:
    """Return the rows of all parts, in their order."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def take_rows(columns: Columns, rows: NDArray[Any]) -> Columns:
    """Return some rows of columns, by their positions or a mask."""
    return {name: values[rows] for name, values in columns.items()}
