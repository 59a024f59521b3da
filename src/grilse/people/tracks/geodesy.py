"""Lengths on the ellipsoid and stays within circles, of arrays of positions."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MAX_ACCURACY_M = 200.0
"""Worst accuracy that is measured: beyond it a phone reports the next mast, and its jumps are no movement."""
MAX_GAP_US = 2 * 3600 * 1_000_000
"""Longest gap between positions of one visit, in microseconds: phones sleep, and people have lunch ashore."""
LATITUDE_DEGREE_M = 110_574.0  # the shortest degree of latitude


@dataclass(frozen=True, kw_only=True, slots=True)
class FenceStays:
    """Stays within circles, in columns: circle, first and last time, number of positions."""

    fence: Integers
    arrived: Integers
    left: Integers
    points: Integers


@cache
def _load_ellipsoid() -> Any:
    # Imported on first use: its data files take a fifth of a second.
    from pyproj import Geod

    return Geod(ellps="WGS84")


def compute_distances(latitude: Floats, longitude: Floats, to_latitude: Floats, to_longitude: Floats) -> Floats:
    """Return the geodesic distance in metres of each pair of positions (degrees, WGS 84)."""
    return np.asarray(_load_ellipsoid().inv(longitude, latitude, to_longitude, to_latitude)[2], np.float64)


def compute_lengths(journey: Integers, latitude: Floats, longitude: Floats, journeys: int) -> Floats:
    """Return the length in metres of each journey; positions are sorted by journey and time."""
    if not len(journey):
        return np.zeros(journeys)
    steps = compute_distances(latitude[:-1], longitude[:-1], latitude[1:], longitude[1:])
    same = journey[1:] == journey[:-1]
    return np.bincount(journey[1:][same], steps[same], journeys).astype(np.float64)


def find_points_in_circles(
    latitude: Floats, longitude: Floats, fence_latitude: Floats, fence_longitude: Floats, radius_m: Floats
) -> tuple[Integers, Integers]:
    """Return which positions are in which circles: indexes of both, by circle."""
    order = np.argsort(latitude, kind="stable")
    reach = radius_m / LATITUDE_DEGREE_M
    first = np.searchsorted(latitude, fence_latitude - reach, side="left", sorter=order)
    last = np.searchsorted(latitude, fence_latitude + reach, side="right", sorter=order)
    fence = np.repeat(np.arange(len(radius_m)), last - first)
    point = order[np.arange(len(fence)) - np.repeat(np.cumsum(last - first) - last, last - first)]
    distance_m = compute_distances(latitude[point], longitude[point], fence_latitude[fence], fence_longitude[fence])
    inside = distance_m <= radius_m[fence]
    return point[inside], fence[inside]


def find_stays(at: Integers, fence: Integers) -> FenceStays:
    """Return the runs of positions in a circle without a gap longer than `MAX_GAP_US`."""
    order = np.lexsort((at, fence))
    at, fence = at[order], fence[order]
    apart = (np.diff(fence) != 0) | (np.diff(at) > MAX_GAP_US)
    first = np.concatenate([[0], np.flatnonzero(apart) + 1]) if len(at) else np.zeros(0, np.int64)
    last = np.concatenate([first[1:], [len(at)]]) - 1 if len(at) else first
    return FenceStays(fence=fence[first], arrived=at[first], left=at[last], points=last - first + 1)
