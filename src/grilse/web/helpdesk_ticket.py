"""A ticket: what happened to it, what can be done with it, what is said and put on it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from grilse.errors import GrilseError
from grilse.farm.listing import page as listed
from grilse.helpdesk import queries
from grilse.helpdesk.actions import attachments, comments, tickets
from grilse.helpdesk.business import calendar
from grilse.helpdesk.lists import ESCALATIONS
from grilse.helpdesk.waiting import clock
from grilse.people.lists_directory import TEAMS
from grilse.people.me import me
from grilse.web.door import may
from grilse.web.helpdesk import FIELDS, choices, chosen_person, described, number
from grilse.web.refusal import STATUS, Refusal
from grilse.web.zone import zoned

TEAMS_SHOWN = 500
ESCALATIONS_SHOWN = 20
# What a step asks for besides the click, as its form calls it.
REASON = {"reason": "reason"}
STEP_FIELDS = {"person": "person", "team": "team"} | REASON
Step = Callable[[int, QueryDict], Any]


def _assigned(ticket: int, form: QueryDict) -> None:
    named = form.get("who") or form.get("person")
    person, team = chosen_person(form) if named else None, number(form.get("team", ""))
    tickets.assign(ticket, person=person, team=team)


# What needs the role of those who work on tickets; the room itself keeps the rest to whoever opened it too.
WORK: dict[str, Step] = {
    "take": lambda ticket, form: tickets.take(ticket),
    "start": lambda ticket, form: tickets.start(ticket),
    "resume": lambda ticket, form: tickets.resume(ticket),
    "resolve": lambda ticket, form: tickets.resolve(ticket),
    "hold": lambda ticket, form: tickets.hold(ticket, reason=form.get("reason", "")),
    "assign": _assigned,
}
OWN: dict[str, Step] = {
    "close": lambda ticket, form: tickets.close(ticket),
    "reopen": lambda ticket, form: tickets.reopen(ticket, reason=form.get("reason", "")),
    "cancel": lambda ticket, form: tickets.cancel(ticket, reason=form.get("reason", "")),
    "change": lambda ticket, form: tickets.change(ticket, described(form), reason=form.get("reason", "")),
}


@require_safe
@may("helpdesk.read")
@zoned
def page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a ticket."""
    return _page(request, number)


@require_POST
@may("helpdesk.read", "helpdesk.work")
@zoned
def work(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Take a step that is for those who work on tickets."""
    return _stepped(request, number, verb, WORK)


@require_POST
@may("helpdesk.read", "helpdesk.ask")
@zoned
def own(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Take a step that whoever opened a ticket may take as well."""
    return _stepped(request, number, verb, OWN)


@require_POST
@may("helpdesk.read", "helpdesk.ask")
@zoned
def say(request: HttpRequest, number: int) -> HttpResponse:
    """Say something on a ticket, and put files on it."""
    form, files = request.POST, request.FILES.getlist("content")

    def act() -> None:
        if form.get("body", "").strip() or not files:
            comments.say(number, form.get("body", ""), internal="internal" in form)
        for one in files:
            if (one.size or 0) > attachments.MOST_BYTES:
                raise attachments.too_large()
            attachments.attach(number, one.name or "", one.content_type or "", one.read())

    return _acted(request, number, "say", act, {"body": "body", "content": "content", "name": "content"})


@require_safe
@may("helpdesk.read")
def file(request: HttpRequest, number: int, id: int) -> HttpResponse:
    """Send a file of a ticket, to be saved."""
    try:
        found = queries.attachment(number, id)
    except GrilseError as error:
        raise Http404(str(error)) from error
    answer = HttpResponse(found.content, content_type=found.content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, found.name)
    return answer


def _stepped(request: HttpRequest, ticket: int, verb: str, steps: dict[str, Step]) -> HttpResponse:
    if verb not in steps:
        raise Http404(f"A ticket has no step {verb}.")
    fields = FIELDS | REASON if verb == "change" else STEP_FIELDS
    return _acted(request, ticket, verb, lambda: steps[verb](ticket, request.POST), fields)


def _acted(
    request: HttpRequest, ticket: int, form: str, act: Callable[[], None], fields: dict[str, str]
) -> HttpResponse:
    """Return to the ticket as it is now, or show at the form why nothing was changed."""
    try:
        act()
    except GrilseError as error:
        return _page(request, ticket, {form: Refusal.of(error, fields)})
    return redirect("ticket", number=ticket)


def _page(request: HttpRequest, ticket: int, refusals: dict[str, Refusal] | None = None) -> HttpResponse:
    try:
        found = queries.ticket(ticket)
    except GrilseError as error:
        raise Http404(str(error)) from error
    site = _site(found)
    shown = {
        "ticket": found,
        "clock": clock(found, datetime.now(UTC), calendar()),
        "timeline": queries.timeline(ticket),
        "levels": _levels(ticket, found["round"]),
        "mine": found["reporter_id"] == me(),
        "refusals": refusals or {},
        "typed": request.POST,
        "teams": listed(TEAMS, fields=("id", "name"), limit=TEAMS_SHOWN).rows,
        "form": request.POST if refusals and "change" in refusals else {**found, "site": site, **_ids(found)},
        **choices(site),
    }
    return render(request, "helpdesk/ticket.html", shown, status=STATUS if refusals else 200)


def _site(ticket: dict[str, Any]) -> str:
    if ticket["area_id"]:
        return f"area-{ticket['area_id']}"
    return f"station-{ticket['station_id']}" if ticket["station_id"] else ""


def _ids(ticket: dict[str, Any]) -> dict[str, str]:
    return {name: str(ticket[f"{name}_id"] or "") for name in ("category", "container")}


def _levels(ticket: int, round: int) -> list[dict[str, Any]]:
    """Return the levels of escalation of this round, the first first."""
    names = ("level", "round", "person", "team", "due_at", "fired_at")
    rows = listed(ESCALATIONS, {"ticket": ticket}, names, limit=ESCALATIONS_SHOWN).rows
    levels = [dict(zip(names, row, strict=True)) for row in rows]
    return sorted((one for one in levels if one["round"] == round), key=lambda one: one["level"])
