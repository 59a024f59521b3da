"""The last performance check of every declared query: its cost, its budget, its plans, and its cost over time."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from grilse.proof import performance_reports
from grilse.proof.budget_check import BROKEN, HOLDS, UNPROVEN, QueryResult
from grilse.web.charts import Chart, Line
from grilse.web.forms import parse_text
from grilse.web.pages import get_text, page, render_part
from grilse.web.query_plans import build_plan_tree

STATES = {HOLDS: _("holds"), BROKEN: _("red"), UNPROVEN: _("not proven")}
ORDER = (BROKEN, UNPROVEN, HOLDS)
COMMAND = "grilse check performance"


@page("proof.read", in_company_time=False, query={"q": parse_text, "state": STATES})
def show_latest_check(request: HttpRequest) -> HttpResponse:
    """Show the last check, failures first; a fragment for the filter."""
    proof = performance_reports.read_latest_report()
    text, state = get_text(request, "q"), request.GET.get("state", "")
    figures = proof.figures if proof else ()
    matches = [figure for figure in figures if state in ("", figure.state) and _is_match(figure, text)]
    context = {
        "proof": proof,
        "figures": sorted(matches, key=lambda figure: (ORDER.index(figure.state), figure.name)),
        "counts": {state: sum(figure.state == state for figure in figures) for state in STATES},
        "states": STATES,
        "q": text,
        "state": state,
        "command": COMMAND,
    }
    return render_part(request, "proof/_table.html", "proof/list.html", context)


@page("proof.read", in_company_time=False)
def show_query(request: HttpRequest, name: str) -> HttpResponse:
    """Show a query in the last check, the plan of each statement, and its cost over time."""
    proof = performance_reports.read_latest_report()
    figure = next((candidate for candidate in proof.figures if candidate.name == name), None) if proof else None
    if proof is None or figure is None:
        raise Http404(f"There is no check of a query {name}: run {COMMAND}.")
    past = performance_reports.read_query_history(name)
    context = {
        "proof": proof,
        "figure": figure,
        "plans": [(plan, build_plan_tree(plan.root) if plan.root else None) for plan in figure.plans],
        "states": STATES,
        "past": past[::-1],
        "chart": _build_history_chart(past) if len(past) > 1 else None,
    }
    return render(request, "proof/query.html", context)


def _is_match(figure: QueryResult, text: str) -> bool:
    """Tell whether the name or the plans of a query have every word."""
    texts = " ".join((figure.name, *(plan.brief for plan in figure.plans))).casefold()
    return all(word in texts for word in text.casefold().split())


def _build_history_chart(past: list[performance_reports.PastResult]) -> Chart:
    figures = [record.figure for record in past]
    return Chart(
        title=_("Over time"),
        at=[record.at for record in past],
        lines=(
            Line(title=_("Time"), unit="ms", colour="actual", values=[figure.milliseconds for figure in figures]),
            Line(title=_("Blocks"), colour="water", values=[figure.buffers for figure in figures], panel=1),
        ),
    )
