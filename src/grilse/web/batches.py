"""The table of batches, and the growth page of a batch."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grilse.growth.queries import CurrentBatch, list_current_batches
from grilse.planning.queries import compute_weight_lead
from grilse.stock import queries as stock
from grilse.web.forms import AcceptedValues, parse_day, parse_number, parse_text
from grilse.web.pages import get_text, page, render_part
from grilse.web.scope import Scope, read_scope
from grilse.web.tables import DOWNLOAD_FORMATS, TableColumn, build_download, build_table
from grilse.web.templatetags.number_formats import (
    format_biomass,
    format_relative_interval,
    format_signed_percent,
    format_thousands,
    format_weight,
)
from grilse.web.words import translate_word

PAGE_SIZE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchTableRow:
    """A batch in the table."""

    now: CurrentBatch
    ahead_pct: float | None
    """Percent heavier than planned."""


COLUMNS = (
    TableColumn(
        name="number", title=_("Batch"), read=lambda row: row.now.number,
        address=lambda row: reverse("batch", args=[row.now.number]),
        phone_note=lambda row: row.now.site,
    ),
    TableColumn(
        name="site", title=_("Site"), read=lambda row: row.now.site, note=lambda row: row.now.geography, wide_only=True
    ),
    TableColumn(name="stage", title=_("Stage"), read=lambda row: row.now.stage, format=translate_word, wide_only=True),
    TableColumn(
        name="age", title=_("Age, days"), read=lambda row: row.now.day, format=format_thousands, numeric=True,
        wide_only=True,
    ),
    TableColumn(
        name="fish", title=_("Fish"), read=lambda row: row.now.count, format=format_thousands, numeric=True,
        is_summed=True, wide_only=True,
    ),
    TableColumn(
        name="weight", title=_("Mean weight"), unit="g", read=lambda row: row.now.mean_weight_g, format=format_weight,
        numeric=True, help="weight",
        note=lambda row: format_relative_interval(row.now.mean_weight_sd_g, row.now.mean_weight_g),
    ),
    TableColumn(
        name="biomass", title=_("Biomass"), unit="kg", read=lambda row: row.now.biomass_kg, format=format_biomass,
        numeric=True, is_summed=True, help="biomass",
        note=lambda row: format_relative_interval(row.now.biomass_sd_kg, row.now.biomass_kg),
    ),
    TableColumn(
        name="plan", title=_("Vs plan"), unit="%", read=lambda row: row.ahead_pct, format=format_signed_percent,
        numeric=True, help="plan",
    ),
    TableColumn(
        name="status", title=_("Status"), read=lambda row: row.now.status, format=translate_word,
        mark=lambda row: row.now.status, wide_only=True,
    ),
)  # fmt: skip


SORTS = tuple(f"{sign}{column.name}" for column in COLUMNS for sign in ("", "-"))
TABLE_QUERY: AcceptedValues = {
    "q": parse_text, "status": ("active", "closed"), "sort": SORTS, "page": parse_number, "as": DOWNLOAD_FORMATS,
}  # fmt: skip
GROWTH_QUERY: AcceptedValues = {
    "placement": parse_text, "every": ("day", "week"), "as_of": parse_day, "known": (), "log": (), "date": parse_day,
}  # fmt: skip
"""What the script of the growth page reads from its address."""
FACTS = {
    "stage": _("Stage"), "records": _("Records until"), "fish": _("Fish"), "weight": _("Mean weight"),
    "biomass": _("Biomass"), "plan": _("Vs plan"),
}  # fmt: skip
"""Figures above the charts, which the script fills from the answer that it draws."""


@page("growth.read", in_company_time=False, query=TABLE_QUERY)
def show_batches(request: HttpRequest) -> HttpResponse:
    """Show the batches that match in the chosen scope, active ones first; a fragment for the filter, or a file."""
    search, status, order = (get_text(request, name) for name in ("q", "status", "sort"))
    matching, rows = _read_page(search, status, order, request.GET.get("page"), read_scope(request))
    if download := request.GET.get("as"):
        return build_download(COLUMNS, rows, name="batches", format="xlsx" if download == "xlsx" else "csv")
    total = matching.paginator.count
    table = build_table(
        COLUMNS,
        rows,
        title=_("Batches"),
        summary=ngettext("%(number)s batch", "%(number)s batches", total) % {"number": format_thousands(total)},
        name="batches",
        order=order,
        style_row=lambda row: "closed" if row.now.status == "closed" else "",
        # A closed batch has figures of its last day.
        summed=[row for row in rows if row.now.status == "active"],
        total=_("Total, active"),
    )
    context = {"page": matching, "table": table, "q": search, "status": status, "sort": order}
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


def _read_page(
    search: str, status: str, order: str, number: str | None, scope: Scope
) -> tuple[Page[Any], list[BatchTableRow]]:
    """Return a page of the table, the last one for a number beyond it; two statements."""
    filters: dict[str, Any] = {"text": search, "status": status}
    filters |= {"geography": scope.geography, "area": scope.area, "station": scope.station}
    if order.removeprefix("-") == "plan":
        # Plans are computed, not stored: to sort by them takes the plan of every batch that matches.
        matching = list_current_batches(**filters, order="number")
        table = Paginator(_sort_by_plan(_compare_with_plan(matching.batches), order), PAGE_SIZE).get_page(number)
        return table, list(table)
    first = Paginator(range(sys.maxsize), PAGE_SIZE).get_page(number).start_index() - 1
    matching = list_current_batches(**filters, order=order, first=first, limit=PAGE_SIZE)
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
