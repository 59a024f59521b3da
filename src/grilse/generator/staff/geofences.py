"""Circles around all sites that do not overlap."""

from dataclasses import dataclass

import numpy as np

from grilse.generator.staff.routes import DEGREE_KM
from grilse.generator.staff.settings import load_staff_settings
from grilse.generator.world.sites import WorldArea, WorldStation
from grilse.generator.world.world import World
from grilse.science.arrays import Floats

LEAST_M = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Geofences:
    """The fences of all sites of a world, in their order."""

    sites: tuple[WorldStation | WorldArea, ...]
    latitude: Floats
    longitude: Floats
    radius_m: Floats


def build_geofences(world: World) -> Geofences:
    """Return the fences of a world; a radius is limited by the distance to the nearest site."""
    settings = load_staff_settings()["fences"]
    sites = (*world.stations, *world.areas)
    latitude = np.array([site.latitude for site in sites])
    longitude = np.array([site.longitude for site in sites])
    shorter = np.cos(np.radians(latitude))[:, None]
    distance = np.hypot(latitude[:, None] - latitude, (longitude[:, None] - longitude) * shorter)
    np.fill_diagonal(distance, np.inf)
    nearest_m = distance.min(axis=1, initial=np.inf) * DEGREE_KM * 1000
    default = np.array([settings["area" if isinstance(site, WorldArea) else "station"] for site in sites], np.float64)
    radius = np.maximum(np.minimum(default, settings["share_of_nearest"] * nearest_m), LEAST_M)
    return Geofences(sites=sites, latitude=latitude, longitude=longitude, radius_m=radius)
