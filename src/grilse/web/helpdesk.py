"""The help desk: the queues of tickets, and the form of a new one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from grilse.helpdesk import queries
from grilse.helpdesk.actions import tickets
from grilse.helpdesk.business_hours import read_calendar
from grilse.helpdesk.due_times import read_clock
from grilse.helpdesk.lists import TICKETS
from grilse.helpdesk.models import Ticket
from grilse.listing.listing import read_page
from grilse.people import directory
from grilse.people.current_person import find_current_person
from grilse.web.forms import parse_text
from grilse.web.helpdesk_forms import NewTicketForm, list_container_choices
from grilse.web.pages import get_text, is_fragment_requested, page
from grilse.web.words import capitalize_word

PAGE_SIZE = 50
NO_PERSON_ID = 0
ALL_STATUSES = "all"
STATUSES = {status.value: capitalize_word(status.value) for status in Ticket.Status}
TICKET_COLUMNS = (
    "number", "title", "status", "priority", "category", "site", "container", "assignee_id", "assignee",
    "team", "reporter", "opened_at", "answered_at", "answer_due", "resolve_due", "held_since",
)  # fmt: skip


@page(
    "helpdesk.read",
    query={
        "queue": ("mine", "team", "overdue"),
        "status": (*STATUSES, ALL_STATUSES),
        "q": parse_text,
        "after": parse_text,
    },
)
def show_ticket_queue(request: HttpRequest) -> HttpResponse:
    """Show the tickets of a queue, the newest first; a fragment for the filter."""
    search = {name: get_text(request, name) for name in ("queue", "status", "q")}
    after = request.GET.get("after") or None
    page = read_page(TICKETS, _build_filters(search), TICKET_COLUMNS, after, PAGE_SIZE)
    calendar, now = read_calendar(), datetime.now(UTC)
    rows = [dict(zip(TICKET_COLUMNS, row, strict=True)) for row in page.rows]
    context: dict[str, Any] = {
        **search,
        "tickets": [(row, read_clock(row, now, calendar)) for row in rows],
        "next": page.next,
        "statuses": STATUSES,
    }
    if is_fragment_requested(request):
        return render(request, "helpdesk/_rows.html" if after else "helpdesk/_tickets.html", context)
    context |= {"counts": queries.count_queues(), "team": _find_own_team()}
    return render(request, "helpdesk/queue.html", context)


@page("helpdesk.ask")
def show_ticket_form(request: HttpRequest) -> HttpResponse:
    """Show the form of a new ticket."""
    return render(request, "helpdesk/new.html", {"form": NewTicketForm()})


@page("helpdesk.ask", form_page="ticket-new")
def open_ticket(request: HttpRequest) -> HttpResponse:
    """Open a ticket."""
    return _create_ticket(request, can_assign=False)


@page("helpdesk.ask", "helpdesk.work", form_page="ticket-new")
def open_assigned_ticket(request: HttpRequest) -> HttpResponse:
    """Open a ticket, and assign it to the chosen person."""
    return _create_ticket(request, can_assign=True)


@page("helpdesk.ask", "farm.read", in_company_time=False, query={"site": parse_text})
def show_container_options(request: HttpRequest) -> HttpResponse:
    """Show the containers of a site, to choose from."""
    return render(
        request, "helpdesk/_containers.html", {"containers": list_container_choices(get_text(request, "site"))}
    )


def _create_ticket(request: HttpRequest, *, can_assign: bool) -> HttpResponse:
    def create(new: tickets.NewTicket, person: int | None) -> int:
        number = tickets.open_ticket(new)
        if can_assign and person is not None:
            tickets.assign_ticket(number, person=person)
        return number

    form = NewTicketForm(request.POST)
    if form.run(create):
        return redirect("ticket", number=form.result)
    return render(request, "helpdesk/new.html", {"form": form}, status=form.status)


def _build_filters(search: Mapping[str, str]) -> dict[str, Any]:
    """Return the filters of the list; without a status those of tickets that wait."""
    filters: dict[str, Any] = {"text": search["q"]} if search["q"] else {}
    if search["status"] in STATUSES:
        filters["status"] = search["status"]
    elif search["status"] != ALL_STATUSES:
        filters["waiting"] = True
    if search["queue"] == "overdue":
        filters["overdue"] = True
    elif search["queue"] == "mine":
        filters["assignee_id"] = find_current_person() or NO_PERSON_ID
    elif search["queue"] == "team":
        filters["team"] = _find_own_team() or ""
    return filters


def _find_own_team() -> str | None:
    mine = find_current_person()
    return directory.read_person(mine)["team_name"] if mine else None
