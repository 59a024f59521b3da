"""The rules of figures that belong together: gutted and live weight, weights one after another, deaths and fish."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.harvests import list_harvests
from grilse.exchange.rules.movements import find_replaced_rows
from grilse.exchange.rules.populations import sum_effective_movements
from grilse.exchange.sorting import argsort_rows
from grilse.stock import messages
from grilse.stock.plausibility import (
    find_highest_growth,
    find_unlikely_deaths,
    find_unlikely_weights,
    judge_gutted_weight,
)

Mask = NDArray[np.bool_]
DAY_SPAN = 1 << 32  # days, beyond any date


@dataclass(frozen=True, slots=True)
class GradedHarvests:
    """Harvests and what their grades sum to; shape (n,)."""

    harvest: NDArray[np.int64]
    """The number of the harvest of each grade."""
    first: NDArray[np.int64]
    """The first grade."""
    count: NDArray[Any]
    gutted_kg: NDArray[Any]
    live_g: NDArray[Any]
    """The measured mean live weight; NaN where it was not measured."""


def check_gutted_weights(tables: Tables, replaced: Mask) -> None:
    """Report the grades of harvests whose gutted weight the fish cannot have."""
    rows = tables["harvest_grades"]
    if not len(rows) or {rows.file, tables["movements"].file} & rows.problems.files:
        return
    sums = sum_grades(tables, replaced)
    impossible, _ = judge_gutted_weight(sums.gutted_kg, sums.count, sums.live_g)
    for place in np.flatnonzero(impossible).tolist():
        row, kg, count = int(sums.first[place]), float(sums.gutted_kg[place]), int(sums.count[place])
        name, live_g = rows.format_cell(row, "placement"), float(sums.live_g[place])
        what = messages.describe_gutted_weight(name, kg, count, live_g)
        rows.add_problems([row], "gutted_kg", f"{what}: {messages.CORRECT_GUTTED_WEIGHT}")


def find_unlikely_grades(tables: Tables) -> NDArray[np.int64]:
    """Return the grades of harvests whose gutted weight is unlikely."""
    if not len(tables["harvest_grades"]):
        return np.zeros(0, np.int64)
    sums = sum_grades(tables, find_replaced_rows(tables["movements"]))
    _, unlikely = judge_gutted_weight(sums.gutted_kg, sums.count, sums.live_g)
    return np.flatnonzero(unlikely[sums.harvest])


def sum_grades(tables: Tables, replaced: Mask) -> GradedHarvests:
    """Return the sums of the grades of each harvest; grades without a harvest are summed by placement and day."""
    rows, movements = tables["harvest_grades"], tables["movements"]
    movement = np.array([rows_of_day[0] if rows_of_day else -1 for rows_of_day in list_harvests(tables, replaced)])
    keys = np.where(movement < 0, -1 - build_keys(rows["placement"], rows["date"]), movement)
    _, first, harvest = np.unique(keys, return_index=True, return_inverse=True)
    count, kg = (np.bincount(harvest, rows[column].astype(np.float64), len(first)) for column in ("count", "gutted_kg"))
    live_g = np.append(movements["mean_weight_g"], np.nan)[movement[first]]
    return GradedHarvests(harvest, first, count, kg, live_g)


def build_keys(placement: NDArray[Any], day: NDArray[Any]) -> NDArray[np.int64]:
    """Return a number for each placement and day."""
    return np.asarray(placement.astype(np.int64) * DAY_SPAN + day)


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
