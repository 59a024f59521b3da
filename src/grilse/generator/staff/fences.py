"""Circles around sites, none into another."""

from collections.abc import Sequence

import numpy as np

from grilse.generator.sites import Area, Station
from grilse.generator.staff.figures import chosen
from grilse.generator.staff.ways import DEGREE_KM
from grilse.generator.world import World
from grilse.science.arrays import Floats

LEAST_M = 20.0


def fenced(world: World) -> tuple[Station | Area, ...]:
    """Return the sites that have fences: all of the world."""
    return (*world.stations, *world.areas)


def radii(sites: Sequence[Station | Area]) -> Floats:
    """Return the radius of each site's fence, metres."""
    about = chosen()["fences"]
    latitude = np.array([site.latitude for site in sites])
    longitude = np.array([site.longitude for site in sites])
    shorter = np.cos(np.radians(latitude))[:, None]
    away = np.hypot(latitude[:, None] - latitude, (longitude[:, None] - longitude) * shorter)
    np.fill_diagonal(away, np.inf)
    nearest_m = away.min(axis=1, initial=np.inf) * DEGREE_KM * 1000
    wanted = np.array([about["area" if isinstance(site, Area) else "station"] for site in sites], np.float64)
    return np.maximum(np.minimum(wanted, about["share_of_nearest"] * nearest_m), LEAST_M)
