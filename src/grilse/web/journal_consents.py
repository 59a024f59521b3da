"""Consents of the current person, and the conflicts between versions from their phones."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grilse.errors import GrilseError
from grilse.languages import Label, format_date, write_decimal_sign
from grilse.people import queries
from grilse.people.actions import consent, rules, sync
from grilse.people.journal import list_consents
from grilse.web.forms import FORM_ERROR_STATUS, AcceptedValues, check_fields, parse_number
from grilse.web.pages import FORM, page

WELLBEING_CONSENT_TEXT = _(
    "Your entries that are not private and no drafts are counted together with those of at least four others:"
    " how many they are, and the means of mood, stress and energy over 30 days. Nobody is shown an entry or a"
    " name; what would give somebody away is withheld."
)
TRACKING_CONSENT_TEXT = _(
    "Without this, positions are kept of site visits, tours and conveyance alone. Those who may see where"
    " others are see your last position, and your company deletes positions after {track_days} days."
)
PURPOSES = {
    "wellbeing": (_("Be counted in the wellbeing report"), WELLBEING_CONSENT_TEXT),
    "tracking": (_("Let my phone send positions between visits and journeys"), TRACKING_CONSENT_TEXT),
}
FIELD_TITLES = {
    "at": _("When"), "begun_at": _("Begun"), "kind": _("Kind"), "title": _("Title"), "body": _("Text"),
    "privacy": _("Who reads it"), "mood": _("Mood"), "stress": _("Stress"), "energy": _("Energy"), "tags": _("Tags"),
    "draft": _("Draft"), "deleted": _("Deleted"), "latitude": _("Latitude"), "longitude": _("Longitude"),
    "accuracy_m": _("Accuracy, m"),
    "reference": _("Journey"), "device": _("Device"), "mode": _("By"), "purpose": _("What for"),
}  # fmt: skip
EMPTY_VALUE = "–"
CONSENT_FIELDS: AcceptedValues = {"purpose": tuple(PURPOSES), "agree": ("yes",)}
CONFLICT_FIELDS: AcceptedValues = {"id": parse_number, "keep": ("current", "sent")}


@page("people.journal", methods=FORM)
def edit_consents(request: HttpRequest) -> HttpResponse:
    """Show what one agreed to in plain words; give a consent, or withdraw it."""
    error = ""
    if request.method == "POST":
        act = consent.give_consent if request.POST.get("agree") else consent.withdraw_consent
        try:
            check_fields(request.POST, CONSENT_FIELDS, optional=("agree",))
            act(request.POST.get("purpose", ""))
            return redirect("journal-consents")
        except GrilseError as refusal:
            error = str(refusal)
    work_rules, consents = rules.read_work_rules(), list_consents()
    open_consents = {given.purpose: given for given in consents if given.withdrawn_at is None}
    context = {
        "purposes": [
            (purpose, title, text.format(track_days=work_rules.track_days), open_consents.get(purpose))
            for purpose, (title, text) in PURPOSES.items()
        ],
        "past": [(PURPOSES[given.purpose][0], given) for given in consents if given.withdrawn_at],
        "rules": work_rules,
        "error": error,
        "tab": "consents",
    }
    return render(request, "journal/consents.html", context, status=FORM_ERROR_STATUS if error else 200)


@page("people.journal", "people.track", methods=FORM)
def settle_conflicts(request: HttpRequest) -> HttpResponse:
    """Show conflicts between sent and current versions; keep the one or the other."""
    error = ""
    if request.method == "POST":
        try:
            check_fields(request.POST, CONFLICT_FIELDS)
            version_id = parse_number(request.POST.get("id", "")) or 0
            sync.settle_conflict(version_id, take=request.POST.get("keep") == "sent")
            return redirect("journal-conflicts")
        except GrilseError as refusal:
            error = str(refusal)
    conflicts = [
        (conflict, compare_contents(conflict.stands or {}, conflict.content)) for conflict in queries.list_conflicts()
    ]
    context = {"conflicts": conflicts, "error": error, "tab": "conflicts"}
    return render(request, "journal/conflicts.html", context, status=FORM_ERROR_STATUS if error else 200)


def compare_contents(current: Mapping[str, Any], sent: Mapping[str, Any]) -> list[tuple[Label, str, str]]:
    """Return the title and both values of the fields that have a value in either content, different ones first."""
    fields = [
        (title, _format_value(current.get(name)), _format_value(sent.get(name))) for name, title in FIELD_TITLES.items()
    ]
    with_value = [field for field in fields if {*field[1:]} != {EMPTY_VALUE}]
    return sorted(with_value, key=lambda field: field[1] == field[2])


def _format_value(value: Any) -> str:
    if value in (None, "", [], False):
        return EMPTY_VALUE
    if value is True:
        return gettext("yes")
    if isinstance(value, list):
        return ", ".join(value)
    return _format_timestamp(value) if isinstance(value, str) else write_decimal_sign(f"{value:g}")


def _format_timestamp(text: str) -> str:
    """Return a time in the page's time zone, any other text as it is."""
    if len(text) < len("2026-01-01T00:00") or text[4:5] != "-" or text[10:11] != "T":
        return text
    try:
        at = timezone.localtime(datetime.fromisoformat(text))
    except ValueError:
        return text
    return f"{format_date(at, 'DATETIME_FORMAT')}:{at:%S}"
