"""Positions and journeys as they stand, and as what came takes their place."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grilse.farm.tenancy import acting
from grilse.people.actions.kept import unlogged
from grilse.people.models import Journey, TrackPoint
from grilse.people.tracks.sent import JOURNEY, POINT, SentJourney, SentPoint, content
from grilse.people.versions import Item, Stored, digest, plain

Content = Mapping[str, Any]


def point_items(points: Iterable[SentPoint]) -> list[Item]:
    """Return positions as items of a queue."""
    return [
        Item(client_id=str(point.client_id), version=point.version, content=content(point, POINT))
        for point in points
    ]


def journey_items(journeys: Iterable[SentJourney]) -> list[Item]:
    """Return journeys as items of a queue."""
    return [
        Item(client_id=journey.reference, version=journey.version, content=content(journey, JOURNEY))
        for journey in journeys
    ]


def standing_points(person: int, items: Sequence[Item]) -> dict[str, Stored]:
    """Return the positions of a person that stand under the ids of items; one statement."""
    rows = TrackPoint.objects.filter(person_id=person, client_id__in={item.client_id for item in items})
    return {str(row.client_id): _stored(str(row.client_id), row, POINT) for row in rows}


def standing_journeys(person: int, items: Sequence[Item]) -> dict[str, Stored]:
    """Return the journeys of a person that a phone has sent under the names of items; one statement."""
    rows = Journey.objects.filter(
        person_id=person, reference__in={item.client_id for item in items}, version__gt=0
    )
    return {row.reference: _stored(row.reference, row, JOURNEY) for row in rows}


def _stored(name: str, row: Any, names: Sequence[str]) -> Stored:
    said = content(row, names)
    return Stored(client_id=name, version=row.version, digest=digest(said), content=said)


def put_points(person: int, items: Sequence[Item]) -> None:
    """Write positions over earlier versions; two statements or none."""
    _put(PUT_POINTS, person, items)


def put_journeys(person: int, items: Sequence[Item]) -> None:
    """Write journeys over earlier versions, and over what their points alone said; two statements or none."""
    _put(PUT_JOURNEYS, person, items)


def _put(statement: str, person: int, items: Sequence[Item]) -> None:
    if not items:
        return
    rows = [{"client_id": item.client_id, "version": item.version, **plain(item.content)} for item in items]
    unlogged(statement, {"company": acting().company, "person": person, "rows": json.dumps(rows)})


PUT_POINTS = """
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
PUT_JOURNEYS = """
INSERT INTO people_journey
       (company_id, person_id, reference, version, kind, mode, purpose, begun_at, started_at, ended_at)
SELECT %(company)s, %(person)s, client_id, version, kind, mode, purpose, begun_at, begun_at, begun_at
  FROM json_to_recordset(%(rows)s::json)
    AS come (client_id text, version integer, kind text, mode text, purpose text, begun_at timestamptz)
    ON CONFLICT (company_id, person_id, reference) DO UPDATE
   SET version = excluded.version, kind = excluded.kind, mode = excluded.mode, purpose = excluded.purpose,
       begun_at = excluded.begun_at
"""
