"""The rules of lice counts and health samples."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.placements import get_end_days
from grilse.exchange.sorting import argsort_rows
from grilse.health import messages
from grilse.health.rules import LICE_FORMS, find_lice_excess, find_score_excess, sum_recorded
from grilse.stock.rules import LAST_DAY_COUNTS, find_outside_placement

SCORES = tuple(f"score_{level}" for level in range(4))


def check_lice(rows: TableRows) -> None:
    """Report counts of which the forms are more than all lice."""
    forms = sum_recorded([rows[form] for form in LICE_FORMS])
    for row in np.flatnonzero(find_lice_excess(forms, rows["lice_total"])).tolist():
        pen, total = rows.format_cell(row, "container"), int(rows["lice_total"][row])
        rows.add_problems([row], "lice_total", messages.describe_lice_excess(int(forms[row]), total, pen))


def check_health_samples(rows: TableRows) -> None:
    """Report scores without a parameter, samples of two sizes, and more fish scored than examined."""
    scored = rows.is_filled("parameter")
    for column in SCORES:
        rows.add_problems(scored & ~rows.is_filled(column), column, "must be given for a parameter")
        rows.add_problems(~scored & rows.is_filled(column), column, "a score of no parameter")
    scores = [rows[column] for column in SCORES]
    total = sum_recorded(scores)
    for row in np.flatnonzero(scored & find_score_excess(scores, rows["fish"])).tolist():
        parameter, placement = rows.format_cell(row, "parameter"), rows.format_cell(row, "placement")
        why = messages.describe_score_excess(parameter, int(total[row]), int(rows["fish"][row]), placement)
        rows.add_problems([row], "fish", why)
    order = argsort_rows([rows["placement"], rows["date"]])
    here, after = order[:-1], order[1:]
    same = (rows["placement"][here] == rows["placement"][after]) & (rows["date"][here] == rows["date"][after])
    differs = same & (rows["fish"][here] != rows["fish"][after])
    rows.add_problems(after[differs].tolist(), "fish", "another number in the same sample")
    bare = same & (~scored[here] | ~scored[after])
    rows.add_problems(after[bare].tolist(), "parameter", "a sample with scores has none without a parameter")


def find_lice_placements(tables: Tables) -> NDArray[np.int64]:
    """Return the placement of each lice count; report those of days on which the container was empty."""
    rows, placements = tables["lice"], tables["placements"]
    known = (rows["container"] >= 0) & rows.is_filled("date")
    placement_rows = find_placements(placements, rows["container"], rows["date"])
    if placements.file in rows.problems.files:
        return placement_rows  # a problem of the placements would be reported again here
    rows.add_problems(known & (placement_rows < 0), "date", "no placement is in the container that day")
    return placement_rows


def find_placements(placements: TableRows, container: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the placement in each container on each day, -1 for none."""
    # One that ends on the day it starts is in its container on no day.
    standing = np.flatnonzero(placements["start_date"] != placements["end_date"])
    if not len(standing):
        return np.full(len(day), -1)
    order = standing[argsort_rows([placements[name][standing] for name in ("container", "start_date")])]
    span = 1 << 32  # days, beyond any date
    keys = placements["container"][order].astype(np.int64) * span + placements["start_date"][order]
    place = np.searchsorted(keys, container.astype(np.int64) * span + day, side="right") - 1
    candidates = order[np.maximum(place, 0)]
    start, end = placements["start_date"][candidates], get_end_days(placements)[candidates]
    is_early, is_late = find_outside_placement(day, start, end, last_counts=LAST_DAY_COUNTS["lice"])
    is_active = (place >= 0) & (placements["container"][candidates] == container) & ~is_early & ~is_late
    return np.where(is_active, candidates, -1)
