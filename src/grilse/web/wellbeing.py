"""How people fare together, week by week: of the company and of its geographies."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grilse.people.wellbeing import WellbeingFigures, list_reports
from grilse.web.charts import Chart, Line
from grilse.web.permissions import permission_required
from grilse.web.time_zone import in_company_time_zone

REPORT_WEEKS = 26
LEVEL_COLOURS = {"mood": "actual", "stress": "dead", "energy": "plan"}
COMPANY_NAME = "The whole company"


@require_safe
@permission_required("people.wellbeing")
@in_company_time_zone
def show_wellbeing(request: HttpRequest) -> HttpResponse:
    """Show the last report of each geography, and how its figures went over the weeks."""
    sorted_reports = sorted(
        list_reports(REPORT_WEEKS),
        key=lambda report: (report.geography is not None, report.geography_name or "", report.until),
    )
    places = [
        (name, weekly[-1], weekly[::-1], _build_chart(name, weekly))
        for name, weekly in ((name, list(group)) for name, group in groupby(sorted_reports, key=_get_place_name))
    ]
    return render(request, "people/wellbeing.html", {"places": places})


def _get_place_name(report: WellbeingFigures) -> str:
    return report.geography_name or COMPANY_NAME


def _build_chart(name: str, weekly: list[WellbeingFigures]) -> Chart | None:
    reported_weeks = [report for report in weekly if report.mood or report.stress or report.energy]
    if len(reported_weeks) < 2:
        return None
    # A withheld week is a gap.
    lines = [
        Line(title=level.capitalize(), colour=colour, values=[getattr(report, level) for report in weekly], gaps=True)
        for level, colour in LEVEL_COLOURS.items()
    ]
    return Chart(title=f"Mood, stress and energy, {name}", at=[report.until for report in weekly], lines=lines)
