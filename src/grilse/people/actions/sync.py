"""A phone's queue: what it kept while it was out of reach, taken in whenever and however often it comes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from grilse.errors import GrilseError
from grilse.people.actions import journal
from grilse.people.actions.kept import hold, keep
from grilse.people.actions.kept import settle as settled
from grilse.people.entries import SentEntry
from grilse.people.me import ensure_me
from grilse.people.models import JournalEntry, Journey, KeptVersion, TrackPoint
from grilse.people.tracks import stored
from grilse.people.tracks.fences import fences_stand
from grilse.people.tracks.journeys import follow
from grilse.people.tracks.sent import SentJourney, SentPoint, check
from grilse.people.tracks.visits import visited
from grilse.people.versions import sort_out

MOST = 5000
"""Things that one request may bring."""
REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What a phone has to tell, in any order."""

    points: Sequence[SentPoint] = ()
    journeys: Sequence[SentJourney] = ()
    entries: Sequence[SentEntry] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A position that may not be kept; the phone deletes it, or sends it again when it may."""

    place: int
    """In the list that was sent, from 0."""
    why: str


@dataclass(kw_only=True, slots=True)
class Received:
    """What became of each thing, in the order in which it was sent."""

    points: list[str] = field(default_factory=list)
    journeys: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def send(sent: Sent) -> Received:
    """Take in what one's phone sends; the same statements for one thing and for thousands.

    Journeys and visits say at once what all positions together say, in whatever order they came.
    """
    if len(sent.points) + len(sent.journeys) + len(sent.entries) > MOST:
        raise GrilseError(f"more than {MOST:,} things at once: send them in parts")
    check(sent.points, sent.journeys)
    received, person = Received(), ensure_me()
    hold(person)
    fences_stand()
    touched = _take_journeys(person, sent.journeys, received)
    moments = _take_points(person, sent.points, received, touched)
    if sent.entries:
        received.entries = [outcome.value for outcome in journal.send(sent.entries)]
    follow(person, touched)
    visited(person, moments)
    return received


def settle(kept: int, *, take: bool) -> None:
    """Decide about a version that contradicts: take it, as a later version, or leave what stands."""
    found = KeptVersion.objects.filter(
        pk=kept, person_id=ensure_me(), why=KeptVersion.Why.CONFLICT, settled_at=None
    ).first()
    if found is None:
        raise GrilseError(f"there is no version {kept} of yours to settle")
    if take:
        send(_later(found))
    settled(kept)


def _later(kept: KeptVersion) -> Sent:
    """Return a kept version as a phone would send it after what stands."""
    [stands] = _stands(kept)
    said: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in ("at", "begun_at") else value
        for name, value in kept.content.items()
    }
    if kept.of == KeptVersion.Of.JOURNEY:
        return Sent(journeys=[SentJourney(reference=kept.client_id, version=stands + 1, **said)])
    named: dict[str, Any] = {"client_id": UUID(kept.client_id), "version": stands + 1}
    if kept.of == KeptVersion.Of.POINT:
        return Sent(points=[SentPoint(**named, **said)])
    return Sent(entries=[SentEntry(**named, **said)])


def _stands(kept: KeptVersion) -> list[int]:
    """Return the version that stands where another is kept; none where it has been forgotten since."""
    model, name = STANDING[KeptVersion.Of(kept.of)]
    found = model.objects.filter(person_id=kept.person_id, **{name: kept.client_id})
    return list(found.values_list("version", flat=True)) or [kept.version]


STANDING: dict[KeptVersion.Of, tuple[Any, str]] = {
    KeptVersion.Of.POINT: (TrackPoint, "client_id"),
    KeptVersion.Of.JOURNEY: (Journey, "reference"),
    KeptVersion.Of.ENTRY: (JournalEntry, "client_id"),
}


def _take_journeys(person: int, journeys: Sequence[SentJourney], received: Received) -> set[str]:
    """Take journeys in; return the names of those that say something new."""
    if not journeys:
        return set()
    items = stored.journey_items(journeys)
    found = sort_out(stored.standing_journeys(person, items).values(), items)
    fresh = [items[place] for place in (*found.add, *found.replace)]
    stored.put_journeys(person, fresh)
    keep(person, "journey", items, found)
    received.journeys = [outcome.value for outcome in found.outcomes]
    return {item.client_id for item in fresh}


def _take_points(
    person: int, points: Sequence[SentPoint], received: Received, touched: set[str]
) -> set[datetime]:
    """Take positions in; return the moments, and add the journeys, of those that came or went."""
    if not points:
        return set()
    refused = _refused(person, points)
    received.refused = [Refused(place=place, why=why) for place, why in refused.items()]
    kept = [point for place, point in enumerate(points) if place not in refused]
    items = stored.point_items(kept)
    before = stored.standing_points(person, items)
    found = sort_out(before.values(), items)
    fresh = [items[place] for place in (*found.add, *found.replace)]
    stored.put_points(person, fresh)
    keep(person, "point", items, found)
    told = iter(found.outcomes)
    received.points = [REFUSED if place in refused else next(told).value for place in range(len(points))]
    gone = [before[items[place].client_id].content or {} for place in found.replace]
    moved = [item.content for item in fresh] + gone
    touched |= {said["reference"] for said in moved if said["reference"] is not None}
    return {said["at"] for said in moved}


def _refused(person: int, points: Sequence[SentPoint]) -> dict[int, str]:
    """Return why positions may not be kept, by their places; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(RULES, {"person": person})
        days, agreed = cursor.fetchone()
    oldest = datetime.now(UTC) - timedelta(days=days)
    refused = {}
    for place, point in enumerate(points):
        if point.at < oldest:
            refused[place] = f"positions are kept for {days:,} days: this one is older"
        elif not agreed and point.kind == TrackPoint.Kind.TRACKING and point.reference is None:
            refused[place] = UNAGREED
    return refused


UNAGREED = "a position outside of journeys is kept only with your consent to tracking: give it first"
RULES = """
SELECT coalesce((SELECT track_days FROM people_workrules), 365),
       EXISTS (SELECT FROM people_consent
                WHERE person_id = %(person)s AND purpose = 'tracking' AND withdrawn_at IS NULL)
"""
