"""Positions of a shard's people, and the journeys and visits that the product derives of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from grilse.generator.staff.directory import Staff
from grilse.generator.staff.fences import fenced, radii
from grilse.generator.staff.figures import encoded
from grilse.generator.staff.outings import NO_JOURNEY, Outing, outings
from grilse.generator.staff.ways import DEGREE_KM, Trip
from grilse.generator.streams import stream
from grilse.people.tracks.geodesy import lengths, stays, within
from grilse.science.arrays import Counts

Columns = dict[str, np.ndarray]

SECOND = 1_000_000
LEAVES, LATER = 420.0, 22.0  # minutes after midnight, and their spread
PACE = 0.07  # spread of the logarithm of how long the same way takes
LONGEST = 840.0  # minutes: whoever has farther to go is faster, so that a day ends with itself
FURTHEST = 2.5  # spreads that a position is off at most
NONE = -1


@dataclass(frozen=True, slots=True)
class Tracks:
    """What phones reported, and what follows from it; persons by their place in the staff."""

    points: Columns
    journeys: Columns
    visits: Columns


def tracks(staff: Staff, shard: str) -> Tracks:
    """Return the ways of a shard's people."""
    parts = list(_parts(staff, shard))
    if not parts:
        return Tracks(*(_empty(names) for names in (POINT, JOURNEY, VISIT)))
    trips = np.cumsum([0, *(len(part["trip_person"]) for part in parts[:-1])])
    for part, before in zip(parts, trips.tolist(), strict=True):
        part["journey"] += before
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    points = {name: whole[name] for name in (*POINT[:-1], "stays", "journey")}
    journeys = {name.removeprefix("trip_"): whole[name] for name in whole if name.startswith("trip_")}
    return _derived(staff, shard, points, journeys)


POINT = ("person", "at", "latitude", "longitude", "accuracy_m", "kind", "journey")
JOURNEY = ("person", "kind", "mode", "purpose", "reference", "started_at", "ended_at", "points", "distance_m")
VISIT = ("person", "fence", "arrived_at", "left_at", "points")


def _empty(names: tuple[str, ...]) -> Columns:
    return {name: np.zeros(0, np.int64) for name in names}


def _parts(staff: Staff, shard: str) -> Iterator[Columns]:
    draw = stream(staff.run.seed, "staff.points", shard)
    for outing in outings(staff, shard):
        if len(outing.days):
            yield _gone(staff, draw, outing)


def _gone(staff: Staff, draw: Generator, outing: Outing) -> Columns:
    """Return the positions of an outing on all of its days, and its journeys."""
    stencil, days = outing.stencil, len(outing.days)
    shape = (days, len(stencil.minute))
    pace = np.exp(PACE * draw.standard_normal(days)) * min(1.0, LONGEST / max(stencil.minute[-1], 1.0))
    leaves = LEAVES + np.clip(draw.standard_normal(days), -FURTHEST, FURTHEST) * LATER
    minute = leaves[:, None] + stencil.minute * pace[:, None]
    at = staff.span.moments(np.broadcast_to(outing.days[:, None], shape), minute)
    off = np.clip(draw.standard_normal((2, *shape)), -FURTHEST, FURTHEST)
    off *= stencil.spread_m / (1000 * DEGREE_KM)
    shorter = np.cos(np.radians(stencil.latitude))
    kinds = encoded(trip.kind for trip in stencil.trips)
    journey = np.arange(days)[:, None] * len(stencil.trips) + stencil.trip
    return {
        "person": np.full(at.size, outing.member),
        "at": at.ravel() // SECOND * SECOND,
        "latitude": np.round(stencil.latitude + off[0], 6).ravel(),
        "longitude": np.round(stencil.longitude + off[1] / shorter, 6).ravel(),
        "accuracy_m": np.round(np.minimum(3.0 + draw.exponential(6.0, at.size), 80.0), 1),
        "kind": np.broadcast_to(kinds[stencil.trip], shape).ravel(),
        "stays": np.broadcast_to(stencil.stays, shape).ravel(),
        "journey": journey.ravel(),
        **_trips(outing, days, stencil.trips),
    }


def _trips(outing: Outing, days: int, trips: tuple[Trip, ...]) -> Columns:
    said = {name: encoded(getattr(trip, name) for trip in trips) for name in ("kind", "mode", "purpose")}
    return {
        "trip_person": np.full(days * len(trips), outing.member),
        **{f"trip_{name}": np.tile(values, days) for name, values in said.items()},
    }


def _derived(staff: Staff, shard: str, points: Columns, journeys: Columns) -> Tracks:
    """Return points in order, with what the product derives of them."""
    sites = fenced(staff.run.world)
    latitude = np.array([site.latitude for site in sites])
    longitude = np.array([site.longitude for site in sites])
    fences = (latitude, longitude, radii(sites))
    point, fence = within(points["latitude"], points["longitude"], *fences)
    stayed = points["stays"][point] == 1
    # Phones on the way are silent while they pass a site: who passes it is not on a visit there.
    kept = np.ones(len(points["at"]), np.bool_)
    kept[point[~stayed]] = False
    order = np.lexsort((points["at"], points["person"]))
    order = order[kept[order]]
    found = stays(points["at"][point[stayed]], points["person"][point[stayed]] * len(sites) + fence[stayed])
    points = {name: values[order] for name, values in points.items() if name != "stays"}
    points, journeys = _numbered(staff, shard, points, journeys)
    visits = {
        "person": found.fence // len(sites),
        "fence": found.fence % len(sites),
        "arrived_at": found.arrived,
        "left_at": found.left,
        "points": found.points,
    }
    return Tracks(points, journeys, visits)


def _numbered(staff: Staff, shard: str, points: Columns, journeys: Columns) -> tuple[Columns, Columns]:
    """Number the journeys in the order in which they began, and measure them."""
    begun, first = np.unique(points["journey"], return_index=True)
    is_one = journeys["kind"][begun] != NO_JOURNEY.encode()
    begun, first = begun[is_one], first[is_one]
    order = np.lexsort((points["person"][first], points["at"][first]))
    number = np.full(len(journeys["kind"]) + 1, NONE)
    number[begun[order]] = np.arange(len(begun))
    points = {**points, "journey": number[points["journey"]]}
    told = {name: journeys[name][begun[order]] for name in ("person", "kind", "mode", "purpose")}
    return points, {**told, **_measured(staff, shard, points, len(begun))}


def _measured(staff: Staff, shard: str, points: Columns, journeys: int) -> Columns:
    own = np.flatnonzero(points["journey"] != NONE)
    own = own[np.argsort(points["journey"][own], kind="stable")]
    of = points["journey"][own]
    first = np.searchsorted(of, np.arange(journeys))
    counts: Counts = np.bincount(of, minlength=journeys)
    at = points["at"][own]
    return {
        "reference": encoded(f"{shard}-{number}" for number in range(1, journeys + 1)),
        "started_at": at[first],
        "ended_at": at[first + counts - 1],
        "points": counts,
        "distance_m": lengths(of, points["latitude"][own], points["longitude"][own], journeys),
    }
