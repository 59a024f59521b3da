"""Which placement stood in a container on a day."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import NULL
from grilse.exchange.rows import TableRows
from grilse.exchange.sorting import argsort_rows

NO_END = np.iinfo(np.int32).max


def find_placements(placements: TableRows, container: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which placement stands in each container on each day (start ≤ day < end), -1 for none."""
    if not len(placements):
        return np.full(len(day), -1)
    order = argsort_rows([placements["container"], placements["start_date"]])
    span = 2 * NO_END
    keys = placements["container"][order].astype(np.int64) * span + placements["start_date"][order]
    place = np.searchsorted(keys, container.astype(np.int64) * span + day, side="right") - 1
    candidates = order[np.maximum(place, 0)]
    stop = placements["end_date"][candidates]
    is_active = (place >= 0) & (placements["container"][candidates] == container) & ((stop == NULL) | (day < stop))
    return np.where(is_active, candidates, -1)


def find_lice_placements(tables: dict[str, TableRows]) -> NDArray[np.int64]:
    """Return the placement of each lice count; blame those of days on which none stood."""
    rows = tables["lice"]
    known = (rows["container"] >= 0) & rows.is_filled("date")
    placement_rows = find_placements(tables["placements"], rows["container"], rows["date"])
    if tables["placements"].file in rows.problems.files:
        return placement_rows  # placements that are wrong would be wrong again here
    rows.add_problems(known & (placement_rows < 0), "date", "no placement stands in the container that day")
    return placement_rows
