"""The sea and freshwater sites of a company. Each function is one statement."""

from dataclasses import dataclass
from typing import Literal

from grilse.farm.models import Hall
from grilse.listing.sql import fetch_rows

PlaceKind = Literal["area", "station"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A sea site (area) or freshwater site (station)."""

    kind: PlaceKind
    id: int
    name: str
    geography: int
    geography_name: str
    latitude: float | None
    longitude: float | None
    max_biomass_kg: float | None
    """Of a sea site."""


def list_places() -> list[Place]:
    """Return all sites, those at sea first, by geography and name."""
    return [Place(**row) for row in fetch_rows(PLACES)]


def read_hall_stations() -> dict[int, int]:
    """Return the station of each hall."""
    return dict(Hall.objects.values_list("pk", "station"))


PLACES = """
SELECT place.*, g.name AS geography_name
  FROM (SELECT 'area' AS kind, id, name, geography_id AS geography, latitude, longitude, max_biomass_kg FROM farm_area
         UNION ALL
        SELECT 'station', id, name, geography_id, latitude, longitude, NULL FROM farm_station) place
  JOIN farm_geography g ON g.id = place.geography
 ORDER BY g.name, place.kind, place.name, place.id
"""
