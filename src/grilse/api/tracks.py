"""A phone's queue, and where people are and were: positions, journeys, visits, and what journeys cost."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema, Status

from grilse.api import track_shapes as shapes
from grilse.api.answers import compact
from grilse.api.conveyance_file import conveyance_file
from grilse.api.entries import Day, Id, Mass, Moment, Number, Text, entry, taken
from grilse.api.list_shapes import Cursor, Limit
from grilse.api.places import declare
from grilse.api.problems import Missing
from grilse.api.rooms import PEOPLE as router
from grilse.errors import GrilseError
from grilse.farm.listing import USUAL, Listing, page
from grilse.people import lists_tracks, queries
from grilse.people.actions import sync
from grilse.people.conveyance import Report, conveyance
from grilse.people.me import me

AS_CSV = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}
OWN, OTHERS, CHANGE = "people.track", "people.locate", "people.change"
NOBODY = 0  # no person has it: who is nobody yet has nothing of their own
Queue = entry(sync.Sent)


class Decision(Schema):
    """What becomes of a version that contradicts what stands."""

    keep: Literal["sent", "standing"]
    """sent takes its place as a later version; standing leaves it."""


class NewFence(Schema):
    """A circle around a sea area or a station."""

    area: Id | None = None
    station: Id | None = None
    latitude: Number
    longitude: Number
    radius_m: Number


class NewTransportRate(Schema):
    """What a kilometre is paid from a day on, in hundredths of the company's currency."""

    mode: Text
    valid_from: Day
    per_km_minor: Mass


@router.post("/sync", may=(OWN, "people.journal"), response=shapes.Received)
def sync_phone(request: HttpRequest, sent: Queue) -> HttpResponse:  # type: ignore[valid-type]
    """Take in what a phone kept: late, twice, out of order, up to 5,000 things at once."""
    received = sync.send(taken(sync.Sent, sent))
    return compact(asdict(received))


@router.get("/sync/conflicts", may=(OWN, "people.journal"), response=list[shapes.Contradiction])
def sync_conflicts(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what one's own phones sent that contradicts what stands, until it is decided."""
    return [asdict(one) for one in queries.conflicts()]


@router.post("/sync/conflicts/{key}/settle", may=(OWN, "people.journal"), response={204: None})
def settle_conflict(request: HttpRequest, key: Id, decision: Decision) -> Status[None]:
    """Decide which of two contents of one version stands."""
    sync.settle(key, take=decision.keep == "sent")
    return Status(204, None)


@router.get("/me/journeys", may=OWN, response=shapes.Journeys)
def my_journeys(request: HttpRequest, cursor: Cursor = None, limit: Limit = USUAL) -> HttpResponse:
    """Return one's own journeys, the latest first."""
    return _own(lists_tracks.JOURNEYS, cursor, limit)


@router.get("/me/visits", may=OWN, response=shapes.Visits)
def my_visits(request: HttpRequest, cursor: Cursor = None, limit: Limit = USUAL) -> HttpResponse:
    """Return one's own visits to sites, the latest first."""
    return _own(lists_tracks.VISITS, cursor, limit)


@router.get("/me/track", may=OWN, response=shapes.Track)
def my_track(request: HttpRequest, day: Day) -> HttpResponse:
    """Return one's own positions of a day, the latest first."""
    return _told(queries.history(me() or NOBODY, day))


@router.get("/me/conveyance", may=OWN, response=shapes.Conveyance)
def my_conveyance(request: HttpRequest, since: Day, until: Day) -> HttpResponse:
    """Return what one's own journeys from one day to another are paid."""
    return _costs(conveyance(since, until, me() or NOBODY))


@router.get("/positions", may=OTHERS, response=shapes.Positions)
def positions(request: HttpRequest) -> HttpResponse:
    """Return where everybody was last."""
    return _told(queries.latest_positions())


@router.get("/journeys/{key}/crumbs", may=OTHERS, response=shapes.Track)
def crumbs_of_journey(
    request: HttpRequest,
    key: Id,
    before: Moment | None = None,
    before_id: Id | None = None,
    limit: Annotated[int, Field(ge=1, le=queries.CRUMBS)] = queries.CRUMBS,
) -> HttpResponse:
    """Return a journey's positions from its end, or those behind the one of a time and id."""
    person, reference = _journey(key)
    return _told(queries.breadcrumb(reference, person, _behind(before, before_id), limit))


@router.get("/persons/{key}/track", may=OTHERS, response=shapes.Track)
def track_of_person(request: HttpRequest, key: Id, day: Day) -> HttpResponse:
    """Return a person's positions of a day, the latest first."""
    if not queries.within_reach(key):
        raise Missing(f"there is no person {key} of whom your role may know where they are")
    return _told(queries.history(key, day))


@router.get("/site-visits", may=OTHERS, response=shapes.Stays)
def visits_of_day(request: HttpRequest, day: Day, fence: Id | None = None) -> HttpResponse:
    """Return who came within the fences of sites on a day and when they left, the latest first."""
    return _told(queries.visits_of_day(day, fence))


@router.get("/site-visits/reported", may=OTHERS, response=shapes.ReportedVisits)
def reported_visits(request: HttpRequest, day: Day) -> HttpResponse:
    """Return the site visits that people reported on a day, the latest first."""
    return _told(queries.reported_visits(day))


@router.get("/site-visits/summary", may=OTHERS, response=shapes.SiteVisits)
def visits_per_site(request: HttpRequest, since: Day, until: Day) -> HttpResponse:
    """Return how often each site was visited from one day to another, by how many and for how long."""
    return _told(queries.visits_per_site(since, until))


@router.get("/fences/{key}/passages", may=OTHERS, response=shapes.Stays)
def entries_and_exits(request: HttpRequest, key: Id, since: Day, until: Day) -> HttpResponse:
    """Return who came to a site and left it from one day to another, the latest first."""
    if queries.fence(key) is None:
        raise Missing(f"there is no fence {key}")
    return _told(queries.entries_and_exits(key, since, until))


@router.get("/conveyance", may="people.report", response=shapes.Conveyance)
def conveyance_report(request: HttpRequest, asked: Query[shapes.Between]) -> HttpResponse:
    """Return what journeys from one day to another cost, by person, day and mode of transport."""
    return _costs(conveyance(asked.since, asked.until, asked.person))


@router.get(
    "/conveyance.csv", may=("people.report", "data.export"), response={200: None}, openapi_extra=AS_CSV
)
def conveyance_as_csv(request: HttpRequest, asked: Query[shapes.Between]) -> HttpResponse:
    """Return the lines of the report as CSV."""
    report = conveyance(asked.since, asked.until, asked.person)
    return conveyance_file(report, asked.since, asked.until)


declare("fences", "fence", NewFence, router=router, needs=CHANGE)
declare("transport-rates", "transport rate", NewTransportRate, router=router, needs=CHANGE)


def _own(listing: Listing, cursor: str | None, limit: int) -> HttpResponse:
    found = page(listing, {"person_id": me() or NOBODY}, cursor=cursor, limit=limit)
    items = [dict(zip(found.fields, row, strict=True)) for row in found.rows]
    return compact({"items": items, "next": found.next})


def _told(rows: list[Any]) -> HttpResponse:
    return compact({"items": [asdict(row) for row in rows]})


def _costs(report: Report) -> HttpResponse:
    persons = [{"person": person, **asdict(total)} for person, total in report.persons.items()]
    return compact({**asdict(report), "persons": persons})


def _journey(key: int) -> tuple[int, str]:
    found = queries.journey(key)
    if found is None:
        raise Missing(f"there is no journey {key}")
    return found


def _behind(before: datetime | None, id: int | None) -> tuple[datetime, int] | None:
    if (before is None) != (id is None):
        raise GrilseError("name the position to go on behind by its time and its id", field="before")
    return None if before is None or id is None else (before, id)
