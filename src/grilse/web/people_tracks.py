"""Where people are, the route of a journey, visits of sites, the cost of journeys, and decisions about journeys."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from grilse.api.exports import build_conveyance_csv
from grilse.errors import GrilseError
from grilse.farm.lists import AREAS, STATIONS
from grilse.listing.listing import Listing, read_page
from grilse.people import queries
from grilse.people.actions.journeys import confirm_journey, reject_journey
from grilse.people.conveyance import ConveyanceReport, ConveyanceRow, ConveyanceSum, build_conveyance_report
from grilse.people.lists import FENCES, JOURNEYS
from grilse.people.queries import TrackPosition
from grilse.web.forms import FORM_ERROR_STATUS, AcceptedValues, check_fields, parse_day, parse_number, parse_text
from grilse.web.pages import FORM, get_day, get_number, page, render_part
from grilse.web.templatetags.time_formats import format_age

MAX_JOURNEYS, MAX_PLACES = 30, 1000
SUMMARY_PERIOD = timedelta(days=27)
MAX_REPORT_DAYS = 366
REPORT_QUERY: AcceptedValues = {"since": parse_day, "until": parse_day, "as": ("csv",)}
JOURNEY_FIELDS: AcceptedValues = {"journey": parse_number, "reason": parse_text, "decision": ("confirm", "reject")}


@page("people.locate", "farm.read", query={"journey": parse_number})
def show_map(request: HttpRequest) -> HttpResponse:
    """Show everybody's last position, and the route of a chosen journey; a fragment when it is renewed."""
    chosen = get_number(request, "journey")
    latest = sorted(queries.list_latest_positions(), key=lambda position: position.at, reverse=True)
    route = [] if chosen is None else _read_route(chosen)
    columns = ("id", "person", "reference", "kind", "mode", "started_at", "ended_at", "points", "distance_m")
    context = {
        "latest": latest,
        "journeys": _list_rows(JOURNEYS, columns, MAX_JOURNEYS),
        "chosen": chosen,
        "route": route,
        "map_data": {
            "positions": [
                {**_build_point(position), "id": position.person, "name": position.name,
                 "age": format_age(position.at), "accuracy_m": position.accuracy_m}
                for position in latest
            ],
            "fences": _list_rows(FENCES, ("id", "site", "latitude", "longitude", "radius_m")),
            "sites": [
                site
                for listing in (AREAS, STATIONS)
                for site in _list_rows(listing, ("name", "latitude", "longitude"))
                if None not in site.values()
            ],
            "way": [_build_point(position) for position in reversed(route) if position.fault is None],
        },
        "now": datetime.now(UTC),
    }  # fmt: skip
    return render_part(request, "people/_positions.html", "people/map.html", context)


@page("people.locate", query={"day": parse_day, "fence": parse_number})
def show_visits(request: HttpRequest) -> HttpResponse:
    """Show the visits of a day, of all sites or one, and how busy each site was in four weeks."""
    day, fence, today = (
        get_day(request, "day") or timezone.localdate(),
        get_number(request, "fence"),
        timezone.localdate(),
    )
    context = {
        "day": day,
        "fence": fence,
        "visits": queries.list_visits_of_day(day, fence),
        "sites": queries.summarize_visits_by_site(day - SUMMARY_PERIOD, day),
        "since": day - SUMMARY_PERIOD,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "today": today,
    }
    return render(request, "people/visits.html", context)


@page("people.report", query=REPORT_QUERY)
def show_conveyance(request: HttpRequest) -> HttpResponse:
    """Show the cost of the journeys between two days, by person, day and mode, with their sums."""
    return _render_conveyance(request)


@page("people.report", "people.change", methods=FORM, query=REPORT_QUERY)
def review_journey(request: HttpRequest) -> HttpResponse:
    """Confirm or reject a journey with positions that cannot be, and show the report again."""
    if request.method != "POST":
        return _render_conveyance(request)
    decide = confirm_journey if request.POST.get("decision") == "confirm" else reject_journey
    try:
        check_fields(request.POST, JOURNEY_FIELDS)
        decide(parse_number(request.POST.get("journey", "")) or 0, reason=request.POST.get("reason", ""))
    except GrilseError as refusal:
        return _render_conveyance(request, str(refusal))
    period = {name: request.GET[name] for name in ("since", "until") if name in request.GET}
    return redirect(f"{reverse('people-conveyance')}?{urlencode(period)}")


def _render_conveyance(request: HttpRequest, refusal: str = "") -> HttpResponse:
    today = timezone.localdate()
    since, until = get_day(request, "since") or today.replace(day=1), get_day(request, "until") or today
    error = _describe_period_error(since, until)
    context: dict[str, Any] = {"since": since, "until": until, "error": error, "refusal": refusal}
    if not error:
        report = build_conveyance_report(since, until)
        if request.GET.get("as") == "csv":
            return build_conveyance_csv(report, since, until)
        context |= {"report": report, "by_person": _group_by_person(report)}
    status = FORM_ERROR_STATUS if error or refusal else 200
    return render(request, "people/conveyance.html", context, status=status)


def _read_route(journey: int) -> list[TrackPosition]:
    """Return the positions of a journey, the last first, up to the limit of one page."""
    journey_key = queries.find_journey(journey)
    if journey_key is None:
        raise Http404(f"There is no journey {journey}.")
    person, reference = journey_key
    return queries.list_journey_positions(reference, person)


def _list_rows(listing: Listing, columns: tuple[str, ...], limit: int = MAX_PLACES) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in read_page(listing, fields=columns, limit=limit).rows]


def _build_point(position: TrackPosition) -> dict[str, Any]:
    at = position.at.isoformat(timespec="seconds")
    return {"latitude": position.latitude, "longitude": position.longitude, "at": at}


def _group_by_person(report: ConveyanceReport) -> list[tuple[list[ConveyanceRow], ConveyanceSum]]:
    """Return each person's lines with their sum, by name."""
    names = {line.person: line.name for line in report.lines}
    order = sorted(report.persons, key=lambda person: (names[person], person))
    return [([line for line in report.lines if line.person == person], report.persons[person]) for person in order]


def _describe_period_error(since: date, until: date) -> str:
    if until < since:
        return gettext("The last day is before the first.")
    if (until - since).days < MAX_REPORT_DAYS:
        return ""
    return gettext("A report is of %(days)d days at most.") % {"days": MAX_REPORT_DAYS}
