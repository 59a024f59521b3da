"""Who came to a site when, and what journeys cost."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from grilse.api.exports import build_conveyance_csv
from grilse.people import queries
from grilse.people.conveyance import ConveyanceReport, ConveyanceRow, ConveyanceSum, build_conveyance_report
from grilse.web.permissions import permission_required
from grilse.web.time_zone import in_company_time_zone

SUMMARY_PERIOD = timedelta(days=27)
MAX_REPORT_DAYS = 366
"""Days of a report."""


@require_safe
@permission_required("people.locate")
@in_company_time_zone
def show_visits(request: HttpRequest) -> HttpResponse:
    """Show who entered and left which site's fence on a day, and how busy each site was in four weeks."""
    day = _parse_day(request, "day", timezone.localdate())
    fence = request.GET.get("fence", "")
    site = int(fence) if fence.isdigit() else None
    shown = {
        "day": day,
        "site": site,
        "visits": queries.list_visits_of_day(day, site),
        "sites": queries.summarize_visits_by_site(day - SUMMARY_PERIOD, day),
        "since": day - SUMMARY_PERIOD,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "today": timezone.localdate(),
    }
    return render(request, "people/visits.html", shown)


@require_safe
@permission_required("people.report")
@in_company_time_zone
def show_conveyance(request: HttpRequest) -> HttpResponse:
    """Show what the journeys between two days cost, by person, day and mode, with their sums."""
    today = timezone.localdate()
    since, until = _parse_day(request, "since", today.replace(day=1)), _parse_day(request, "until", today)
    wrong = _describe_period_error(since, until)
    shown: dict[str, Any] = {"since": since, "until": until, "wrong": wrong}
    if not wrong:
        report = build_conveyance_report(since, until)
        if request.GET.get("as") == "csv":
            return build_conveyance_csv(report, since, until)
        shown |= {"report": report, "by_person": _group_by_person(report)}
    return render(request, "people/conveyance.html", shown, status=422 if wrong else 200)


def _group_by_person(report: ConveyanceReport) -> list[tuple[list[ConveyanceRow], ConveyanceSum]]:
    """Return each person's lines with their sum, by name."""
    names = {line.person: line.name for line in report.lines}
    order = sorted(report.persons, key=lambda person: (names[person], person))
    return [([line for line in report.lines if line.person == person], report.persons[person]) for person in order]


def _describe_period_error(since: date, until: date) -> str:
    if until < since:
        return "The last day lies before the first."
    return f"A report is of {MAX_REPORT_DAYS} days at most." if (until - since).days >= MAX_REPORT_DAYS else ""


def _parse_day(request: HttpRequest, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise
