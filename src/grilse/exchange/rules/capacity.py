"""The rules of capacity: stocking brings no container over its density limit and no site over its biomass limit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.placements import get_end_days
from grilse.exchange.rules.populations import sum_effective_movements
from grilse.science.days import from_epoch_day
from grilse.stock import messages
from grilse.stock.ledger import Populations
from grilse.stock.plausibility import judge_density
from grilse.stock.rules import is_over_limit

ARRIVALS = ("STOCKING", "TRANSFER")


@dataclass(frozen=True, slots=True)
class InitialStock:
    """The fish that came to each placement on its first day."""

    kg: NDArray[np.float64]
    """NaN where the fish were not weighed."""
    fish: NDArray[np.float64]
    row: NDArray[np.int64]
    """The first of its movements."""


def check_capacity(tables: Tables, replaced: NDArray[np.bool_]) -> None:
    """Report arrivals that bring a container or a site over its limit, as far as the fish were weighed."""
    rows, placements, containers = tables["movements"], tables["placements"], tables["containers"]
    if {rows.file, placements.file, containers.file} & rows.problems.files:
        return
    came = sum_initial_stock(rows, placements, replaced)
    check_possible_density(rows, placements, containers, came)
    limited = containers.is_filled("max_density_kg_m3").any() or tables["areas"].is_filled("max_biomass_kg").any()
    if not limited or rows.file in rows.problems.files:
        return
    check_density(rows, placements, containers, came)
    check_biomass(tables, came, sum_effective_movements(rows, replaced, len(placements)))


def sum_initial_stock(rows: TableRows, placements: TableRows, replaced: NDArray[np.bool_]) -> InitialStock:
    """Return the fish that came to each placement on its first day."""
    target = rows["to_placement"]
    is_arrival = np.isin(rows["kind"].astype(np.str_), ARRIVALS) & ~replaced & (target >= 0)
    is_arrival &= rows["date"] == placements["start_date"][np.maximum(target, 0)]
    at, count = target[is_arrival], rows["count"][is_arrival].astype(np.float64)
    size, first = len(placements), np.full(len(placements), len(rows), np.int64)
    np.minimum.at(first, at, np.flatnonzero(is_arrival))
    kg = np.bincount(at, count * rows["mean_weight_g"][is_arrival] / 1000, size)
    return InitialStock(kg.astype(np.float64), np.bincount(at, count, size).astype(np.float64), first)


def check_possible_density(rows: TableRows, placements: TableRows, containers: TableRows, came: InitialStock) -> None:
    """Report the placements that begin with more fish than their container has room for."""
    density = came.kg / containers["volume_m3"][placements["container"]]
    for placement in np.flatnonzero(judge_density(density)[0]).tolist():
        where, day = placements.format_cell(placement, "container"), from_epoch_day(placements["start_date"][placement])
        why = messages.describe_unlikely_density(where, float(density[placement]), day)
        rows.add_problems([int(came.row[placement])], "count", why)


def check_density(rows: TableRows, placements: TableRows, containers: TableRows, came: InitialStock) -> None:
    """Report the placements that begin over the density limit of their container."""
    container = placements["container"]
    density = came.kg / containers["volume_m3"][container]
    for placement in np.flatnonzero(is_over_limit(density, containers["max_density_kg_m3"][container])).tolist():
        where, day = placements.format_cell(placement, "container"), from_epoch_day(placements["start_date"][placement])
        limit = float(containers["max_density_kg_m3"][container[placement]])
        why = messages.describe_density_excess(where, float(density[placement]), limit, day, is_past=True)
        rows.add_problems([int(came.row[placement])], "count", why)


def check_biomass(tables: Tables, came: InitialStock, counts: Populations) -> None:
    """Report the placements that bring a site over its biomass limit.

    Fish that were there already count with the weight they came with: they have grown since, so an excess is certain.
    """
    placements, areas = tables["placements"], tables["areas"]
    area, start = tables["containers"]["area"][placements["container"]], placements["start_date"]
    end = get_end_days(placements)
    each = np.divide(came.kg, came.fish, out=np.zeros_like(came.kg), where=came.fish > 0)
    each = np.nan_to_num(each)
    for site in np.flatnonzero(areas.is_filled("max_biomass_kg")).tolist():
        mine = np.flatnonzero(area == site)
        for new in mine[each[mine] > 0].tolist():
            there = mine[(start[mine] <= start[new]) & (end[mine] > start[new])]
            fish = counts.get_counts_before(there, np.full(len(there), start[new] + 1, np.int64))
            kg, limit = float((fish * each[there]).sum()), float(areas["max_biomass_kg"][site])
            if is_over_limit(kg, limit):
                name = str(areas[areas.table.name_column][site])
                why = messages.describe_biomass_excess(name, kg, limit, from_epoch_day(start[new]), is_past=True)
                tables["movements"].add_problems([int(came.row[new])], "count", why)
