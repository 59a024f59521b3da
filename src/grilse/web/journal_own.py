"""What somebody agrees to, and what their phones sent twice: for themselves alone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from grilse.errors import GrilseError
from grilse.people import consents as given
from grilse.people import queries
from grilse.people.actions import consent, rules, sync
from grilse.web.door import may
from grilse.web.journal_told import compared
from grilse.web.refusal import STATUS, Refusal
from grilse.web.zone import zoned

COUNTED = (
    "Your entries that are not private and no drafts are counted together with those of at least four others:"
    " how many they are, and the means of mood, stress and energy over 30 days. Nobody is shown an entry or a"
    " name; what would give somebody away is withheld."
)
TRACKED = (
    "Without this, positions are kept of site visits, tours and conveyance alone. Those who may see where"
    " others are see your last position, and your company deletes positions after {track_days} days."
)
PURPOSES = {
    "wellbeing": ("Be counted in the wellbeing report", COUNTED),
    "tracking": ("Let my phone send positions between visits and journeys", TRACKED),
}


@require_http_methods(["GET", "HEAD", "POST"])
@may("people.journal")
@zoned
def consents(request: HttpRequest) -> HttpResponse:
    """Show what one agreed to in plain words; agree to something, or take it back."""
    if request.method != "POST":
        return _consents(request)
    act = consent.give if request.POST.get("agree") else consent.withdraw
    try:
        act(request.POST.get("purpose", ""))
    except GrilseError as error:
        return _consents(request, Refusal.of(error))
    return redirect("journal-consents")


def _consents(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    kept, told = rules.rules(), given.consents()
    open_now = {one.purpose: one for one in told if one.withdrawn_at is None}
    shown: dict[str, Any] = {
        "purposes": [
            (purpose, title, says.format(track_days=kept.track_days), open_now.get(purpose))
            for purpose, (title, says) in PURPOSES.items()
        ],
        "past": [(PURPOSES[one.purpose][0], one) for one in told if one.withdrawn_at],
        "rules": kept,
        "refusal": refusal,
        "here": "consents",
    }
    return render(request, "journal/consents.html", shown, status=STATUS if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@may("people.journal", "people.track")
@zoned
def conflicts(request: HttpRequest) -> HttpResponse:
    """Show what one's phones sent that contradicts what stands; keep the one or the other."""
    if request.method != "POST":
        return _conflicts(request)
    id = request.POST.get("id", "")
    try:
        sync.settle(int(id) if id.isdigit() else 0, take=request.POST.get("keep") == "sent")
    except GrilseError as error:
        return _conflicts(request, Refusal.of(error))
    return redirect("journal-conflicts")


def _conflicts(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    found = [(one, compared(one.stands or {}, one.content)) for one in queries.conflicts()]
    shown = {"found": found, "refusal": refusal, "here": "conflicts"}
    return render(request, "journal/conflicts.html", shown, status=STATUS if refusal else 200)
