"""Synchronization of phones, positions, journeys, site visits, and the cost of journeys."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Status
from pydantic import BaseModel, ValidationError, WrapValidator

from grilse.api.action_routes import declare_reason_route
from grilse.api.exports import build_conveyance_csv
from grilse.api.list_schemas import Cursor, Limit, build_page_schema
from grilse.api.problems import NotFoundError
from grilse.api.request_models import REPEATED_KEY
from grilse.api.responses import found_or_404, items_response, json_response
from grilse.api.routing import PEOPLE as router
from grilse.api.schemas import Id, Schema, build_input_schema, build_items_schema, build_output_schema, from_request
from grilse.errors import GrilseError, describe_unknown_name
from grilse.input_types import Day, RequestSchema, Timestamp, describe_fault
from grilse.listing.listing import DEFAULT_PAGE_ROWS, Listing, read_page
from grilse.people import lists, queries
from grilse.people.actions import journeys, sync
from grilse.people.conveyance import ConveyanceReport, ConveyanceSum, build_conveyance_report
from grilse.people.current_person import find_current_person
from grilse.people.journal_entries import SentEntry
from grilse.people.rules import InvalidItem
from grilse.people.tracks.uploads import SentJourney, SentPoint

CSV_RESPONSE = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}
TRACK_PERMISSION, LOCATE_PERMISSION, REPORT_PERMISSION = "people.track", "people.locate", "people.report"
REVIEW_PERMISSION = "people.change"
SYNC_PERMISSIONS = (TRACK_PERMISSION, "people.journal")
NO_PERSON_ID = 0  # no person has this id: a login that is not a person yet has no rows of its own
Outcome = Literal["new", "known", "newer", "older", "conflict", "refused"]
Receipt: Any = build_output_schema(sync.SyncReceipt)
Conflict: Any = build_output_schema(queries.SyncConflict)
Conveyance: Any = build_output_schema(ConveyanceSum)
Report: Any = build_output_schema(ConveyanceReport)
PositionList: Any = build_items_schema(queries.TrackPosition)
VisitList: Any = build_items_schema(queries.VisitRecord)


def build_item_type(data_class: type) -> Any:
    """Return the type of an item of a queue: what is wrong with it refuses it by itself, not the queue."""
    schema: Any = build_input_schema(data_class)

    def read_item(item: Any, validate: Callable[[Any], Any]) -> Any:
        if isinstance(item, dict) and REPEATED_KEY in item:
            return InvalidItem(field=str(item[REPEATED_KEY]), why="it is there twice: leave one of the two out")
        try:
            return validate(item)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            field, why = ".".join(map(str, first["loc"])), describe_fault(first)
            if first["type"] == "extra_forbidden":
                why = describe_unknown_name("field", field, list(schema.model_fields))
            return InvalidItem(field=field, why=why)

    return Annotated[schema, WrapValidator(read_item)]


Point: Any = build_item_type(SentPoint)
SentJourneySchema: Any = build_item_type(SentJourney)
Entry: Any = build_item_type(SentEntry)


class PhoneQueue(RequestSchema):
    """Items that a phone sends, in any order. An item that is wrong is refused by itself."""

    queues: ClassVar = ("points", "journeys", "entries")

    points: list[Point] = Field(default=[], max_length=sync.MAX_ITEMS)
    journeys: list[SentJourneySchema] = Field(default=[], max_length=sync.MAX_ITEMS)
    entries: list[Entry] = Field(default=[], max_length=sync.MAX_ITEMS)


class SyncResult(Receipt):
    """The outcome for each thing, in the order in which the phone sent them.

    new: it was added. known: the same version exists already. newer: it replaced an earlier version.
    older: a later version exists. conflict: this version exists with other content; both are kept.
    refused: it is not stored; `refused` says why, and whether it will be refused however often it is sent.
    """

    points: list[Outcome]
    journeys: list[Outcome]
    entries: list[Outcome]


class ConflictResponse(Conflict):
    """A version that a phone sent with other content than the stored version."""

    of: Literal["point", "journey", "entry"]


class ConflictDecision(RequestSchema):
    """The version to keep of two versions that differ."""

    keep: Literal["sent", "standing"]
    """sent: store the version of the phone as a later version; standing: keep the stored version."""


class ReportPeriod(Schema):
    """A period in days of the company, both ends included, for everybody or for one person."""

    since: Day
    until: Day
    person: Id | None = None


class PersonConveyanceSum(Conveyance):
    """The journeys of a person together."""

    person: int


class ConveyanceResponse(Report):
    """The cost of journeys, by line, by person and in total."""

    persons: list[PersonConveyanceSum]


@router.post("/sync", permission=SYNC_PERMISSIONS, response=SyncResult)
def sync_phone(request: HttpRequest, sent: PhoneQueue) -> HttpResponse:
    """Store what a phone collected, up to 5,000 items; they may come late, twice and out of order.

    An item that is wrong is refused by itself, and all others are stored.
    """
    parts = {"points": SentPoint, "journeys": SentJourney, "entries": SentEntry}
    items = {
        name: [from_request(kind, item) if isinstance(item, BaseModel) else item for item in getattr(sent, name)]
        for name, kind in parts.items()
    }
    return json_response(asdict(sync.receive_sync(sync.SyncRequest(**items))))


@router.get("/sync/conflicts", permission=SYNC_PERMISSIONS, response=list[ConflictResponse])
def list_sync_conflicts(request: HttpRequest) -> Any:
    """Return the unsettled conflicts between the phones of the current person and the stored versions."""
    return queries.list_conflicts()


@router.post("/sync/conflicts/{key}/settle", permission=SYNC_PERMISSIONS, response={204: None})
def settle_conflict(request: HttpRequest, key: Id, decision: ConflictDecision) -> Status[None]:
    """Settle a conflict by keeping one of the two versions."""
    sync.settle_conflict(key, take=decision.keep == "sent")
    return Status(204, None)


@router.get("/me/journeys", permission=TRACK_PERMISSION, response=build_page_schema(lists.JOURNEYS))
def list_own_journeys(request: HttpRequest, cursor: Cursor = None, limit: Limit = DEFAULT_PAGE_ROWS) -> HttpResponse:
    """Return the journeys of the current person, latest first."""
    return _list_own_rows(lists.JOURNEYS, cursor, limit)


@router.get("/me/visits", permission=TRACK_PERMISSION, response=build_page_schema(lists.VISITS))
def list_own_visits(request: HttpRequest, cursor: Cursor = None, limit: Limit = DEFAULT_PAGE_ROWS) -> HttpResponse:
    """Return the visits of the current person to sites, latest first."""
    return _list_own_rows(lists.VISITS, cursor, limit)


@router.get("/me/track", permission=TRACK_PERMISSION, response=PositionList)
def list_own_positions(request: HttpRequest, day: Day) -> HttpResponse:
    """Return the positions of the current person on a day, latest first."""
    return items_response(queries.list_day_positions(_get_own_id(), day))


@router.get("/me/conveyance", permission=TRACK_PERMISSION, response=ConveyanceResponse)
def report_own_conveyance(request: HttpRequest, since: Day, until: Day) -> HttpResponse:
    """Return what the company pays for the journeys of the current person in a period."""
    return _build_conveyance_response(build_conveyance_report(since, until, _get_own_id()))


@router.get("/positions", permission=LOCATE_PERMISSION, response=build_items_schema(queries.LastPosition))
def list_latest_positions(request: HttpRequest) -> HttpResponse:
    """Return the last position of everybody."""
    return items_response(queries.list_latest_positions())


@router.get("/journeys/{key}/crumbs", permission=LOCATE_PERMISSION, response=PositionList)
def list_journey_positions(
    request: HttpRequest,
    key: Id,
    before: Timestamp | None = None,
    before_id: Id | None = None,
    limit: Annotated[int, Field(ge=1, le=queries.JOURNEY_POSITIONS_LIMIT)] = queries.JOURNEY_POSITIONS_LIMIT,
) -> HttpResponse:
    """Return the positions of a journey, latest first, or those before the position with a time and an id."""
    person, reference = found_or_404(queries.find_journey(key), f"journey {key}")
    cursor = _parse_position_cursor(before, before_id)
    return items_response(queries.list_journey_positions(reference, person, cursor, limit))


@router.get("/persons/{key}/track", permission=LOCATE_PERMISSION, response=PositionList)
def list_person_positions(request: HttpRequest, key: Id, day: Day) -> HttpResponse:
    """Return the positions of a person on a day, latest first."""
    if not queries.is_within_reach(key):
        raise NotFoundError(f"there is no person {key} whose positions your role may read")
    return items_response(queries.list_day_positions(key, day))


@router.get("/site-visits", permission=LOCATE_PERMISSION, response=VisitList)
def list_visits_of_day(request: HttpRequest, day: Day, fence: Id | None = None) -> HttpResponse:
    """Return the visits to sites on a day, latest first."""
    return items_response(queries.list_visits_of_day(day, fence))


@router.get("/site-visits/reported", permission=LOCATE_PERMISSION, response=build_items_schema(queries.SiteVisitReport))
def list_reported_visits(request: HttpRequest, day: Day) -> HttpResponse:
    """Return the site visits that people reported on a day, latest first."""
    return items_response(queries.list_reported_visits(day))


@router.get("/site-visits/summary", permission=LOCATE_PERMISSION, response=build_items_schema(queries.SiteVisitTotals))
def summarize_site_visits(request: HttpRequest, since: Day, until: Day) -> HttpResponse:
    """Return how often each site was visited in a period, by how many persons and for how long."""
    return items_response(queries.summarize_visits_by_site(since, until))


@router.get("/fences/{key}/passages", permission=LOCATE_PERMISSION, response=VisitList)
def list_fence_visits(request: HttpRequest, key: Id, since: Day, until: Day) -> HttpResponse:
    """Return the visits to a site in a period, latest first."""
    found_or_404(queries.find_fence_site(key), f"fence {key}")
    return items_response(queries.list_visits_of_site(key, since, until))


@router.get("/conveyance", permission=REPORT_PERMISSION, response=ConveyanceResponse)
def report_conveyance(request: HttpRequest, asked: Query[ReportPeriod]) -> HttpResponse:
    """Return the cost of the journeys in a period, by person, day and mode of transport."""
    return _build_conveyance_response(build_conveyance_report(asked.since, asked.until, asked.person))


@router.get(
    "/conveyance.csv", permission=(REPORT_PERMISSION, "data.export"), response={200: None}, openapi_extra=CSV_RESPONSE
)
def export_conveyance(request: HttpRequest, asked: Query[ReportPeriod]) -> HttpResponse:
    """Return the lines of the conveyance report as CSV."""
    report = build_conveyance_report(asked.since, asked.until, asked.person)
    return build_conveyance_csv(report, asked.since, asked.until)


declare_reason_route(router, "POST", "/journeys/{key}/confirm", journeys.confirm_journey, REVIEW_PERMISSION)
declare_reason_route(router, "POST", "/journeys/{key}/reject", journeys.reject_journey, REVIEW_PERMISSION)


def _get_own_id() -> int:
    return find_current_person() or NO_PERSON_ID


def _list_own_rows(listing: Listing, cursor: str | None, limit: int) -> HttpResponse:
    page = read_page(listing, {"person_id": _get_own_id()}, cursor=cursor, limit=limit)
    return json_response({"items": [dict(zip(page.fields, row, strict=True)) for row in page.rows], "next": page.next})


def _build_conveyance_response(report: ConveyanceReport) -> HttpResponse:
    persons = [{"person": person, **asdict(total)} for person, total in report.persons.items()]
    return json_response({**asdict(report), "persons": persons})


def _parse_position_cursor(before: datetime | None, id: int | None) -> tuple[datetime, int] | None:
    if (before is None) != (id is None):
        raise GrilseError("name the position to continue from by its time and its id", field="before")
    return None if before is None or id is None else (before, id)
