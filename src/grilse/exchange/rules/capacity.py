"""The rules of capacity: no container is stocked denser, and no site heavier, than it may be."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import NULL, convert_to_date
from grilse.exchange.ledger import sum_effective_movements
from grilse.exchange.rows import TableRows
from grilse.exchange.rules.fish import NO_END, find_replaced_rows
from grilse.stock import messages
from grilse.stock.ledger import Populations

ARRIVALS = ("STOCKING", "TRANSFER")


@dataclass(frozen=True, slots=True)
class InitialStock:
    """What came to each placement on its first day."""

    kg: NDArray[np.float64]
    """Not a number where nobody weighed it."""
    fish: NDArray[np.float64]
    row: NDArray[np.int64]
    """The first of its movements."""


def check_capacity(tables: Mapping[str, TableRows]) -> None:
    """Blame what stocks a container or a site beyond its limit, as far as the fish were weighed."""
    rows, placements, containers = tables["movements"], tables["placements"], tables["containers"]
    limited = containers.is_filled("max_density_kg_m3").any() or tables["areas"].is_filled("max_biomass_kg").any()
    if not limited or {rows.file, placements.file, containers.file} & rows.problems.files:
        return
    old = find_replaced_rows(rows)
    came = sum_initial_stock(rows, placements, old)
    check_density(rows, placements, containers, came)
    check_biomass(tables, came, sum_effective_movements(rows, old, len(placements)))


def sum_initial_stock(rows: TableRows, placements: TableRows, old: NDArray[np.bool_]) -> InitialStock:
    """Return what came to each placement on its first day."""
    target = rows["to_placement"]
    is_arrival = np.isin(rows["kind"].astype(np.str_), ARRIVALS) & ~old & (target >= 0)
    is_arrival &= rows["date"] == placements["start_date"][np.maximum(target, 0)]
    at, count = target[is_arrival], rows["count"][is_arrival].astype(np.float64)
    size, first = len(placements), np.full(len(placements), len(rows), np.int64)
    np.minimum.at(first, at, np.flatnonzero(is_arrival))
    kg = np.bincount(at, count * rows["mean_weight_g"][is_arrival] / 1000, size)
    return InitialStock(kg.astype(np.float64), np.bincount(at, count, size).astype(np.float64), first)


def check_density(rows: TableRows, placements: TableRows, containers: TableRows, came: InitialStock) -> None:
    """Blame the placements that begin denser than their containers may be."""
    container = placements["container"]
    density = came.kg / containers["volume_m3"][container]
    for placement in np.flatnonzero(density > containers["max_density_kg_m3"][container]).tolist():
        where, day = (
            placements.format_cell(placement, "container"),
            convert_to_date(placements["start_date"][placement]),
        )
        limit = float(containers["max_density_kg_m3"][container[placement]])
        why = messages.describe_density_excess(where, float(density[placement]), limit, day)
        rows.add_problems([int(came.row[placement])], "count", why)


def check_biomass(tables: Mapping[str, TableRows], came: InitialStock, counts: Populations) -> None:
    """Blame the placements with which a site is heavier than it may be.

    Fish that stood there are taken as they came: they have grown since, so what is too much then was more.
    """
    placements, areas = tables["placements"], tables["areas"]
    area, start = tables["containers"]["area"][placements["container"]], placements["start_date"]
    stop = np.where(placements["end_date"] == NULL, NO_END, placements["end_date"])
    each = np.divide(came.kg, came.fish, out=np.zeros_like(came.kg), where=came.fish > 0)
    each = np.nan_to_num(each)
    for site in np.flatnonzero(areas.is_filled("max_biomass_kg")).tolist():
        mine = np.flatnonzero(area == site)
        for new in mine[each[mine] > 0].tolist():
            there = mine[(start[mine] <= start[new]) & (stop[mine] > start[new])]
            fish = counts.get_counts_before(there, np.full(len(there), start[new] + 1, np.int64))
            kg, limit = float((fish * each[there]).sum()), float(areas["max_biomass_kg"][site])
            if kg > limit:
                name = str(areas[areas.table.name_column][site])
                why = messages.describe_biomass_excess(name, kg, limit, convert_to_date(start[new]))
                tables["movements"].add_problems([int(came.row[new])], "count", why)
