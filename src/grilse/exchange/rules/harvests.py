"""The rules of harvest grades: each belongs to a harvest of its placement and day."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables


def check_harvest_grades(tables: Tables, replaced: NDArray[np.bool_]) -> None:
    """Report grades that name no harvest of their placement and day, or none where there are several."""
    rows, movements = tables["harvest_grades"], tables["movements"]
    if not len(rows) or movements.file in rows.problems.files:
        return
    effective = np.flatnonzero((movements["kind"] == "HARVEST") & ~replaced & (movements["count"] > 0))
    days = dict(zip(effective.tolist(), list_days(movements, effective, "from_placement"), strict=True))
    harvests = Counter(days.values())
    by_ref = {movements["ref"][row]: day for row, day in days.items() if movements["ref"][row]}
    for row, day in enumerate(list_days(rows, np.arange(len(rows)), "placement")):
        name = rows["harvest"][row]
        if name and by_ref.get(name) != day:
            rows.add_problems([row], "harvest", "no harvest of this placement on this day has this ref")
        elif not name and harvests[day] > 1:
            why = f"{harvests[day]} harvests of this placement on this day: name one by its ref in movements"
            rows.add_problems([row], "harvest", why)


def list_days(rows: TableRows, which: NDArray[np.int64], side: str) -> list[tuple[int, int]]:
    """Return placement and day of some rows."""
    return list(zip(rows[side][which].tolist(), rows["date"][which].tolist(), strict=True))
