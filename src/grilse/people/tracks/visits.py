"""Derive visits, stays within the fences of sites, again when a position or a fence is added or moves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from grilse.access.tenancy import get_current_actor, lift_geography_limit, lock_until_commit
from grilse.bulk.copy import read_columns
from grilse.listing.sql import fetch_rows
from grilse.people.tracks.geodesy import (
    LATITUDE_DEGREE_M,
    MAX_ACCURACY_M,
    MAX_GAP_US,
    FenceStays,
    Integers,
    compute_distances,
    find_points_in_circles,
    find_stays,
)


@dataclass(frozen=True, slots=True)
class TimeIntervals:
    """Sorted, disjoint time intervals in microseconds since 1970, both ends included."""

    first: Integers
    last: Integers

    def match_stays(self, stays: FenceStays) -> Any:
        """Tell which stays overlap an interval."""
        place = np.searchsorted(self.first, stays.left, side="right") - 1
        return (place >= 0) & (self.last[np.maximum(place, 0)] >= stays.arrived)


def update_visits(person: int, timestamps: Collection[datetime]) -> None:
    """Derive the visits around positions of these times, added or removed; at most seven statements.

    In whatever order positions came, visits follow from all of them together.
    """
    if not timestamps:
        return
    times = build_time_intervals(np.array([_to_microseconds(timestamp) for timestamp in timestamps]))
    arguments = {"person": person, "first": times.first.tolist(), "last": times.last.tolist()}
    # A site may be outside the geographies of the sender's role.
    with lift_geography_limit():
        fences = read_columns(connection.connection, FENCES, FENCE_TYPES)
        points = read_columns(connection.connection, POINTS, POINT_TYPES, arguments | {"measured": MAX_ACCURACY_M})
        point, fence = find_points_in_circles(
            points["latitude"], points["longitude"],
            fences["latitude"], fences["longitude"], fences["radius_m"],
        )  # fmt: skip
        fence_stays = find_stays(points["at"][point], fences["id"][fence])
        _write_visits(WRITE_VISITS, arguments, fence_stays, times.match_stays(fence_stays))


def lock_fences(*, shared: bool = False) -> None:
    """Keep the company's fences as they are until the transaction ends; one statement.

    Deriving visits takes the lock in shared mode, changing fences in exclusive mode.
    """
    lock_until_commit(FENCE_LOCK_BASE + get_current_actor().company, shared=shared)


def build_time_intervals(timestamps: Integers) -> TimeIntervals:
    """Return the intervals in which positions of these times can belong to a visit."""
    at = np.unique(timestamps)
    apart = np.diff(at) > 2 * MAX_GAP_US
    first = np.concatenate([[True], apart])
    return TimeIntervals(at[first] - MAX_GAP_US, at[np.concatenate([apart, [True]])] + MAX_GAP_US)


def rebuild_fence_visits(fence: int) -> None:
    """Derive the visits of a fence that was added or moved; reads the positions of its latitude.

    Visits from expired positions stay.
    """
    # Phones that read the fences before have committed by then, and later ones read this change.
    lock_fences()
    with lift_geography_limit():
        [circle] = fetch_rows(FENCE, {"fence": fence})
        latitude, longitude, radius, since = circle.values()
        latitudes = {"least": latitude - radius / LATITUDE_DEGREE_M, "most": latitude + radius / LATITUDE_DEGREE_M}
        arguments = {"fence": fence, "since": since, "measured": MAX_ACCURACY_M}
        points = read_columns(connection.connection, POINTS_NEAR_FENCE, NEAR_FENCE_TYPES, arguments | latitudes)
        centre = np.full(len(points["at"]), latitude), np.full(len(points["at"]), longitude)
        inside = compute_distances(points["latitude"], points["longitude"], *centre) <= radius
        # The stays of a single fence are grouped by person.
        fence_stays = find_stays(points["at"][inside], points["person"][inside])
        _write_visits(REWRITE_FENCE_VISITS, arguments, fence_stays, np.ones(len(fence_stays.points), bool))


def _write_visits(statement: str, arguments: dict[str, Any], fence_stays: FenceStays, selected: Any) -> None:
    columns = {
        "of": fence_stays.fence[selected].tolist(),
        "arrived": fence_stays.arrived[selected].tolist(),
        "left": fence_stays.left[selected].tolist(),
        "points": fence_stays.points[selected].tolist(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": get_current_actor().company, **arguments, **columns})


def _to_microseconds(timestamp: datetime) -> int:
    return (timestamp - EPOCH) // timedelta(microseconds=1)


FENCE_LOCK_BASE = 0x6663 << 48  # plus the company's id, the key of the lock
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FENCE_TYPES = {"id": "int8", "latitude": "float8", "longitude": "float8", "radius_m": "float8"}
POINT_TYPES = {"at": "timestamptz", "latitude": "float8", "longitude": "float8"}
NEAR_FENCE_TYPES = {"person": "int8", **POINT_TYPES}
FENCES = "SELECT id, latitude, longitude, radius_m FROM people_fence"
FENCE = """
SELECT latitude, longitude, radius_m,
       now() - coalesce((SELECT track_days FROM people_workrules), 365) * interval '1 day' AS since
  FROM people_fence WHERE id = %(fence)s
"""
MICROSECONDS = "timestamptz '1970-01-01 00:00Z' + {} * interval '1 microsecond'"
TOUCHED_TIMES = f"""touched AS (
  SELECT range_agg(tstzrange({MICROSECONDS.format("first")}, {MICROSECONDS.format("last")}, '[]')) AS times
    FROM unnest(%(first)s::bigint[], %(last)s::bigint[]) AS t (first, last)
)"""
# A visit that a position may extend or split is read from its start to its end.
POINTS = f"""
WITH {TOUCHED_TIMES},
intervals AS (
  SELECT unnest(range_agg(s.times)) AS times FROM (
    SELECT unnest(times) AS times FROM touched
     UNION ALL
    SELECT tstzrange(v.arrived_at, v.left_at, '[]') FROM people_visit v, touched
     WHERE v.person_id = %(person)s AND touched.times && tstzrange(v.arrived_at, v.left_at, '[]')
  ) s
)
SELECT p.at, p.latitude, p.longitude
  FROM intervals s CROSS JOIN LATERAL (
    SELECT at, latitude, longitude, accuracy_m, fault FROM people_trackpoint
     WHERE person_id = %(person)s AND at >= lower(s.times) AND at <= upper(s.times)
  ) p
 WHERE (p.accuracy_m IS NULL OR p.accuracy_m <= %(measured)s) AND p.fault IS NULL
"""
FRESH_VISITS = f"""fresh AS (
  SELECT of, points, {MICROSECONDS.format("arrived")} AS arrived_at, {MICROSECONDS.format("gone")} AS left_at
    FROM unnest(%(of)s::bigint[], %(arrived)s::bigint[], %(left)s::bigint[], %(points)s::integer[])
      AS t (of, arrived, gone, points)
)"""
ON_CONFLICT_UPDATE = """
    ON CONFLICT (company_id, person_id, fence_id, arrived_at) DO UPDATE
   SET left_at = excluded.left_at, points = excluded.points
 WHERE ROW(v.left_at, v.points) IS DISTINCT FROM ROW(excluded.left_at, excluded.points)
"""
WRITE_VISITS = f"""
WITH {TOUCHED_TIMES}, {FRESH_VISITS},
gone AS (
  DELETE FROM people_visit v USING touched
   WHERE v.person_id = %(person)s AND touched.times && tstzrange(v.arrived_at, v.left_at, '[]')
     AND NOT EXISTS (SELECT FROM fresh f WHERE f.of = v.fence_id AND f.arrived_at = v.arrived_at)
)
INSERT INTO people_visit AS v (company_id, person_id, fence_id, arrived_at, left_at, points)
SELECT %(company)s, %(person)s, of, arrived_at, left_at, points FROM fresh {ON_CONFLICT_UPDATE}
"""
POINTS_NEAR_FENCE = """
SELECT person_id AS person, at, latitude, longitude FROM people_trackpoint
 WHERE latitude BETWEEN %(least)s AND %(most)s AND at >= %(since)s
   AND (accuracy_m IS NULL OR accuracy_m <= %(measured)s) AND fault IS NULL
"""
REWRITE_FENCE_VISITS = f"""
WITH {FRESH_VISITS},
gone AS (
  DELETE FROM people_visit v
   WHERE v.fence_id = %(fence)s AND v.arrived_at >= %(since)s
     AND NOT EXISTS (SELECT FROM fresh f WHERE f.of = v.person_id AND f.arrived_at = v.arrived_at)
)
INSERT INTO people_visit AS v (company_id, person_id, fence_id, arrived_at, left_at, points)
SELECT %(company)s, of, %(fence)s, arrived_at, left_at, points FROM fresh {ON_CONFLICT_UPDATE}
"""
