"""Faults of the positions that were stored before; their journeys are to be looked at."""

from typing import Any

import numpy as np
from django.db import migrations

from grilse.bulk.copy import read_columns
from grilse.people.tracks.journeys import COLUMN_TYPES, measure_journeys
from grilse.people.tracks.plausibility import FAULTS

COMPANIES = "SELECT DISTINCT company_id FROM people_journey WHERE points > 0"
# Journeys of which positions have been deleted keep their length.
POINTS = """
SELECT j.id AS journey, p.id, p.at, p.latitude, p.longitude, p.accuracy_m AS accuracy, p.kind, j.mode, '' AS fault
  FROM people_journey j
  JOIN people_trackpoint p ON p.company_id = j.company_id AND p.person_id = j.person_id AND p.reference = j.reference
 WHERE j.company_id = %(company)s
   AND j.points = (SELECT count(*) FROM people_trackpoint c WHERE c.company_id = j.company_id
                    AND c.person_id = j.person_id AND c.reference = j.reference)
 ORDER BY j.id, p.at, p.client_id
"""
SET_REASON = """SELECT set_config('pghistory.context_metadata', '{"reason": "positions that cannot be"}', true)"""
MARK_POINTS = """
UPDATE people_trackpoint p SET fault = f.fault
  FROM unnest(%s::bigint[], %s::text[]) AS f (id, fault) WHERE p.id = f.id
"""
MARK_JOURNEYS = """
UPDATE people_journey j SET distance_m = f.metres, faulty_points = f.faulty, review = 'open'
  FROM unnest(%s::bigint[], %s::float8[], %s::integer[]) AS f (id, metres, faulty) WHERE j.id = f.id
"""


def mark_faults(apps: Any, schema_editor: Any) -> None:
    """Find the faults of stored positions and measure their journeys again, company by company."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(COMPANIES)
        companies = [company for (company,) in cursor.fetchall()]
        cursor.execute(SET_REASON)
        for company in companies:
            points = read_columns(schema_editor.connection.connection, POINTS, COLUMN_TYPES, {"company": company})
            journeys, points["journey"] = np.unique(points["journey"], return_inverse=True)
            lengths = measure_journeys(points, len(journeys))
            wrong, faulty = np.flatnonzero(lengths.fault), np.flatnonzero(lengths.faulty)
            names = np.array(FAULTS, object)[lengths.fault[wrong]]
            cursor.execute(MARK_POINTS, [points["id"][wrong].tolist(), names.tolist()])
            columns = (journeys[faulty], lengths.metres[faulty], lengths.faulty[faulty])
            cursor.execute(MARK_JOURNEYS, [column.tolist() for column in columns])


class Migration(migrations.Migration):
    dependencies = [("people", "0003_plausible_positions")]

    operations = [migrations.RunPython(mark_faults, migrations.RunPython.noop)]
