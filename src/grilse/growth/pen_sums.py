"""Sums of the last days of every active pen, added up by the server; what pages show of many sites."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from grilse.bulk.copy import read_columns
from grilse.growth.pen_history import MORTALITY_WINDOWS, GroupStock, sum_groups
from grilse.science.arrays import Floats, Indices, Mask
from grilse.stock.changes import get_psycopg_connection

PEN_KINDS = {"placement": "int8", "container": "int8", "area": "int8", "station": "int8"}
STOCK_KINDS = {"fish": "float8", "biomass_kg": "float8"}
SUM_KINDS = {f"{name}_{days}": "float8" for days in MORTALITY_WINDOWS for name in ("dead", "fish_days", "days")}


@dataclass(frozen=True, kw_only=True, slots=True)
class PenSums:
    """The active pens of a day with their sums of the last days; shapes (pens,)."""

    placement: NDArray[np.int64]
    container: NDArray[np.int64]
    area: NDArray[np.int64]
    """-1 of a pen in a hall."""
    station: NDArray[np.int64]
    """-1 of a pen at sea."""
    fish: Floats
    biomass_kg: Floats
    windows: Mapping[int, tuple[Floats, Floats]]
    """By days, the dead and the mean number at risk."""

    def select(self, chosen: Mask) -> "PenSums":
        """Return some of the pens."""
        return PenSums(
            **{name: getattr(self, name)[chosen] for name in PEN_KINDS | STOCK_KINDS},
            windows={days: (dead[chosen], at_risk[chosen]) for days, (dead, at_risk) in self.windows.items()},
        )

    def sum_groups(self, group: Indices, groups: int) -> list[GroupStock]:
        """Return what groups of the pens hold; `group` is the group of each pen."""
        return sum_groups(group, groups, self.fish, self.biomass_kg, self.windows)


def read_pen_sums(day: date) -> PenSums:
    """Return the pens that are active on a day, with their last states and the sums of the last days; one statement."""
    kinds = PEN_KINDS | STOCK_KINDS | SUM_KINDS
    rows = read_columns(get_psycopg_connection(), PEN_SUMS, kinds, {"day": day})
    return PenSums(
        **{name: rows[name] for name in PEN_KINDS | STOCK_KINDS},
        windows={days: _find_window(rows, days) for days in MORTALITY_WINDOWS},
    )


def _find_window(rows: Mapping[str, Floats], days: int) -> tuple[Floats, Floats]:
    dead = np.nan_to_num(rows[f"dead_{days}"])
    known = rows[f"days_{days}"]
    at_risk = (rows[f"fish_days_{days}"] + dead / 2) / np.where(known > 0, known, np.nan)
    return dead, at_risk


def _build_window_sql(days: int) -> str:
    # The states are those of the longest window.
    condition = "" if days == LONGEST else f"FILTER (WHERE s.date > %(day)s::date - {days})"
    return (
        f"(sum(s.deaths) {condition})::float8 AS dead_{days}, (sum(s.count) {condition})::float8 AS fish_days_{days},"
        f" (count(s.count) {condition})::float8 AS days_{days}"
    )


LONGEST = max(MORTALITY_WINDOWS)
STATES_OF_PEN = f"""growth_dailystate s
   WHERE s.placement_id = a.placement AND s.date > %(day)s::date - {LONGEST} AND s.date <= %(day)s::date"""
PEN_SUMS = f"""
WITH active AS MATERIALIZED (
  SELECT p.id AS placement, p.container_id AS container, c.area_id AS area, h.station_id AS station
    FROM stock_placement p
    JOIN farm_container c ON c.id = p.container_id
    LEFT JOIN farm_hall h ON h.id = c.hall_id
   WHERE p.start <= %(day)s AND coalesce(p.stop, 'infinity') > %(day)s
)
SELECT a.*, latest.*, sums.*
  FROM active a
 CROSS JOIN LATERAL (
  SELECT {", ".join(map(_build_window_sql, MORTALITY_WINDOWS))}
    FROM {STATES_OF_PEN}
 ) sums
  LEFT JOIN LATERAL (
  SELECT s.count::float8 AS fish, s.hindsight_biomass_kg::float8 AS biomass_kg
    FROM {STATES_OF_PEN} AND s.count IS NOT NULL
   ORDER BY s.date DESC LIMIT 1
 ) latest ON true
"""
