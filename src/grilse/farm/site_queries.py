"""Sites and containers by their ids. Each function is one statement."""

from dataclasses import dataclass

from grilse.farm.models import Area, Station
from grilse.farm.site_names import PLAIN_SITE_NAME
from grilse.listing.sql import fetch_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteFacts:
    """What is fixed of a sea area or a station."""

    area: int | None
    station: int | None
    name: str
    geography_id: int
    geography: str
    time_zone: str
    max_biomass_kg: float | None = None
    fallow_days: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerOfSite:
    """A container of a site, with its hall."""

    id: int
    name: str
    kind: str
    hall: str
    """Empty at sea."""
    hall_fallow_days: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerFacts:
    """What is fixed of a container."""

    id: int
    name: str
    kind: str
    area: int | None
    station: int | None
    site: str
    """The sea area or hall."""
    station_name: str
    """Empty at sea."""
    geography_id: int
    geography: str
    time_zone: str
    volume_m3: float
    max_density_kg_m3: float | None


def find_area(id: int) -> SiteFacts | None:
    """Return a sea area."""
    names = ("name", "geography_id", "geography__name", "geography__time_zone", "max_biomass_kg", "fallow_days")
    for name, geography_id, geography, zone, biomass, fallow in Area.objects.filter(pk=id).values_list(*names):
        return SiteFacts(
            area=id,
            station=None,
            name=name,
            geography_id=geography_id,
            geography=geography,
            time_zone=zone,
            max_biomass_kg=biomass,
            fallow_days=fallow,
        )
    return None


def find_station(id: int) -> SiteFacts | None:
    """Return a station."""
    names = ("name", "geography_id", "geography__name", "geography__time_zone")
    for name, geography_id, geography, zone in Station.objects.filter(pk=id).values_list(*names):
        return SiteFacts(
            area=None, station=id, name=name, geography_id=geography_id, geography=geography, time_zone=zone
        )
    return None


def find_container_facts(id: int) -> ContainerFacts | None:
    """Return a container."""
    return next((ContainerFacts(**row) for row in fetch_rows(CONTAINER, {"id": id})), None)


def list_containers(*, area: int | None = None, station: int | None = None) -> list[ContainerOfSite]:
    """Return the containers of a sea area, or of the halls of a station, by hall and name."""
    return [ContainerOfSite(**row) for row in fetch_rows(CONTAINERS, {"area": area, "station": station})]


CONTAINER = f"""
SELECT c.id, c.name, c.kind, c.area_id AS area, h.station_id AS station, {PLAIN_SITE_NAME} AS site,
       coalesce(t.name, '') AS station_name, g.id AS geography_id, g.name AS geography, g.time_zone, c.volume_m3,
       c.max_density_kg_m3
  FROM farm_container c
  LEFT JOIN farm_hall h ON h.id = c.hall_id
  LEFT JOIN farm_station t ON t.id = h.station_id
  LEFT JOIN farm_area a ON a.id = c.area_id
  JOIN farm_geography g ON g.id = coalesce(t.geography_id, a.geography_id)
 WHERE c.id = %(id)s
"""
CONTAINERS = """
SELECT c.id, c.name, c.kind, coalesce(h.name, '') AS hall, h.fallow_days AS hall_fallow_days
  FROM farm_container c
  LEFT JOIN farm_hall h ON h.id = c.hall_id
 WHERE c.area_id = %(area)s OR h.station_id = %(station)s
 ORDER BY h.stage_order, hall, c.name
"""
