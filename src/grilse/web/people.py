"""The directory of people, a person, the picker of forms, and the wellbeing reports."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grilse.people import directory
from grilse.people.wellbeing import WellbeingFigures, list_reports
from grilse.web.charts import LEVEL_COLOURS, Chart, Line
from grilse.web.forms import parse_text
from grilse.web.pages import get_text, is_fragment_requested, page
from grilse.web.words import capitalize_word

PAGE_SIZE = 50
FIRST_OPTIONS, MORE_OPTIONS = 20, 100
"""Options of a picker: as many as fit under the field at first, then as many as somebody asks to see."""
REPORT_WEEKS = 26
COMPANY_NAME = _("The whole company")


@page("people.read", in_company_time=False, query={"q": parse_text, "left": ("on",), "after": parse_text})
def show_persons(request: HttpRequest) -> HttpResponse:
    """Show the persons whose names match; only rows for the next page."""
    text, with_retired = get_text(request, "q"), bool(get_text(request, "left"))
    after = request.GET.get("after") or None
    page = directory.search_persons(text, after=after, limit=PAGE_SIZE, active=None if with_retired else True)
    context = {"page": page, "q": text, "with_retired": with_retired}
    if not is_fragment_requested(request):
        return render(request, "people/persons.html", context)
    return render(request, "people/_rows.html" if after else "people/_persons.html", context)


@page("people.read", in_company_time=False)
def show_person(request: HttpRequest, id: int) -> HttpResponse:
    """Show a person, and how to reach them."""
    return render(request, "people/person.html", {"person": directory.read_person(id)})


@page("people.read", in_company_time=False, query={"who": parse_text, "after": parse_text})
def show_person_options(request: HttpRequest) -> HttpResponse:
    """Show the persons to choose from, as a picker asks for them while somebody types."""
    text, after = get_text(request, "who"), request.GET.get("after") or None
    page = directory.search_persons(text, after=after, limit=MORE_OPTIONS if after else FIRST_OPTIONS)
    return render(request, "people/_options.html", {"page": page, "after": after})


@page("people.wellbeing")
def show_wellbeing(request: HttpRequest) -> HttpResponse:
    """Show the last report of the company and each geography, and its figures over the weeks."""
    sorted_reports = sorted(
        list_reports(REPORT_WEEKS),
        key=lambda report: (report.geography is not None, report.geography_name or "", report.until),
    )
    groups = groupby(sorted_reports, key=lambda report: report.geography_name or str(COMPANY_NAME))
    places = [
        (name, weekly[-1], weekly[::-1], _build_level_chart(name, weekly))
        for name, weekly in ((name, list(group)) for name, group in groups)
    ]
    return render(request, "people/wellbeing.html", {"places": places})


def _build_level_chart(name: str, weekly: list[WellbeingFigures]) -> Chart | None:
    reported_weeks = [report for report in weekly if report.mood or report.stress or report.energy]
    if len(reported_weeks) < 2:
        return None
    # A withheld week is a gap.
    lines = [
        Line(
            title=capitalize_word(level), colour=colour, values=[getattr(report, level) for report in weekly], gaps=True
        )
        for level, colour in LEVEL_COLOURS.items()
    ]
    return Chart(
        title=gettext("Mood, stress and energy, %(place)s") % {"place": name},
        at=[report.until for report in weekly],
        lines=lines,
    )
