"""Positions and journeys as a phone sends them, held to what they may say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from grilse.errors import GrilseError
from grilse.people.models import Journey, TrackPoint

DEGREE_RANGES = {"latitude": 90, "longitude": 180}
MAX_LENGTHS = {"reference": 64, "device": 64, "purpose": 200}
MAX_ACCURACY_M = 10**7  # metres; a phone that knows less knows nothing
FIRST_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class SentPoint:
    """A position, by the phone's own id and version."""

    client_id: UUID
    version: int = 1
    at: datetime
    latitude: float
    longitude: float
    accuracy_m: float | None = None
    """Within how many metres, where the phone knows; beyond 200 m it is kept and not measured."""
    kind: str
    """tracking, site visit, conveyance, external tour or internal tour."""
    reference: str | None = None
    """The journey that it belongs to, sent or not."""
    device: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SentJourney:
    """A way that somebody goes, by the phone's own name of it; its points say when and how far."""

    reference: str
    version: int = 1
    kind: str
    """conveyance, external tour, internal tour, site visit or tracking."""
    begun_at: datetime
    """What it began at for as long as no point of it has come."""
    mode: str = ""
    """car, boat, ferry, bicycle, foot or other; empty is not said."""
    purpose: str = ""


POINT_FIELDS = ("at", "latitude", "longitude", "accuracy_m", "kind", "reference", "device")
JOURNEY_FIELDS = ("kind", "mode", "purpose", "begun_at")


def read_content(of: Any, names: Sequence[str]) -> Mapping[str, Any]:
    """Return what something that was sent says, or its row, by column."""
    return {name: getattr(of, name) for name in names}


def refuse_invalid_items(points: Sequence[SentPoint], journeys: Sequence[SentJourney]) -> None:
    """Refuse, by its place, what no position and no journey can say."""
    for place, point in enumerate(points):
        _check_item("point", place, _refuse_invalid_point, point)
    for place, journey in enumerate(journeys):
        _check_item("journey", place, _refuse_invalid_journey, journey)


def _check_item(of: str, index: int, validate: Any, item: Any) -> None:
    try:
        if not 1 <= item.version < 2**31:
            raise GrilseError("versions count from 1", field="version")
        validate(item)
    except GrilseError as error:
        raise GrilseError(f"{of} {index + 1}: {error}", field=f"{of}s.{index}.{error.field}") from None


def _refuse_invalid_point(point: SentPoint) -> None:
    _refuse_invalid_time("at", point.at)
    for name, most in DEGREE_RANGES.items():
        if not -most <= getattr(point, name) <= most:
            raise GrilseError(f"a {name} lies between -{most} and {most}", field=name)
    if point.accuracy_m is not None and not 0 <= point.accuracy_m <= MAX_ACCURACY_M:
        raise GrilseError("an accuracy is in metres, from 0 up", field="accuracy_m")
    _refuse_unknown_choice("kind", point.kind, TrackPoint.Kind.values)
    if point.reference is not None:
        _refuse_empty_reference(point.reference)
    _refuse_invalid_text("device", point.device)


def _refuse_invalid_journey(journey: SentJourney) -> None:
    _refuse_invalid_time("begun_at", journey.begun_at)
    _refuse_empty_reference(journey.reference)
    _refuse_unknown_choice("kind", journey.kind, Journey.Kind.values)
    _refuse_unknown_choice("mode", journey.mode, ["", *Journey.Mode.values])
    _refuse_invalid_text("purpose", journey.purpose)


def _refuse_invalid_time(name: str, at: datetime) -> None:
    if at.tzinfo is None:
        raise GrilseError("a time without its zone: write it as 2026-05-01T12:00:00Z", field=name)
    # Whoever is ahead of UTC has tomorrow's date already.
    end = datetime.combine(datetime.now(UTC).date() + timedelta(days=2), time(), UTC)
    if not FIRST_TIME <= at < end:
        raise GrilseError(f"{at.date()} is before 1970 or later than tomorrow (UTC)", field=name)


def _refuse_empty_reference(reference: str) -> None:
    if not reference.strip():
        raise GrilseError("a reference names a journey: leave it out where there is none", field="reference")
    _refuse_invalid_text("reference", reference)


def _refuse_unknown_choice(name: str, given: str, values: Sequence[str]) -> None:
    if given not in values:
        raise GrilseError(f"{given!r} is none of {', '.join(filter(None, values))}", field=name)


def _refuse_invalid_text(name: str, text: str) -> None:
    if len(text) > MAX_LENGTHS[name]:
        raise GrilseError(f"{len(text)} characters: {MAX_LENGTHS[name]} is the most", field=name)
    if "\x00" in text:
        raise GrilseError("a NUL, which no text has", field=name)
