"""What somebody agrees to, and what their phones sent twice: for themselves alone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from grilse.errors import GrilseError
from grilse.people import consents as given
from grilse.people import queries
from grilse.people.actions import consent, rules, sync
from grilse.web.form_errors import FORM_ERROR_STATUS, FormError
from grilse.web.journal_differences import compare_contents
from grilse.web.permissions import permission_required
from grilse.web.time_zone import in_company_time_zone

WELLBEING_CONSENT_TEXT = (
    "Your entries that are not private and no drafts are counted together with those of at least four others:"
    " how many they are, and the means of mood, stress and energy over 30 days. Nobody is shown an entry or a"
    " name; what would give somebody away is withheld."
)
TRACKING_CONSENT_TEXT = (
    "Without this, positions are kept of site visits, tours and conveyance alone. Those who may see where"
    " others are see your last position, and your company deletes positions after {track_days} days."
)
PURPOSES = {
    "wellbeing": ("Be counted in the wellbeing report", WELLBEING_CONSENT_TEXT),
    "tracking": ("Let my phone send positions between visits and journeys", TRACKING_CONSENT_TEXT),
}


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("people.journal")
@in_company_time_zone
def edit_consents(request: HttpRequest) -> HttpResponse:
    """Show what one agreed to in plain words; agree to something, or take it back."""
    if request.method != "POST":
        return _render_consents(request)
    act = consent.give_consent if request.POST.get("agree") else consent.withdraw_consent
    try:
        act(request.POST.get("purpose", ""))
    except GrilseError as error:
        return _render_consents(request, FormError.from_error(error))
    return redirect("journal-consents")


def _render_consents(request: HttpRequest, refusal: FormError | None = None) -> HttpResponse:
    work_rules, all_consents = rules.read_work_rules(), given.list_consents()
    open_now = {agreement.purpose: agreement for agreement in all_consents if agreement.withdrawn_at is None}
    shown: dict[str, Any] = {
        "purposes": [
            (purpose, title, says.format(track_days=work_rules.track_days), open_now.get(purpose))
            for purpose, (title, says) in PURPOSES.items()
        ],
        "past": [(PURPOSES[agreement.purpose][0], agreement) for agreement in all_consents if agreement.withdrawn_at],
        "rules": work_rules,
        "refusal": refusal,
        "here": "consents",
    }
    return render(request, "journal/consents.html", shown, status=FORM_ERROR_STATUS if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("people.journal", "people.track")
@in_company_time_zone
def settle_conflicts(request: HttpRequest) -> HttpResponse:
    """Show what one's phones sent that contradicts what stands; keep the one or the other."""
    if request.method != "POST":
        return _render_conflicts(request)
    id = request.POST.get("id", "")
    try:
        sync.settle_conflict(int(id) if id.isdigit() else 0, take=request.POST.get("keep") == "sent")
    except GrilseError as error:
        return _render_conflicts(request, FormError.from_error(error))
    return redirect("journal-conflicts")


def _render_conflicts(request: HttpRequest, refusal: FormError | None = None) -> HttpResponse:
    compared_conflicts = [
        (conflict, compare_contents(conflict.stands or {}, conflict.content)) for conflict in queries.list_conflicts()
    ]
    shown = {"found": compared_conflicts, "refusal": refusal, "here": "conflicts"}
    return render(request, "journal/conflicts.html", shown, status=FORM_ERROR_STATUS if refusal else 200)
