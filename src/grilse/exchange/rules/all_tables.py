"""What the rows of a package must keep among themselves, table by table."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import NULL, convert_to_date
from grilse.exchange.event_windows import EVENT_WINDOWS
from grilse.exchange.rows import TableRows
from grilse.exchange.rules import batches, capacity, feed, fish, health, orders, stores
from grilse.exchange.sorting import find_repeats
from grilse.stock import messages

Tables = Mapping[str, TableRows]

# A date and the one that it must not come after; whether they may be the same.
SPANS = (
    ("placements", "start_date", "end_date", False),
    ("plan_stages", "start_date", "end_date", False),
    ("lice_limits", "valid_from", "valid_to", False),
    ("lice_limits", "week_from", "week_to", True),
    ("treatments", "start_date", "end_date", True),
    ("sensors", "installed", "removed", True),
)


def check_tables(tables: Tables) -> None:
    """Find every row that breaks a rule."""
    for rows in tables.values():
        check_keys(rows)
    for table, first, last, same in SPANS:
        check_span(tables[table], first, last, same)
    for table in ("containers", "feed_stores"):
        check_one_place(tables[table])
    check_active_sensors(tables["sensors"])
    fish.check_placements(tables)
    fish.check_movements(tables)
    batches.check_closed_batches(tables)
    orders.check_orders(tables)
    capacity.check_capacity(tables)
    for table, (column, unit, closed) in EVENT_WINDOWS.items():
        check_window(tables, tables[table], column, unit, closed)
    health.check_health(tables)
    feed.check_feed(tables)
    stores.check_store_capacity(tables)


def check_keys(rows: TableRows) -> None:
    """Blame the rows whose key another row has."""
    if not rows.table.key or not len(rows):
        return
    later, first = find_repeats([rows[column] for column in rows.table.key])
    for row, before in zip(later.tolist(), first.tolist(), strict=True):
        shown = ", ".join(rows.format_cell(row, column) for column in rows.table.key)
        why = f"stands on line {rows.lines[before]} already"
        rows.problems.add(rows.file, int(rows.lines[row]), ", ".join(rows.table.key), shown, why=why)


def check_span(rows: TableRows, first: str, last: str, same: bool) -> None:
    """Blame the rows that end before they begin."""
    both = rows.is_filled(first) & rows.is_filled(last)
    wrong = both & ((rows[last] < rows[first]) | ((rows[last] == rows[first]) & (not same)))
    rows.add_problems(wrong, last, f"before {first}" if same else f"not after {first}")


def check_one_place(rows: TableRows) -> None:
    """Blame what stands in no place or in two."""
    hall, area = rows.is_filled("hall"), rows.is_filled("area")
    rows.add_problems(hall & area, "hall", "in a hall and in an area: only one can be")
    rows.add_problems(~hall & ~area, "hall", "neither in a hall nor in an area")


def check_active_sensors(rows: TableRows) -> None:
    """Blame the second sensor of a parameter that is in service in a container."""
    active = np.flatnonzero(~rows.is_filled("removed"))
    later, first = find_repeats([rows[column][active] for column in ("container", "parameter")])
    for row, before in zip(active[later].tolist(), active[first].tolist(), strict=True):
        rows.add_problems([row], "parameter", f"the one on line {rows.lines[before]} is still in service")


def check_window(tables: Tables, rows: TableRows, column: str, unit: int, closed: bool) -> None:
    """Blame the rows that lie outside their placement."""
    placements, placement = tables["placements"], np.maximum(rows["placement"], 0)
    known = (rows["placement"] >= 0) & rows.is_filled(column)
    if not known.any():
        return
    day = rows[column] // unit
    start, stop = placements["start_date"][placement], get_end_days(placements)[placement]
    known &= start != NULL
    early, late = known & (day < start), known & ((day > stop) if closed else (day >= stop))
    for which, edge, describe in (
        (early, start, messages.describe_day_before_start),
        (late, stop, messages.describe_day_after_stop),
    ):
        for row in np.flatnonzero(which).tolist():
            name = rows.format_cell(row, "placement")
            rows.add_problems([row], column, describe(convert_to_date(day[row]), name, convert_to_date(edge[row])))


def get_end_days(placements: TableRows) -> NDArray[np.int64]:
    """Return the day each placement ends, far ahead while it stands."""
    stop = placements["end_date"]
    return np.where(stop == NULL, np.iinfo(np.int32).max, stop)
