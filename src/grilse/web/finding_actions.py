"""What people do with a finding on the page Today: acknowledge, assign, open a ticket, read its history."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import trigger_client_event

from grilse.attention.actions import findings
from grilse.attention.queries import OpenFinding, find_finding, list_finding_changes
from grilse.web.finding_cards import (
    ACKNOWLEDGE,
    ASSIGN,
    HANDLE,
    HISTORY,
    OPEN_TICKET,
    TICKET,
    build_cards,
    list_history,
)
from grilse.web.forms import FORM_ERROR_STATUS, ActionForm, TextField, parse_number
from grilse.web.frame import list_held_permissions
from grilse.web.helpdesk_forms import PersonForm
from grilse.web.pages import POST, get_number, get_text, is_fragment_requested, page
from grilse.web.toasts import show_toast

READ = "attention.read"
PANELS = (ACKNOWLEDGE, ASSIGN, TICKET, HISTORY)
CHANGED_EVENT = "findingsChanged"
USUAL_DAYS = 7


class AcknowledgementForm(ActionForm):
    """Why a finding may wait, and for how many days."""

    note = TextField(label=gettext_lazy("Note"), max_length=400)
    days = forms.IntegerField(
        label=gettext_lazy("Days"),
        required=False,
        initial=USUAL_DAYS,
        widget=forms.NumberInput(attrs={"min": "1", "max": f"{findings.MOST_DAYS}", "inputmode": "numeric"}),
    )


FORMS: dict[str, type[ActionForm]] = {ACKNOWLEDGE: AcknowledgementForm, ASSIGN: PersonForm}


@page(READ, query={"show": PANELS})
def show_finding(request: HttpRequest, id: int) -> HttpResponse:
    """Show a finding with its forms and its history; in a card the one of them that is asked for, or none."""
    finding, shown = find_finding(id), get_text(request, "show")
    if is_fragment_requested(request):
        return _render_card(request, finding, shown)
    return _render_page(request, finding, list(PANELS))


@page(READ, HANDLE, form_page="home")
def acknowledge_finding(request: HttpRequest, id: int) -> HttpResponse:
    """Take a finding out of sight for some days, with a note."""

    def acknowledge(note: str, days: int | None) -> None:
        findings.acknowledge_finding(id, note=note, days=days or 0)

    undo = reverse("finding-withdraw", args=[id])
    return _run_action(request, id, ACKNOWLEDGE, acknowledge, _("Acknowledged."), undo=undo)


@page(READ, HANDLE, methods=POST, has_fields=False)
def withdraw_acknowledgement(request: HttpRequest, id: int) -> HttpResponse:
    """Show an acknowledged finding again."""
    return _run_action(request, id, "", lambda: findings.withdraw_acknowledgement(id), _("Shown again."))


@page(READ, HANDLE, form_page="home")
def assign_finding(request: HttpRequest, id: int) -> HttpResponse:
    """Assign a finding to the chosen person, or to nobody."""
    before = find_finding(id).assignee_id
    undo = reverse("finding-reassign", args=[id]) + (f"?person={before}" if before else "")
    return _run_action(
        request, id, ASSIGN, lambda person: findings.assign_finding(id, person=person), _("Assigned."), undo=undo
    )


@page(READ, HANDLE, methods=POST, has_fields=False, query={"person": parse_number})
def reassign_finding(request: HttpRequest, id: int) -> HttpResponse:
    """Assign a finding to whom it was assigned before."""
    before = get_number(request, "person")
    return _run_action(request, id, "", lambda: findings.assign_finding(id, person=before), _("Assigned as before."))


@page(READ, HANDLE, OPEN_TICKET, methods=POST, has_fields=False)
def open_finding_ticket(request: HttpRequest, id: int) -> HttpResponse:
    """Open a ticket from a finding, at its site."""
    return _run_action(request, id, TICKET, lambda: findings.open_finding_ticket(id), _("Ticket opened."))


def _run_action(
    request: HttpRequest, id: int, name: str, action: Callable[..., Any], done: str, *, undo: str = ""
) -> HttpResponse:
    """Run an action with the values of its form; show the finding with a toast, or with the refusal at its field."""
    form = _build_form(name, id, request.POST)
    if not form.run(action):
        return _show_refusal(request, find_finding(id), name, form)
    show_toast(request, done, undo=undo)
    if not is_fragment_requested(request):
        return redirect("home")
    return trigger_client_event(_render_card(request, find_finding(id)), CHANGED_EVENT)


def _show_refusal(request: HttpRequest, finding: OpenFinding, name: str, form: ActionForm) -> HttpResponse:
    if is_fragment_requested(request):
        return _render_card(request, finding, name, form)
    return _render_page(request, finding, [name] if name else [], form)


def _build_form(name: str, id: int, data: Any = None) -> ActionForm:
    return FORMS.get(name, ActionForm)(data, auto_id=f"{name}-{id}-%s")


def _render_card(
    request: HttpRequest, finding: OpenFinding, shown: str = "", form: ActionForm | None = None
) -> HttpResponse:
    [card] = build_cards([finding], list_held_permissions(request))
    panels = _describe_panels(finding, [shown] if shown else [], form)
    if panels["acknowledgement"] is not None:
        panels["acknowledgement"].fields["note"].widget.attrs["autofocus"] = True
    context = {
        "card": card,
        "is_fragment": True,
        # The keyboard goes on in the card, or in the field that it opened.
        "takes_focus": shown not in (ACKNOWLEDGE, ASSIGN),
        "is_changed": request.method == "POST" and form is None,
        **panels,
    }
    return render(request, "today/_card.html", context, status=form.status if form else 200)


def _render_page(
    request: HttpRequest, finding: OpenFinding, shown: list[str], form: ActionForm | None = None
) -> HttpResponse:
    [card] = build_cards([finding], list_held_permissions(request))
    context = {"card": card, "is_alone": True, **_describe_panels(finding, shown, form)}
    return render(request, "today/finding.html", context, status=FORM_ERROR_STATUS if form else 200)


def _describe_panels(finding: OpenFinding, shown: list[str], form: ActionForm | None) -> dict[str, Any]:
    """Return the forms and the history that are shown; one statement for the history."""
    opened = shown if finding.ended_at is None else [name for name in shown if name == HISTORY]
    forms = {name: form or _build_form(name, finding.id) for name in opened if name != HISTORY and name}
    changes = list_finding_changes(finding.id) if HISTORY in shown else []
    return {
        "shown": set(opened),
        "acknowledgement": forms.get(ACKNOWLEDGE),
        "assignment": forms.get(ASSIGN),
        "ticket_form": forms.get(TICKET),
        "refusal": form if form and not forms else None,
        "picker": f"assignee-{finding.id}",
        "history": list_history(finding, changes) if HISTORY in shown else None,
    }
