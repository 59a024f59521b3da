"""Warnings about rows of a package that are unusual but possible: they refuse nothing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.environment.parameters import USUAL, describe_unusual_series, find_unusual_series
from grilse.exchange.problems import PackageProblem, Problems
from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.capacity import sum_initial_stock
from grilse.exchange.rules.movements import find_replaced_rows
from grilse.exchange.rules.plausibility import (
    collect_mean_weights,
    find_excess_samples,
    find_large_meals,
    find_many_deaths,
    find_unlikely_counts,
    find_unlikely_grades,
    find_unlikely_samples,
)
from grilse.exchange.rules.populations import sum_effective_movements
from grilse.exchange.sorting import argsort_rows
from grilse.exchange.species import ResolvedSpecies
from grilse.science.arrays import mark_group_starts
from grilse.science.days import from_epoch_day
from grilse.stock import messages
from grilse.stock.plausibility import USUAL_DENSITY, find_unlikely_shapes, judge_density
from grilse.stock.rules import is_over_limit

Numbers = NDArray[np.int64]
KG = 1000  # grams
MAX_LINES = 3
SHAPES = ("mean_weight_g", "sd_weight_g", "k_factor")


def warn_unusual(tables: Tables, resolved: ResolvedSpecies, problems: Problems) -> None:
    """Add a warning for each kind of unusual figure, and for crowded containers and areas."""
    weights, movements = tables["weights"], tables["movements"]
    rows = np.arange(len(weights))
    warn_stage_weights(weights, weights["placement"], weights["mean_weight_g"], rows, resolved, problems)
    for side in ("from_placement", "to_placement"):
        rows = np.flatnonzero(movements.is_filled("mean_weight_g") & (movements[side] >= 0))
        warn_stage_weights(movements, movements[side][rows], movements["mean_weight_g"][rows], rows, resolved, problems)
    add_rows_warning(weights, find_unlikely_samples(weights), "mean weights that no growth explains", problems)
    shapes = np.flatnonzero(find_unlikely_shapes(*(weights[name] for name in SHAPES)))
    add_rows_warning(weights, shapes, "samples with a spread or a condition that fish of one pen do not have", problems)
    for name, unlikely in find_excess_samples(tables).items():
        add_rows_warning(tables[name], unlikely, "samples of more fish than the placement had", problems)
    counts = "counts that differ from the ledger by more than three quarters of the placement"
    add_rows_warning(tables["counts"], find_unlikely_counts(tables), counts, problems)
    add_rows_warning(tables["meals"], find_large_meals(tables), "meals that the fish cannot eat", problems)
    grades, unlikely = tables["harvest_grades"], find_unlikely_grades(tables)
    add_rows_warning(grades, unlikely, "grades that do not fit the live weight of their fish", problems)
    add_rows_warning(movements, find_many_deaths(tables), "days on which more than 10 % of a placement died", problems)
    dense = find_dense_stockings(tables)
    add_rows_warning(movements, dense, f"stockings denser than {USUAL_DENSITY:g} kg/m³", problems)
    warn_readings(tables["environment"], problems)
    warn_crowding(tables, problems)


def find_dense_stockings(tables: Tables) -> Numbers:
    """Return the first movement of each placement that begins with more fish than live as close anywhere."""
    movements, placements = tables["movements"], tables["placements"]
    came = sum_initial_stock(movements, placements, find_replaced_rows(movements))
    density = came.kg / tables["containers"]["volume_m3"][placements["container"]]
    return came.row[judge_density(density)[1]]


def warn_readings(rows: TableRows, problems: Problems) -> None:
    """Warn of containers whose readings look like those of another unit."""
    for parameter in USUAL:
        unusual, means = find_unusual_series(parameter, rows["container"], rows[parameter])
        if len(unusual):
            first = int(np.flatnonzero((rows["container"] == unusual[0]) & rows.is_filled(parameter))[0])
            name = rows.format_cell(first, "container")
            why = describe_unusual_series(name, parameter, float(means[0]))
            add_first_warning(rows, first, parameter, why, len(unusual), problems)


def warn_stage_weights(
    table: TableRows,
    placement: NDArray[np.int64],
    grams: NDArray[np.float64],
    rows: NDArray[np.int64],
    resolved: ResolvedSpecies,
    problems: Problems,
) -> None:
    """Warn of mean weights outside the range of their stage."""
    usual = resolved.typical_weights[placement]
    odd = (grams < usual[:, 0]) | (grams > usual[:, 1])
    add_rows_warning(table, rows[odd], "mean weights outside the range of their stage", problems)


def add_rows_warning(table: TableRows, rows: NDArray[np.int64], what: str, problems: Problems) -> None:
    """Add one warning for all rows of a kind, if there are any, with the lines of the first."""
    if len(rows):
        lines = np.sort(table.lines[rows])[:MAX_LINES].tolist()
        where = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}"
        problems.warnings.append(f"{table.file}: {len(rows):,} {what}, the first on {where}")


@dataclass(frozen=True, slots=True)
class BiomassHistory:
    """The biomass of each placement on the days that fish moved or were weighed, by placement and day."""

    placement: Numbers
    day: Numbers
    max_kg: NDArray[np.float64]  # kg, of that day
    end_kg: NDArray[np.float64]  # kg, at its end; both are NaN before the first weight


def warn_crowding(tables: Tables, problems: Problems) -> None:
    """Warn of the first container over its density limit and the first area over its biomass limit, and count them."""
    containers, areas = tables["containers"], tables["areas"]
    limited = containers.is_filled("max_density_kg_m3").any() or areas.is_filled("max_biomass_kg").any()
    if not limited or not len(tables["placements"]):
        return
    biomass = compute_biomass(tables)
    warn_density(biomass, tables["placements"]["container"][biomass.placement], containers, problems)
    warn_biomass(biomass, containers["area"][tables["placements"]["container"][biomass.placement]], areas, problems)


def compute_biomass(tables: Tables) -> BiomassHistory:
    """Return the biomass of placements, by the last measured weight."""
    movements, size = tables["movements"], len(tables["placements"])
    counts = sum_effective_movements(movements, find_replaced_rows(movements), size)
    weighed, at, grams = collect_mean_weights(tables["weights"], movements)
    span = int(max(counts.day.max(initial=0), at.max(initial=0))) + 2
    keys = np.unique(np.concatenate([counts.placement * span + counts.day, weighed * span + at]))
    placement, day = keys // span, keys % span
    last = np.searchsorted(weighed * span + at, keys, side="right") - 1
    known = (last >= 0) & (np.append(weighed, -1)[last] == placement)
    mean = np.where(known, np.append(grams, np.nan)[last], np.nan) / KG
    left = counts.get_counts_before(placement, day + 1)
    return BiomassHistory(
        placement, day, np.maximum(counts.get_counts_before(placement, day), left) * mean, left * mean
    )


def warn_density(biomass: BiomassHistory, container: Numbers, containers: TableRows, problems: Problems) -> None:
    """Warn of containers over their density limit."""
    density = biomass.max_kg / containers["volume_m3"][container]
    limit = containers["max_density_kg_m3"]
    over = np.flatnonzero(is_over_limit(density, limit[container]))
    if not len(over):
        return
    earliest = over[np.argmin(biomass.day[over])]
    row = int(container[earliest])
    name, day = containers.format_cell(row, "container"), from_epoch_day(biomass.day[earliest])
    why = messages.describe_density_excess(name, float(density[earliest]), float(limit[row]), day, is_past=True)
    add_first_warning(containers, row, "max_density_kg_m3", why, len(np.unique(container[over])), problems)


def warn_biomass(biomass: BiomassHistory, area: Numbers, areas: TableRows, problems: Problems) -> None:
    """Warn of areas over their biomass limit."""
    left = np.nan_to_num(biomass.end_kg)
    begins = mark_group_starts(biomass.placement)
    change = left - np.where(begins, 0.0, np.append(0.0, left[:-1]))
    order = argsort_rows([area, biomass.day])
    order = order[area[order] >= 0]
    where, day = area[order], biomass.day[order]
    total = np.cumsum(change[order])
    ends = np.flatnonzero(np.roll(mark_group_starts(where, day), -1))
    where, day, total = where[ends], day[ends], total[ends]
    # The running sum includes the areas before.
    first = np.searchsorted(where, where)
    total = total - np.append(0.0, total)[first]
    limit = areas["max_biomass_kg"]
    over = np.flatnonzero(is_over_limit(total, limit[where]))
    if not len(over):
        return
    earliest = over[np.argmin(day[over])]
    row = int(where[earliest])
    name, on = areas.format_cell(row, "area"), from_epoch_day(day[earliest])
    why = messages.describe_biomass_excess(name, float(total[earliest]), float(limit[row]), on, is_past=True)
    add_first_warning(areas, row, "max_biomass_kg", why, len(np.unique(where[over])), problems)


def add_first_warning(rows: TableRows, row: int, column: str, why: str, count: int, problems: Problems) -> None:
    """Add a warning for the first row and the number of the others."""
    more = f" (and {count - 1:,} more)" if count > 1 else ""
    problems.warnings.append(f"{PackageProblem(rows.file, int(rows.lines[row]), column, None, why)}{more}")
