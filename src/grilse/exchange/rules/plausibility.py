"""The rules of figures that belong together: gutted and live weight, weights one after another, deaths and fish."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.days import find_days
from grilse.exchange.rules.harvests import list_harvests
from grilse.exchange.rules.health import find_placements
from grilse.exchange.rules.movements import find_replaced_rows
from grilse.exchange.rules.populations import sum_effective_movements
from grilse.exchange.sorting import argsort_rows
from grilse.stock import messages
from grilse.stock.ledger import COUNTING_CAUSE
from grilse.stock.plausibility import (
    MEAN_GUTTED_SHARE,
    find_expected_weights,
    find_highest_growth,
    find_unlikely_deaths,
    find_unlikely_differences,
    find_unlikely_meals,
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
    empty, _ = judge_gutted_weight(rows["gutted_kg"], rows["count"], np.full(len(rows), np.nan))
    for row in np.flatnonzero(empty & ~impossible[sums.harvest]).tolist():
        name, grade = rows.format_cell(row, "placement"), rows.format_cell(row, "grade")
        kg, count = float(rows["gutted_kg"][row]), int(rows["count"][row])
        what = messages.describe_grade_weight(name, grade, kg, count, np.nan)
        rows.add_problems([row], "gutted_kg", f"{what}: {messages.CORRECT_GRADE}")


def find_unlikely_grades(tables: Tables) -> NDArray[np.int64]:
    """Return the grades of harvests whose gutted weight is unlikely."""
    if not len(tables["harvest_grades"]):
        return np.zeros(0, np.int64)
    rows = tables["harvest_grades"]
    sums = sum_grades(tables, find_replaced_rows(tables["movements"]))
    last_g, days = find_last_weights(tables, rows["placement"][sums.first], rows["date"][sums.first])
    gutted_g = np.divide(1000 * sums.gutted_kg, sums.count, out=np.full(len(sums.count), np.nan), where=sums.count > 0)
    is_measured = ~np.isnan(sums.live_g)
    expected_g = find_expected_weights(gutted_g / MEAN_GUTTED_SHARE, last_g, days)
    _, unlikely = judge_gutted_weight(
        sums.gutted_kg, sums.count, np.where(is_measured, sums.live_g, expected_g), is_measured
    )
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


def find_unlikely_counts(tables: Tables) -> NDArray[np.int64]:
    """Return the counts that differ from the ledger by many of the fish that their placement ever had."""
    rows, movements = tables["counts"], tables["movements"]
    if not len(rows):
        return np.zeros(0, np.int64)
    replaced = find_replaced_rows(movements)
    populations = sum_effective_movements(movements, replaced, len(tables["placements"]))
    most = np.zeros(len(tables["placements"]), np.int64)
    np.maximum.at(most, populations.placement, populations.count)
    follows = (movements["kind"] == "COUNT_CORRECTION") & (movements["cause"] == COUNTING_CAUSE) & ~replaced
    keys, difference = build_keys(rows["placement"], rows["date"]), np.zeros(len(rows))
    for side, sign in (("from_placement", 1), ("to_placement", -1)):
        mine = np.flatnonzero(follows & (movements[side] >= 0))
        found, place = np.unique(build_keys(movements[side][mine], movements["date"][mine]), return_inverse=True)
        fish = np.append(np.bincount(place, movements["count"][mine], len(found)), 0.0)
        at = np.searchsorted(found, keys)
        difference += sign * np.where(np.append(found, -1)[at] == keys, fish[at], 0.0)
    return np.flatnonzero(find_unlikely_differences(difference, most[rows["placement"]]))


def find_excess_samples(tables: Tables) -> dict[str, NDArray[np.int64]]:
    """Return the samples of more fish than their placement had, by table; a fish may pass a camera twice."""
    movements, placements = tables["movements"], tables["placements"]
    populations = sum_effective_movements(movements, find_replaced_rows(movements), len(placements))
    lice = tables["lice"]
    examined = {
        "weights": (tables["weights"]["placement"], tables["weights"]["fish_sampled"]),
        "lice": (find_placements(placements, lice["container"], lice["date"]), lice["fish_counted"]),
        "health_samples": (tables["health_samples"]["placement"], tables["health_samples"]["fish"]),
    }
    excess = {}
    for name, (placement, count) in examined.items():
        rows = np.flatnonzero((placement >= 0) & (tables[name]["method"] != "CAMERA" if name == "weights" else True))
        placement, day = placement[rows].astype(np.int64), tables[name]["date"][rows].astype(np.int64)
        fish = np.maximum(*(populations.get_counts_before(placement, day + after) for after in (0, 1)))
        excess[name] = rows[count[rows] > fish]
    return excess


def find_large_meals(tables: Tables) -> NDArray[np.int64]:
    """Return the meals that the fish cannot eat, as far as they were weighed."""
    rows, movements = tables["meals"], tables["movements"]
    if not len(rows):
        return np.zeros(0, np.int64)
    day = find_days(rows, "at").astype(np.int64)
    placement = rows["placement"].astype(np.int64)
    last_g, days = find_last_weights(tables, placement, day)
    populations = sum_effective_movements(movements, find_replaced_rows(movements), len(tables["placements"]))
    before, after = (populations.get_counts_before(placement, day + later) for later in (0, 1))
    highest_g = find_expected_weights(np.inf, last_g, days)
    feed_kg = rows["kg"] / 1000  # read in grams
    return np.flatnonzero(find_unlikely_meals(feed_kg, np.where(before > 0, before, after) * highest_g / 1000))


def find_last_weights(
    tables: Tables, placement: NDArray[np.int64], day: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the last mean weights of placements up to days, g, and the days since; NaN where they have none."""
    weighed, at, grams = collect_mean_weights(tables["weights"], tables["movements"])
    last = np.searchsorted(build_keys(weighed, at), build_keys(placement, day), side="right") - 1
    is_known = (last >= 0) & (np.append(weighed, -1)[last] == placement)
    return np.where(is_known, np.append(grams, np.nan)[last], np.nan), day - np.append(at, 0)[last]


def collect_mean_weights(
    weights: TableRows, movements: TableRows
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return mean weights by placement and day: of samples, and of fish as they came."""
    came = (movements["to_placement"] >= 0) & movements.is_filled("mean_weight_g") & (movements["count"] > 0)
    columns = (
        (weights["placement"], movements["to_placement"][came]),
        (weights["date"], movements["date"][came]),
        (weights["mean_weight_g"], movements["mean_weight_g"][came]),
    )
    placement, day, grams = (np.concatenate(pair) for pair in columns)
    order = argsort_rows([placement, day])
    return placement[order].astype(np.int64), day[order], grams[order]
