"""Positions of the people of a shard, and the journeys and visits that the product derives from them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grilse.generator.observation.records import Columns, concatenate_columns, take_rows
from grilse.generator.staff.directory import Staff
from grilse.generator.staff.outings import NO_JOURNEY, Outing, iter_outings
from grilse.generator.staff.routes import DEGREE_KM, Trip, build_geofences
from grilse.generator.staff.settings import NONE, ShardStreams, build_client_ids, encode_texts
from grilse.people.tracks.geodesy import compute_lengths, find_points_in_circles, find_stays
from grilse.science.arrays import Counts

SECOND = 1_000_000
LEAVES, LATER = 420.0, 22.0  # minutes after midnight, and their spread
PACE = 0.07  # spread of the logarithm of the duration of a route
LONGEST = 840.0  # minutes: longer routes are faster, so that they end on the same day
FURTHEST = 2.5  # largest error of a position, in spreads


@dataclass(frozen=True, slots=True)
class Tracks:
    """The positions of phones with journeys and visits; persons are positions in the staff."""

    points: Columns
    journeys: Columns
    visits: Columns


def build_tracks(staff: Staff, shard: str) -> Tracks:
    """Return the tracks of the people of a shard."""
    parts = list(_iter_outing_columns(staff, shard))
    if not parts:
        return Tracks(*({name: np.zeros(0, np.int64) for name in names} for names in (POINT, JOURNEY, VISIT)))
    trips = np.cumsum([0, *(len(part["trip_person"]) for part in parts[:-1])])
    for part, before in zip(parts, trips.tolist(), strict=True):
        part["journey"] += before
    columns = concatenate_columns(parts)
    points = {name: columns[name] for name in (*POINT[:-1], "stays", "journey")}
    journeys = {name.removeprefix("trip_"): columns[name] for name in columns if name.startswith("trip_")}
    return _derive_tracks(staff, shard, points, journeys)


POINT = ("person", "at", "latitude", "longitude", "accuracy_m", "kind", "journey")
JOURNEY = ("person", "kind", "mode", "purpose", "reference", "started_at", "ended_at", "points", "distance_m")
VISIT = ("person", "fence", "arrived_at", "left_at", "points")


def _iter_outing_columns(staff: Staff, shard: str) -> Iterator[Columns]:
    for outing in iter_outings(staff, shard):
        if len(outing.days):
            yield _simulate_outing(staff, outing)


def _simulate_outing(staff: Staff, outing: Outing) -> Columns:
    """Return the positions and journeys of an outing on all of its days."""
    route, days = outing.template, len(outing.days)
    streams = ShardStreams(staff.run.seed, f"staff.points.{outing.purpose}", staff.members[outing.member].key)
    shape = (days, len(route.minute))
    pace = np.exp(PACE * streams.open("pace").standard_normal(days)) * min(1.0, LONGEST / max(route.minute[-1], 1.0))
    leaves = LEAVES + np.clip(streams.open("leaves").standard_normal(days), -FURTHEST, FURTHEST) * LATER
    minute = leaves[:, None] + route.minute * pace[:, None]
    at = staff.span.compute_times(np.broadcast_to(outing.days[:, None], shape), minute)
    errors = streams.open("errors").standard_normal((days, 2, len(route.minute))).transpose(1, 0, 2)
    offset = np.clip(errors, -FURTHEST, FURTHEST)
    offset *= route.spread_m / (1000 * DEGREE_KM)
    shorter = np.cos(np.radians(route.latitude))
    kinds = encode_texts(trip.kind for trip in route.trips)
    journey = np.arange(days)[:, None] * len(route.trips) + route.trip
    return {
        "person": np.full(at.size, outing.member),
        "at": at.ravel() // SECOND * SECOND,
        "latitude": np.round(route.latitude + offset[0], 6).ravel(),
        "longitude": np.round(route.longitude + offset[1] / shorter, 6).ravel(),
        "accuracy_m": np.round(np.minimum(3.0 + streams.open("accuracy").exponential(6.0, at.size), 80.0), 1),
        "kind": np.broadcast_to(kinds[route.trip], shape).ravel(),
        "stays": np.broadcast_to(route.stays, shape).ravel(),
        "journey": journey.ravel(),
        **_build_trip_columns(outing, days, route.trips),
    }


def _build_trip_columns(outing: Outing, days: int, trips: tuple[Trip, ...]) -> Columns:
    texts = {name: encode_texts(getattr(trip, name) for trip in trips) for name in ("kind", "mode", "purpose")}
    return {
        "trip_person": np.full(days * len(trips), outing.member),
        **{f"trip_{name}": np.tile(values, days) for name, values in texts.items()},
    }


def _derive_tracks(staff: Staff, shard: str, points: Columns, journeys: Columns) -> Tracks:
    """Return sorted points with the journeys and visits that the product derives from them."""
    fences = build_geofences(staff.run.world)
    circles, count = (fences.latitude, fences.longitude, fences.radius_m), len(fences.sites)
    point, fence = find_points_in_circles(points["latitude"], points["longitude"], *circles)
    stayed = points["stays"][point] == 1
    # A phone in transit reports no position within a fence, because passing a site is not a visit.
    is_reported = np.ones(len(points["at"]), np.bool_)
    is_reported[point[~stayed]] = False
    order = np.lexsort((points["person"], points["at"]))
    order = order[is_reported[order]]
    visit_stays = find_stays(points["at"][point[stayed]], points["person"][point[stayed]] * count + fence[stayed])
    points = take_rows({name: values for name, values in points.items() if name != "stays"}, order)
    points["client_id"] = build_client_ids(staff.run.seed, "staff.point", shard, len(order))
    points, journeys = _number_journeys(staff, shard, points, journeys)
    visits = {
        "person": visit_stays.fence // count,
        "fence": visit_stays.fence % count,
        "arrived_at": visit_stays.arrived,
        "left_at": visit_stays.left,
        "points": visit_stays.points,
    }
    return Tracks(points, journeys, visits)


def _number_journeys(staff: Staff, shard: str, points: Columns, journeys: Columns) -> tuple[Columns, Columns]:
    """Number the journeys in the order of their start, and measure them."""
    begun, first = np.unique(points["journey"], return_index=True)
    is_journey = journeys["kind"][begun] != NO_JOURNEY.encode()
    begun, first = begun[is_journey], first[is_journey]
    order = np.lexsort((points["person"][first], points["at"][first]))
    number = np.full(len(journeys["kind"]) + 1, NONE)
    number[begun[order]] = np.arange(len(begun))
    points = {**points, "journey": number[points["journey"]]}
    return points, {**take_rows(journeys, begun[order]), **_measure_journeys(staff, shard, points, len(begun))}


def _measure_journeys(staff: Staff, shard: str, points: Columns, journeys: int) -> Columns:
    own = np.flatnonzero(points["journey"] != NONE)
    own = own[np.argsort(points["journey"][own], kind="stable")]
    own_journeys = points["journey"][own]
    first = np.searchsorted(own_journeys, np.arange(journeys))
    counts: Counts = np.bincount(own_journeys, minlength=journeys)
    at = points["at"][own]
    return {
        "reference": encode_texts(f"{shard}-{number}" for number in range(1, journeys + 1)),
        "started_at": at[first],
        "ended_at": at[first + counts - 1],
        "points": counts,
        "distance_m": compute_lengths(own_journeys, points["latitude"][own], points["longitude"][own], journeys),
    }
