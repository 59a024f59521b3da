"""Rows of the ledger of one batch before they are put in order."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.records import Columns
from grilse.science.arrays import Counts, Floats

NO_REFERENCE = -1  # the side or order that a row does not have

# The order of one day: fish that leave are culled first, those that come die after they came.
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
    """Rows of one kind; days are days of the batch."""
    size = day.size
    absent = np.full(size, NO_REFERENCE, np.int64)
    weight = np.full(size, np.nan) if mean_weight_g is None else mean_weight_g
    return {
        "kind": np.full(size, KINDS.index(kind), np.int64),
        "day": day.astype(np.int64),
        "source": absent if source is None else source.astype(np.int64),
        "target": absent if target is None else target.astype(np.int64),
        "count": count.astype(np.int64),
        "mean_weight_g": weight,
        "weight_method": np.where(np.isnan(weight), "", weight_method),
        "fish_weighed": absent if fish_weighed is None else fish_weighed.astype(np.int64),
        "cause": np.full(size, "") if cause is None else cause,
        "order": absent if order is None else order.astype(np.int64),
    }


def stack_ledger_rows(parts: list[Columns]) -> Columns:
    """All rows with fish in them, by day, kind and placements."""
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    nonempty = np.flatnonzero(columns["count"] > 0)
    keys = [columns[name][nonempty] for name in ("cause", "target", "source", "kind", "day")]
    order = nonempty[np.lexsort(keys)]
    return {name: column[order] for name, column in columns.items()}
