"""Positions and journeys as they stand, and as what came takes their place."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grilse.access.tenancy import get_current_actor
from grilse.people.actions.kept_versions import execute_unlogged
from grilse.people.models import Journey, TrackPoint
from grilse.people.sync_versions import StoredVersion, SyncItem, compute_digest, to_json_value
from grilse.people.tracks.uploads import JOURNEY_FIELDS, POINT_FIELDS, SentJourney, SentPoint, read_content

Content = Mapping[str, Any]


def build_point_items(points: Iterable[SentPoint]) -> list[SyncItem]:
    """Return positions as items of a queue."""
    return [
        SyncItem(client_id=str(point.client_id), version=point.version, content=read_content(point, POINT_FIELDS))
        for point in points
    ]


def build_journey_items(journeys: Iterable[SentJourney]) -> list[SyncItem]:
    """Return journeys as items of a queue."""
    return [
        SyncItem(client_id=journey.reference, version=journey.version, content=read_content(journey, JOURNEY_FIELDS))
        for journey in journeys
    ]


def find_stored_points(person: int, items: Sequence[SyncItem]) -> dict[str, StoredVersion]:
    """Return the positions of a person that stand under the ids of items; one statement."""
    rows = TrackPoint.objects.filter(person_id=person, client_id__in={item.client_id for item in items})
    return {str(row.client_id): _build_stored_version(str(row.client_id), row, POINT_FIELDS) for row in rows}


def find_stored_journeys(person: int, items: Sequence[SyncItem]) -> dict[str, StoredVersion]:
    """Return the journeys of a person that a phone has sent under the names of items; one statement."""
    rows = Journey.objects.filter(person_id=person, reference__in={item.client_id for item in items}, version__gt=0)
    return {row.reference: _build_stored_version(row.reference, row, JOURNEY_FIELDS) for row in rows}


def _build_stored_version(name: str, row: Any, names: Sequence[str]) -> StoredVersion:
    row_content = read_content(row, names)
    return StoredVersion(client_id=name, version=row.version, digest=compute_digest(row_content), content=row_content)


def upsert_points(person: int, items: Sequence[SyncItem]) -> None:
    """Write positions over earlier versions; two statements or none."""
    _upsert_items(UPSERT_POINTS, person, items)


def upsert_journeys(person: int, items: Sequence[SyncItem]) -> None:
    """Write journeys over earlier versions, and over what their points alone said; two statements or none."""
    _upsert_items(UPSERT_JOURNEYS, person, items)


def _upsert_items(statement: str, person: int, items: Sequence[SyncItem]) -> None:
    if not items:
        return
    rows = [{"client_id": item.client_id, "version": item.version, **to_json_value(item.content)} for item in items]
    execute_unlogged(statement, {"company": get_current_actor().company, "person": person, "rows": json.dumps(rows)})


UPSERT_POINTS = """
INSERT INTO people_trackpoint
       (company_id, person_id, client_id, version, at, latitude, longitude, accuracy_m, kind, reference,
        device)
SELECT %(company)s, %(person)s, come.*
  FROM json_to_recordset(%(rows)s::json)
    AS come (client_id uuid, version integer, at timestamptz, latitude float8, longitude float8,
             accuracy_m float8, kind text, reference text, device text)
    ON CONFLICT (company_id, person_id, client_id) DO UPDATE
   SET version = excluded.version, at = excluded.at, latitude = excluded.latitude,
       longitude = excluded.longitude, accuracy_m = excluded.accuracy_m, kind = excluded.kind,
       reference = excluded.reference, device = excluded.device
"""
# When it began and ended is what its points say; they are asked afterwards.
UPSERT_JOURNEYS = """
INSERT INTO people_journey
       (company_id, person_id, reference, version, kind, mode, purpose, begun_at, started_at, ended_at)
SELECT %(company)s, %(person)s, client_id, version, kind, mode, purpose, begun_at, begun_at, begun_at
  FROM json_to_recordset(%(rows)s::json)
    AS come (client_id text, version integer, kind text, mode text, purpose text, begun_at timestamptz)
    ON CONFLICT (company_id, person_id, reference) DO UPDATE
   SET version = excluded.version, kind = excluded.kind, mode = excluded.mode, purpose = excluded.purpose,
       begun_at = excluded.begun_at
"""
