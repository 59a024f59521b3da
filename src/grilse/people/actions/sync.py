"""Receive a phone's queue, whenever and however often it comes, and settle its conflicts.

No item holds up the others: one that cannot be stored is refused by itself, with its place and the reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from grilse.errors import GrilseError
from grilse.people.actions import journal
from grilse.people.actions.rules import read_work_rules
from grilse.people.actions.sync_tables import SyncTable, lock_person
from grilse.people.current_person import ensure_current_person
from grilse.people.journal_entries import SentEntry, refuse_invalid_entry
from grilse.people.models import Journey, KeptVersion, TrackPoint
from grilse.people.rules import InvalidItem, find_invalid_items
from grilse.people.sync_versions import ItemVersion, SyncPlan
from grilse.people.tracks.journeys import update_journeys
from grilse.people.tracks.uploads import SentJourney, SentPoint, refuse_invalid_journey, refuse_invalid_point
from grilse.people.tracks.visits import lock_fences, update_visits

MAX_ITEMS = 5000
"""Items of one request."""
REFUSED = "refused"


class RefusalCode(StrEnum):
    """Why an item is not stored."""

    INVALID = "invalid"
    """A value is impossible. Final: the person mends the item, or deletes it."""
    TOO_OLD = "too old"
    """Positions of its day are deleted already. Final."""
    NO_CONSENT = "no consent"
    """The person has not agreed to tracking; the item is accepted once they have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncRequest:
    """Items that a phone sends, in any order."""

    points: Sequence[SentPoint | InvalidItem] = ()
    journeys: Sequence[SentJourney | InvalidItem] = ()
    entries: Sequence[SentEntry | InvalidItem] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedItem:
    """An item that is not stored; all others of its queue are."""

    of: str
    """point, journey or entry"""
    place: int
    """In the list that was sent, from 0."""
    field: str
    """The field that is wrong; empty where it is no single one."""
    code: str
    """invalid: a value is impossible. too old: the company stores no positions of its day any more.
    no consent: the person has not agreed to tracking."""
    final: bool
    """Whether it is refused however often it is sent: the phone takes it out of the queue and shows it to the person.
    """
    why: str


@dataclass(kw_only=True, slots=True)
class SyncReceipt:
    """What became of each item, in the order in which it was sent."""

    points: list[str] = field(default_factory=list)
    journeys: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    refused: list[RefusedItem] = field(default_factory=list)


def receive_sync(sent: SyncRequest) -> SyncReceipt:
    """Receive the items of the current person's phone; the number of statements does not depend on that of items.

    An item that cannot be stored is refused by itself. Journeys and visits are derived from all positions at once, in
    whatever order these came.
    """
    if len(sent.points) + len(sent.journeys) + len(sent.entries) > MAX_ITEMS:
        raise GrilseError(f"more than {MAX_ITEMS:,} items at once: send them in parts")
    received, person, zone = SyncReceipt(), ensure_current_person(), read_work_rules().time_zone
    lock_person(person)
    lock_fences(shared=True)
    refused = _find_invalid(JOURNEYS, sent.journeys, partial(refuse_invalid_journey, zone=zone))
    received.journeys, items, sync_plan = _receive_items(JOURNEYS, person, sent.journeys, refused, received)
    references = {items[place].client_id for place in sync_plan.written}
    refused = _find_invalid(POINTS, sent.points, partial(refuse_invalid_point, zone=zone))
    refused = _find_refused_points(person, sent.points, refused)
    received.points, items, sync_plan = _receive_items(POINTS, person, sent.points, refused, received)
    moved = [item.content for item in (*(items[place] for place in sync_plan.written), *sync_plan.replaced)]
    references |= {content["reference"] for content in moved if content["reference"] is not None}
    refused = _find_invalid(journal.ENTRIES, sent.entries, partial(refuse_invalid_entry, zone=zone))
    received.entries, _, _ = _receive_items(journal.ENTRIES, person, sent.entries, refused, received)
    changed = update_journeys(person, references)
    update_visits(person, {content["at"] for content in moved} | changed)
    return received


def settle_conflict(version_id: int, *, take: bool) -> None:
    """Settle a conflict: store the kept version as a later version, or leave the current one."""
    kept_version = KeptVersion.objects.filter(
        pk=version_id, person_id=ensure_current_person(), why=KeptVersion.Why.CONFLICT, settled_at=None
    ).first()
    if kept_version is None:
        raise GrilseError(f"there is no version {version_id} of yours to settle")
    for refusal in receive_sync(_build_later_request(kept_version)).refused if take else ():
        raise GrilseError(refusal.why, field=refusal.field)
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


def _find_invalid(table: SyncTable, items: Sequence[Any], validate: Callable[[Any], None]) -> dict[int, RefusedItem]:
    """Return the refusals of items that no table can hold, by their place."""
    return {
        place: RefusedItem(
            of=table.of.value, place=place, field=invalid.field, code=RefusalCode.INVALID, final=True, why=invalid.why
        )
        for place, invalid in find_invalid_items(items, validate).items()
    }


def _receive_items(
    table: SyncTable, person: int, sent: Sequence[Any], refused: Mapping[int, RefusedItem], received: SyncReceipt
) -> tuple[list[str], list[ItemVersion], SyncPlan]:
    """Receive the items that are not refused; return the outcome of each, the received versions, and their plan."""
    received.refused.extend(refused[place] for place in sorted(refused))
    items = table.build_items(item for place, item in enumerate(sent) if place not in refused)
    sync_plan = table.receive(person, items) if items else SyncPlan()
    outcomes = iter(sync_plan.outcomes)
    return (
        [REFUSED if place in refused else next(outcomes).value for place in range(len(sent))], items, sync_plan,
    )  # fmt: skip


def _find_refused_points(
    person: int, points: Sequence[SentPoint | InvalidItem], invalid: Mapping[int, RefusedItem]
) -> dict[int, RefusedItem]:
    """Return the refusals of positions, with those that may not be stored; one statement, or none."""
    refused = dict(invalid)
    if len(refused) == len(points):
        return refused
    with connection.cursor() as cursor:
        cursor.execute(TRACK_RULES, {"person": person})
        days, has_consent = cursor.fetchone()
    oldest = datetime.now(UTC) - timedelta(days=days)
    for place, point in enumerate(points):
        if place in invalid or isinstance(point, InvalidItem):
            continue
        if point.at < oldest:
            why = f"positions are kept for {days:,} days: this one is of {point.at.date()}"
            refused[place] = _refuse_point(place, "at", RefusalCode.TOO_OLD, why)
        elif not has_consent and point.kind == TrackPoint.Kind.TRACKING and point.reference is None:
            refused[place] = _refuse_point(place, "kind", RefusalCode.NO_CONSENT, CONSENT_MISSING)
    return refused


def _refuse_point(place: int, field: str, code: RefusalCode, why: str) -> RefusedItem:
    final = code is not RefusalCode.NO_CONSENT
    return RefusedItem(of=POINTS.of.value, place=place, field=field, code=code, final=final, why=why)


def _build_content_reader(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda row: {name: getattr(row, name) for name in names}


POINTS = SyncTable(
    of=KeptVersion.Of.POINT,
    model=TrackPoint,
    key="client_id",
    read_content=_build_content_reader("at", "latitude", "longitude", "accuracy_m", "kind", "reference", "device"),
    # Other faults follow from the positions of the journey, which are read afterwards.
    build_columns=lambda content: {
        **content, "fault": None if content["latitude"] or content["longitude"] else TrackPoint.Fault.NO_FIX.value
    },
)  # fmt: skip
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
