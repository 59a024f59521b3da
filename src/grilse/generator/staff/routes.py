"""Routes as a phone records them, and the geofences of sites."""

from dataclasses import dataclass, field

import numpy as np

from grilse.generator.staff.settings import load_staff_settings
from grilse.generator.world.sites import WorldArea, WorldStation
from grilse.generator.world.world import World
from grilse.science.arrays import Counts, Floats

Position = tuple[float, float]  # latitude and longitude, degrees
DEGREE_KM = 111.32
POSITION_INTERVAL = {"car": 10.0, "boat": 12.0, "ferry": 15.0, "foot": 8.0}  # minutes between positions
STAY_INTERVAL = 30.0
BEND = {"out": 0.06, "back": 0.25}  # of the length of a route: roads bend, and the way back differs
ROUTE_SPREAD_M = 9.0  # of a position on a route
STAY_SPREAD_SHARE = 0.14  # of the radius of the fence: how far people are from its centre
LEAST_M = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Trip:
    """One journey of a route."""

    kind: str
    mode: str
    purpose: str


@dataclass(frozen=True, slots=True)
class RouteTemplate:
    """The positions of a day without delays."""

    minute: Floats
    latitude: Floats
    longitude: Floats
    spread_m: Floats
    stays: Counts  # 1 at a site
    trip: Counts
    trips: tuple[Trip, ...]


@dataclass
class RouteBuilder:
    """Builds the route of a day from its start."""

    at: Position
    minute: float = 0.0
    trips: list[Trip] = field(default_factory=list)
    rows: list[Floats] = field(default_factory=list)

    def begin_trip(self, kind: str, mode: str, purpose: str) -> "RouteBuilder":
        """Begin a journey, five minutes after the previous one."""
        self.minute += 5.0 if self.trips else 0.0
        self.trips.append(Trip(kind=kind, mode=mode, purpose=purpose))
        return self

    def go_to(self, to: Position, *, back: bool = False) -> "RouteBuilder":
        """Go to a position with the transport mode of the journey."""
        mode = self.trips[-1].mode
        length = compute_distance_km(self.at, to)
        minutes = max(60.0 * length / load_staff_settings()["speeds"][mode], 2.0)
        share = np.linspace(0.0, 1.0, max(round(minutes / POSITION_INTERVAL[mode]), 3) + 1)
        bend = BEND["back" if back else "out"] * np.sin(np.pi * share)
        north, east = to[0] - self.at[0], to[1] - self.at[1]
        # The bend is perpendicular to the route; a degree of longitude is shorter than one of latitude.
        shorter = np.cos(np.radians(self.at[0]))
        latitude = self.at[0] + share * north - bend * east * shorter
        longitude = self.at[1] + share * east + bend * north / shorter
        self._add_positions(share * minutes, latitude, longitude, ROUTE_SPREAD_M, stays=0)
        self.at, self.minute = to, self.minute + minutes + 1.0
        return self

    def stay_for(self, minutes: float, radius_m: float) -> "RouteBuilder":
        """Stay at the current position."""
        since = np.linspace(0.0, minutes, max(round(minutes / STAY_INTERVAL), 1) + 1)
        place = np.ones(since.size)
        self._add_positions(since, place * self.at[0], place * self.at[1], radius_m * STAY_SPREAD_SHARE, stays=1)
        self.minute += minutes + 1.0
        return self

    def build_template(self) -> RouteTemplate:
        """Return the route."""
        minute, latitude, longitude, spread, stays, trip = np.concatenate(self.rows, axis=1)
        return RouteTemplate(
            minute, latitude, longitude, spread, stays.astype(np.int64), trip.astype(np.int64), tuple(self.trips)
        )

    def _add_positions(self, since: Floats, latitude: Floats, longitude: Floats, spread_m: float, stays: int) -> None:
        constants = np.array([[spread_m], [stays], [len(self.trips) - 1]])
        constant = np.broadcast_to(constants, (3, since.size))
        self.rows.append(np.concatenate([[self.minute + since, latitude, longitude], constant]))


def compute_distance_km(start: Position, end: Position) -> float:
    """Return the approximate distance between two positions."""
    shorter = np.cos(np.radians((start[0] + end[0]) / 2))
    return float(np.hypot(start[0] - end[0], (start[1] - end[1]) * shorter) * DEGREE_KM)


def locate_pier(site: Position, base: Position) -> Position:
    """Return the pier of a sea site: two kilometres from it, towards the base."""
    share = min(0.3, 2.0 / max(compute_distance_km(site, base), 0.1))
    return site[0] + share * (base[0] - site[0]), site[1] + share * (base[1] - site[1])


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
    sites = world.work_sites
    latitude = np.array([site.latitude for site in sites])
    longitude = np.array([site.longitude for site in sites])
    shorter = np.cos(np.radians(latitude))[:, None]
    distance = np.hypot(latitude[:, None] - latitude, (longitude[:, None] - longitude) * shorter)
    np.fill_diagonal(distance, np.inf)
    nearest_m = distance.min(axis=1, initial=np.inf) * DEGREE_KM * 1000
    default = np.array([settings["area" if isinstance(site, WorldArea) else "station"] for site in sites], np.float64)
    radius = np.maximum(np.minimum(default, settings["share_of_nearest"] * nearest_m), LEAST_M)
    return Geofences(sites=sites, latitude=latitude, longitude=longitude, radius_m=radius)
