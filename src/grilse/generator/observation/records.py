"""The records of a batch as columns, before the database assigns ids, and the rows of its ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Counts, Floats

Columns = dict[str, NDArray[Any]]
HOUR_MICROSECONDS = 3_600_000_000
MINUTE_MICROSECONDS = 60_000_000
CORRECTION = "COUNT_CORRECTION"
NO_REFERENCE = -1  # the side or order that a row does not have
# The order within one day: fish are culled before they leave, and die after they arrive.
KINDS = ("STOCKING", CORRECTION, "CULL", "TRANSFER", "MORTALITY", "HARVEST")


@dataclass(frozen=True, kw_only=True)
class Records:
    """The rows of one batch by table.

    Columns are named as in the database, without `_id`: `placement`, `source`, `target`, `order` and `sample`
    are positions in the tables of this batch (-1 for none), `stage` is an order. `container` is a name in the
    placements; elsewhere it is the position of the placement in it.
    """

    tables: dict[str, Columns]
    placements: Columns  # all of the truth, also those that begin after the last day
    meals: Columns  # placement, at, grams, and in `feed` the product's position in feed_supply.toml
    events: Columns  # movements by day of the batch, without count corrections; they go on after the last day
    stop: Counts  # the day of the batch on which each placement ends, -1 for none in sight


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


def build_ledger_rows(
    kind: str,
    *,
    day: Counts,
    count: Counts,
    source: Counts | None = None,
    target: Counts | None = None,
    mean_weight_g: Floats | None = None,
    weight_method: str = "",
    fish_weighed: Counts | None = None,
    cause: NDArray[np.str_] | None = None,
    order: Counts | None = None,
) -> Columns:
    """Return rows of one kind; days are days of the batch."""
    size = day.size

    def convert(column: Counts | None) -> Counts:
        return np.full(size, NO_REFERENCE, np.int64) if column is None else column.astype(np.int64)

    weight = np.full(size, np.nan) if mean_weight_g is None else mean_weight_g
    return {
        "kind": np.full(size, KINDS.index(kind), np.int64),
        "day": convert(day),
        "source": convert(source),
        "target": convert(target),
        "count": convert(count),
        "mean_weight_g": weight,
        "weight_method": np.where(np.isnan(weight), "", weight_method),
        "fish_weighed": convert(fish_weighed),
        "cause": np.full(size, "") if cause is None else cause,
        "order": convert(order),
    }


def stack_ledger_rows(parts: list[Columns]) -> Columns:
    """Return all rows with fish, by day, kind and placements."""
    columns = concatenate_columns(parts)
    nonempty = take_rows(columns, columns["count"] > 0)
    return take_rows(nonempty, np.lexsort([nonempty[name] for name in ("cause", "target", "source", "kind", "day")]))
