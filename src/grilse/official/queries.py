"""Published series, and the company's own figures beside them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from grilse.errors import GrilseError
from grilse.farm.models import Area
from grilse.growth.months import StockMonth, list_monthly_stock
from grilse.health.queries import LiceWeek, read_weekly_lice
from grilse.official.models import File, Site

SALMON = "LAKS"
Period = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteWeek:
    """What the authorities publish of a site and a week; None where nothing was reported."""

    adult_female: float | None
    mobile: float | None
    attached: float | None
    lice_limit: float | None
    over_limit: str
    sea_temperature_c: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaWeek:
    """The sites of a production area that counted in a week, all together."""

    sites: int
    adult_female: float | None
    """The mean of its sites."""
    over_limit: int
    """Sites above their limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LiceComparison:
    """Weeks of a site: its own counts, what was published of it, and of its production area."""

    area: str
    locality: int
    production_area: int
    weeks: list[Period]
    own: list[LiceWeek | None]
    site: list[SiteWeek | None]
    around: list[AreaWeek | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaMonth:
    """Stock of a production area at the end of a month, and what the month did to it."""

    fish: float | None
    biomass_kg: float | None
    deaths: float | None
    feed_kg: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BiomassComparison:
    """Months of a production area: the company's sites in it, and what was published of all."""

    production_area: int
    species: str
    areas: list[str]
    """Of the company, in it."""
    months: list[Period]
    own: list[StockMonth | None]
    published: list[AreaMonth | None]


def get_area(area: str | int) -> Area:
    """Return an area by its name or id, refusing one that is not there; one statement.

    A name that reads as an id is the name.
    """
    known = {place.name: place for place in Area.objects.filter(_build_area_filter(f"{area}"))}
    place = known.pop(f"{area}", None) or next(iter(known.values()), None)
    if place is None:
        raise GrilseError(f"there is no area {area}", field="area")
    return place


def read_files(limit: int = 100) -> list[dict[str, Any]]:
    """Return the files that were taken in, the newest first; one statement."""
    rows = File.objects.order_by("-id").values_list(*FILE_FIELDS, "author__username")
    return [dict(zip((*FILE_FIELDS, "author"), row, strict=True)) for row in rows[:limit]]


def read_sites() -> list[dict[str, Any]]:
    """Return the areas that authorities know, by their names; one statement."""
    rows = Site.objects.order_by("area__name").values_list("area__name", "locality", "production_area")
    return [{"area": area, "locality": locality, "production_area": number} for area, locality, number in rows]


def compare_lice(area: str) -> LiceComparison:
    """Return a site's weeks beside what was published of it and around it; five statements."""
    place = get_area(area)
    site = Site.objects.filter(area=place).first()
    if site is None:
        raise GrilseError(f"{place} has no locality: say which site of the authorities it is", field="area")
    own = {(week.year, week.week): week for week in read_weekly_lice(place.pk)}
    official = dict(_site_weeks(site.locality))
    weeks = sorted(own.keys() | official.keys())
    around = dict(_area_weeks(site.production_area, weeks)) if weeks else {}
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
    """Return the months of a production area beside the company's stock in it; three statements."""
    here = Site.objects.filter(production_area=production_area).order_by("area__name")
    areas = dict(here.values_list("area_id", "area__name"))
    own = {(month.year, month.month): month for month in list_monthly_stock(list(areas))}
    published = dict(_area_months(production_area, species))
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


def _site_weeks(locality: int) -> Iterator[tuple[Period, SiteWeek]]:
    for year, week, female, mobile, attached, limit, over, temperature in _fetch_rows(SITE, [locality]):
        yield (
            (year, week),
            SiteWeek(
                adult_female=female,
                mobile=mobile,
                attached=attached,
                lice_limit=limit,
                over_limit=over,
                sea_temperature_c=temperature,
            ),
        )


def _area_weeks(production_area: int, weeks: list[Period]) -> Iterator[tuple[Period, AreaWeek]]:
    given = [production_area, *weeks[0], *weeks[-1]]
    for year, week, sites_, female, over in _fetch_rows(AROUND, given):
        yield (year, week), AreaWeek(sites=sites_, adult_female=female, over_limit=over)


def _area_months(production_area: int, species: str) -> Iterator[tuple[Period, AreaMonth]]:
    for year, month, fish, kg, deaths, feed in _fetch_rows(MONTHS, [production_area, species]):
        yield (year, month), AreaMonth(fish=fish, biomass_kg=kg, deaths=deaths, feed_kg=feed)


def _fetch_rows(query: str, given: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(given))
        return cursor.fetchall()


FILE_FIELDS = ("id", "kind", "name", "at", "rows", "new", "revised", "unchanged", "sha256")
ID_PATTERN = re.compile("[0-9]{1,18}")
SITE = """
SELECT year, week, adult_female, mobile, attached, lice_limit, over_limit, sea_temperature_c
  FROM official_lice WHERE locality = %s ORDER BY year, week
"""
AROUND = """
SELECT year, week, count(adult_female), avg(adult_female), count(*) FILTER (WHERE over_limit = 'yes')
  FROM official_lice
 WHERE production_area = %s AND (year, week) BETWEEN (%s, %s) AND (%s, %s)
 GROUP BY year, week ORDER BY year, week
"""
MONTHS = """
SELECT year, month, sum(fish), sum(biomass_kg), sum(deaths), sum(feed_kg)
  FROM official_biomass WHERE production_area = %s AND species = %s
 GROUP BY year, month ORDER BY year, month
"""
