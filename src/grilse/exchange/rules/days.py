"""The days of rows: those of the time zone of the geography that a row belongs to."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.columns import PackageColumn
from grilse.exchange.rows import TableRows, Tables
from grilse.science.days import DAY_MICROSECONDS, from_epoch_day, to_epoch_day
from grilse.science.time_zones import compute_local_days, get_today
from grilse.stock import messages
from grilse.stock.rules import find_impossible_days
from grilse.textfiles.cells import NULL

UTC = "UTC"
# The columns by which rows of a table belong to a geography, the first that is filled counts.
WAYS = {
    "areas": ("geography",),
    "stations": ("geography",),
    "halls": ("station",),
    "containers": ("area", "hall"),
    "feed_stores": ("area", "hall"),
    **dict.fromkeys(("feed_lots", "store_adjustments", "store_draws"), ("feed_store",)),
    "movements": ("from_placement", "to_placement"),
    **dict.fromkeys(("sensors", "environment", "placements", "lice"), ("container",)),
    **dict.fromkeys(("weights", "harvest_grades", "meals", "draws", "treatments", "health_samples"), ("placement",)),
}


def find_row_zones(rows: TableRows) -> tuple[list[str], NDArray[np.int64]]:
    """Return names of time zones, and the position of each row's; UTC for rows of no geography."""
    geographies, position = _find_geographies(rows)
    names = [] if geographies is None else [str(name) or UTC for name in geographies["time_zone"].tolist()]
    return [*names, UTC], np.where(position < 0, len(names), position)


def find_days(rows: TableRows, column: str) -> NDArray[np.int64]:
    """Return the days of a date or of a time."""
    values = rows[column]
    if rows.table.columns_by_name[column].kind != "time":
        return np.asarray(values, np.int64)
    return compute_local_days(values, *find_row_zones(rows))


def describe_day(rows: TableRows, row: int, column: str, day: int) -> str:
    """Return how a problem names the day of a row; its cell is shown with the problem."""
    if rows.table.columns_by_name[column].kind != "time":
        return str(from_epoch_day(day))
    names, zone = find_row_zones(rows)
    geographies, position = _find_geographies(rows)
    geography = "" if geographies is None or position[row] < 0 else geographies["geography"][position[row]]
    source = f" (time_zone of {geography})" if geography else ""
    return f"{from_epoch_day(day)} in {names[zone[row]]}{source}"


def check_future_days(tables: Tables) -> None:
    """Report the days that are later than tomorrow where they are; later ones than anywhere are reported as read."""
    for rows in tables.values():
        for column in rows.table.columns:
            if column.refuse_future and len(rows):
                _check_future_column(rows, column)


def _check_future_column(rows: TableRows, column: PackageColumn) -> None:
    days = find_days(rows, column.name)
    names, zone = find_row_zones(rows)
    today = np.array([to_epoch_day(get_today(name)) for name in names])
    if not (days > today.min() + 1).any():
        return
    is_future = find_impossible_days(days, today[zone])[1] & (rows[column.name] != NULL)
    is_reported = find_impossible_days(rows[column.name] // (DAY_MICROSECONDS if column.kind == "time" else 1))[1]
    for row in np.flatnonzero(is_future & ~is_reported).tolist():
        why = messages.describe_future_date(from_epoch_day(int(days[row])), names[zone[row]])
        rows.add_problems([row], column.name, why)


def _find_geographies(rows: TableRows) -> tuple[TableRows | None, NDArray[np.int64]]:
    """Return the geographies, and the position of that of each row; -1 for none."""
    if rows.table.name == "geographies":
        return rows, np.arange(len(rows))
    geographies, position = None, np.full(len(rows), -1)
    for column in WAYS.get(rows.table.name, ()):
        if column not in rows.referenced_tables or column not in rows.columns:
            continue
        known, of_target = _find_geographies(rows.referenced_tables[column])
        if known is not None and "time_zone" in known.columns:
            geographies = known
            target = np.append(of_target, -1)[np.maximum(rows[column], -1)]
            position = np.where(position < 0, target, position)
    return geographies, position
