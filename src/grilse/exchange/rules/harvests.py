"""The rules of harvest grades: each belongs to a harvest of its placement and day."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.stock import messages


def check_harvest_grades(tables: Tables, replaced: NDArray[np.bool_]) -> None:
    """Report grades without one harvest of their placement and day, and those that hold more fish than it."""
    rows, movements = tables["harvest_grades"], tables["movements"]
    if not len(rows) or movements.file in rows.problems.files:
        return
    graded: dict[int, list[int]] = {}
    for row, harvests in enumerate(list_harvests(tables, replaced)):
        if not harvests:
            named = " has this ref" if rows["harvest"][row] else ": enter it in movements, or correct the day"
            column = "harvest" if rows["harvest"][row] else "date"
            rows.add_problems([row], column, f"no harvest of this placement on this day{named}")
        elif len(harvests) > 1:
            why = f"{len(harvests)} harvests of this placement on this day: name one by its ref in movements"
            rows.add_problems([row], "harvest", why)
        else:
            graded.setdefault(harvests[0], []).append(row)
    for harvest, of_harvest in graded.items():
        fish, harvested = int(rows["count"][of_harvest].sum()), int(movements["count"][harvest])
        if fish > harvested:
            why = messages.describe_excess_grades(rows.format_cell(of_harvest[0], "placement"), fish, harvested)
            rows.add_problems([of_harvest[0]], "count", why)


def list_harvests(tables: Tables, replaced: NDArray[np.bool_]) -> list[list[int]]:
    """Return the harvests of the placement and day of each grade: one if it names it."""
    rows, movements = tables["harvest_grades"], tables["movements"]
    effective = np.flatnonzero((movements["kind"] == "HARVEST") & ~replaced & (movements["count"] > 0))
    of_days: dict[tuple[int, int], list[int]] = {}
    for row, day in zip(effective.tolist(), list_days(movements, effective, "from_placement"), strict=True):
        of_days.setdefault(day, []).append(row)
    harvests = [of_days.get(day, []) for day in list_days(rows, np.arange(len(rows)), "placement")]
    return [
        [row for row in of_day if movements["ref"][row] == name] if name else of_day
        for name, of_day in zip(rows["harvest"].tolist(), harvests, strict=True)
    ]


def list_days(rows: TableRows, which: NDArray[np.int64], side: str) -> list[tuple[int, int]]:
    """Return placement and day of some rows."""
    return list(zip(rows[side][which].tolist(), rows["date"][which].tolist(), strict=True))
