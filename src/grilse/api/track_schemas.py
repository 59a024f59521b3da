"""Answers about positions, journeys and visits."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema

from grilse.api import list_schemas
from grilse.api.input_schemas import Day, Id
from grilse.people import lists

Outcome = Literal["new", "known", "newer", "older", "conflict", "refused"]
Journeys = list_schemas.build_page_schema(lists.JOURNEYS)
Visits = list_schemas.build_page_schema(lists.VISITS)


class RejectedPosition(Schema):
    """A position that may not be kept."""

    place: int
    """In the list that was sent, from 0."""
    why: str


class SyncResult(Schema):
    """What became of each thing, in the order in which it was sent.

    new: it was not there. known: as it is there. newer: it took the place of an earlier version.
    older: a later version is there, and conflict: this version is there with other content; both are kept
    beside it. refused: it may not be kept.
    """

    points: list[Outcome]
    journeys: list[Outcome]
    entries: list[Outcome]
    refused: list[RejectedPosition]


class ConflictResponse(Schema):
    """What was sent under an id and version that stood with other content."""

    id: int
    of: Literal["point", "journey", "entry"]
    client_id: str
    version: int
    at: datetime
    content: dict[str, Any]
    stands: dict[str, Any] | None


class PositionResponse(Schema):
    """Where a phone was."""

    id: int
    at: datetime
    latitude: float
    longitude: float
    accuracy_m: float | None
    kind: str
    reference: str | None


class PositionPage(Schema):
    """Positions, the latest first."""

    items: list[PositionResponse]


class LatestPosition(PositionResponse):
    """Where somebody was last."""

    person: int
    name: str


class LatestPositionPage(Schema):
    """Where everybody was last."""

    items: list[LatestPosition]


class FenceVisit(Schema):
    """Somebody within the fence of a site: entry and exit."""

    id: int
    person: int
    name: str
    fence: int
    site: str | None
    arrived_at: datetime
    left_at: datetime
    points: int


class FenceVisitPage(Schema):
    """Visits, the latest first."""

    items: list[FenceVisit]


class ReportedVisit(Schema):
    """A site visit as a phone reported it."""

    id: int
    at: datetime
    person: int
    name: str
    latitude: float
    longitude: float
    reference: str | None


class ReportedVisitPage(Schema):
    """Reported site visits, the latest first."""

    items: list[ReportedVisit]


class SiteVisitCounts(Schema):
    """How often a site was visited."""

    fence: int
    site: str | None
    visits: int
    persons: int
    minutes: float
    """Of all visits together."""
    longest_minutes: float
    last_at: datetime


class SiteVisitSummary(Schema):
    """Visits by site, the busiest first."""

    items: list[SiteVisitCounts]


class ReportPeriod(Schema):
    """From one day to another, both counted, in days of the company; of everybody or of one person."""

    since: Day
    until: Day
    person: Id | None = None


class ConveyanceLine(Schema):
    """The journeys of a person on a day by one mode of transport."""

    person: int
    name: str
    day: date
    mode: str
    journeys: int
    km: float
    per_km_minor: int | None
    amount_minor: int | None
    """Null where the mode has no rate on the day."""


class ConveyanceTotal(Schema):
    """What journeys together come to."""

    journeys: int
    km: float
    amount_minor: int
    """Of the journeys that have a rate."""
    unrated_km: float
    """Of those that have none."""


class PersonConveyanceTotal(ConveyanceTotal):
    """What the journeys of a person come to."""

    person: int


class ConveyanceResponse(Schema):
    """What journeys cost."""

    currency: str
    time_zone: str
    lines: list[ConveyanceLine]
    persons: list[PersonConveyanceTotal]
    total: ConveyanceTotal
