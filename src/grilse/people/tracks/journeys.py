"""Derive journeys from their positions: start, end and distance."""

from collections.abc import Collection
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from grilse.access.tenancy import get_current_actor
from grilse.bulk.copy import read_columns
from grilse.people.tracks.geodesy import MAX_ACCURACY_M, compute_lengths

Columns = dict[str, NDArray[Any]]


def update_journeys(person: int, references: Collection[str]) -> None:
    """Derive journeys of a person from their current positions; three statements.

    A journey that no phone has sent yet is created from its positions, and deleted with the last of them.
    """
    if not references:
        return
    names = sorted(references)
    points = read_columns(connection.connection, POINTS, COLUMN_TYPES, {"person": person, "references": names})
    summaries = _summarize_points(points, len(names))
    arguments: dict[str, Any] = {"company": get_current_actor().company, "person": person, "references": names}
    with connection.cursor() as cursor:
        cursor.execute(UPSERT_JOURNEYS, arguments | summaries)


def _summarize_points(points: Columns, journeys: int) -> dict[str, list[Any]]:
    """Return the summary of each journey that has positions, in columns."""
    count = np.bincount(points["journey"], minlength=journeys)
    with_points = np.flatnonzero(count)
    last = np.cumsum(count)[with_points] - 1
    first = last - count[with_points] + 1
    # A comparison with NaN is false: a position of unknown accuracy counts as accurate.
    accurate = ~(points["accuracy"] > MAX_ACCURACY_M)
    metres = compute_lengths(
        points["journey"][accurate], points["latitude"][accurate], points["longitude"][accurate], journeys
    )
    return {
        "journey": with_points.tolist(),
        "points": count[with_points].tolist(),
        "started": points["at"][first].tolist(),
        "ended": points["at"][last].tolist(),
        "kind": points["kind"][first].tolist(),
        "metres": metres[with_points].tolist(),
    }


COLUMN_TYPES = {
    "journey": "int8", "at": "timestamptz", "latitude": "float8", "longitude": "float8", "accuracy": "float8",
    "kind": "text",
}  # fmt: skip
# Positions of the same time are sorted by the phone's id, not by arrival.
POINTS = """
SELECT r.number - 1 AS journey, p.at, p.latitude, p.longitude, p.accuracy_m AS accuracy, p.kind
  FROM unnest(%(references)s::text[]) WITH ORDINALITY AS r (reference, number)
  JOIN people_trackpoint p ON p.reference = r.reference AND p.person_id = %(person)s
 ORDER BY r.number, p.at, p.client_id
"""
UPSERT_JOURNEYS = """
WITH names AS (
  SELECT reference, number - 1 AS journey
    FROM unnest(%(references)s::text[]) WITH ORDINALITY AS r (reference, number)
),
summaries AS (
  SELECT reference, points, kind, metres,
         timestamptz '1970-01-01 00:00Z' + started * interval '1 microsecond' AS started_at,
         timestamptz '1970-01-01 00:00Z' + ended * interval '1 microsecond' AS ended_at
    FROM unnest(%(journey)s::bigint[], %(points)s::integer[], %(started)s::bigint[], %(ended)s::bigint[],
                %(kind)s::text[], %(metres)s::float8[]) AS t (journey, points, started, ended, kind, metres)
    JOIN names USING (journey)
),
unused AS (SELECT reference FROM names EXCEPT SELECT reference FROM summaries),
gone AS (
  DELETE FROM people_journey j USING unused
   WHERE j.reference = unused.reference AND j.person_id = %(person)s AND j.version = 0
),
emptied AS (
  UPDATE people_journey j
     SET points = 0, distance_m = 0, started_at = coalesce(begun_at, started_at),
         ended_at = coalesce(begun_at, started_at)
    FROM unused
   WHERE j.reference = unused.reference AND j.person_id = %(person)s AND j.version > 0
     AND (j.points > 0 OR j.begun_at IS DISTINCT FROM j.started_at)
)
INSERT INTO people_journey AS j
       (company_id, person_id, reference, version, kind, started_at, ended_at, points, distance_m)
SELECT %(company)s, %(person)s, reference, 0, kind, started_at, ended_at, points, metres FROM summaries
    ON CONFLICT (company_id, person_id, reference) DO UPDATE
   SET started_at = excluded.started_at, ended_at = excluded.ended_at, points = excluded.points,
       distance_m = excluded.distance_m, kind = CASE j.version WHEN 0 THEN excluded.kind ELSE j.kind END
 WHERE ROW(j.started_at, j.ended_at, j.points, j.distance_m)
       IS DISTINCT FROM ROW(excluded.started_at, excluded.ended_at, excluded.points, excluded.distance_m)
    OR j.version = 0 AND j.kind <> excluded.kind
"""
