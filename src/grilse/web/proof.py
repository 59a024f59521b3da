"""The last proof of every hot query: its cost beside its budget, its plans drawn, its figure over time."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grilse.proof import performance_reports
from grilse.proof.budget_check import BROKEN, HOLDS, UNPROVEN, QueryResult
from grilse.web.charts import Chart, Line
from grilse.web.permissions import permission_required
from grilse.web.query_plans import build_plan_tree

STATES = {HOLDS: "holds", BROKEN: "red", UNPROVEN: "not proven"}
ORDER = (BROKEN, UNPROVEN, HOLDS)
COMMAND = "grilse check performance"


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureFilter:
    """What the filter asks for."""

    text: str
    state: str

    def is_match(self, figure: QueryResult) -> bool:
        """Tell whether every word stands in the name or the plans, and the state is right."""
        texts = " ".join((figure.name, *(plan.brief for plan in figure.plans))).casefold()
        named = all(word in texts for word in self.text.casefold().split())
        return named and self.state in ("", figure.state)


@require_safe
@permission_required("proof.read")
def show_latest_check(request: HttpRequest) -> HttpResponse:
    """Show the last proof, what is red first; a fragment when the filter asks."""
    proof = performance_reports.read_latest_report()
    figure_filter = FigureFilter(text=request.GET.get("q", "").strip(), state=request.GET.get("state", ""))
    figures = proof.figures if proof else ()
    shown = {
        "proof": proof,
        "found": sorted(
            filter(figure_filter.is_match, figures), key=lambda figure: (ORDER.index(figure.state), figure.name)
        ),
        "counts": {state: sum(figure.state == state for figure in figures) for state in STATES},
        "states": STATES,
        "wanted": figure_filter,
        "command": COMMAND,
    }
    template = "proof/_table.html" if "HX-Request" in request.headers else "proof/list.html"
    return render(request, template, shown)


@require_safe
@permission_required("proof.read")
def show_query(request: HttpRequest, name: str) -> HttpResponse:
    """Show what the last proof says of a query, each statement's plan, and its figure over time."""
    proof = performance_reports.read_latest_report()
    figure = next((candidate for candidate in proof.figures if candidate.name == name), None) if proof else None
    if proof is None or figure is None:
        raise Http404(f"No proof is kept of a query {name}: {COMMAND} makes one.")
    past = performance_reports.read_query_history(name)
    shown = {
        "proof": proof,
        "figure": figure,
        "plans": [(plan, build_plan_tree(plan.root) if plan.root else None) for plan in figure.plans],
        "states": STATES,
        "past": past[::-1],
        "chart": _build_history_chart(past) if len(past) > 1 else None,
    }
    return render(request, "proof/query.html", shown)


def _build_history_chart(past: list[performance_reports.PastResult]) -> Chart:
    figures = [record.figure for record in past]
    return Chart(
        title="Over time",
        at=[record.at for record in past],
        lines=(
            Line(title="Time", unit="ms", colour="actual", values=[figure.milliseconds for figure in figures]),
            Line(title="Blocks", colour="water", values=[figure.buffers for figure in figures], panel=1),
        ),
    )
