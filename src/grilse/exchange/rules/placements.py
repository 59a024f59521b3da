"""The rules of placements: after their batch starts, one in a container at a time, and events within them."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.days import describe_day, find_days
from grilse.science.days import from_epoch_day
from grilse.stock import messages
from grilse.stock.ledger import NO_END
from grilse.stock.rules import LAST_DAY_COUNTS, find_outside_placement, find_overlaps, find_starts_after_close
from grilse.textfiles.cells import NULL


def check_placements(tables: Tables) -> None:
    """Report placements that start before their batch, and a second one in a container at one time."""
    rows, batches = tables["placements"], tables["batches"]
    start, end = rows["start_date"], get_end_days(rows)
    # A placement that ends on the day it starts is one that all fish were withdrawn from.
    known = (rows["batch"] >= 0) & (start != NULL) & (start != end)
    batch_start = np.append(batches["start_date"], NULL)[np.maximum(rows["batch"], 0)]
    for row in np.flatnonzero(known & (start < batch_start)).tolist():
        day, first = from_epoch_day(start[row]), from_epoch_day(batch_start[row])
        why = messages.describe_day_before_batch(day, rows.format_cell(row, "batch"), first)
        rows.add_problems([row], "start_date", why)
    dated = np.flatnonzero((rows["container"] >= 0) & (start != NULL) & (start != end))
    for second, first in zip(*find_overlaps(rows["container"][dated], start[dated], end[dated]), strict=True):
        row, other = int(dated[second]), int(dated[first])
        why = messages.describe_occupied_container(
            rows.format_cell(row, "container"),
            from_epoch_day(start[row]),
            rows.format_cell(other, "batch"),
            rows["placement"][other],
            from_epoch_day(start[other]),
            None if end[other] == NO_END else from_epoch_day(end[other]),
        )
        rows.add_problems([row], "start_date", why)


def check_closed_batches(tables: Tables, replaced: NDArray[np.bool_]) -> None:
    """Report the placements that fish come to after all earlier ones of their batch have ended."""
    rows = tables["placements"]
    dated = np.flatnonzero((rows["batch"] >= 0) & rows.is_filled("start_date"))
    columns = (rows["batch"], rows["start_date"], get_end_days(rows))
    late = dated[find_starts_after_close(*(values[dated] for values in columns))]
    for row in sorted(late[find_stocked_placements(tables, replaced)[late]].tolist()):
        rows.add_problems([row], "start_date", messages.describe_closed_batch(rows.format_cell(row, "batch")))


def find_stocked_placements(tables: Tables, replaced: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which placements fish ever came to; one whose only row was withdrawn is empty."""
    movements = tables["movements"]
    came = (movements["count"] > 0) & (movements["to_placement"] >= 0) & ~replaced
    return np.isin(np.arange(len(tables["placements"])), movements["to_placement"][came])


def check_event_days(tables: Tables) -> None:
    """Report the events that are outside their placement."""
    for table in ("weights", "harvest_grades", "counts", "treatments", "health_samples", "meals"):
        column = {"treatments": "start_date", "meals": "at"}.get(table, "date")
        check_days(tables[table], "placement", column, last_counts=LAST_DAY_COUNTS[table])


def check_days(
    rows: TableRows, side: str, column: str, *, last_counts: bool, which: NDArray[np.bool_] | None = None
) -> None:
    """Report the rows of which a day is outside the placement that a column names; `which` limits them."""
    placements = rows.referenced_tables[side]
    placement, known = np.maximum(rows[side], 0), (rows[side] >= 0) & rows.is_filled(column)
    if which is not None:
        known &= which
    if not known.any():
        return
    day = find_days(rows, column)
    start, end = placements["start_date"][placement], get_end_days(placements)[placement]
    is_early, is_late = find_outside_placement(day, start, end, last_counts=last_counts)
    known &= start != NULL
    for is_outside, edge, describe in (
        (is_early, start, messages.describe_day_before_start),
        (is_late, end, messages.describe_day_after_stop),
    ):
        for row in np.flatnonzero(known & is_outside).tolist():
            shown = describe_day(rows, row, column, int(day[row]))
            why = describe(shown, rows.format_cell(row, side), from_epoch_day(edge[row]))
            rows.add_problems([row], column, why)


def get_end_days(placements: TableRows) -> NDArray[np.int64]:
    """Return the day on which each placement ends, NO_END while it is active."""
    return np.where(placements.is_filled("end_date"), placements["end_date"], NO_END)
