"""Who came to a site when, and what journeys cost."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from grilse.api.conveyance_file import conveyance_file
from grilse.people import queries
from grilse.people.conveyance import Conveyed, Report, Total, conveyance
from grilse.web.door import may
from grilse.web.zone import zoned

WEEKS = timedelta(days=27)
LONGEST = 366
"""Days of a report."""


@require_safe
@may("people.locate")
@zoned
def visits(request: HttpRequest) -> HttpResponse:
    """Show who entered and left which site's fence on a day, and how busy each site was in four weeks."""
    day = _day(request, "day", timezone.localdate())
    fence = request.GET.get("fence", "")
    site = int(fence) if fence.isdigit() else None
    shown = {
        "day": day,
        "site": site,
        "visits": queries.visits_of_day(day, site),
        "sites": queries.visits_per_site(day - WEEKS, day),
        "since": day - WEEKS,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "today": timezone.localdate(),
    }
    return render(request, "people/visits.html", shown)


@require_safe
@may("people.report")
@zoned
def conveyed(request: HttpRequest) -> HttpResponse:
    """Show what the journeys between two days cost, by person, day and mode, with their sums."""
    today = timezone.localdate()
    since, until = _day(request, "since", today.replace(day=1)), _day(request, "until", today)
    wrong = _wrong(since, until)
    shown: dict[str, Any] = {"since": since, "until": until, "wrong": wrong}
    if not wrong:
        report = conveyance(since, until)
        if request.GET.get("as") == "csv":
            return conveyance_file(report, since, until)
        shown |= {"report": report, "by_person": _by_person(report)}
    return render(request, "people/conveyance.html", shown, status=422 if wrong else 200)


def _by_person(report: Report) -> list[tuple[list[Conveyed], Total]]:
    """Return each person's lines with their sum, by name."""
    names = {line.person: line.name for line in report.lines}
    order = sorted(report.persons, key=lambda person: (names[person], person))
    return [
        ([line for line in report.lines if line.person == person], report.persons[person]) for person in order
    ]


def _wrong(since: date, until: date) -> str:
    if until < since:
        return "The last day lies before the first."
    return f"A report is of {LONGEST} days at most." if (until - since).days >= LONGEST else ""


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise
