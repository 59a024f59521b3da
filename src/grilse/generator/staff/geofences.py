"""Circles around sites, none into another."""

from collections.abc import Sequence

import numpy as np

from grilse.generator.staff.routes import DEGREE_KM
from grilse.generator.staff.settings import load_staff_settings
from grilse.generator.world.sites import WorldArea, WorldStation
from grilse.generator.world.world import World
from grilse.science.arrays import Floats

LEAST_M = 20.0


def list_fenced_sites(world: World) -> tuple[WorldStation | WorldArea, ...]:
    """Return the sites that have fences: all of the world."""
    return (*world.stations, *world.areas)


def compute_fence_radii(sites: Sequence[WorldStation | WorldArea]) -> Floats:
    """Return the radius of each site's fence, metres."""
    settings = load_staff_settings()["fences"]
    latitude = np.array([site.latitude for site in sites])
    longitude = np.array([site.longitude for site in sites])
    shorter = np.cos(np.radians(latitude))[:, None]
    distance = np.hypot(latitude[:, None] - latitude, (longitude[:, None] - longitude) * shorter)
    np.fill_diagonal(distance, np.inf)
    nearest_m = distance.min(axis=1, initial=np.inf) * DEGREE_KM * 1000
    default_radius = np.array(
        [settings["area" if isinstance(site, WorldArea) else "station"] for site in sites], np.float64
    )
    return np.maximum(np.minimum(default_radius, settings["share_of_nearest"] * nearest_m), LEAST_M)
