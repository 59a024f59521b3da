"""A ticket: what happened to it, what can be done with it, what is said and put on it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from grilse.errors import GrilseError
from grilse.helpdesk import queries
from grilse.helpdesk.actions import attachments, comments, tickets
from grilse.helpdesk.business_hours import read_calendar
from grilse.helpdesk.lists import ESCALATIONS
from grilse.helpdesk.remaining_time import read_clock
from grilse.listing.listing import read_page as listed
from grilse.people.current_person import find_current_person
from grilse.people.lists import TEAMS
from grilse.web.form_errors import FORM_ERROR_STATUS, FormError
from grilse.web.helpdesk import FORM_FIELDS, build_field_choices, parse_chosen_person, parse_number, parse_ticket_form
from grilse.web.permissions import permission_required
from grilse.web.time_zone import in_company_time_zone

MAX_TEAMS = 500
MAX_ESCALATIONS = 20
# What a step asks for besides the click, as its form calls it.
REASON_FIELD = {"reason": "reason"}
STEP_FIELDS = {"person": "person", "team": "team"} | REASON_FIELD
Step = Callable[[int, QueryDict], Any]


def _assign_ticket(ticket: int, form: QueryDict) -> None:
    named = form.get("who") or form.get("person")
    person, team = parse_chosen_person(form) if named else None, parse_number(form.get("team", ""))
    tickets.assign_ticket(ticket, person=person, team=team)


# What needs the role of those who work on tickets; the room itself keeps the rest to whoever opened it too.
WORK_STEPS: dict[str, Step] = {
    "take": lambda ticket, form: tickets.take_ticket(ticket),
    "start": lambda ticket, form: tickets.start_ticket(ticket),
    "resume": lambda ticket, form: tickets.resume_ticket(ticket),
    "resolve": lambda ticket, form: tickets.resolve_ticket(ticket),
    "hold": lambda ticket, form: tickets.hold_ticket(ticket, reason=form.get("reason", "")),
    "assign": _assign_ticket,
}
REPORTER_STEPS: dict[str, Step] = {
    "close": lambda ticket, form: tickets.close_ticket(ticket),
    "reopen": lambda ticket, form: tickets.reopen_ticket(ticket, reason=form.get("reason", "")),
    "cancel": lambda ticket, form: tickets.cancel_ticket(ticket, reason=form.get("reason", "")),
    "change": lambda ticket, form: tickets.change_ticket(
        ticket, parse_ticket_form(form), reason=form.get("reason", "")
    ),
}


@require_safe
@permission_required("helpdesk.read")
@in_company_time_zone
def show_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """Show a ticket."""
    return _render_ticket(request, number)


@require_POST
@permission_required("helpdesk.read", "helpdesk.work")
@in_company_time_zone
def run_work_step(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Take a step that is for those who work on tickets."""
    return _run_step(request, number, verb, WORK_STEPS)


@require_POST
@permission_required("helpdesk.read", "helpdesk.ask")
@in_company_time_zone
def run_reporter_step(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Take a step that whoever opened a ticket may take as well."""
    return _run_step(request, number, verb, REPORTER_STEPS)


@require_POST
@permission_required("helpdesk.read", "helpdesk.ask")
@in_company_time_zone
def add_comment(request: HttpRequest, number: int) -> HttpResponse:
    """Say something on a ticket, and put files on it."""
    form, files = request.POST, request.FILES.getlist("content")

    def act() -> None:
        if form.get("body", "").strip() or not files:
            comments.add_comment(number, form.get("body", ""), internal="internal" in form)
        for upload in files:
            if (upload.size or 0) > attachments.MAX_BYTES:
                raise attachments.describe_too_large_file()
            attachments.add_attachment(number, upload.name or "", upload.content_type or "", upload.read())

    return _apply_action(request, number, "say", act, {"body": "body", "content": "content", "name": "content"})


@require_safe
@permission_required("helpdesk.read")
def download_attachment(request: HttpRequest, number: int, id: int) -> HttpResponse:
    """Send a file of a ticket, to be saved."""
    try:
        attachment = queries.find_attachment(number, id)
    except GrilseError as error:
        raise Http404(str(error)) from error
    answer = HttpResponse(attachment.content, content_type=attachment.content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, attachment.name)
    return answer


def _run_step(request: HttpRequest, ticket: int, verb: str, steps: dict[str, Step]) -> HttpResponse:
    if verb not in steps:
        raise Http404(f"A ticket has no step {verb}.")
    fields = FORM_FIELDS | REASON_FIELD if verb == "change" else STEP_FIELDS
    return _apply_action(request, ticket, verb, lambda: steps[verb](ticket, request.POST), fields)


def _apply_action(
    request: HttpRequest, ticket: int, form: str, act: Callable[[], None], fields: dict[str, str]
) -> HttpResponse:
    """Return to the ticket as it is now, or show at the form why nothing was changed."""
    try:
        act()
    except GrilseError as error:
        return _render_ticket(request, ticket, {form: FormError.from_error(error, fields)})
    return redirect("ticket", number=ticket)


def _render_ticket(request: HttpRequest, ticket: int, refusals: dict[str, FormError] | None = None) -> HttpResponse:
    try:
        ticket_row = queries.find_ticket(ticket)
    except GrilseError as error:
        raise Http404(str(error)) from error
    site = _build_site_key(ticket_row)
    shown = {
        "ticket": ticket_row,
        "clock": read_clock(ticket_row, datetime.now(UTC), read_calendar()),
        "timeline": queries.read_timeline(ticket),
        "levels": _list_escalation_levels(ticket, ticket_row["round"]),
        "mine": ticket_row["reporter_id"] == find_current_person(),
        "refusals": refusals or {},
        "typed": request.POST,
        "teams": listed(TEAMS, fields=("id", "name"), limit=MAX_TEAMS).rows,
        "form": request.POST
        if refusals and "change" in refusals
        else {**ticket_row, "site": site, **_build_select_values(ticket_row)},
        **build_field_choices(site),
    }
    return render(request, "helpdesk/ticket.html", shown, status=FORM_ERROR_STATUS if refusals else 200)


def _build_site_key(ticket: dict[str, Any]) -> str:
    if ticket["area_id"]:
        return f"area-{ticket['area_id']}"
    return f"station-{ticket['station_id']}" if ticket["station_id"] else ""


def _build_select_values(ticket: dict[str, Any]) -> dict[str, str]:
    return {name: str(ticket[f"{name}_id"] or "") for name in ("category", "container")}


def _list_escalation_levels(ticket: int, round: int) -> list[dict[str, Any]]:
    """Return the levels of escalation of this round, the first first."""
    names = ("level", "round", "person", "team", "due_at", "fired_at")
    rows = listed(ESCALATIONS, {"ticket": ticket}, names, limit=MAX_ESCALATIONS).rows
    levels = [dict(zip(names, row, strict=True)) for row in rows]
    return sorted((level for level in levels if level["round"] == round), key=lambda level: level["level"])
