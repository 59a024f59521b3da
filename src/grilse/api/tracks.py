"""A phone's queue, and where people are and were: positions, journeys, visits, and what journeys cost."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema, Status

from grilse.api import track_schemas as shapes
from grilse.api.conveyance_csv import build_conveyance_csv
from grilse.api.input_schemas import Day, FiniteFloat, Grams, Id, Text, Timestamp, build_input_schema, from_request
from grilse.api.list_schemas import Cursor, Limit
from grilse.api.places import declare_crud_routes
from grilse.api.problems import NotFoundError
from grilse.api.responses import json_response
from grilse.api.routers import PEOPLE as router
from grilse.errors import GrilseError
from grilse.listing.listing import DEFAULT_PAGE_ROWS, Listing, read_page
from grilse.people import lists, queries
from grilse.people.actions import sync
from grilse.people.conveyance import ConveyanceReport, build_conveyance_report
from grilse.people.current_person import find_current_person

CSV_RESPONSE = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}
TRACK_PERMISSION, LOCATE_PERMISSION, CHANGE_PERMISSION = "people.track", "people.locate", "people.change"
NO_PERSON_ID = 0  # no person has it: who is nobody yet has nothing of their own
PhoneQueue = build_input_schema(sync.SyncRequest)


class ConflictDecision(Schema):
    """What becomes of a version that contradicts what stands."""

    keep: Literal["sent", "standing"]
    """sent takes its place as a later version; standing leaves it."""


class NewFence(Schema):
    """A circle around a sea area or a station."""

    area: Id | None = None
    station: Id | None = None
    latitude: FiniteFloat
    longitude: FiniteFloat
    radius_m: FiniteFloat


class NewTransportRate(Schema):
    """What a kilometre is paid from a day on, in hundredths of the company's currency."""

    mode: Text
    valid_from: Day
    per_km_minor: Grams


@router.post("/sync", permission=(TRACK_PERMISSION, "people.journal"), response=shapes.SyncResult)
def sync_phone(request: HttpRequest, sent: PhoneQueue) -> HttpResponse:  # type: ignore[valid-type]
    """Take in what a phone kept: late, twice, out of order, up to 5,000 things at once."""
    received = sync.receive_sync(from_request(sync.SyncRequest, sent))
    return json_response(asdict(received))


@router.get("/sync/conflicts", permission=(TRACK_PERMISSION, "people.journal"), response=list[shapes.ConflictResponse])
def list_sync_conflicts(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what one's own phones sent that contradicts what stands, until it is decided."""
    return [asdict(conflict) for conflict in queries.list_conflicts()]


@router.post("/sync/conflicts/{key}/settle", permission=(TRACK_PERMISSION, "people.journal"), response={204: None})
def settle_conflict(request: HttpRequest, key: Id, decision: ConflictDecision) -> Status[None]:
    """Decide which of two contents of one version stands."""
    sync.settle_conflict(key, take=decision.keep == "sent")
    return Status(204, None)


@router.get("/me/journeys", permission=TRACK_PERMISSION, response=shapes.Journeys)
def list_own_journeys(request: HttpRequest, cursor: Cursor = None, limit: Limit = DEFAULT_PAGE_ROWS) -> HttpResponse:
    """Return one's own journeys, the latest first."""
    return _list_own_rows(lists.JOURNEYS, cursor, limit)


@router.get("/me/visits", permission=TRACK_PERMISSION, response=shapes.Visits)
def list_own_visits(request: HttpRequest, cursor: Cursor = None, limit: Limit = DEFAULT_PAGE_ROWS) -> HttpResponse:
    """Return one's own visits to sites, the latest first."""
    return _list_own_rows(lists.VISITS, cursor, limit)


@router.get("/me/track", permission=TRACK_PERMISSION, response=shapes.PositionPage)
def list_own_positions(request: HttpRequest, day: Day) -> HttpResponse:
    """Return one's own positions of a day, the latest first."""
    return _build_rows_response(queries.list_day_positions(find_current_person() or NO_PERSON_ID, day))


@router.get("/me/conveyance", permission=TRACK_PERMISSION, response=shapes.ConveyanceResponse)
def report_own_conveyance(request: HttpRequest, since: Day, until: Day) -> HttpResponse:
    """Return what one's own journeys from one day to another are paid."""
    return _build_conveyance_response(build_conveyance_report(since, until, find_current_person() or NO_PERSON_ID))


@router.get("/positions", permission=LOCATE_PERMISSION, response=shapes.LatestPositionPage)
def list_latest_positions(request: HttpRequest) -> HttpResponse:
    """Return where everybody was last."""
    return _build_rows_response(queries.list_latest_positions())


@router.get("/journeys/{key}/crumbs", permission=LOCATE_PERMISSION, response=shapes.PositionPage)
def list_journey_positions(
    request: HttpRequest,
    key: Id,
    before: Timestamp | None = None,
    before_id: Id | None = None,
    limit: Annotated[int, Field(ge=1, le=queries.JOURNEY_POSITIONS_LIMIT)] = queries.JOURNEY_POSITIONS_LIMIT,
) -> HttpResponse:
    """Return a journey's positions from its end, or those behind the one of a time and id."""
    person, reference = _read_journey_or_404(key)
    return _build_rows_response(
        queries.list_journey_positions(reference, person, _parse_position_cursor(before, before_id), limit)
    )


@router.get("/persons/{key}/track", permission=LOCATE_PERMISSION, response=shapes.PositionPage)
def list_person_positions(request: HttpRequest, key: Id, day: Day) -> HttpResponse:
    """Return a person's positions of a day, the latest first."""
    if not queries.is_within_reach(key):
        raise NotFoundError(f"there is no person {key} of whom your role may know where they are")
    return _build_rows_response(queries.list_day_positions(key, day))


@router.get("/site-visits", permission=LOCATE_PERMISSION, response=shapes.FenceVisitPage)
def list_visits_of_day(request: HttpRequest, day: Day, fence: Id | None = None) -> HttpResponse:
    """Return who came within the fences of sites on a day and when they left, the latest first."""
    return _build_rows_response(queries.list_visits_of_day(day, fence))


@router.get("/site-visits/reported", permission=LOCATE_PERMISSION, response=shapes.ReportedVisitPage)
def list_reported_visits(request: HttpRequest, day: Day) -> HttpResponse:
    """Return the site visits that people reported on a day, the latest first."""
    return _build_rows_response(queries.list_reported_visits(day))


@router.get("/site-visits/summary", permission=LOCATE_PERMISSION, response=shapes.SiteVisitSummary)
def summarize_site_visits(request: HttpRequest, since: Day, until: Day) -> HttpResponse:
    """Return how often each site was visited from one day to another, by how many and for how long."""
    return _build_rows_response(queries.summarize_visits_by_site(since, until))


@router.get("/fences/{key}/passages", permission=LOCATE_PERMISSION, response=shapes.FenceVisitPage)
def list_fence_visits(request: HttpRequest, key: Id, since: Day, until: Day) -> HttpResponse:
    """Return who came to a site and left it from one day to another, the latest first."""
    if queries.find_fence_site(key) is None:
        raise NotFoundError(f"there is no fence {key}")
    return _build_rows_response(queries.list_visits_of_site(key, since, until))


@router.get("/conveyance", permission="people.report", response=shapes.ConveyanceResponse)
def report_conveyance(request: HttpRequest, asked: Query[shapes.ReportPeriod]) -> HttpResponse:
    """Return what journeys from one day to another cost, by person, day and mode of transport."""
    return _build_conveyance_response(build_conveyance_report(asked.since, asked.until, asked.person))


@router.get(
    "/conveyance.csv", permission=("people.report", "data.export"), response={200: None}, openapi_extra=CSV_RESPONSE
)
def export_conveyance(request: HttpRequest, asked: Query[shapes.ReportPeriod]) -> HttpResponse:
    """Return the lines of the report as CSV."""
    report = build_conveyance_report(asked.since, asked.until, asked.person)
    return build_conveyance_csv(report, asked.since, asked.until)


declare_crud_routes("fences", "fence", NewFence, router=router, permission=CHANGE_PERMISSION)
declare_crud_routes("transport-rates", "transport rate", NewTransportRate, router=router, permission=CHANGE_PERMISSION)


def _list_own_rows(listing: Listing, cursor: str | None, limit: int) -> HttpResponse:
    result = read_page(listing, {"person_id": find_current_person() or NO_PERSON_ID}, cursor=cursor, limit=limit)
    items = [dict(zip(result.fields, row, strict=True)) for row in result.rows]
    return json_response({"items": items, "next": result.next})


def _build_rows_response(rows: list[Any]) -> HttpResponse:
    return json_response({"items": [asdict(row) for row in rows]})


def _build_conveyance_response(report: ConveyanceReport) -> HttpResponse:
    persons = [{"person": person, **asdict(total)} for person, total in report.persons.items()]
    return json_response({**asdict(report), "persons": persons})


def _read_journey_or_404(key: int) -> tuple[int, str]:
    journey = queries.find_journey(key)
    if journey is None:
        raise NotFoundError(f"there is no journey {key}")
    return journey


def _parse_position_cursor(before: datetime | None, id: int | None) -> tuple[datetime, int] | None:
    if (before is None) != (id is None):
        raise GrilseError("name the position to go on behind by its time and its id", field="before")
    return None if before is None or id is None else (before, id)
