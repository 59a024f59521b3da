"""What every site holds, and how its fish are, on a day: a constant number of statements for a company."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from grilse.environment.queries import read_daily_water
from grilse.farm.queries import Place
from grilse.feeding.queries import list_site_feed
from grilse.growth.pen_history import GroupStock, none_if_unknown
from grilse.growth.pen_sums import PenSums, read_pen_sums
from grilse.health.queries import SiteLiceWeek, read_site_lice
from grilse.science.arrays import Floats, Indices
from grilse.stock.queries import list_last_records

LICE_WEEKS = 4
"""Weeks in which a lice count is shown."""
OXYGEN_DAYS = 7
"""Days whose lowest oxygen is shown."""
Key = tuple[str, int]
"""Kind and id of a place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteFigures:
    """The figures of a site or of several sites together; None where there is none."""

    name: str
    place: Place | None
    """None of several sites."""
    stock: GroupStock
    limit_kg: float | None
    """The biomass limit of the sea sites with fish."""
    limited_kg: float | None
    """The biomass under it."""
    lice: SiteLiceWeek | None
    feed_days: float | None
    """Of several halls or sites, those of the first that runs out."""
    oxygen_pct: float | None
    """The lowest saturation of the last days."""
    last_sample: date | None

    @property
    def limit_pct(self) -> float | None:
        """How much of the biomass limit is used."""
        return None if not self.limit_kg or self.limited_kg is None else 100 * self.limited_kg / self.limit_kg


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteOverview:
    """The figures of sites, of each geography and of all together."""

    sites: list[SiteFigures]
    geographies: dict[int, SiteFigures]
    total: SiteFigures


def read_site_overview(day: date, places: Sequence[Place], *, total: str) -> SiteOverview:
    """Return the figures of places on a day; five statements."""
    every = read_pen_sums(day)
    position: dict[Key, int] = {(place.kind, place.id): i for i, place in enumerate(places)}
    site = np.array([position.get(key, -1) for key in _list_pen_keys(every)], dtype=np.int64)
    sums, site = every.select(site >= 0), site[site >= 0]
    names = {place.geography: place.geography_name for place in places}
    order = {geography: i for i, geography in enumerate(names)}
    geography = np.array([order[place.geography] for place in places], dtype=np.int64)
    sites = _read_sites(day, places, sums, site)
    stocks = sums.sum_groups(geography[site], len(names))
    return SiteOverview(
        sites=sites,
        geographies={
            id: _add_up(names[id], [row for row in sites if row.place and row.place.geography == id], stock)
            for id, stock in zip(names, stocks, strict=True)
        },
        total=_add_up(total, sites, *sums.sum_groups(np.zeros_like(site), 1)),
    )


def _list_pen_keys(sums: PenSums) -> list[Key]:
    return [
        ("area", area) if area >= 0 else ("station", station)
        for area, station in zip(sums.area.tolist(), sums.station.tolist(), strict=True)
    ]


def _read_sites(day: date, places: Sequence[Place], sums: PenSums, site: Indices) -> list[SiteFigures]:
    lice = {week.area: week for week in read_site_lice(day, LICE_WEEKS) if week.adult_female is not None}
    feed = _find_feed_days(day)
    oxygen = _find_lowest_oxygen(day, sums, site, len(places))
    samples = _find_last_samples(day, sums, site)
    return [
        SiteFigures(
            name=place.name,
            place=place,
            stock=stock,
            limit_kg=place.max_biomass_kg if stock.pens else None,
            limited_kg=stock.biomass_kg if stock.pens and place.max_biomass_kg else None,
            lice=lice.get(place.id) if place.kind == "area" and stock.pens else None,
            feed_days=feed.get((place.kind, place.id)),
            oxygen_pct=none_if_unknown(oxygen[i]),
            last_sample=samples.get(i),
        )
        for i, (place, stock) in enumerate(zip(places, sums.sum_groups(site, len(places)), strict=True))
    ]


def _find_feed_days(day: date) -> dict[Key, float]:
    days: dict[Key, float] = {}
    for store in list_site_feed(day):
        key = ("area", store.area) if store.area is not None else ("station", store.station or 0)
        if store.days_left is not None:
            days[key] = min(store.days_left, days.get(key, np.inf))
    return days


def _find_lowest_oxygen(day: date, sums: PenSums, site: Indices, places: int) -> Floats:
    lowest = np.full(places, np.nan)
    if sums.container.size:
        water = read_daily_water(sums.container.tolist(), day, OXYGEN_DAYS)["oxygen_min"]
        np.fmin.at(lowest, site, np.fmin.reduce(water, axis=1))
    return lowest


def _find_last_samples(day: date, sums: PenSums, site: Indices) -> dict[int, date]:
    site_of_pen = dict(zip(sums.placement.tolist(), site.tolist(), strict=True))
    last: dict[int, date] = {}
    for pen in list_last_records(site_of_pen, day):
        if pen.weighed is not None:
            at = site_of_pen[pen.placement]
            last[at] = max(pen.weighed, last.get(at, pen.weighed))
    return last


def _add_up(name: str, sites: Sequence[SiteFigures], stock: GroupStock) -> SiteFigures:
    return SiteFigures(
        name=name,
        place=None,
        stock=stock,
        limit_kg=_apply(sum, (site.limit_kg for site in sites)),
        limited_kg=_apply(sum, (site.limited_kg for site in sites)),
        lice=None,
        feed_days=_apply(min, (site.feed_days for site in sites)),
        oxygen_pct=_apply(min, (site.oxygen_pct for site in sites)),
        last_sample=None,
    )


def _apply(function: Callable[[list[float]], float], values: Iterable[float | None]) -> float | None:
    """Return what a function makes of the known values, None where there is none."""
    known = [value for value in values if value is not None]
    return function(known) if known else None
