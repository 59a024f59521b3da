"""Builds and sorts the rows of the ledger of one batch."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.records import Columns, concatenate_columns, take_rows
from grilse.science.arrays import Counts, Floats

NO_REFERENCE = -1  # the side or order that a row does not have

# The order within one day: fish are culled before they leave, and die after they arrive.
KINDS = ("STOCKING", "COUNT_CORRECTION", "CULL", "TRANSFER", "MORTALITY", "HARVEST")


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
