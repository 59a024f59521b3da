"""The last proof of every hot query: its cost beside its budget, its plans drawn, its figure over time."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grilse.proof import kept
from grilse.proof.judge import BROKEN, HOLDS, UNPROVEN, Figure
from grilse.web.charts import Chart, Line
from grilse.web.door import may
from grilse.web.plans import drawn

STATES = {HOLDS: "holds", BROKEN: "red", UNPROVEN: "not proven"}
ORDER = (BROKEN, UNPROVEN, HOLDS)
COMMAND = "grilse check performance"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What the filter asks for."""

    text: str
    state: str

    def takes(self, figure: Figure) -> bool:
        """Tell whether every word stands in the name or the plans, and the state is right."""
        texts = " ".join((figure.name, *(plan.brief for plan in figure.plans))).casefold()
        named = all(word in texts for word in self.text.casefold().split())
        return named and self.state in ("", figure.state)


@require_safe
@may("proof.read")
def last_proof(request: HttpRequest) -> HttpResponse:
    """Show the last proof, what is red first; a fragment when the filter asks."""
    proof = kept.last()
    wanted = Wanted(text=request.GET.get("q", "").strip(), state=request.GET.get("state", ""))
    figures = proof.figures if proof else ()
    shown = {
        "proof": proof,
        "found": sorted(filter(wanted.takes, figures), key=lambda one: (ORDER.index(one.state), one.name)),
        "counts": {state: sum(one.state == state for one in figures) for state in STATES},
        "states": STATES,
        "wanted": wanted,
        "command": COMMAND,
    }
    template = "proof/_table.html" if "HX-Request" in request.headers else "proof/list.html"
    return render(request, template, shown)


@require_safe
@may("proof.read")
def query(request: HttpRequest, name: str) -> HttpResponse:
    """Show what the last proof says of a query, each statement's plan, and its figure over time."""
    proof = kept.last()
    figure = next((one for one in proof.figures if one.name == name), None) if proof else None
    if proof is None or figure is None:
        raise Http404(f"No proof is kept of a query {name}: {COMMAND} makes one.")
    past = kept.history(name)
    shown = {
        "proof": proof,
        "figure": figure,
        "plans": [(plan, drawn(plan.root) if plan.root else None) for plan in figure.plans],
        "states": STATES,
        "past": past[::-1],
        "chart": _over_time(past) if len(past) > 1 else None,
    }
    return render(request, "proof/query.html", shown)


def _over_time(past: list[kept.Past]) -> Chart:
    figures = [one.figure for one in past]
    return Chart(
        title="Over time",
        at=[one.at for one in past],
        lines=(
            Line(title="Time", unit="ms", colour="actual", values=[one.milliseconds for one in figures]),
            Line(title="Blocks", colour="water", values=[one.buffers for one in figures], panel=1),
        ),
    )
