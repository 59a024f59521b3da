"""Positions and journeys as a phone sends them, and the checks of their values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from grilse.errors import GrilseError
from grilse.people.models import Journey, TrackPoint
from grilse.people.rules import refuse_invalid_text, refuse_invalid_time

DEGREE_RANGES = {"latitude": 90, "longitude": 180}
MAX_LENGTHS = {"reference": 64, "device": 64, "purpose": 200}
MAX_ACCURACY_M = 10**7  # metres; about the size of the Earth, so a larger value is an error


@dataclass(frozen=True, kw_only=True, slots=True)
class SentPoint:
    """A position, by the phone's own id and version."""

    client_id: UUID
    version: int = 1
    at: datetime
    latitude: float
    longitude: float
    accuracy_m: float | None = None
    """Within how many metres, where the phone knows; beyond 200 m it is stored but not measured."""
    kind: str
    """tracking, site visit, conveyance, external tour or internal tour."""
    reference: str | None = None
    """The journey that it belongs to."""
    device: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SentJourney:
    """A journey, by the phone's own reference; its points say when and how far."""

    reference: str
    version: int = 1
    kind: str
    """conveyance, external tour, internal tour, site visit or tracking."""
    begun_at: datetime
    """When it began, while no point of it has come."""
    mode: str = ""
    """car, boat, ferry, bicycle, foot or other; empty where unknown."""
    purpose: str = ""


def refuse_invalid_point(point: SentPoint, zone: str) -> None:
    """Refuse a position with values that no position has; `zone` is that of the company."""
    refuse_invalid_time("at", point.at, zone)
    for name, most in DEGREE_RANGES.items():
        if not -most <= getattr(point, name) <= most:
            raise GrilseError(f"a {name} lies between -{most} and {most}", field=name)
    if point.accuracy_m is not None and not 0 <= point.accuracy_m <= MAX_ACCURACY_M:
        raise GrilseError("an accuracy is in metres, from 0 up", field="accuracy_m")
    _refuse_unknown_choice("kind", point.kind, TrackPoint.Kind.values)
    if point.reference is not None:
        _refuse_empty_reference(point.reference)
    refuse_invalid_text("device", point.device, MAX_LENGTHS["device"])


def refuse_invalid_journey(journey: SentJourney, zone: str) -> None:
    """Refuse a journey with values that no journey has; `zone` is that of the company."""
    refuse_invalid_time("begun_at", journey.begun_at, zone)
    _refuse_empty_reference(journey.reference)
    _refuse_unknown_choice("kind", journey.kind, Journey.Kind.values)
    _refuse_unknown_choice("mode", journey.mode, ["", *Journey.Mode.values])
    refuse_invalid_text("purpose", journey.purpose, MAX_LENGTHS["purpose"])


def _refuse_empty_reference(reference: str) -> None:
    if not reference.strip():
        raise GrilseError("a reference names a journey: leave it out where there is none", field="reference")
    refuse_invalid_text("reference", reference, MAX_LENGTHS["reference"])


def _refuse_unknown_choice(name: str, given: str, values: Sequence[str]) -> None:
    if given not in values:
        raise GrilseError(f"{given!r} is none of {', '.join(filter(None, values))}", field=name)
