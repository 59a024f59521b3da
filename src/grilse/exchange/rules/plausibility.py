"""The rules of figures that belong together: gutted and live weight, weights one after another, deaths and fish."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.movements import find_replaced_rows, sum_effective_movements
from grilse.exchange.sorting import argsort_rows, find_rows
from grilse.stock import messages
from grilse.stock.plausibility import (
    find_highest_growth,
    find_unlikely_deaths,
    find_unlikely_weights,
    judge_gutted_weight,
)

Mask = NDArray[np.bool_]
DAY_SPAN = 1 << 32  # days, beyond any date


def check_gutted_weights(tables: Tables) -> None:
    """Report the grades of harvests whose gutted weight the fish cannot have."""
    rows = tables["harvest_grades"]
    if not len(rows) or {rows.file, tables["movements"].file} & rows.problems.files:
        return
    impossible, _ = judge_harvest_grades(tables)
    first, harvest = group_grades(rows)
    live = find_live_weights(tables, first)
    for place in np.unique(harvest[impossible]).tolist():
        row, members = int(first[place]), harvest == place
        kg, count = float(rows["gutted_kg"][members].sum()), int(rows["count"][members].sum())
        what = messages.describe_gutted_weight(rows.format_cell(row, "placement"), kg, count, float(live[place]))
        rows.add_problems([row], "gutted_kg", f"{what}: {messages.CORRECT_GUTTED_WEIGHT}")


def judge_harvest_grades(tables: Tables) -> tuple[Mask, Mask]:
    """Return which grades belong to a harvest whose gutted weight is impossible, and which to an unlikely one."""
    rows = tables["harvest_grades"]
    if not len(rows):
        return np.zeros(0, np.bool_), np.zeros(0, np.bool_)
    first, harvest = group_grades(rows)
    kg = np.bincount(harvest, rows["gutted_kg"], len(first))
    count = np.bincount(harvest, rows["count"], len(first))
    impossible, unlikely = judge_gutted_weight(kg, count, find_live_weights(tables, first))
    return impossible[harvest], unlikely[harvest]


def group_grades(rows: TableRows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first grade of each placement and day, and the number of the placement and day of each grade."""
    _, first, harvest = np.unique(build_keys(rows["placement"], rows["date"]), return_index=True, return_inverse=True)
    return first, harvest


def build_keys(placement: NDArray[Any], day: NDArray[Any]) -> NDArray[np.int64]:
    """Return a number for each placement and day."""
    return np.asarray(placement.astype(np.int64) * DAY_SPAN + day)


def find_live_weights(tables: Tables, first: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean live weight, g, that was measured at the harvest of some grades; NaN where it was not."""
    rows, movements = tables["harvest_grades"], tables["movements"]
    weighed = (movements["kind"] == "HARVEST") & ~find_replaced_rows(movements) & movements.is_filled("mean_weight_g")
    weighed &= movements["count"] > 0
    keys = [rows["placement"][first].astype(np.int64), rows["date"][first]]
    place = find_rows(keys, [movements["from_placement"][weighed].astype(np.int64), movements["date"][weighed]])
    known, count = place >= 0, movements["count"][weighed].astype(np.float64)
    fish = np.bincount(place[known], count[known], len(first))
    grams = np.bincount(place[known], (count * movements["mean_weight_g"][weighed])[known], len(first))
    return np.divide(grams, fish, out=np.full(len(first), np.nan), where=fish > 0)


def find_unlikely_samples(rows: TableRows) -> NDArray[np.int64]:
    """Return the samples of random fish that are far below the sample before, or above what fish can grow to."""
    random = np.flatnonzero((rows["selection"] == "random") & ~rows.is_filled("not_representative"))
    order = random[argsort_rows([rows["placement"][random], rows["date"][random]])]
    before, after = order[:-1], order[1:]
    same = rows["placement"][before] == rows["placement"][after]
    before, after = before[same], after[same]
    grams, previous = rows["mean_weight_g"][after], rows["mean_weight_g"][before]
    highest = find_highest_growth(previous, rows["date"][after] - rows["date"][before])
    # Within the range of growth any weight is expected.
    return np.asarray(after[find_unlikely_weights(grams, np.clip(grams, previous, highest))], np.int64)


def find_many_deaths(tables: Tables) -> NDArray[np.int64]:
    """Return the first movement of each day on which an unlikely share of a placement died."""
    rows, size = tables["movements"], len(tables["placements"])
    replaced = find_replaced_rows(rows)
    dead = np.flatnonzero((rows["kind"] == "MORTALITY") & ~replaced & (rows["from_placement"] >= 0))
    if not len(dead):
        return dead
    keys = build_keys(rows["from_placement"][dead], rows["date"][dead])
    days, first, group = np.unique(keys, return_index=True, return_inverse=True)
    count = np.bincount(group, rows["count"][dead], len(first))
    left = sum_effective_movements(rows, replaced, size).get_counts_before(days // DAY_SPAN, days % DAY_SPAN + 1)
    return dead[first[find_unlikely_deaths(count, left + count)]]
