"""The table of batches, and the growth page of a batch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from grilse.growth.queries import CurrentBatch, list_current_batches
from grilse.planning.queries import compute_weight_lead
from grilse.stock import queries as stock
from grilse.web.pages import get_text, page, render_part

PAGE_SIZE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchTableRow:
    """A batch in the table."""

    now: CurrentBatch
    ahead_pct: float | None
    """Percent heavier than planned."""

    def is_match(self, search: str) -> bool:
        """Tell whether the row has every word."""
        now = self.now
        texts = f"{now.number} {now.geography} {now.site} {now.stage} {now.status}".casefold()
        return all(word in texts for word in search.casefold().split())


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchTableColumn:
    """A column of the table, and its sort key."""

    name: str
    title: str
    key: Callable[[BatchTableRow], Any]
    numeric: bool = False

    def build_header(self, order: str) -> dict[str, Any]:
        """Return the heading, with the order that a click sorts by."""
        direction = {self.name: "ascending", f"-{self.name}": "descending"}.get(order, "none")
        falling = direction == "ascending" or (direction == "none" and self.numeric)
        next_sort = f"-{self.name}" if falling else self.name
        return {"title": self.title, "numeric": self.numeric, "direction": direction, "next_sort": next_sort}


COLUMNS = (
    BatchTableColumn(name="number", title="Batch", key=lambda row: row.now.number),
    BatchTableColumn(name="site", title="Site", key=lambda row: (row.now.geography, row.now.site)),
    BatchTableColumn(name="stage", title="Stage", key=lambda row: row.now.stage_order),
    BatchTableColumn(name="age", title="Age, days", key=lambda row: row.now.day, numeric=True),
    BatchTableColumn(name="fish", title="Fish", key=lambda row: row.now.count, numeric=True),
    BatchTableColumn(name="weight", title="Mean weight", key=lambda row: row.now.mean_weight_g, numeric=True),
    BatchTableColumn(name="biomass", title="Biomass", key=lambda row: row.now.biomass_kg, numeric=True),
    BatchTableColumn(name="plan", title="Against plan", key=lambda row: row.ahead_pct, numeric=True),
    BatchTableColumn(name="status", title="Status", key=lambda row: row.now.status),
)


@page("growth.read", in_company_time=False)
def show_batches(request: HttpRequest) -> HttpResponse:
    """Show the batches that match, active ones first; a fragment for the filter."""
    search, status, order = (get_text(request, name) for name in ("q", "status", "sort"))
    rows = [row for row in _build_rows() if row.is_match(search) and status in ("", row.now.status)]
    context = {
        "page": Paginator(_sort_rows(rows, order), PAGE_SIZE).get_page(request.GET.get("page")),
        "columns": [column.build_header(order) for column in COLUMNS],
        "q": search,
        "status": status,
        "sort": order,
    }
    return render_part(request, "batches/_table.html", "batches/list.html", context)


@page("growth.read", in_company_time=False)
def show_batch(request: HttpRequest, number: str) -> HttpResponse:
    """Show the growth page of a batch; the API serves the values of its lines."""
    batch = stock.read_batch(number)
    if batch is None:
        raise Http404(f"There is no batch {number}.")
    [row] = _build_rows(batch.id)
    context = {
        "batch": batch,
        "row": row,
        "placements": stock.list_placements(batch.id),
        "source": reverse("api-1:read_growth", kwargs={"number": number}),
        "runs": reverse("api-1:read_projections", kwargs={"number": number}),
    }
    return render(request, "batches/growth.html", context)


def _build_rows(batch_id: int | None = None) -> list[BatchTableRow]:
    batches = list_current_batches(batch_id)
    ahead = compute_weight_lead(
        [
            (batch.id, batch.date, batch.mean_weight_g)
            for batch in batches
            if batch.date is not None and batch.mean_weight_g is not None
        ]
    )
    return [BatchTableRow(now=batch, ahead_pct=ahead.get(batch.id)) for batch in batches]


def _sort_rows(rows: list[BatchTableRow], order: str) -> list[BatchTableRow]:
    """Return the rows by a column (`-name`: descending), unknown values last; by default active and oldest first."""
    column = next((column for column in COLUMNS if column.name == order.removeprefix("-")), None)
    if column is None:
        return sorted(rows, key=lambda row: (row.now.status != "active", row.now.start, row.now.number))
    known = [row for row in rows if column.key(row) is not None]
    unknown = [row for row in rows if column.key(row) is None]
    return sorted(known, key=column.key, reverse=order.startswith("-")) + unknown
