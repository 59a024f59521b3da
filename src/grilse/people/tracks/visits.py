"""Visits: stays within the fences of sites, derived anew where a position comes or moves, or a fence does."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from grilse.bulk.copy import read
from grilse.farm.tenancy import acting, everywhere
from grilse.people.tracks.fences import fences_move
from grilse.people.tracks.geodesy import (
    DEGREE_M,
    GAP,
    MEASURED_M,
    Integers,
    Stays,
    distances,
    stays,
    within,
)


@dataclass(frozen=True, slots=True)
class Times:
    """Stretches of time in microseconds since 1970, apart and in order, both ends included."""

    first: Integers
    last: Integers

    def meet(self, stays: Stays) -> Any:
        """Tell which stays are of one of the stretches, be it for a moment."""
        place = np.searchsorted(self.first, stays.left, side="right") - 1
        return (place >= 0) & (self.last[np.maximum(place, 0)] >= stays.arrived)


def visited(person: int, moments: Collection[datetime]) -> None:
    """Write the visits that positions of these moments, come or gone, belong to; at most seven statements.

    Whichever came first, what stands is what all positions together say.
    """
    if not moments:
        return
    times = around(np.array([_micros(moment) for moment in moments]))
    given = {"person": person, "first": times.first.tolist(), "last": times.last.tolist()}
    # A site may lie where the role of who sends does not reach.
    with everywhere():
        fences = read(connection.connection, FENCES, FENCE_KINDS)
        points = read(connection.connection, POINTS, POINT_KINDS, given | {"measured": MEASURED_M})
        point, fence = within(
            points["latitude"], points["longitude"],
            fences["latitude"], fences["longitude"], fences["radius_m"],
        )  # fmt: skip
        found = stays(points["at"][point], fences["id"][fence])
        _write(WRITE, given, found, times.meet(found))


def around(moments: Integers) -> Times:
    """Return the stretches in which a position of a moment can belong to a visit."""
    at = np.unique(moments)
    apart = np.diff(at) > 2 * GAP
    first = np.concatenate([[True], apart])
    return Times(at[first] - GAP, at[np.concatenate([apart, [True]])] + GAP)


def revisited(fence: int) -> None:
    """Write the visits of a fence that was added or has moved; reads the positions of its latitude.

    What was derived of positions that are not kept any more stays.
    """
    # A phone that read the fences before has written by then what it saw, and one that comes later sees this.
    fences_move()
    with everywhere():
        [circle] = _rows(FENCE, {"fence": fence})
        latitude, longitude, radius, since = circle
        near = {"least": latitude - radius / DEGREE_M, "most": latitude + radius / DEGREE_M}
        given = {"fence": fence, "since": since, "measured": MEASURED_M}
        points = read(connection.connection, BESIDE, BESIDE_KINDS, given | near)
        centre = np.full(len(points["at"]), latitude), np.full(len(points["at"]), longitude)
        inside = distances(points["latitude"], points["longitude"], *centre) <= radius
        # Of one fence, stays are told apart by whose they are.
        found = stays(points["at"][inside], points["person"][inside])
        _write(REWRITE, given, found, np.ones(len(found.points), bool))


def _write(statement: str, given: dict[str, Any], found: Stays, those: Any) -> None:
    fresh = {
        "of": found.fence[those].tolist(),
        "arrived": found.arrived[those].tolist(),
        "left": found.left[those].tolist(),
        "points": found.points[those].tolist(),
    }
    _rows(statement, {"company": acting().company, **given, **fresh})


def _rows(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall() if cursor.description else []


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FENCE_KINDS = {"id": "int8", "latitude": "float8", "longitude": "float8", "radius_m": "float8"}
POINT_KINDS = {"at": "timestamptz", "latitude": "float8", "longitude": "float8"}
BESIDE_KINDS = {"person": "int8", **POINT_KINDS}
FENCES = "SELECT id, latitude, longitude, radius_m FROM people_fence"
FENCE = """
SELECT latitude, longitude, radius_m,
       now() - coalesce((SELECT track_days FROM people_workrules), 365) * interval '1 day'
  FROM people_fence WHERE id = %(fence)s
"""
MICROS = "timestamptz '1970-01-01 00:00Z' + {} * interval '1 microsecond'"
TOUCHED = f"""touched AS (
  SELECT range_agg(tstzrange({MICROS.format("first")}, {MICROS.format("last")}, '[]')) AS times
    FROM unnest(%(first)s::bigint[], %(last)s::bigint[]) AS t (first, last)
)"""
# A visit that a position may join or part is looked at from its beginning to its end.
POINTS = f"""
WITH {TOUCHED},
stretches AS (
  SELECT unnest(range_agg(s.times)) AS times FROM (
    SELECT unnest(times) AS times FROM touched
     UNION ALL
    SELECT tstzrange(v.arrived_at, v.left_at, '[]') FROM people_visit v, touched
     WHERE v.person_id = %(person)s AND touched.times && tstzrange(v.arrived_at, v.left_at, '[]')
  ) s
)
SELECT p.at, p.latitude, p.longitude
  FROM stretches s CROSS JOIN LATERAL (
    SELECT at, latitude, longitude, accuracy_m FROM people_trackpoint
     WHERE person_id = %(person)s AND at >= lower(s.times) AND at <= upper(s.times)
  ) p
 WHERE p.accuracy_m IS NULL OR p.accuracy_m <= %(measured)s
"""
FRESH = f"""fresh AS (
  SELECT of, points, {MICROS.format("arrived")} AS arrived_at, {MICROS.format("gone")} AS left_at
    FROM unnest(%(of)s::bigint[], %(arrived)s::bigint[], %(left)s::bigint[], %(points)s::integer[])
      AS t (of, arrived, gone, points)
)"""
ANEW = """
    ON CONFLICT (company_id, person_id, fence_id, arrived_at) DO UPDATE
   SET left_at = excluded.left_at, points = excluded.points
 WHERE ROW(v.left_at, v.points) IS DISTINCT FROM ROW(excluded.left_at, excluded.points)
"""
WRITE = f"""
WITH {TOUCHED}, {FRESH},
gone AS (
  DELETE FROM people_visit v USING touched
   WHERE v.person_id = %(person)s AND touched.times && tstzrange(v.arrived_at, v.left_at, '[]')
     AND NOT EXISTS (SELECT FROM fresh f WHERE f.of = v.fence_id AND f.arrived_at = v.arrived_at)
)
INSERT INTO people_visit AS v (company_id, person_id, fence_id, arrived_at, left_at, points)
SELECT %(company)s, %(person)s, of, arrived_at, left_at, points FROM fresh {ANEW}
"""
BESIDE = """
SELECT person_id AS person, at, latitude, longitude FROM people_trackpoint
 WHERE latitude BETWEEN %(least)s AND %(most)s AND at >= %(since)s
   AND (accuracy_m IS NULL OR accuracy_m <= %(measured)s)
"""
REWRITE = f"""
WITH {FRESH},
gone AS (
  DELETE FROM people_visit v
   WHERE v.fence_id = %(fence)s AND v.arrived_at >= %(since)s
     AND NOT EXISTS (SELECT FROM fresh f WHERE f.of = v.person_id AND f.arrived_at = v.arrived_at)
)
INSERT INTO people_visit AS v (company_id, person_id, fence_id, arrived_at, left_at, points)
SELECT %(company)s, of, %(fence)s, arrived_at, left_at, points FROM fresh {ANEW}
"""
