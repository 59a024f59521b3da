"""Published series compared with the company's own figures."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Q

from grilse.errors import GrilseError
from grilse.farm.models import Area
from grilse.growth.queries import StockMonth, list_monthly_stock
from grilse.health.queries import LiceWeek, read_weekly_lice
from grilse.official.models import File, Site

SALMON = "LAKS"
Period = tuple[int, int]
Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteWeek:
    """The published figures of a site and week; None where nothing was reported."""

    adult_female: float | None
    mobile: float | None
    attached: float | None
    lice_limit: float | None
    over_limit: str
    sea_temperature_c: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaWeek:
    """The sites of a production area that counted lice in a week, as a whole."""

    sites: int
    adult_female: float | None
    """The mean of its sites."""
    over_limit: int
    """Sites above their limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LiceComparison:
    """Weeks of a site: its own counts, and the published figures of the site and its production area."""

    area: str
    locality: int
    production_area: int
    weeks: list[Period]
    own: list[LiceWeek | None]
    site: list[SiteWeek | None]
    around: list[AreaWeek | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaMonth:
    """Stock of a production area at the end of a month, and its changes in the month."""

    fish: float | None
    biomass_kg: float | None
    deaths: float | None
    feed_kg: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BiomassComparison:
    """Months of a production area: the company's stock in it, and the published figures."""

    production_area: int
    species: str
    areas: list[str]
    """The company's areas in it."""
    months: list[Period]
    own: list[StockMonth | None]
    published: list[AreaMonth | None]


def get_area(area: str | int) -> Area:
    """Return an area by its name or id; refuse an unknown one; one statement.

    A name that looks like an id is taken as the name.
    """
    known = {place.name: place for place in Area.objects.filter(_build_area_filter(f"{area}"))}
    place = known.pop(f"{area}", None) or next(iter(known.values()), None)
    if place is None:
        raise GrilseError(f"there is no area {area}", field="area")
    return place


def read_files(limit: int = 100) -> list[dict[str, Any]]:
    """Return the imported files, newest first; one statement."""
    rows = File.objects.order_by("-id").values_list(*FILE_FIELDS, "author__username")
    return [dict(zip((*FILE_FIELDS, "author"), row, strict=True)) for row in rows[:limit]]


def read_sites() -> list[dict[str, Any]]:
    """Return the areas with a locality, by name; one statement."""
    rows = Site.objects.order_by("area__name").values_list("area__name", "locality", "production_area")
    return [{"area": area, "locality": locality, "production_area": number} for area, locality, number in rows]


def compare_lice(area: str) -> LiceComparison:
    """Return a site's weeks with the published figures of the site and its production area; five statements."""
    place = get_area(area)
    site = Site.objects.filter(area=place).first()
    if site is None:
        raise GrilseError(f"{place} has no locality: say which site of the authorities it is", field="area")
    own = {(week.year, week.week): week for week in read_weekly_lice(place.pk)}
    official = _read_periods(SiteWeek, SITE, [site.locality])
    weeks = sorted(own.keys() | official.keys())
    around = _read_periods(AreaWeek, AROUND, [site.production_area, *weeks[0], *weeks[-1]]) if weeks else {}
    return LiceComparison(
        area=place.name,
        locality=site.locality,
        production_area=site.production_area,
        weeks=weeks,
        own=[own.get(week) for week in weeks],
        site=[official.get(week) for week in weeks],
        around=[around.get(week) for week in weeks],
    )


def compare_biomass(production_area: int, species: str = SALMON) -> BiomassComparison:
    """Return the months of a production area with the company's stock in it; three statements."""
    here = Site.objects.filter(production_area=production_area).order_by("area__name")
    areas = dict(here.values_list("area_id", "area__name"))
    own = {(month.year, month.month): month for month in list_monthly_stock(list(areas))}
    published = _read_periods(AreaMonth, MONTHS, [production_area, species])
    months = sorted(own.keys() | published.keys())
    return BiomassComparison(
        production_area=production_area,
        species=species,
        areas=list(areas.values()),
        months=months,
        own=[own.get(month) for month in months],
        published=[published.get(month) for month in months],
    )


def _build_area_filter(area: str) -> Q:
    named = Q(name=area)
    return named | Q(pk=int(area)) if ID_PATTERN.fullmatch(area) else named


def _read_periods(row_class: type[Row], query: str, given: Iterable[Any]) -> dict[Period, Row]:
    """Return rows by their year and week or month; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(query, list(given))
        names = [column[0] for column in cursor.description[2:]]
        return {
            (year, period): row_class(**dict(zip(names, values, strict=True)))
            for year, period, *values in cursor.fetchall()
        }


FILE_FIELDS = ("id", "kind", "name", "at", "rows", "new", "revised", "unchanged", "sha256")
ID_PATTERN = re.compile("[0-9]{1,18}")
SITE = """
SELECT year, week, adult_female, mobile, attached, lice_limit, over_limit, sea_temperature_c
  FROM official_lice WHERE locality = %s ORDER BY year, week
"""
AROUND = """
SELECT year, week, count(adult_female) AS sites, avg(adult_female) AS adult_female,
       count(*) FILTER (WHERE over_limit = 'yes') AS over_limit
  FROM official_lice
 WHERE production_area = %s AND (year, week) BETWEEN (%s, %s) AND (%s, %s)
 GROUP BY year, week ORDER BY year, week
"""
MONTHS = """
SELECT year, month, sum(fish) AS fish, sum(biomass_kg) AS biomass_kg, sum(deaths) AS deaths, sum(feed_kg) AS feed_kg
  FROM official_biomass WHERE production_area = %s AND species = %s
 GROUP BY year, month ORDER BY year, month
"""
