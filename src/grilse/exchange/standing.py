"""Which placement stood in a container on a day."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import NULL
from grilse.exchange.order import sorting
from grilse.exchange.rows import Rows

STANDING = np.iinfo(np.int32).max


def standing(placements: Rows, container: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which placement stands in each container on each day (start ≤ day < end), -1 for none."""
    if not len(placements):
        return np.full(len(day), -1)
    order = sorting([placements["container"], placements["start_date"]])
    span = 2 * STANDING
    keys = placements["container"][order].astype(np.int64) * span + placements["start_date"][order]
    place = np.searchsorted(keys, container.astype(np.int64) * span + day, side="right") - 1
    found = order[np.maximum(place, 0)]
    stop = placements["end_date"][found]
    stands = (place >= 0) & (placements["container"][found] == container) & ((stop == NULL) | (day < stop))
    return np.where(stands, found, -1)


def attach_lice(tables: dict[str, Rows]) -> NDArray[np.int64]:
    """Return the placement of each lice count; blame those of days on which none stood."""
    rows = tables["lice"]
    known = (rows["container"] >= 0) & rows.given("date")
    found = standing(tables["placements"], rows["container"], rows["date"])
    if tables["placements"].file in rows.problems.files:
        return found  # placements that are wrong would be wrong again here
    rows.blame(known & (found < 0), "date", "no placement stands in the container that day")
    return found
