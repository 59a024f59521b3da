"""Containers and areas that held more fish than they may: what the other doors refuse, a package is told."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.exchange import fish_rules, ledger
from grilse.exchange.cells import as_date
from grilse.exchange.order import sorting
from grilse.exchange.problems import Problem, Problems
from grilse.exchange.rows import Rows
from grilse.stock import refusals

Numbers = NDArray[np.int64]
KG = 1000  # grams


@dataclass(frozen=True, slots=True)
class Stands:
    """What stood in each placement on the days that fish moved or were weighed, by placement and day."""

    placement: Numbers
    day: Numbers
    most: NDArray[np.float64]  # kg, of that day
    left: NDArray[np.float64]  # kg, at its end; both are no number while nobody knows what fish weigh


def warn(tables: Mapping[str, Rows], problems: Problems) -> None:
    """Warn of the first container over its density and the first area over its biomass, and of how many."""
    containers, areas = tables["containers"], tables["areas"]
    limited = containers.given("max_density_kg_m3").any() or areas.given("max_biomass_kg").any()
    if not limited or not len(tables["placements"]):
        return
    found = stands(tables)
    dense(found, tables["placements"]["container"][found.placement], containers, problems)
    heavy(found, containers["area"][tables["placements"]["container"][found.placement]], areas, problems)


def stands(tables: Mapping[str, Rows]) -> Stands:
    """Return what stood where, by the weight that was measured last."""
    movements, size = tables["movements"], len(tables["placements"])
    counts = ledger.effective(movements, fish_rules.superseded(movements), size)
    weighed, at, grams = measured(tables["weights"], movements)
    span = int(max(counts.day.max(initial=0), at.max(initial=0))) + 2
    keys = np.unique(np.concatenate([counts.placement * span + counts.day, weighed * span + at]))
    placement, day = keys // span, keys % span
    last = np.searchsorted(weighed * span + at, keys, side="right") - 1
    known = (last >= 0) & (np.append(weighed, -1)[last] == placement)
    mean = np.where(known, np.append(grams, np.nan)[last], np.nan) / KG
    left = counts.before(placement, day + 1)
    return Stands(placement, day, np.maximum(counts.before(placement, day), left) * mean, left * mean)


def measured(weights: Rows, movements: Rows) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
    """Return mean weights by placement and day: of samples, and of fish as they came."""
    came = (movements["to_placement"] >= 0) & movements.given("mean_weight_g") & (movements["count"] > 0)
    columns = (
        (weights["placement"], movements["to_placement"][came]),
        (weights["date"], movements["date"][came]),
        (weights["mean_weight_g"], movements["mean_weight_g"][came]),
    )
    placement, day, grams = (np.concatenate(pair) for pair in columns)
    order = sorting([placement, day])
    return placement[order].astype(np.int64), day[order], grams[order]


def dense(found: Stands, container: Numbers, containers: Rows, problems: Problems) -> None:
    """Warn of containers over their density."""
    density = found.most / containers["volume_m3"][container]
    limit = containers["max_density_kg_m3"]
    over = np.flatnonzero(density > limit[container])
    if not len(over):
        return
    one = over[np.argmin(found.day[over])]
    row = int(container[one])
    name, day = containers.shown(row, "container"), as_date(int(found.day[one]))
    why = refusals.too_dense(name, float(density[one]), float(limit[row]), day)
    tell(containers, row, "max_density_kg_m3", why, len(np.unique(container[over])), problems)


def heavy(found: Stands, area: Numbers, areas: Rows, problems: Problems) -> None:
    """Warn of areas over their biomass."""
    left = np.nan_to_num(found.left)
    begins = np.ones(len(left), np.bool_)
    begins[1:] = found.placement[1:] != found.placement[:-1]
    change = left - np.where(begins, 0.0, np.append(0.0, left[:-1]))
    order = sorting([area, found.day])
    order = order[area[order] >= 0]
    where, day = area[order], found.day[order]
    total = np.cumsum(change[order])
    ends = np.flatnonzero(np.append((where[1:] != where[:-1]) | (day[1:] != day[:-1]), bool(len(where))))
    where, day, total = where[ends], day[ends], total[ends]
    # All fish of the areas before stand in the sum.
    first = np.searchsorted(where, where)
    total = total - np.append(0.0, total)[first]
    limit = areas["max_biomass_kg"]
    over = np.flatnonzero(total > limit[where])
    if not len(over):
        return
    one = over[np.argmin(day[over])]
    row = int(where[one])
    name, on = areas.shown(row, "area"), as_date(int(day[one]))
    why = refusals.too_much(name, float(total[one]), float(limit[row]), on)
    tell(areas, row, "max_biomass_kg", why, len(np.unique(where[over])), problems)


def tell(rows: Rows, row: int, column: str, why: str, count: int, problems: Problems) -> None:
    """Add a warning for one, and for how many others it stands."""
    more = f" (and {count - 1:,} more)" if count > 1 else ""
    problems.warnings.append(f"{Problem(rows.file, int(rows.lines[row]), column, None, why)}{more}")
