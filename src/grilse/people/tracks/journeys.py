"""Derive journeys from their positions: start, end and distance, and which positions cannot be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from grilse.access.tenancy import get_current_actor
from grilse.bulk.copy import read_columns
from grilse.people.tracks.geodesy import MAX_ACCURACY_M, Floats, Integers, compute_lengths
from grilse.people.tracks.plausibility import FAULTS, MAX_SPEED_KM_H, find_faults, find_mirrored_journeys

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class JourneyLengths:
    """The metres of each journey, its faulty positions, and the code of the fault of each position."""

    metres: Floats
    faulty: Integers
    fault: Integers


def update_journeys(person: int, references: Collection[str]) -> set[datetime]:
    """Derive journeys of a person from their current positions; at most five statements.

    A journey that no phone has sent yet is created from its positions, and deleted with the last of them.
    Return the times of the positions whose fault has changed.
    """
    if not references:
        return set()
    names = sorted(references)
    points = read_columns(connection.connection, POINTS, COLUMN_TYPES, {"person": person, "references": names})
    sites = read_columns(connection.connection, SITES, dict.fromkeys(("latitude", "longitude"), "float8"), {})
    lengths = measure_journeys(points, len(names), (sites["latitude"], sites["longitude"]))
    arguments: dict[str, Any] = {"company": get_current_actor().company, "person": person, "references": names}
    with connection.cursor() as cursor:
        cursor.execute(UPSERT_JOURNEYS, arguments | _summarize_points(points, lengths))
    return _write_faults(points, lengths.fault)


def measure_journeys(
    points: Columns, journeys: int, sites: tuple[Floats, Floats] = (np.zeros(0), np.zeros(0))
) -> JourneyLengths:
    """Return the length of each journey over its accurate, plausible positions; positions are sorted by journey.

    Positions of a journey that all have the same mistake have a length too, which waits for somebody to look at it.
    """
    # A comparison with NaN is false: a position of unknown accuracy counts as accurate.
    rows = np.flatnonzero(~(points["accuracy"] > MAX_ACCURACY_M))
    fault = np.zeros(len(points["at"]), np.int64)
    speed = np.array([MAX_SPEED_KM_H[mode] for mode in points["mode"][rows].tolist()], np.float64)
    place = {name: points[name][rows] for name in ("journey", "at", "latitude", "longitude")}
    fault[rows] = find_faults(
        place["journey"], place["at"], place["latitude"], place["longitude"], max_speed_km_h=speed
    )
    plausible = fault[rows] == 0
    metres = compute_lengths(
        place["journey"][plausible], place["latitude"][plausible], place["longitude"][plausible], journeys
    )
    rows = rows[plausible]
    fault[rows] = find_mirrored_journeys(
        points["journey"][rows], points["latitude"][rows], points["longitude"][rows], sites
    )
    faulty = np.bincount(points["journey"][fault > 0], minlength=journeys)
    return JourneyLengths(metres, faulty, fault)


def _summarize_points(points: Columns, lengths: JourneyLengths) -> dict[str, list[Any]]:
    """Return the summary of each journey that has positions, in columns."""
    count = np.bincount(points["journey"], minlength=len(lengths.metres))
    with_points = np.flatnonzero(count)
    last = np.cumsum(count)[with_points] - 1
    first = last - count[with_points] + 1
    return {
        "journey": with_points.tolist(),
        "points": count[with_points].tolist(),
        "started": points["at"][first].tolist(),
        "ended": points["at"][last].tolist(),
        "kind": points["kind"][first].tolist(),
        "metres": lengths.metres[with_points].tolist(),
        "faulty": lengths.faulty[with_points].tolist(),
    }


def _write_faults(points: Columns, fault: Integers) -> set[datetime]:
    """Store the faults that have changed; return the times of their positions. One statement, or none."""
    names = np.array(FAULTS, object)[fault]
    changed = np.flatnonzero(names != points["fault"])
    if not len(changed):
        return set()
    arguments = {"id": points["id"][changed].tolist(), "fault": names[changed].tolist()}
    with connection.cursor() as cursor:
        cursor.execute(SET_FAULTS, arguments)
    return {EPOCH + timedelta(microseconds=at) for at in points["at"][changed].tolist()}


# Sites within reach of the role.
SITES = """
SELECT latitude, longitude FROM farm_area WHERE latitude IS NOT NULL AND longitude IS NOT NULL
UNION ALL
SELECT latitude, longitude FROM farm_station WHERE latitude IS NOT NULL AND longitude IS NOT NULL
"""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLUMN_TYPES = {
    "journey": "int8", "id": "int8", "at": "timestamptz", "latitude": "float8", "longitude": "float8",
    "accuracy": "float8", "kind": "text", "mode": "text", "fault": "text",
}  # fmt: skip
# Positions of the same time are sorted by the phone's id, not by arrival.
POINTS = """
SELECT r.number - 1 AS journey, p.id, p.at, p.latitude, p.longitude, p.accuracy_m AS accuracy, p.kind,
       coalesce(j.mode, '') AS mode, coalesce(p.fault, '') AS fault
  FROM unnest(%(references)s::text[]) WITH ORDINALITY AS r (reference, number)
  JOIN people_trackpoint p ON p.reference = r.reference AND p.person_id = %(person)s
  LEFT JOIN people_journey j ON j.reference = r.reference AND j.person_id = %(person)s
 ORDER BY r.number, p.at, p.client_id
"""
SET_FAULTS = """
UPDATE people_trackpoint p SET fault = nullif(f.fault, '')
  FROM unnest(%(id)s::bigint[], %(fault)s::text[]) AS f (id, fault)
 WHERE p.id = f.id
"""
UPSERT_JOURNEYS = """
WITH names AS (
  SELECT reference, number - 1 AS journey
    FROM unnest(%(references)s::text[]) WITH ORDINALITY AS r (reference, number)
),
summaries AS (
  SELECT reference, points, kind, metres, faulty, CASE WHEN faulty > 0 THEN 'open' ELSE '' END AS review,
         timestamptz '1970-01-01 00:00Z' + started * interval '1 microsecond' AS started_at,
         timestamptz '1970-01-01 00:00Z' + ended * interval '1 microsecond' AS ended_at
    FROM unnest(%(journey)s::bigint[], %(points)s::integer[], %(started)s::bigint[], %(ended)s::bigint[],
                %(kind)s::text[], %(metres)s::float8[], %(faulty)s::integer[])
      AS t (journey, points, started, ended, kind, metres, faulty)
    JOIN names USING (journey)
),
unused AS (SELECT reference FROM names EXCEPT SELECT reference FROM summaries),
gone AS (
  DELETE FROM people_journey j USING unused
   WHERE j.reference = unused.reference AND j.person_id = %(person)s AND j.version = 0
),
emptied AS (
  UPDATE people_journey j
     SET points = 0, distance_m = 0, faulty_points = 0, review = '', started_at = coalesce(begun_at, started_at),
         ended_at = coalesce(begun_at, started_at)
    FROM unused
   WHERE j.reference = unused.reference AND j.person_id = %(person)s AND j.version > 0
     AND (j.points > 0 OR j.begun_at IS DISTINCT FROM j.started_at)
)
INSERT INTO people_journey AS j
       (company_id, person_id, reference, version, kind, started_at, ended_at, points, distance_m, faulty_points,
        review)
SELECT %(company)s, %(person)s, reference, 0, kind, started_at, ended_at, points, metres, faulty, review
  FROM summaries
    ON CONFLICT (company_id, person_id, reference) DO UPDATE
   SET started_at = excluded.started_at, ended_at = excluded.ended_at, points = excluded.points,
       distance_m = excluded.distance_m, faulty_points = excluded.faulty_points,
       kind = CASE j.version WHEN 0 THEN excluded.kind ELSE j.kind END,
       -- A decision is about a length: another length is to be looked at again.
       review = CASE WHEN j.review <> '' AND excluded.review <> ''
                      AND ROW(j.distance_m, j.faulty_points) = ROW(excluded.distance_m, excluded.faulty_points)
                     THEN j.review ELSE excluded.review END
 WHERE ROW(j.started_at, j.ended_at, j.points, j.distance_m, j.faulty_points)
       IS DISTINCT FROM ROW(excluded.started_at, excluded.ended_at, excluded.points, excluded.distance_m,
                            excluded.faulty_points)
    OR j.version = 0 AND j.kind <> excluded.kind
"""
