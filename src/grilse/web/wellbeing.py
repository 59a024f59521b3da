"""How people fare together, week by week: of the company and of its geographies."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grilse.people.wellbeing import Report, reports
from grilse.web.charts import Chart, Line
from grilse.web.door import may
from grilse.web.zone import zoned

WEEKS = 26
LEVELS = {"mood": "actual", "stress": "dead", "energy": "plan"}
WHOLE = "The whole company"


@require_safe
@may("people.wellbeing")
@zoned
def weeks(request: HttpRequest) -> HttpResponse:
    """Show the last report of each geography, and how its figures went over the weeks."""
    found = sorted(
        reports(WEEKS), key=lambda one: (one.geography is not None, one.geography_name or "", one.until)
    )
    places = [
        (name, weekly[-1], weekly[::-1], _chart(name, weekly))
        for name, weekly in ((name, list(group)) for name, group in groupby(found, key=_place))
    ]
    return render(request, "people/wellbeing.html", {"places": places})


def _place(report: Report) -> str:
    return report.geography_name or WHOLE


def _chart(name: str, weekly: list[Report]) -> Chart | None:
    told = [report for report in weekly if report.mood or report.stress or report.energy]
    if len(told) < 2:
        return None
    # A withheld week is a gap.
    lines = [
        Line(
            title=level.capitalize(), colour=colour, values=[getattr(one, level) for one in weekly], gaps=True
        )
        for level, colour in LEVELS.items()
    ]
    return Chart(title=f"Mood, stress and energy, {name}", at=[one.until for one in weekly], lines=lines)
