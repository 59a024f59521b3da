"""Tickets: what waits and for whom, and the form for another."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from grilse.errors import GrilseError
from grilse.farm.lists import AREAS, CONTAINERS, STATIONS
from grilse.helpdesk import queries
from grilse.helpdesk.actions import tickets
from grilse.helpdesk.business_hours import read_calendar
from grilse.helpdesk.lists import CATEGORIES, TICKETS
from grilse.helpdesk.models import Ticket
from grilse.helpdesk.remaining_time import read_clock
from grilse.listing.listing import read_page as listed
from grilse.people import directory
from grilse.people.current_person import find_current_person
from grilse.web.form_errors import FORM_ERROR_STATUS, FormError
from grilse.web.permissions import permission_required
from grilse.web.time_zone import in_company_time_zone

PAGE_SIZE = 50
MAX_PLACES, MAX_CONTAINERS = 1000, 500
NO_PERSON_ID = 0
STATUSES = {status.value: str(status.label) for status in Ticket.Status}
PRIORITIES = {priority.value: str(priority.label) for priority in Ticket.Priority}
TICKET_COLUMNS = (
    "number", "title", "status", "priority", "category", "site", "container", "assignee_id", "assignee",
    "team", "reporter", "opened_at", "answered_at", "answer_due", "resolve_due", "held_since",
)  # fmt: skip
FORM_FIELDS = {name: name for name in ("title", "body", "priority", "category", "container", "person", "team")} | {
    "area": "site",
    "station": "site",
}


@require_safe
@permission_required("helpdesk.read")
@in_company_time_zone
def show_ticket_queue(request: HttpRequest) -> HttpResponse:
    """Show the tickets of a queue, the newest first; a fragment when the filter asks."""
    asked = {name: request.GET.get(name, "").strip() for name in ("queue", "status", "q")}
    after = request.GET.get("after") or None
    try:
        page = listed(TICKETS, _build_filters(asked), TICKET_COLUMNS, after, PAGE_SIZE)
    except GrilseError as error:
        raise Http404(str(error)) from error
    hours, now = read_calendar(), datetime.now(UTC)
    rows = [dict(zip(TICKET_COLUMNS, row, strict=True)) for row in page.rows]
    shown = {
        **asked,
        "after": after,
        "tickets": [(row, read_clock(row, now, hours)) for row in rows],
        "next": page.next,
        "statuses": STATUSES,
        "kept": {name: value for name, value in asked.items() if value},
    }
    if "HX-Request" not in request.headers:
        return render(
            request, "helpdesk/queue.html", {**shown, "counts": queries.count_queues(), "team": _find_own_team()}
        )
    return render(request, "helpdesk/_rows.html" if after else "helpdesk/_tickets.html", shown)


@require_safe
@permission_required("helpdesk.ask")
@in_company_time_zone
def show_ticket_form(request: HttpRequest) -> HttpResponse:
    """Show the form for a ticket."""
    return _render_ticket_form(request, {"priority": Ticket.Priority.NORMAL.value})


@require_POST
@permission_required("helpdesk.ask")
@in_company_time_zone
def open_ticket(request: HttpRequest) -> HttpResponse:
    """Open a ticket."""
    return _create_ticket(request)


@require_POST
@permission_required("helpdesk.ask", "helpdesk.work")
@in_company_time_zone
def open_assigned_ticket(request: HttpRequest) -> HttpResponse:
    """Open a ticket, and give it to who was chosen."""
    return _create_ticket(request, give=True)


@require_safe
@permission_required("helpdesk.ask", "farm.read")
def show_container_options(request: HttpRequest) -> HttpResponse:
    """Show the containers of a site, to choose from."""
    return render(request, "helpdesk/_containers.html", {"containers": _list_containers(request.GET.get("site", ""))})


def _create_ticket(request: HttpRequest, *, give: bool = False) -> HttpResponse:
    form = request.POST
    try:
        number = tickets.open_ticket(parse_ticket_form(form))
        if give and (form.get("who") or form.get("person")):
            tickets.assign_ticket(number, person=parse_chosen_person(form))
    except GrilseError as error:
        return _render_ticket_form(request, form, FormError.from_error(error, FORM_FIELDS))
    return redirect("ticket", number=number)


def _render_ticket_form(
    request: HttpRequest, form: QueryDict | Mapping[str, Any], refusal: FormError | None = None
) -> HttpResponse:
    shown = {"form": form, "refusal": refusal, **build_field_choices(form.get("site", "")), "asking": True}
    return render(request, "helpdesk/new.html", shown, status=FORM_ERROR_STATUS if refusal else 200)


def build_field_choices(site: str) -> dict[str, Any]:
    """Return what the fields of a ticket can be."""
    return {
        "priorities": PRIORITIES,
        "categories": listed(CATEGORIES, {"active": True}, ("id", "name"), limit=MAX_PLACES).rows,
        "sites": _list_sites(),
        "containers": _list_containers(site),
    }


def parse_ticket_form(form: QueryDict) -> tickets.NewTicket:
    """Return what a form says of a ticket."""
    kind, _, id = form.get("site", "").partition("-")
    return tickets.NewTicket(
        title=form.get("title", ""),
        body=form.get("body", ""),
        priority=form.get("priority", ""),
        category=parse_number(form.get("category", "")),
        area=parse_number(id) if kind == "area" else None,
        station=parse_number(id) if kind == "station" else None,
        container=parse_number(form.get("container", "")),
    )


def parse_chosen_person(form: QueryDict) -> int:
    """Return who was chosen; a name that was typed and not chosen is nobody yet."""
    id = parse_number(form.get("person", ""))
    if id is None:
        typed = form.get("who", "").strip()
        raise GrilseError(
            f"“{typed}” is only typed: choose one of the persons that the field shows" if typed else "choose a person",
            field="person",
        )
    return id


def parse_number(text: str) -> int | None:
    """Return the number of a field, None where it holds none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _build_filters(asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the filters of the list; without a status what somebody still waits for."""
    filters: dict[str, Any] = {"text": asked["q"]} if asked["q"] else {}
    if asked["status"] in STATUSES:
        filters["status"] = asked["status"]
    elif asked["status"] != "all":
        filters["waiting"] = True
    if asked["queue"] == "overdue":
        filters["overdue"] = True
    elif asked["queue"] == "mine":
        filters["assignee_id"] = find_current_person() or NO_PERSON_ID
    elif asked["queue"] == "team":
        filters["team"] = _find_own_team() or ""
    return filters


def _find_own_team() -> str | None:
    mine = find_current_person()
    return directory.read_person(mine)["team_name"] if mine else None


def _list_sites() -> list[tuple[str, str, str]]:
    """Return the sites of a geography after each other: its name, what a form calls a site, and its name."""
    sites = [
        (row[2], f"{kind}-{row[0]}", row[1])
        for kind, listing in (("area", AREAS), ("station", STATIONS))
        for row in listed(listing, fields=("id", "name", "geography"), limit=MAX_PLACES).rows
    ]
    return sorted(sites, key=lambda site: (site[0], site[2]))


def _list_containers(site: str) -> list[tuple[int, str]]:
    name = next((name for _, key, name in _list_sites() if key == site), None)
    if name is None:
        return []
    return [(row[0], row[1]) for row in listed(CONTAINERS, {"site": name}, ("id", "name"), limit=MAX_CONTAINERS).rows]
