"""The laws of journeys and visits: both agree with the positions from which the product derives them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.generator.check.result import Check, check_law
from grilse.people.tracks.geodesy import (
    MAX_ACCURACY_M,
    MAX_GAP_US,
    FenceStays,
    compute_distances,
    compute_lengths,
    find_points_in_circles,
    find_stays,
)

Columns = dict[str, NDArray[Any]]

EXACT_M = 1e-6
# Journeys and visits outlive deleted positions, so those from before the first position are not judged.
SINCE = "SELECT company_id AS company, min(at) + interval '1 day' AS since FROM people_trackpoint GROUP BY 1"
JOURNEYS = f"people_journey j JOIN ({SINCE}) s ON s.company = j.company_id AND j.started_at > s.since AND j.points > 0"
JOURNEY_QUERY = (
    f"SELECT j.id, j.points, j.distance_m, j.started_at, j.ended_at, j.reference FROM {JOURNEYS} ORDER BY j.id"
)
JOURNEY_POINTS = (
    f"SELECT j.id, p.at, p.latitude, p.longitude, p.accuracy_m AS accuracy FROM {JOURNEYS}"
    " JOIN people_trackpoint p ON p.company_id = j.company_id AND p.person_id = j.person_id"
    " AND p.reference = j.reference ORDER BY j.id, p.at, p.client_id"
)
POINTS = (
    "SELECT company_id AS company, person_id AS person, at, latitude, longitude FROM people_trackpoint"
    f" WHERE accuracy_m IS NULL OR accuracy_m <= {MAX_ACCURACY_M}"
)
FENCES = (
    "SELECT f.company_id AS company, f.id, f.latitude, f.longitude, f.radius_m, s.since FROM people_fence f"
    f" JOIN ({SINCE}) s ON s.company = f.company_id ORDER BY f.id"
)
VISITS = (
    "SELECT v.person_id AS person, v.fence_id AS fence, v.arrived_at, v.left_at, v.points FROM people_visit v"
    f" JOIN ({SINCE}) s ON s.company = v.company_id AND v.arrived_at > s.since"
)
PLACE = {"latitude": "float8", "longitude": "float8"}
JOURNEY_KINDS = {
    "id": "int8", "points": "int4", "distance_m": "float8", "started_at": "timestamptz",
    "ended_at": "timestamptz", "reference": "text",
}  # fmt: skip
JOURNEY_POINT_KINDS = {"id": "int8", "at": "timestamptz", **PLACE, "accuracy": "float8"}
POINT_KINDS = {"company": "int8", "person": "int8", "at": "timestamptz", **PLACE}
FENCE_KINDS = {"company": "int8", "id": "int8", **PLACE, "radius_m": "float8", "since": "timestamptz"}
VISIT_KINDS = {
    "person": "int8", "fence": "int8", "arrived_at": "timestamptz", "left_at": "timestamptz",
    "points": "int4",
}  # fmt: skip


def check_tracks(connection: Connection[Any]) -> Iterator[Check]:
    """Yield that journeys, visits and positions agree."""
    journey_rows = read_columns(connection, JOURNEY_QUERY, JOURNEY_KINDS)
    yield check_journeys(journey_rows, read_columns(connection, JOURNEY_POINTS, JOURNEY_POINT_KINDS))
    fences, visit_rows = read_columns(connection, FENCES, FENCE_KINDS), read_columns(connection, VISITS, VISIT_KINDS)
    yield check_visits(read_columns(connection, POINTS, POINT_KINDS), fences, visit_rows)
    yield check_simultaneous_visits(fences, visit_rows)


def check_journeys(journey_rows: Columns, points: Columns) -> Check:
    """Return that the length of each journey, in time and metres, agrees with its positions."""
    size = len(journey_rows["id"])
    way = np.searchsorted(journey_rows["id"], points["id"])
    good = ~(points["accuracy"] > MAX_ACCURACY_M)
    metres = compute_lengths(way[good], points["latitude"][good], points["longitude"][good], size)
    count = np.bincount(way, minlength=size)
    some = np.flatnonzero(count)
    last = np.cumsum(count)[some] - 1
    wrong = (count != journey_rows["points"]) | (np.abs(metres - journey_rows["distance_m"]) > EXACT_M)
    wrong[some] |= points["at"][last - count[some] + 1] != journey_rows["started_at"][some]
    wrong[some] |= points["at"][last] != journey_rows["ended_at"][some]
    first = np.flatnonzero(wrong)[:1].tolist()
    detail = f"first {journey_rows['reference'][first[0]]}" if first else f"{size:,} journeys"
    return check_law("each journey is as long as its positions say", int(wrong.sum()), detail)


def check_visits(points: Columns, fences: Columns, visit_rows: Columns) -> Check:
    """Return that visits are the stays of persons within the fences of their company."""
    point, fence = find_points_in_circles(
        points["latitude"], points["longitude"], fences["latitude"], fences["longitude"], fences["radius_m"]
    )
    own = points["company"][point] == fences["company"][fence]
    point, fence = point[own], fence[own]
    people, person = np.unique(points["person"][point], return_inverse=True)
    circles = max(len(fences["id"]), 1)
    stays = find_stays(points["at"][point], person.astype(np.int64) * circles + fence)
    derived_rows = _build_visit_rows(stays, people[stays.fence // circles], fences, stays.fence % circles)
    stored_rows = set(zip(*(visit_rows[name].tolist() for name in VISIT_KINDS), strict=True))
    return check_law(
        "visits are the stays of persons within fences", len(derived_rows ^ stored_rows), f"{len(stored_rows):,} visits"
    )


def _build_visit_rows(
    stays: FenceStays, person: NDArray[Any], fences: Columns, fence: NDArray[Any]
) -> set[tuple[int, ...]]:
    """Return stays as rows of visits."""
    is_judged = stays.arrived > fences["since"][fence]
    columns = (person, fences["id"][fence], stays.arrived, stays.left, stays.points)
    return set(zip(*(column[is_judged].tolist() for column in columns), strict=True))


def check_simultaneous_visits(fences: Columns, visit_rows: Columns) -> Check:
    """Return that nobody is on two visits at once, unless the fences overlap.

    A short absence does not end a visit, so a shorter visit elsewhere may lie within it.
    """
    order = np.lexsort((visit_rows["left_at"], visit_rows["arrived_at"], visit_rows["person"]))
    earlier, later = order[:-1], order[1:]
    same = visit_rows["person"][earlier] == visit_rows["person"][later]
    late = visit_rows["arrived_at"][later] < visit_rows["left_at"][earlier]
    long = visit_rows["left_at"][later] - visit_rows["arrived_at"][later] > MAX_GAP_US
    both = np.flatnonzero(same & late & long)
    first, second = (np.searchsorted(fences["id"], visit_rows["fence"][rows[both]]) for rows in (earlier, later))
    distance = compute_distances(*(fences[name][rows] for rows in (first, second) for name in PLACE))
    crossing = distance < fences["radius_m"][first] + fences["radius_m"][second]
    return check_law("nobody is on two visits at once", int((~crossing).sum()), f"{len(order):,} visits")
