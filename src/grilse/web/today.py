"""The page Today: what the chosen place holds, and what needs attention there."""

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from grilse.access.principal import find_allowed_geographies
from grilse.access.tenancy import limit_geographies
from grilse.attention.queries import OpenFinding, list_ended_findings, list_open_findings
from grilse.growth.queries import find_last_recorded_day
from grilse.growth.stock_summary import StockSummary, read_stock_summary
from grilse.people.current_person import find_current_person
from grilse.planning.queries import list_expected_targets
from grilse.planning.runs import ReadyBiomass, sum_ready_biomass
from grilse.web.finding_cards import build_cards
from grilse.web.frame import list_held_permissions
from grilse.web.pages import get_text, is_fragment_requested, page
from grilse.web.scope import Scope, read_scope

FIRST_CARDS = 30
"""Cards that are shown before somebody asks for all."""
READY_DAYS = (30, 90)
ENDED_DAYS = 7
TICK = ("on",)
NO_PERSON_ID = 0
READ_FINDINGS = "attention.read"


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecasts:
    """What is expected to be ready for harvest, and from when the forecasts are."""

    ready: list[ReadyBiomass]
    batches: int
    """Batches with a forecast."""
    without: int
    oldest: date | None


@page("growth.read", query={"mine": TICK, "acknowledged": TICK, "all": TICK})
def show_today(request: HttpRequest) -> HttpResponse:
    """Show the figures and the findings of the chosen place; only the findings for the filter."""
    day, scope, allowed = find_last_recorded_day(), read_scope(request), list_held_permissions(request)
    context = {"day": day, "records_until": day, **_list_cards(request, scope, allowed)}
    if is_fragment_requested(request):
        return render(request, "today/_findings.html", context)
    if day is not None:
        summary = read_stock_summary(day, **_name_place(scope))
        context |= {"summary": summary, "forecasts": _read_forecasts(summary)}
    return render(request, "today/page.html", context)


@page("attention.read", in_company_time=False)
def show_ended_findings(request: HttpRequest) -> HttpResponse:
    """Show the findings of the chosen place that ended in the last days; a fragment of the page."""
    day = find_last_recorded_day()
    after = None if day is None else day - timedelta(days=ENDED_DAYS)
    findings = [] if after is None else list_ended_findings(after, **_name_place(read_scope(request)))
    context = {"cards": build_cards(findings, list_held_permissions(request)), "days": ENDED_DAYS, "records_until": day}
    return render(request, "today/_ended.html" if is_fragment_requested(request) else "today/ended.html", context)


def _list_cards(request: HttpRequest, scope: Scope, allowed: Collection[str]) -> dict[str, Any]:
    """Return the cards of the page and how many findings there are; one statement, or two for those of one person."""
    mine, acknowledged = (bool(get_text(request, name)) for name in ("mine", "acknowledged"))
    assignee = (find_current_person() or NO_PERSON_ID) if mine else None
    findings = _read_findings(scope, assignee, with_acknowledged=acknowledged) if READ_FINDINGS in allowed else []
    shown = findings if get_text(request, "all") else findings[:FIRST_CARDS]
    return {
        "cards": build_cards(shown, allowed),
        "mine": mine,
        "acknowledged": acknowledged,
        "left": len(findings) - len(shown),
        "count": len(findings),
        "severe": sum(finding.severe for finding in findings),
        "ended_days": ENDED_DAYS,
    }


def _read_findings(scope: Scope, assignee: int | None, *, with_acknowledged: bool) -> list[OpenFinding]:
    """Return the findings of a place in the geographies in which the login may see findings."""
    geographies = find_allowed_geographies(READ_FINDINGS)
    with nullcontext() if geographies is None else limit_geographies(geographies):
        return list_open_findings(**_name_place(scope), assignee=assignee, with_acknowledged=with_acknowledged)


def _name_place(scope: Scope) -> dict[str, int | None]:
    return {"geography": scope.geography, "area": scope.area, "station": scope.station}


def _read_forecasts(summary: StockSummary) -> Forecasts:
    """Return what is ready by the newest runs of the batches of a summary; one statement."""
    shares = {batch.batch: batch.share for batch in summary.batches}
    targets = list_expected_targets(list(shares))
    return Forecasts(
        ready=[sum_ready_biomass(targets, shares, summary.day, days) for days in READY_DAYS],
        batches=len(targets),
        without=len(shares) - len(targets),
        oldest=min((target.as_of for target in targets), default=None),
    )
