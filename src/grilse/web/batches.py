"""The table of batches, and the growth page of a batch."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from grilse.growth.queries import CurrentBatch, list_current_batches
from grilse.planning.queries import compute_weight_lead
from grilse.stock import queries as stock
from grilse.web.forms import AcceptedValues, parse_day, parse_number, parse_text
from grilse.web.pages import get_text, page, render_part

PAGE_SIZE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchTableRow:
    """A batch in the table."""

    now: CurrentBatch
    ahead_pct: float | None
    """Percent heavier than planned."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchTableColumn:
    """A column of the table; its name is its order."""

    name: str
    title: str
    numeric: bool = False

    def build_header(self, order: str) -> dict[str, Any]:
        """Return the heading, with the order that a click sorts by."""
        direction = {self.name: "ascending", f"-{self.name}": "descending"}.get(order, "none")
        falling = direction == "ascending" or (direction == "none" and self.numeric)
        next_sort = f"-{self.name}" if falling else self.name
        return {"title": self.title, "numeric": self.numeric, "direction": direction, "next_sort": next_sort}


COLUMNS = (
    BatchTableColumn(name="number", title="Batch"),
    BatchTableColumn(name="site", title="Site"),
    BatchTableColumn(name="stage", title="Stage"),
    BatchTableColumn(name="age", title="Age, days", numeric=True),
    BatchTableColumn(name="fish", title="Fish", numeric=True),
    BatchTableColumn(name="weight", title="Mean weight", numeric=True),
    BatchTableColumn(name="biomass", title="Biomass", numeric=True),
    BatchTableColumn(name="plan", title="Against plan", numeric=True),
    BatchTableColumn(name="status", title="Status"),
)


SORTS = tuple(f"{sign}{column.name}" for column in COLUMNS for sign in ("", "-"))
TABLE_QUERY: AcceptedValues = {"q": parse_text, "status": ("active", "closed"), "sort": SORTS, "page": parse_number}
GROWTH_QUERY: AcceptedValues = {
    "placement": parse_text, "every": ("day", "week"), "as_of": parse_day, "known": (), "log": (), "date": parse_day,
}  # fmt: skip
"""What the script of the growth page reads from its address."""
FACTS = {
    "stage": "Stage", "records": "Records until", "fish": "Fish", "weight": "Mean weight", "biomass": "Biomass",
    "plan": "Vs plan",
}  # fmt: skip
"""Figures above the charts, which the script fills from the answer that it draws."""


@page("growth.read", in_company_time=False, query=TABLE_QUERY)
def show_batches(request: HttpRequest) -> HttpResponse:
    """Show the batches that match, active ones first; a fragment for the filter."""
    search, status, order = (get_text(request, name) for name in ("q", "status", "sort"))
    table, rows = _read_page(search, status, order, request.GET.get("page"))
    context = {
        "page": table,
        "rows": rows,
        "columns": [column.build_header(order) for column in COLUMNS],
        "q": search,
        "status": status,
        "sort": order,
    }
    return render_part(request, "batches/_table.html", "batches/list.html", context)


@page("growth.read", in_company_time=False, query=GROWTH_QUERY)
def show_batch(request: HttpRequest, number: str) -> HttpResponse:
    """Show the growth page of a batch; the API serves the values of its lines."""
    batch = stock.read_batch(number)
    if batch is None:
        raise Http404(f"There is no batch {number}.")
    placements = stock.list_placements(batch.id)
    context = {
        "batch": batch,
        "geography": placements[-1].geography if placements else "",
        "placements": placements,
        "facts": FACTS,
        "source": reverse("api-1:read_growth", kwargs={"number": number}),
        "runs": reverse("api-1:read_projections", kwargs={"number": number}),
    }
    return render(request, "batches/growth.html", context)


def _read_page(search: str, status: str, order: str, number: str | None) -> tuple[Page[Any], list[BatchTableRow]]:
    """Return a page of the table, the last one for a number beyond it; two statements."""
    if order.removeprefix("-") == "plan":
        # Plans are computed, not stored: to sort by them takes the plan of every batch that matches.
        matching = list_current_batches(text=search, status=status, order="number")
        table = Paginator(_sort_by_plan(_compare_with_plan(matching.batches), order), PAGE_SIZE).get_page(number)
        return table, list(table)
    first = Paginator(range(sys.maxsize), PAGE_SIZE).get_page(number).start_index() - 1
    matching = list_current_batches(text=search, status=status, order=order, first=first, limit=PAGE_SIZE)
    return Paginator(range(matching.total), PAGE_SIZE).get_page(number), _compare_with_plan(matching.batches)


def _compare_with_plan(batches: Sequence[CurrentBatch]) -> list[BatchTableRow]:
    ahead = compute_weight_lead(
        [
            (batch.id, batch.date, batch.mean_weight_g)
            for batch in batches
            if batch.date is not None and batch.mean_weight_g is not None
        ]
    )
    return [BatchTableRow(now=batch, ahead_pct=ahead.get(batch.id)) for batch in batches]


def _sort_by_plan(rows: list[BatchTableRow], order: str) -> list[BatchTableRow]:
    """Return the rows by their lead over the plan (`-plan`: descending), unknown values last."""
    sign = -1 if order.startswith("-") else 1
    return sorted(rows, key=lambda row: (row.ahead_pct is None, sign * (row.ahead_pct or 0)))
