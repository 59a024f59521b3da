"""Ways between places as a phone sees them: a position every few minutes at a plausible speed."""

from dataclasses import dataclass, field

import numpy as np

from grilse.generator.staff.figures import chosen
from grilse.science.arrays import Counts, Floats

Position = tuple[float, float]  # latitude and longitude, degrees

DEGREE_KM = 111.32
EVERY = {"car": 10.0, "boat": 12.0, "ferry": 15.0, "foot": 8.0}  # minutes between positions
STAY_EVERY = 30.0
BEND = {"out": 0.06, "back": 0.25}  # of a way's length: roads bend, and the way back is another
ROUGH_M = 9.0  # of a position on the way
STAYED = 0.14  # of the fence's radius, how far people are from its middle


@dataclass(frozen=True, kw_only=True, slots=True)
class Trip:
    """One journey of a way."""

    kind: str
    mode: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Stencil:
    """A day's way, position by position, as it is when nothing holds anybody up."""

    minute: Floats
    latitude: Floats
    longitude: Floats
    spread_m: Floats
    stays: Counts  # 1 where somebody is at a site
    trip: Counts
    trips: tuple[Trip, ...]


@dataclass
class Way:
    """Puts a day's way together, from where it begins."""

    at: Position
    minute: float = 0.0
    trips: list[Trip] = field(default_factory=list)
    rows: list[Floats] = field(default_factory=list)

    def begin(self, kind: str, mode: str, purpose: str) -> "Way":
        """Begin a journey, five minutes after whatever was before."""
        self.minute += 5.0 if self.trips else 0.0
        self.trips.append(Trip(kind=kind, mode=mode, purpose=purpose))
        return self

    def go(self, to: Position, *, back: bool = False) -> "Way":
        """Go to a place by what the journey goes by."""
        mode = self.trips[-1].mode
        length = distance_km(self.at, to)
        minutes = max(60.0 * length / chosen()["speeds"][mode], 2.0)
        share = np.linspace(0.0, 1.0, max(round(minutes / EVERY[mode]), 3) + 1)
        bend = BEND["back" if back else "out"] * np.sin(np.pi * share)
        north, east = to[0] - self.at[0], to[1] - self.at[1]
        # Across the way: a quarter turn, where a degree of longitude is shorter.
        shorter = np.cos(np.radians(self.at[0]))
        latitude = self.at[0] + share * north - bend * east * shorter
        longitude = self.at[1] + share * east + bend * north / shorter
        self._add(share * minutes, latitude, longitude, ROUGH_M, stays=0)
        self.at, self.minute = to, self.minute + minutes + 1.0
        return self

    def stay(self, minutes: float, radius_m: float) -> "Way":
        """Stay at the place for a while."""
        since = np.linspace(0.0, minutes, max(round(minutes / STAY_EVERY), 1) + 1)
        place = np.ones(since.size)
        self._add(since, place * self.at[0], place * self.at[1], radius_m * STAYED, stays=1)
        self.minute += minutes + 1.0
        return self

    def stencil(self) -> Stencil:
        """Return the way."""
        minute, latitude, longitude, spread, stays, trip = np.concatenate(self.rows, axis=1)
        return Stencil(
            minute,
            latitude,
            longitude,
            spread,
            stays.astype(np.int64),
            trip.astype(np.int64),
            tuple(self.trips),
        )

    def _add(
        self, since: Floats, latitude: Floats, longitude: Floats, spread_m: float, *, stays: int
    ) -> None:
        trip = len(self.trips) - 1
        constant = np.broadcast_to(np.array([[spread_m], [stays], [trip]]), (3, since.size))
        self.rows.append(np.concatenate([[self.minute + since, latitude, longitude], constant]))


def distance_km(one: Position, other: Position) -> float:
    """Return about how far two places are from each other."""
    shorter = np.cos(np.radians((one[0] + other[0]) / 2))
    return float(np.hypot(one[0] - other[0], (one[1] - other[1]) * shorter) * DEGREE_KM)


def pier_of(site: Position, base: Position) -> Position:
    """Return where boats to a sea site leave: two kilometres off, on the side of the base."""
    share = min(0.3, 2.0 / max(distance_km(site, base), 0.1))
    return site[0] + share * (base[0] - site[0]), site[1] + share * (base[1] - site[1])
