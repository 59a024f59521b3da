"""The rules of a package: the check of all its tables, and the rules that several tables share."""

import numpy as np

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules import capacity, days, feed, harvests, health, movements, placements, plausibility
from grilse.exchange.sorting import find_repeats
from grilse.farm.actions.places import NULL_POSITION, find_null_positions
from grilse.textfiles.cells import UNKNOWN

# A date and the one that it must not come after; whether they may be the same.
SPANS = (
    ("placements", "start_date", "end_date", True),
    ("plan_stages", "start_date", "end_date", False),
    ("lice_limits", "valid_from", "valid_to", False),
    ("lice_limits", "week_from", "week_to", True),
    ("treatments", "start_date", "end_date", True),
    ("sensors", "installed", "removed", True),
)


def check_tables(tables: Tables) -> None:
    """Add a problem for every row that breaks a rule."""
    for rows in tables.values():
        check_keys(rows)
    for table, first, last, same in SPANS:
        check_span(tables[table], first, last, same)
    for table in ("containers", "feed_stores"):
        check_one_place(tables[table])
    for table in ("areas", "stations"):
        is_null = find_null_positions(tables[table]["latitude"], tables[table]["longitude"])
        tables[table].add_problems(is_null, "latitude", NULL_POSITION)
    check_active_sensors(tables["sensors"])
    health.check_lice(tables["lice"])
    health.check_health_samples(tables["health_samples"])
    # A file that cannot be read would be missing in what other files refer to.
    if all(rows.readable for rows in tables.values()):
        check_across_tables(tables)


def check_across_tables(tables: Tables) -> None:
    """Add a problem for every row that contradicts rows of other tables."""
    days.check_future_days(tables)
    placements.check_placements(tables)
    movements.check_movements(tables)
    replaced = movements.find_replaced_rows(tables["movements"])
    placements.check_closed_batches(tables, replaced)
    movements.check_orders(tables, replaced)
    capacity.check_capacity(tables, replaced)
    placements.check_event_days(tables)
    harvests.check_harvest_grades(tables, replaced)
    plausibility.check_gutted_weights(tables, replaced)
    feed.check_feed(tables)
    feed.check_store_capacity(tables)


def check_keys(rows: TableRows) -> None:
    """Report the rows that repeat the key of another row."""
    if not rows.table.key or not len(rows):
        return
    keys = [rows[column] for column in rows.table.key]
    # Names that are unknown are no keys: each is a problem already, or its table cannot be read.
    known = np.ones(len(rows), np.bool_)
    for column, values in zip(rows.table.key, keys, strict=True):
        if rows.table.columns_by_name[column].references:
            known &= values != UNKNOWN
    places = np.flatnonzero(known)
    later, first = find_repeats([values[places] for values in keys])
    for row, before in zip(places[later].tolist(), places[first].tolist(), strict=True):
        shown = ", ".join(filter(None, (rows.format_cell(row, column) for column in rows.table.key)))
        why = f"is on line {rows.lines[before]} already"
        rows.problems.add(rows.file, int(rows.lines[row]), ", ".join(rows.table.key), shown, why=why)


def check_span(rows: TableRows, first: str, last: str, same: bool) -> None:
    """Report the rows that end before they begin."""
    both = rows.is_filled(first) & rows.is_filled(last)
    wrong = both & ((rows[last] < rows[first]) | ((rows[last] == rows[first]) & (not same)))
    rows.add_problems(wrong, last, f"before {first}" if same else f"not after {first}")


def check_one_place(rows: TableRows) -> None:
    """Report rows that name neither a hall nor an area, or both."""
    hall, area = rows.is_filled("hall"), rows.is_filled("area")
    rows.add_problems(hall & area, "hall", "in a hall and in an area: only one can be")
    rows.add_problems(~hall & ~area, "hall", "neither in a hall nor in an area")


def check_active_sensors(rows: TableRows) -> None:
    """Report a second sensor of one parameter in service in a container."""
    active = np.flatnonzero(~rows.is_filled("removed"))
    later, first = find_repeats([rows[column][active] for column in ("container", "parameter")])
    for row, before in zip(active[later].tolist(), active[first].tolist(), strict=True):
        rows.add_problems([row], "parameter", f"the one on line {rows.lines[before]} is still in service")
