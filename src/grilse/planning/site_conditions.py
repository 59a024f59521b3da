"""Active pens of a group, the limits of their containers and areas, and typical sea temperatures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from grilse.growth.estimating.groups import NamedGroup
from grilse.growth.estimating.read import EstimationInputs
from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.temperature import LONGEST_YEAR, interpolate_year


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerLimits:
    """A tray, tank or pen with its limits."""

    name: str
    volume_m3: float
    max_density_kg_m3: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SeaTemperatureProfile:
    """Typical sea temperature by day of the year, from 1."""

    typical_c: Floats
    sd_c: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteConditions:
    """Limits and profiles by ids."""

    containers: dict[int, ContainerLimits]
    areas: dict[int, float | None]
    """Largest biomass allowed, kg."""
    profiles: dict[tuple[int, int | None], SeaTemperatureProfile]
    """By geography, and by area where it has a profile."""

    def find_profile(self, geography: int, area: int | None) -> SeaTemperatureProfile | None:
        """Return the profile of an area, otherwise of its geography, None where neither is known."""
        return self.profiles.get((geography, area)) or self.profiles.get((geography, None))


def read_site_conditions(containers: Sequence[int], areas: Sequence[int], geographies: Sequence[int]) -> SiteConditions:
    """Return the limits and profiles of some containers, areas and geographies."""
    arguments = {"containers": list(containers), "areas": list(areas), "geographies": list(geographies)}
    with connection.cursor() as cursor:
        cursor.execute(SITE_CONDITIONS, arguments)
        standing, limits, profiles = (json.loads(value or "[]") for value in cursor.fetchone())
    return SiteConditions(
        containers={
            id: ContainerLimits(name=name, volume_m3=volume, max_density_kg_m3=density)
            for id, name, volume, density in standing
        },
        areas=dict(limits),
        profiles={(geography, area): _build_profile(days) for geography, area, days in profiles},
    )


def _build_profile(days: list[list[Any]]) -> SeaTemperatureProfile:
    of_year, usual, spread = np.array(days, dtype=np.float64).T
    typical = interpolate_year(np.arange(1, LONGEST_YEAR + 1), of_year, usual)
    return SeaTemperatureProfile(typical_c=typical, sd_c=float(spread.mean()))


SITE_CONDITIONS = """
SELECT
  (SELECT json_agg(json_build_array(id, name, volume_m3, max_density_kg_m3)) FROM farm_container
    WHERE id = ANY(%(containers)s::bigint[]))::text,
  (SELECT json_agg(json_build_array(id, max_biomass_kg)) FROM farm_area
    WHERE id = ANY(%(areas)s::bigint[]))::text,
  (SELECT json_agg(json_build_array(geography_id, area_id, days)) FROM (
    SELECT geography_id, area_id,
           json_agg(json_build_array(day_of_year, temperature_c, sd_c) ORDER BY day_of_year) AS days
      FROM growth_temperatureprofile
     WHERE geography_id = ANY(%(geographies)s::bigint[])
       AND (area_id IS NULL OR area_id = ANY(%(areas)s::bigint[]))
     GROUP BY geography_id, area_id) p)::text
"""


Ids = Indices


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivePens:
    """Placements of a group with fish in them, shape (k,)."""

    day: int
    """The group's last day, days since 1970."""
    position: Ids
    """In the group."""
    batch: Ids
    """Position of the batch in the group."""
    stage: Ids
    sea: Mask
    placement: Ids
    container: Ids
    area: Ids
    """-1 on land."""
    hall: Ids
    """-1 at sea."""
    geography: Ids


def select_pens(known: EstimationInputs, named: NamedGroup, standing: Ids) -> ActivePens:
    """Return the pens at the given positions in the group."""
    ids, placements = named.placements[standing], known.placements
    order = np.argsort(placements["placement"])
    row = order[np.searchsorted(placements["placement"], ids, sorter=order)]
    of_group = named.group.placements
    return ActivePens(
        day=int(named.group.rows.day.max()),
        position=standing,
        batch=of_group.batch[standing],
        stage=of_group.stage[standing],
        sea=of_group.sea[standing],
        placement=ids,
        container=placements["container"][row],
        area=placements["area"][row],
        hall=placements["hall"][row],
        geography=placements["geography"][row],
    )
