"""The laws of what is derived of positions: journeys and visits are what the product would derive now."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read
from grilse.generator.check.result import Check, law
from grilse.people.tracks.geodesy import GAP, MEASURED_M, Stays, distances, lengths, stays, within

Columns = dict[str, NDArray[Any]]

EXACT_M = 1e-6
# What was derived of positions that are not kept any more stays, so what began before them is not judged.
SINCE = "SELECT company_id AS company, min(at) + interval '1 day' AS since FROM people_trackpoint GROUP BY 1"
JOURNEYS = (
    f"people_journey j JOIN ({SINCE}) s"
    " ON s.company = j.company_id AND j.started_at > s.since AND j.points > 0"
)
TOLD = (
    "SELECT j.id, j.points, j.distance_m, j.started_at, j.ended_at, j.reference"
    f" FROM {JOURNEYS} ORDER BY j.id"
)
OF_JOURNEYS = (
    f"SELECT j.id, p.at, p.latitude, p.longitude, p.accuracy_m AS accuracy FROM {JOURNEYS}"
    " JOIN people_trackpoint p ON p.company_id = j.company_id AND p.person_id = j.person_id"
    " AND p.reference = j.reference ORDER BY j.id, p.at, p.client_id"
)
POINTS = (
    "SELECT company_id AS company, person_id AS person, at, latitude, longitude FROM people_trackpoint"
    f" WHERE accuracy_m IS NULL OR accuracy_m <= {MEASURED_M}"
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
TOLD_KINDS = {
    "id": "int8", "points": "int4", "distance_m": "float8", "started_at": "timestamptz",
    "ended_at": "timestamptz", "reference": "text",
}  # fmt: skip
OF_KINDS = {"id": "int8", "at": "timestamptz", **PLACE, "accuracy": "float8"}
POINT_KINDS = {"company": "int8", "person": "int8", "at": "timestamptz", **PLACE}
FENCE_KINDS = {"company": "int8", "id": "int8", **PLACE, "radius_m": "float8", "since": "timestamptz"}
VISIT_KINDS = {
    "person": "int8", "fence": "int8", "arrived_at": "timestamptz", "left_at": "timestamptz",
    "points": "int4",
}  # fmt: skip


def check(connection: Connection[Any]) -> Iterator[Check]:
    """Yield that journeys, visits and positions agree."""
    told, points = read(connection, TOLD, TOLD_KINDS), read(connection, OF_JOURNEYS, OF_KINDS)
    yield journeys(told, points)
    fences, written = read(connection, FENCES, FENCE_KINDS), read(connection, VISITS, VISIT_KINDS)
    yield visits(read(connection, POINTS, POINT_KINDS), fences, written)
    yield apart(fences, written)


def journeys(told: Columns, points: Columns) -> Check:
    """Return that each journey is as long, in time and metres, as its positions say."""
    size = len(told["id"])
    way = np.searchsorted(told["id"], points["id"])
    good = ~(points["accuracy"] > MEASURED_M)
    metres = lengths(way[good], points["latitude"][good], points["longitude"][good], size)
    count = np.bincount(way, minlength=size)
    some = np.flatnonzero(count)
    last = np.cumsum(count)[some] - 1
    wrong = (count != told["points"]) | (np.abs(metres - told["distance_m"]) > EXACT_M)
    wrong[some] |= points["at"][last - count[some] + 1] != told["started_at"][some]
    wrong[some] |= points["at"][last] != told["ended_at"][some]
    first = np.flatnonzero(wrong)[:1].tolist()
    detail = f"first {told['reference'][first[0]]}" if first else f"{size:,} journeys"
    return law("each journey is as long as its positions say", int(wrong.sum()), detail)


def visits(points: Columns, fences: Columns, written: Columns) -> Check:
    """Return that visits are the stays of persons within the fences of their company."""
    point, fence = within(
        points["latitude"], points["longitude"], fences["latitude"], fences["longitude"], fences["radius_m"]
    )
    own = points["company"][point] == fences["company"][fence]
    point, fence = point[own], fence[own]
    people, person = np.unique(points["person"][point], return_inverse=True)
    circles = max(len(fences["id"]), 1)
    found = stays(points["at"][point], person.astype(np.int64) * circles + fence)
    derived = _rows(found, people[found.fence // circles], fences, found.fence % circles)
    there = set(zip(*(written[name].tolist() for name in VISIT_KINDS), strict=True))
    return law(
        "visits are the stays of persons within fences", len(derived ^ there), f"{len(there):,} visits"
    )


def _rows(found: Stays, person: NDArray[Any], fences: Columns, fence: NDArray[Any]) -> set[tuple[int, ...]]:
    """Return stays as rows of visits."""
    kept = found.arrived > fences["since"][fence]
    columns = (person, fences["id"][fence], found.arrived, found.left, found.points)
    return set(zip(*(column[kept].tolist() for column in columns), strict=True))


def apart(fences: Columns, written: Columns) -> Check:
    """Return that nobody is on two visits at once, where fences do not cross.

    Who leaves a site and is back within the gap is on one visit there: one elsewhere that is over within the
    gap may lie inside it.
    """
    order = np.lexsort((written["left_at"], written["arrived_at"], written["person"]))
    one, other = order[:-1], order[1:]
    same = written["person"][one] == written["person"][other]
    late = written["arrived_at"][other] < written["left_at"][one]
    long = written["left_at"][other] - written["arrived_at"][other] > GAP
    both = np.flatnonzero(same & late & long)
    first, second = (np.searchsorted(fences["id"], written["fence"][rows[both]]) for rows in (one, other))
    away = distances(*(fences[name][rows] for rows in (first, second) for name in PLACE))
    crossing = away < fences["radius_m"][first] + fences["radius_m"][second]
    return law("nobody is on two visits at once", int((~crossing).sum()), f"{len(order):,} visits")
