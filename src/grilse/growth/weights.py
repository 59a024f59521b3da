"""What fish weigh, for the rooms below that ask."""

from collections.abc import Collection
from datetime import date

from django.db import connection


def find_last_weights(placements: Collection[int], day: date) -> dict[int, float]:
    """Return the mean weight in hindsight, g, of placements on a day or the last before it; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(LAST, {"placements": list(placements), "day": day})
        return dict(cursor.fetchall())


LAST = """
SELECT p.id, s.hindsight_weight_g::float8
  FROM unnest(%(placements)s::bigint[]) AS p (id)
 CROSS JOIN LATERAL (
   SELECT hindsight_weight_g FROM growth_dailystate
    WHERE placement_id = p.id AND date <= %(day)s ORDER BY date DESC LIMIT 1
 ) s
"""
