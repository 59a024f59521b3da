"""Active placements of a day with their last days of states, and what sites hold. Two statements for a company."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from grilse.bulk.copy import read_columns
from grilse.farm.site_names import CONTAINER_LABEL, PLAIN_SITE_NAME, SITE_NAME
from grilse.listing.sql import fetch_rows
from grilse.science.arrays import Floats, Indices
from grilse.science.days import to_epoch_day
from grilse.stock.changes import get_psycopg_connection
from grilse.stock.queries import GEOGRAPHY_JOINS

MORTALITY_WINDOWS = (7, 30, 90)
"""Days of the mortalities that pages show."""
STATE_KINDS = {
    "placement": "int8",
    "date": "date",
    "count": "int4",
    "deaths": "int4",
    "weight_g": "float4",
    "biomass_kg": "float4",
    "feed_kg": "float4",
    "provenance": "int4",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivePen:
    """A placement that is active on a day, with the place and the limits of its container."""

    placement: int
    name: str
    batch: int
    number: str
    container: int
    container_name: str
    area: int | None
    hall: int | None
    station: int | None
    site: str
    """The sea area or hall."""
    geography: int
    geography_name: str
    stage_order: int
    stage: str
    water: str
    start: date
    volume_m3: float
    max_density_kg_m3: float | None
    max_biomass_kg: float | None
    """Of its sea area."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PenHistory:
    """The active pens of a day and their states of the last days; NaN where a pen has no state."""

    day: date
    pens: list[ActivePen]
    columns: dict[str, Floats]
    """By name of the state, shape (pens, days), the day last."""

    def get_latest(self, name: str) -> Floats:
        """Return the last known value of each pen, shape (pens,); NaN where there is none."""
        return take_last_known(self.columns[name])

    def compute_density(self) -> Floats:
        """Return the stocking density of each pen, kg/m³, shape (pens,)."""
        return self.get_latest("biomass_kg") / np.array([pen.volume_m3 for pen in self.pens], dtype=np.float64)

    def sum_window(self, days: int) -> tuple[Floats, Floats]:
        """Return the dead and the mean number of fish at risk of each pen in the last days, both of shape (pens,)."""
        return sum_deaths(self.columns["deaths"][:, -days:], self.columns["count"][:, -days:])

    def compute_mortality(self, days: int) -> Floats:
        """Return the mortality of each pen in the last days, %, shape (pens,)."""
        return compute_mortality_pct(*self.sum_window(days))


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteSummary:
    """What a sea area or hall holds on a day; figures are of its active pens, None where nothing is estimated."""

    geography: int
    geography_name: str
    area: int | None
    hall: int | None
    station: int | None
    site: str
    pens: int
    fish: float
    biomass_kg: float
    max_biomass_kg: float | None
    mean_weight_g: float | None
    densest_share: float | None
    """The highest density of a pen, as a share of its limit."""
    mortality_7_pct: float | None
    mortality_30_pct: float | None
    mortality_90_pct: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupStock:
    """What a group of pens holds."""

    pens: int
    fish: float
    biomass_kg: float
    mean_weight_g: float | None
    mortality_pct: Mapping[int, float | None]
    """By the days of the window."""


def read_pen_history(
    day: date,
    days: int = max(MORTALITY_WINDOWS),
    *,
    area: int | None = None,
    hall: int | None = None,
    station: int | None = None,
    container: int | None = None,
) -> PenHistory:
    """Return the pens that are active on a day, of the company or of one place, with their states of the last days.

    Two statements.
    """
    place = {"area": area, "hall": hall, "station": station, "container": container}
    statement = ACTIVE_PENS if set(place.values()) == {None} else ACTIVE_PENS_OF_PLACE
    pens = [ActivePen(**row) for row in fetch_rows(statement, {"day": day, **place})]
    placements = np.array([pen.placement for pen in pens], dtype=np.int64)
    parameters = {"placements": placements.tolist(), "first": to_epoch_day(day) - days + 1, "days": days}
    rows = read_columns(get_psycopg_connection(), LAST_STATES, STATE_KINDS, parameters)
    row = np.searchsorted(placements, rows["placement"])
    column = rows["date"] - parameters["first"]
    columns = {}
    for name in list(STATE_KINDS)[2:]:
        columns[name] = np.full((len(pens), days), np.nan)
        columns[name][row, column] = rows[name]
    return PenHistory(day=day, pens=pens, columns=columns)


def summarize_sites(history: PenHistory) -> list[SiteSummary]:
    """Return what each site holds, by the names of geography and site."""
    keys = [(pen.geography_name, pen.site, pen.area or 0, pen.hall or 0) for pen in history.pens]
    position = {key: i for i, key in enumerate(sorted(set(keys)))}
    return _summarize_groups(history, np.array([position[key] for key in keys], dtype=np.int64), len(position))


def summarize_pens(history: PenHistory) -> SiteSummary | None:
    """Return what all pens hold together, under the name of one of their sites; None without a pen."""
    if not history.pens:
        return None
    return _summarize_groups(history, np.zeros(len(history.pens), dtype=np.int64), 1)[0]


def _summarize_groups(history: PenHistory, group: Indices, groups: int) -> list[SiteSummary]:
    first = dict(reversed(list(zip(group.tolist(), history.pens, strict=True))))
    windows = {days: history.sum_window(days) for days in MORTALITY_WINDOWS}
    stocks = sum_groups(group, groups, history.get_latest("count"), history.get_latest("biomass_kg"), windows)
    limits = np.array([pen.max_density_kg_m3 or np.nan for pen in history.pens], dtype=np.float64)
    densest = np.full(groups, np.nan)
    np.fmax.at(densest, group, history.compute_density() / limits)
    return [
        SiteSummary(
            geography=first[i].geography,
            geography_name=first[i].geography_name,
            area=first[i].area,
            hall=first[i].hall,
            station=first[i].station,
            site=first[i].site,
            pens=stock.pens,
            fish=stock.fish,
            biomass_kg=stock.biomass_kg,
            max_biomass_kg=first[i].max_biomass_kg,
            mean_weight_g=stock.mean_weight_g,
            densest_share=none_if_unknown(densest[i]),
            mortality_7_pct=stock.mortality_pct[7],
            mortality_30_pct=stock.mortality_pct[30],
            mortality_90_pct=stock.mortality_pct[90],
        )
        for i, stock in enumerate(stocks)
    ]


def sum_groups(
    group: Indices, groups: int, fish: Floats, biomass_kg: Floats, windows: Mapping[int, tuple[Floats, Floats]]
) -> list[GroupStock]:
    """Return what groups of pens hold.

    Parameters
    ----------
    group : the group of each pen, from 0 to `groups` - 1
    fish, biomass_kg : of each pen, NaN where they are not known
    windows : by days, the dead and the mean number at risk of each pen

    """

    def add_up(values: Floats) -> Floats:
        return np.bincount(group, weights=np.nan_to_num(values), minlength=groups).astype(np.float64)

    pens, count, biomass = np.bincount(group, minlength=groups), add_up(fish), add_up(biomass_kg)
    mortality = {
        days: compute_mortality_pct(add_up(dead), add_up(at_risk)).tolist() for days, (dead, at_risk) in windows.items()
    }
    return [
        GroupStock(
            pens=int(pens[i]),
            fish=float(count[i]),
            biomass_kg=float(biomass[i]),
            mean_weight_g=1000 * float(biomass[i]) / float(count[i]) if count[i] > 0 else None,
            mortality_pct={days: none_if_unknown(values[i]) for days, values in mortality.items()},
        )
        for i in range(groups)
    ]


def none_if_unknown(value: float) -> float | None:
    """Return a number, None instead of NaN."""
    return float(value) if np.isfinite(value) else None


def take_last_known(columns: Floats) -> Floats:
    """Return the last finite value of each row, shape (n,); NaN where a row has none."""
    known = np.isfinite(columns)
    last = columns.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    return np.where(known.any(axis=1), columns[np.arange(len(columns)), last], np.nan)


def sum_deaths(deaths: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Return the dead and the mean number at risk of rows of days, shape (n,): the dead were at risk for half a day."""
    known = np.isfinite(count)
    at_risk = np.where(known, count + np.nan_to_num(deaths) / 2, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.nansum(deaths, axis=1), np.where(known.any(axis=1), at_risk, np.nan)


def compute_mortality_pct(dead: Floats, at_risk: Floats) -> Floats:
    """Return the share of fish that die at the rate dead / mean number at risk, %; NaN where no fish were at risk."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(at_risk > 0, dead / at_risk, np.nan)
    return np.asarray(-100 * np.expm1(-rate))


ACTIVE = """
SELECT p.id AS placement, p.name, p.batch_id AS batch, b.number, p.container_id AS container,
       {container} AS container_name, c.area_id AS area, c.hall_id AS hall, h.station_id AS station,
       {site} AS site, g.id AS geography, g.name AS geography_name, s."order" AS stage_order, s.name AS stage,
       s.water, p.start, c.volume_m3, c.max_density_kg_m3, a.max_biomass_kg
  FROM stock_placement p
  JOIN stock_batch b ON b.id = p.batch_id
  JOIN stock_stage s ON s.id = p.stage_id
  JOIN farm_container c ON c.id = p.container_id
  {joins}
 WHERE p.start <= %(day)s AND coalesce(p.stop, 'infinity') > %(day)s
   AND (%(area)s::bigint IS NULL OR c.area_id = %(area)s) AND (%(hall)s::bigint IS NULL OR c.hall_id = %(hall)s)
   AND (%(station)s::bigint IS NULL OR h.station_id = %(station)s)
   AND (%(container)s::bigint IS NULL OR c.id = %(container)s)
 ORDER BY p.id
"""
ACTIVE_PENS = ACTIVE.format(container=CONTAINER_LABEL, site=SITE_NAME, joins=GEOGRAPHY_JOINS)
# At one place names are unique: what tells those of several sites apart takes longer to plan than to read the pens.
ACTIVE_PENS_OF_PLACE = ACTIVE.format(container="c.name", site=PLAIN_SITE_NAME, joins=GEOGRAPHY_JOINS)
LAST_STATES = """
SELECT s.placement_id AS placement, s.date, s.count, s.deaths, s.hindsight_weight_g AS weight_g,
       s.hindsight_biomass_kg AS biomass_kg, s.feed_kg, s.provenance
  FROM growth_dailystate s
 WHERE s.placement_id = ANY(%(placements)s::bigint[])
   AND s.date >= date '1970-01-01' + %(first)s::int AND s.date < date '1970-01-01' + %(first)s::int + %(days)s::int
"""
