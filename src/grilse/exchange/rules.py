"""What the rows of a package must keep among themselves, table by table."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grilse.exchange import (
    batch_rules,
    capacity_rules,
    feed_rules,
    fish_rules,
    health_rules,
    order_rules,
    store_rules,
)
from grilse.exchange.cells import NULL, as_date
from grilse.exchange.order import repeats
from grilse.exchange.rows import Rows
from grilse.exchange.windows import WINDOWS
from grilse.stock import refusals

Tables = Mapping[str, Rows]

# A date and the one that it must not come after; whether they may be the same.
SPANS = (
    ("placements", "start_date", "end_date", False),
    ("plan_stages", "start_date", "end_date", False),
    ("lice_limits", "valid_from", "valid_to", False),
    ("lice_limits", "week_from", "week_to", True),
    ("treatments", "start_date", "end_date", True),
    ("sensors", "installed", "removed", True),
)


def check(tables: Tables) -> None:
    """Find every row that breaks a rule."""
    for rows in tables.values():
        check_keys(rows)
    for table, first, last, same in SPANS:
        check_span(tables[table], first, last, same)
    for table in ("containers", "feed_stores"):
        check_one_place(tables[table])
    check_active_sensors(tables["sensors"])
    fish_rules.check_placements(tables)
    fish_rules.check_movements(tables)
    batch_rules.check(tables)
    order_rules.check(tables)
    capacity_rules.check(tables)
    for table, (column, unit, closed) in WINDOWS.items():
        check_window(tables, tables[table], column, unit, closed)
    health_rules.check(tables)
    feed_rules.check(tables)
    store_rules.check(tables)


def check_keys(rows: Rows) -> None:
    """Blame the rows whose key another row has."""
    if not rows.table.key or not len(rows):
        return
    later, first = repeats([rows[column] for column in rows.table.key])
    for row, before in zip(later.tolist(), first.tolist(), strict=True):
        shown = ", ".join(rows.shown(row, column) for column in rows.table.key)
        why = f"stands on line {rows.lines[before]} already"
        rows.problems.add(rows.file, int(rows.lines[row]), ", ".join(rows.table.key), shown, why=why)


def check_span(rows: Rows, first: str, last: str, same: bool) -> None:
    """Blame the rows that end before they begin."""
    both = rows.given(first) & rows.given(last)
    wrong = both & ((rows[last] < rows[first]) | ((rows[last] == rows[first]) & (not same)))
    rows.blame(wrong, last, f"before {first}" if same else f"not after {first}")


def check_one_place(rows: Rows) -> None:
    """Blame what stands in no place or in two."""
    hall, area = rows.given("hall"), rows.given("area")
    rows.blame(hall & area, "hall", "in a hall and in an area: only one can be")
    rows.blame(~hall & ~area, "hall", "neither in a hall nor in an area")


def check_active_sensors(rows: Rows) -> None:
    """Blame the second sensor of a parameter that is in service in a container."""
    active = np.flatnonzero(~rows.given("removed"))
    later, first = repeats([rows[column][active] for column in ("container", "parameter")])
    for row, before in zip(active[later].tolist(), active[first].tolist(), strict=True):
        rows.blame([row], "parameter", f"the one on line {rows.lines[before]} is still in service")


def check_window(tables: Tables, rows: Rows, column: str, unit: int, closed: bool) -> None:
    """Blame the rows that lie outside their placement."""
    placements, placement = tables["placements"], np.maximum(rows["placement"], 0)
    known = (rows["placement"] >= 0) & rows.given(column)
    if not known.any():
        return
    day = rows[column] // unit
    start, stop = placements["start_date"][placement], ends(placements)[placement]
    known &= start != NULL
    early, late = known & (day < start), known & ((day > stop) if closed else (day >= stop))
    for which, edge, said in ((early, start, refusals.before_start), (late, stop, refusals.after_stop)):
        for row in np.flatnonzero(which).tolist():
            name = rows.shown(row, "placement")
            rows.blame([row], column, said(as_date(day[row]), name, as_date(edge[row])))


def ends(placements: Rows) -> NDArray[np.int64]:
    """Return the day each placement ends, far ahead while it stands."""
    stop = placements["end_date"]
    return np.where(stop == NULL, np.iinfo(np.int32).max, stop)
