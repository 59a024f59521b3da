"""A phone's queue: what it kept while it was out of reach, taken in whenever and however often it comes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from grilse.errors import GrilseError
from grilse.people.actions import journal
from grilse.people.actions.kept_versions import keep_versions, lock_person
from grilse.people.actions.kept_versions import mark_version_settled as mark_version_settled
from grilse.people.current_person import ensure_current_person
from grilse.people.journal_entries import SentEntry
from grilse.people.models import JournalEntry, Journey, KeptVersion, TrackPoint
from grilse.people.sync_versions import plan_sync
from grilse.people.tracks import storage
from grilse.people.tracks.fence_locks import lock_fences_shared
from grilse.people.tracks.journeys import update_journeys
from grilse.people.tracks.uploads import SentJourney, SentPoint, refuse_invalid_items
from grilse.people.tracks.visits import update_visits

MAX_ITEMS = 5000
"""Things that one request may bring."""
REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncRequest:
    """What a phone has to tell, in any order."""

    points: Sequence[SentPoint] = ()
    journeys: Sequence[SentJourney] = ()
    entries: Sequence[SentEntry] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedPoint:
    """A position that may not be kept; the phone deletes it, or sends it again when it may."""

    place: int
    """In the list that was sent, from 0."""
    why: str


@dataclass(kw_only=True, slots=True)
class SyncReceipt:
    """What became of each thing, in the order in which it was sent."""

    points: list[str] = field(default_factory=list)
    journeys: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    refused: list[RefusedPoint] = field(default_factory=list)


def receive_sync(sent: SyncRequest) -> SyncReceipt:
    """Take in what one's phone sends; the same statements for one thing and for thousands.

    Journeys and visits say at once what all positions together say, in whatever order they came.
    """
    if len(sent.points) + len(sent.journeys) + len(sent.entries) > MAX_ITEMS:
        raise GrilseError(f"more than {MAX_ITEMS:,} things at once: send them in parts")
    refuse_invalid_items(sent.points, sent.journeys)
    received, person = SyncReceipt(), ensure_current_person()
    lock_person(person)
    lock_fences_shared()
    touched = _receive_journeys(person, sent.journeys, received)
    moments = _receive_points(person, sent.points, received, touched)
    if sent.entries:
        received.entries = [outcome.value for outcome in journal.receive_entries(sent.entries)]
    update_journeys(person, touched)
    update_visits(person, moments)
    return received


def settle_conflict(version_id: int, *, take: bool) -> None:
    """Decide about a version that contradicts: take it, as a later version, or leave what stands."""
    kept_version = KeptVersion.objects.filter(
        pk=version_id, person_id=ensure_current_person(), why=KeptVersion.Why.CONFLICT, settled_at=None
    ).first()
    if kept_version is None:
        raise GrilseError(f"there is no version {version_id} of yours to settle")
    if take:
        receive_sync(_build_later_request(kept_version))
    mark_version_settled(version_id)


def _build_later_request(kept_version: KeptVersion) -> SyncRequest:
    """Return a kept version as a phone would send it after what stands."""
    [current_version] = _find_current_version(kept_version)
    content: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in ("at", "begun_at") else value
        for name, value in kept_version.content.items()
    }
    if kept_version.of == KeptVersion.Of.JOURNEY:
        return SyncRequest(
            journeys=[SentJourney(reference=kept_version.client_id, version=current_version + 1, **content)]
        )
    identity: dict[str, Any] = {"client_id": UUID(kept_version.client_id), "version": current_version + 1}
    if kept_version.of == KeptVersion.Of.POINT:
        return SyncRequest(points=[SentPoint(**identity, **content)])
    return SyncRequest(entries=[SentEntry(**identity, **content)])


def _find_current_version(kept_version: KeptVersion) -> list[int]:
    """Return the version that stands where another is kept; none where it has been forgotten since."""
    model, name = STORED_MODELS[KeptVersion.Of(kept_version.of)]
    rows = model.objects.filter(person_id=kept_version.person_id, **{name: kept_version.client_id})
    return list(rows.values_list("version", flat=True)) or [kept_version.version]


STORED_MODELS: dict[KeptVersion.Of, tuple[Any, str]] = {
    KeptVersion.Of.POINT: (TrackPoint, "client_id"),
    KeptVersion.Of.JOURNEY: (Journey, "reference"),
    KeptVersion.Of.ENTRY: (JournalEntry, "client_id"),
}


def _receive_journeys(person: int, journeys: Sequence[SentJourney], received: SyncReceipt) -> set[str]:
    """Take journeys in; return the names of those that say something new."""
    if not journeys:
        return set()
    items = storage.build_journey_items(journeys)
    sync_plan = plan_sync(storage.find_stored_journeys(person, items).values(), items)
    fresh = [items[place] for place in (*sync_plan.add, *sync_plan.replace)]
    storage.upsert_journeys(person, fresh)
    keep_versions(person, "journey", items, sync_plan)
    received.journeys = [outcome.value for outcome in sync_plan.outcomes]
    return {item.client_id for item in fresh}


def _receive_points(
    person: int, points: Sequence[SentPoint], received: SyncReceipt, touched: set[str]
) -> set[datetime]:
    """Take positions in; return the moments, and add the journeys, of those that came or went."""
    if not points:
        return set()
    refused = _find_refused_points(person, points)
    received.refused = [RefusedPoint(place=place, why=why) for place, why in refused.items()]
    accepted = [point for place, point in enumerate(points) if place not in refused]
    items = storage.build_point_items(accepted)
    earlier = storage.find_stored_points(person, items)
    sync_plan = plan_sync(earlier.values(), items)
    fresh = [items[place] for place in (*sync_plan.add, *sync_plan.replace)]
    storage.upsert_points(person, fresh)
    keep_versions(person, "point", items, sync_plan)
    outcomes = iter(sync_plan.outcomes)
    received.points = [REFUSED if place in refused else next(outcomes).value for place in range(len(points))]
    replaced = [earlier[items[place].client_id].content or {} for place in sync_plan.replace]
    moved = [item.content for item in fresh] + replaced
    touched |= {content["reference"] for content in moved if content["reference"] is not None}
    return {content["at"] for content in moved}


def _find_refused_points(person: int, points: Sequence[SentPoint]) -> dict[int, str]:
    """Return why positions may not be kept, by their places; one statement."""
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


CONSENT_MISSING = "a position outside of journeys is kept only with your consent to tracking: give it first"
TRACK_RULES = """
SELECT coalesce((SELECT track_days FROM people_workrules), 365),
       EXISTS (SELECT FROM people_consent
                WHERE person_id = %(person)s AND purpose = 'tracking' AND withdrawn_at IS NULL)
"""
