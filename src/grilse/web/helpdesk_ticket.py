"""A ticket: its timeline, its steps, its comments and files."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from grilse.helpdesk import queries
from grilse.helpdesk.actions import attachments, comments, tickets
from grilse.helpdesk.business_hours import read_calendar
from grilse.helpdesk.due_times import read_clock
from grilse.helpdesk.lists import ESCALATIONS
from grilse.languages import Label
from grilse.listing.listing import read_page
from grilse.people.current_person import find_current_person
from grilse.web.forms import ActionForm, ReasonForm, TextField
from grilse.web.helpdesk_forms import AssignForm, ChangeForm, CommentForm
from grilse.web.pages import page

MAX_ESCALATIONS = 20


class HoldForm(ReasonForm):
    """What a ticket waits for."""

    reason = TextField(label=_("What it waits for"), max_length=200)


class Step(NamedTuple):
    """A step of a ticket: its action, and its form where it asks for more than a click."""

    action: Callable[..., None]
    form: type[ActionForm] = ActionForm
    title: Label = ""
    button: Label = ""


# Steps that need the permission to work on tickets; the actions restrict the others to the reporter too.
WORK_STEPS = {
    "take": Step(tickets.take_ticket),
    "start": Step(tickets.start_ticket),
    "resume": Step(tickets.resume_ticket),
    "resolve": Step(tickets.resolve_ticket),
    "assign": Step(tickets.assign_ticket, AssignForm, _("Assign it"), _("Assign")),
    "hold": Step(tickets.hold_ticket, HoldForm, _("Put on hold"), _("Hold")),
}
REPORTER_STEPS = {
    "close": Step(tickets.close_ticket),
    "reopen": Step(tickets.reopen_ticket, ReasonForm, _("Open it again"), _("Open again")),
    "cancel": Step(tickets.cancel_ticket, ReasonForm, _("Cancel it"), _("Cancel the ticket")),
    "change": Step(tickets.change_ticket, ChangeForm, _("Edit it"), _("Save")),
}
STEPS = WORK_STEPS | REPORTER_STEPS


@page("helpdesk.read")
def show_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """Show a ticket."""
    return _render_ticket(request, number)


@page("helpdesk.read", "helpdesk.work", form_page="ticket")
def run_work_step(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Take a step that is for those who work on tickets."""
    return _run_step(request, number, verb, WORK_STEPS)


@page("helpdesk.read", "helpdesk.ask", form_page="ticket")
def run_reporter_step(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Take a step that the reporter of a ticket may take as well."""
    return _run_step(request, number, verb, REPORTER_STEPS)


@page("helpdesk.read", "helpdesk.ask", form_page="ticket", files=("content",))
def add_comment(request: HttpRequest, number: int) -> HttpResponse:
    """Add a comment to a ticket, and attach files."""

    def comment(body: str, content: list[UploadedFile], internal: bool) -> None:
        if body.strip() or not content:
            comments.add_comment(number, body, internal=internal)
        for upload in content:
            if (upload.size or 0) > attachments.MAX_BYTES:
                raise attachments.describe_too_large_file()
            attachments.add_attachment(number, upload.name or "", upload.content_type or "", upload.read())

    form = CommentForm(request.POST, request.FILES)
    return redirect("ticket", number=number) if form.run(comment) else _render_ticket(request, number, "comment", form)


@page("helpdesk.read", in_company_time=False)
def download_attachment(request: HttpRequest, number: int, id: int) -> HttpResponse:
    """Send a file of a ticket, to be saved."""
    attachment = queries.find_attachment(number, id)
    answer = HttpResponse(attachment.content, content_type=attachment.content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, attachment.name)
    return answer


def _run_step(request: HttpRequest, number: int, verb: str, steps: Mapping[str, Step]) -> HttpResponse:
    """Take a step and return to the ticket, or show at its form why nothing was changed."""
    if verb not in steps:
        raise Http404(f"A ticket has no step {verb}.")
    form = _build_form(verb, request.POST)
    if form.run(steps[verb].action, number):
        return redirect("ticket", number=number)
    return _render_ticket(request, number, verb, form)


def _build_form(verb: str, data: Any = None, ticket: Mapping[str, Any] | None = None) -> ActionForm:
    options: dict[str, Any] = {"initial": ChangeForm.read_initial(ticket)} if verb == "change" and ticket else {}
    if issubclass(STEPS[verb].form, ReasonForm):
        options["auto_id"] = f"{verb}-%s"
    return STEPS[verb].form(data, **options)


def _render_ticket(
    request: HttpRequest, number: int, failed: str = "", failed_form: ActionForm | None = None
) -> HttpResponse:
    ticket = queries.find_ticket(number)
    # A step that the status no longer allows has no form on the page: its errors are shown above the forms.
    forms = {
        verb: failed_form if verb == failed and failed_form else _build_form(verb, ticket=ticket)
        for verb in ticket["verbs"]
        if STEPS[verb].title
    }
    comment_form = failed_form if failed == "comment" else CommentForm()
    context = {
        "ticket": ticket,
        "clock": read_clock(ticket, datetime.now(UTC), read_calendar()),
        "timeline": queries.read_timeline(number),
        "levels": _list_escalation_levels(number, ticket["round"]),
        "mine": ticket["reporter_id"] == find_current_person(),
        "steps": [(verb, STEPS[verb], form, verb in WORK_STEPS) for verb, form in forms.items()],
        "failed_form": failed_form if failed and failed != "comment" and failed not in forms else None,
        "comment_form": comment_form,
    }
    return render(request, "helpdesk/ticket.html", context, status=failed_form.status if failed_form else 200)


def _list_escalation_levels(ticket: int, round: int) -> list[dict[str, Any]]:
    """Return the escalations of this round, the first level first."""
    names = ("level", "round", "person", "team", "due_at", "fired_at")
    rows = read_page(ESCALATIONS, {"ticket": ticket}, names, limit=MAX_ESCALATIONS).rows
    levels = [dict(zip(names, row, strict=True)) for row in rows]
    return sorted((level for level in levels if level["round"] == round), key=lambda level: level["level"])
