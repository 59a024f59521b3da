"""The rules of capacity: no container is stocked denser, and no site heavier, than it may be."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import NULL, as_date
from grilse.exchange.fish_rules import STANDING, superseded
from grilse.exchange.ledger import effective
from grilse.exchange.rows import Rows
from grilse.stock import refusals
from grilse.stock.ledger import Populations

ARRIVALS = ("STOCKING", "TRANSFER")


@dataclass(frozen=True, slots=True)
class Stocked:
    """What came to each placement on its first day."""

    kg: NDArray[np.float64]
    """Not a number where nobody weighed it."""
    fish: NDArray[np.float64]
    row: NDArray[np.int64]
    """The first of its movements."""


def check(tables: Mapping[str, Rows]) -> None:
    """Blame what stocks a container or a site beyond its limit, as far as the fish were weighed."""
    rows, placements, containers = tables["movements"], tables["placements"], tables["containers"]
    limited = containers.given("max_density_kg_m3").any() or tables["areas"].given("max_biomass_kg").any()
    if not limited or {rows.file, placements.file, containers.file} & rows.problems.files:
        return
    old = superseded(rows)
    came = stocked(rows, placements, old)
    check_density(rows, placements, containers, came)
    check_biomass(tables, came, effective(rows, old, len(placements)))


def stocked(rows: Rows, placements: Rows, old: NDArray[np.bool_]) -> Stocked:
    """Return what came to each placement on its first day."""
    target = rows["to_placement"]
    arriving = np.isin(rows["kind"].astype(np.str_), ARRIVALS) & ~old & (target >= 0)
    arriving &= rows["date"] == placements["start_date"][np.maximum(target, 0)]
    at, count = target[arriving], rows["count"][arriving].astype(np.float64)
    size, first = len(placements), np.full(len(placements), len(rows), np.int64)
    np.minimum.at(first, at, np.flatnonzero(arriving))
    kg = np.bincount(at, count * rows["mean_weight_g"][arriving] / 1000, size)
    return Stocked(kg.astype(np.float64), np.bincount(at, count, size).astype(np.float64), first)


def check_density(rows: Rows, placements: Rows, containers: Rows, came: Stocked) -> None:
    """Blame the placements that begin denser than their containers may be."""
    container = placements["container"]
    density = came.kg / containers["volume_m3"][container]
    for placement in np.flatnonzero(density > containers["max_density_kg_m3"][container]).tolist():
        where, day = placements.shown(placement, "container"), as_date(placements["start_date"][placement])
        limit = float(containers["max_density_kg_m3"][container[placement]])
        why = refusals.too_dense(where, float(density[placement]), limit, day)
        rows.blame([int(came.row[placement])], "count", why)


def check_biomass(tables: Mapping[str, Rows], came: Stocked, counts: Populations) -> None:
    """Blame the placements with which a site is heavier than it may be.

    Fish that stood there are taken as they came: they have grown since, so what is too much then was more.
    """
    placements, areas = tables["placements"], tables["areas"]
    area, start = tables["containers"]["area"][placements["container"]], placements["start_date"]
    stop = np.where(placements["end_date"] == NULL, STANDING, placements["end_date"])
    each = np.divide(came.kg, came.fish, out=np.zeros_like(came.kg), where=came.fish > 0)
    each = np.nan_to_num(each)
    for site in np.flatnonzero(areas.given("max_biomass_kg")).tolist():
        mine = np.flatnonzero(area == site)
        for new in mine[each[mine] > 0].tolist():
            there = mine[(start[mine] <= start[new]) & (stop[mine] > start[new])]
            fish = counts.before(there, np.full(len(there), start[new] + 1, np.int64))
            kg, limit = float((fish * each[there]).sum()), float(areas["max_biomass_kg"][site])
            if kg > limit:
                name = str(areas[areas.table.named][site])
                why = refusals.too_much(name, kg, limit, as_date(start[new]))
                tables["movements"].blame([int(came.row[new])], "count", why)
