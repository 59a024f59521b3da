"""Tickets: what waits and for whom, and the form for another."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from grilse.errors import GrilseError
from grilse.farm.listing import page as listed
from grilse.farm.lists import AREAS, CONTAINERS, STATIONS
from grilse.helpdesk import queries
from grilse.helpdesk.actions import tickets
from grilse.helpdesk.business import calendar
from grilse.helpdesk.lists import TICKETS
from grilse.helpdesk.lists_rules import CATEGORIES
from grilse.helpdesk.models import Ticket
from grilse.helpdesk.waiting import clock
from grilse.people import directory
from grilse.people.me import me
from grilse.web.door import may
from grilse.web.refusal import STATUS, Refusal
from grilse.web.zone import zoned

PAGE = 50
PLACES, PENS = 1000, 500
NOBODY = 0
STATUSES = {status.value: str(status.label) for status in Ticket.Status}
PRIORITIES = {priority.value: str(priority.label) for priority in Ticket.Priority}
COLUMNS = (
    "number", "title", "status", "priority", "category", "site", "container", "assignee_id", "assignee",
    "team", "reporter", "opened_at", "answered_at", "answer_due", "resolve_due", "held_since",
)  # fmt: skip
FIELDS = {name: name for name in ("title", "body", "priority", "category", "container", "person", "team")} | {
    "area": "site",
    "station": "site",
}


@require_safe
@may("helpdesk.read")
@zoned
def queue(request: HttpRequest) -> HttpResponse:
    """Show the tickets of a queue, the newest first; a fragment when the filter asks."""
    asked = {name: request.GET.get(name, "").strip() for name in ("queue", "status", "q")}
    after = request.GET.get("after") or None
    try:
        found = listed(TICKETS, _filters(asked), COLUMNS, after, PAGE)
    except GrilseError as error:
        raise Http404(str(error)) from error
    hours, now = calendar(), datetime.now(UTC)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in found.rows]
    shown = {
        **asked,
        "after": after,
        "tickets": [(row, clock(row, now, hours)) for row in rows],
        "next": found.next,
        "statuses": STATUSES,
        "kept": {name: value for name, value in asked.items() if value},
    }
    if "HX-Request" not in request.headers:
        return render(request, "helpdesk/queue.html", {**shown, "counts": queries.queues(), "team": _team()})
    return render(request, "helpdesk/_rows.html" if after else "helpdesk/_tickets.html", shown)


@require_safe
@may("helpdesk.ask")
@zoned
def new(request: HttpRequest) -> HttpResponse:
    """Show the form for a ticket."""
    return _form(request, {"priority": Ticket.Priority.NORMAL.value})


@require_POST
@may("helpdesk.ask")
@zoned
def ask(request: HttpRequest) -> HttpResponse:
    """Open a ticket."""
    return _asked(request)


@require_POST
@may("helpdesk.ask", "helpdesk.work")
@zoned
def ask_and_give(request: HttpRequest) -> HttpResponse:
    """Open a ticket, and give it to who was chosen."""
    return _asked(request, give=True)


@require_safe
@may("helpdesk.ask", "farm.read")
def containers(request: HttpRequest) -> HttpResponse:
    """Show the containers of a site, to choose from."""
    return render(
        request, "helpdesk/_containers.html", {"containers": _containers(request.GET.get("site", ""))}
    )


def _asked(request: HttpRequest, *, give: bool = False) -> HttpResponse:
    form = request.POST
    try:
        number = tickets.ask(described(form))
        if give and (form.get("who") or form.get("person")):
            tickets.assign(number, person=chosen_person(form))
    except GrilseError as error:
        return _form(request, form, Refusal.of(error, FIELDS))
    return redirect("ticket", number=number)


def _form(
    request: HttpRequest, form: QueryDict | Mapping[str, Any], refusal: Refusal | None = None
) -> HttpResponse:
    shown = {"form": form, "refusal": refusal, **choices(form.get("site", "")), "asking": True}
    return render(request, "helpdesk/new.html", shown, status=STATUS if refusal else 200)


def choices(site: str) -> dict[str, Any]:
    """Return what the fields of a ticket can be."""
    return {
        "priorities": PRIORITIES,
        "categories": listed(CATEGORIES, {"active": True}, ("id", "name"), limit=PLACES).rows,
        "sites": _sites(),
        "containers": _containers(site),
    }


def described(form: QueryDict) -> tickets.NewTicket:
    """Return what a form says of a ticket."""
    kind, _, id = form.get("site", "").partition("-")
    return tickets.NewTicket(
        title=form.get("title", ""),
        body=form.get("body", ""),
        priority=form.get("priority", ""),
        category=number(form.get("category", "")),
        area=number(id) if kind == "area" else None,
        station=number(id) if kind == "station" else None,
        container=number(form.get("container", "")),
    )


def chosen_person(form: QueryDict) -> int:
    """Return who was chosen; a name that was typed and not chosen is nobody yet."""
    id = number(form.get("person", ""))
    if id is None:
        typed = form.get("who", "").strip()
        raise GrilseError(
            f"“{typed}” is only typed: choose one of the persons that the field shows"
            if typed
            else "choose a person",
            field="person",
        )
    return id


def number(text: str) -> int | None:
    """Return the number of a field, None where it holds none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _filters(asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the filters of the list; without a status what somebody still waits for."""
    found: dict[str, Any] = {"text": asked["q"]} if asked["q"] else {}
    if asked["status"] in STATUSES:
        found["status"] = asked["status"]
    elif asked["status"] != "all":
        found["waiting"] = True
    if asked["queue"] == "overdue":
        found["overdue"] = True
    elif asked["queue"] == "mine":
        found["assignee_id"] = me() or NOBODY
    elif asked["queue"] == "team":
        found["team"] = _team() or ""
    return found


def _team() -> str | None:
    mine = me()
    return directory.person(mine)["team_name"] if mine else None


def _sites() -> list[tuple[str, str, str]]:
    """Return the sites of a geography after each other: its name, what a form calls a site, and its name."""
    found = [
        (row[2], f"{kind}-{row[0]}", row[1])
        for kind, listing in (("area", AREAS), ("station", STATIONS))
        for row in listed(listing, fields=("id", "name", "geography"), limit=PLACES).rows
    ]
    return sorted(found, key=lambda site: (site[0], site[2]))


def _containers(site: str) -> list[tuple[int, str]]:
    name = next((name for _, key, name in _sites() if key == site), None)
    if name is None:
        return []
    return [(row[0], row[1]) for row in listed(CONTAINERS, {"site": name}, ("id", "name"), limit=PENS).rows]
