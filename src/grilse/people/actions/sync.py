"""Receive a phone's queue, whenever and however often it comes, and settle its conflicts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from grilse.errors import GrilseError
from grilse.people.actions import journal
from grilse.people.actions.sync_tables import SyncTable, lock_person
from grilse.people.current_person import ensure_current_person
from grilse.people.journal_entries import SentEntry
from grilse.people.models import Journey, KeptVersion, TrackPoint
from grilse.people.rules import refuse_invalid_items
from grilse.people.tracks.journeys import update_journeys
from grilse.people.tracks.uploads import SentJourney, SentPoint, refuse_invalid_journey, refuse_invalid_point
from grilse.people.tracks.visits import lock_fences, update_visits

MAX_ITEMS = 5000
"""Items of one request."""
REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncRequest:
    """Items that a phone sends, in any order."""

    points: Sequence[SentPoint] = ()
    journeys: Sequence[SentJourney] = ()
    entries: Sequence[SentEntry] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedPoint:
    """A position that may not be stored; the phone deletes it, or sends it again when it may."""

    place: int
    """In the list that was sent, from 0."""
    why: str


@dataclass(kw_only=True, slots=True)
class SyncReceipt:
    """What became of each item, in the order in which it was sent."""

    points: list[str] = field(default_factory=list)
    journeys: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    refused: list[RefusedPoint] = field(default_factory=list)


def receive_sync(sent: SyncRequest) -> SyncReceipt:
    """Receive the items of the current person's phone; the number of statements does not depend on that of items.

    Journeys and visits are derived from all positions at once, in whatever order these came.
    """
    if len(sent.points) + len(sent.journeys) + len(sent.entries) > MAX_ITEMS:
        raise GrilseError(f"more than {MAX_ITEMS:,} items at once: send them in parts")
    refuse_invalid_items("point", sent.points, "points", refuse_invalid_point)
    refuse_invalid_items("journey", sent.journeys, "journeys", refuse_invalid_journey)
    received, person = SyncReceipt(), ensure_current_person()
    lock_person(person)
    lock_fences(shared=True)
    references = _receive_journeys(person, sent.journeys, received)
    moments = _receive_points(person, sent.points, received, references)
    if sent.entries:
        received.entries = [outcome.value for outcome in journal.receive_entries(sent.entries)]
    update_journeys(person, references)
    update_visits(person, moments)
    return received


def settle_conflict(version_id: int, *, take: bool) -> None:
    """Settle a conflict: store the kept version as a later version, or leave the current one."""
    kept_version = KeptVersion.objects.filter(
        pk=version_id, person_id=ensure_current_person(), why=KeptVersion.Why.CONFLICT, settled_at=None
    ).first()
    if kept_version is None:
        raise GrilseError(f"there is no version {version_id} of yours to settle")
    if take:
        receive_sync(_build_later_request(kept_version))
    kept_version.settled_at = timezone.now()
    kept_version.save(update_fields=["settled_at"])


def _build_later_request(kept_version: KeptVersion) -> SyncRequest:
    """Return a kept version as a phone would send it after the current one."""
    client_id = kept_version.client_id
    table = TABLES[KeptVersion.Of(kept_version.of)]
    stored = table.find_stored(kept_version.person_id, {client_id})
    version = (stored[0] if stored else kept_version).version + 1
    content: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in ("at", "begun_at") else value
        for name, value in kept_version.content.items()
    }
    if table is JOURNEYS:
        return SyncRequest(journeys=[SentJourney(reference=client_id, version=version, **content)])
    if table is POINTS:
        return SyncRequest(points=[SentPoint(client_id=UUID(client_id), version=version, **content)])
    return SyncRequest(entries=[SentEntry(client_id=UUID(client_id), version=version, **content)])


def _receive_journeys(person: int, journeys: Sequence[SentJourney], received: SyncReceipt) -> set[str]:
    """Receive journeys; return the references of those that are new or newer."""
    if not journeys:
        return set()
    sync_plan = JOURNEYS.receive(person, JOURNEYS.build_items(journeys))
    received.journeys = [outcome.value for outcome in sync_plan.outcomes]
    return {journeys[place].reference for place in sync_plan.written}


def _receive_points(
    person: int, points: Sequence[SentPoint], received: SyncReceipt, references: set[str]
) -> set[datetime]:
    """Receive positions; return the times of added and replaced ones, and add their journeys to `references`."""
    if not points:
        return set()
    refused = _find_refused_points(person, points)
    received.refused = [RefusedPoint(place=place, why=why) for place, why in refused.items()]
    items = POINTS.build_items([point for place, point in enumerate(points) if place not in refused])
    sync_plan = POINTS.receive(person, items)
    outcomes = iter(sync_plan.outcomes)
    received.points = [REFUSED if place in refused else next(outcomes).value for place in range(len(points))]
    moved = [item.content for item in (*(items[place] for place in sync_plan.written), *sync_plan.replaced)]
    references |= {content["reference"] for content in moved if content["reference"] is not None}
    return {content["at"] for content in moved}


def _find_refused_points(person: int, points: Sequence[SentPoint]) -> dict[int, str]:
    """Return why positions may not be stored, by index; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(TRACK_RULES, {"person": person})
        days, has_consent = cursor.fetchone()
    oldest = datetime.now(UTC) - timedelta(days=days)
    refused = {}
    for place, point in enumerate(points):
        if point.at < oldest:
            refused[place] = f"positions are kept for {days:,} days: this one is older"
        elif not has_consent and point.kind == TrackPoint.Kind.TRACKING and point.reference is None:
            refused[place] = CONSENT_MISSING
    return refused


def _build_content_reader(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda row: {name: getattr(row, name) for name in names}


POINTS = SyncTable(
    of=KeptVersion.Of.POINT,
    model=TrackPoint,
    key="client_id",
    read_content=_build_content_reader("at", "latitude", "longitude", "accuracy_m", "kind", "reference", "device"),
)
# Start and end follow from the points, which are read afterwards.
JOURNEYS = SyncTable(
    of=KeptVersion.Of.JOURNEY,
    model=Journey,
    key="reference",
    read_content=_build_content_reader("kind", "mode", "purpose", "begun_at"),
    build_columns=lambda content: {**content, "started_at": content["begun_at"], "ended_at": content["begun_at"]},
    on_update={"started_at": "stored.started_at", "ended_at": "stored.ended_at"},
)
TABLES = {table.of: table for table in (POINTS, JOURNEYS, journal.ENTRIES)}
CONSENT_MISSING = "a position outside of journeys is kept only with your consent to tracking: give it first"
TRACK_RULES = """
SELECT coalesce((SELECT track_days FROM people_workrules), 365),
       EXISTS (SELECT FROM people_consent
                WHERE person_id = %(person)s AND purpose = 'tracking' AND withdrawn_at IS NULL)
"""
