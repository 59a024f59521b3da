"""The components of pages, shown together on a page of test builds."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from grilse.web.charts import Chart, Line
from grilse.web.forms import AcceptedValues, ActionForm, DayField
from grilse.web.pages import POST, page
from grilse.web.sparklines import build_sparkline
from grilse.web.tables import DOWNLOAD_FORMATS, TableColumn, build_download, build_table
from grilse.web.templatetags.number_formats import format_thousands, format_weight
from grilse.web.toasts import show_toast

LAST_DAY = date(2026, 11, 29)
CAUSES = (("unknown", "Unknown"), ("lice", "Lice"), ("handling", "Handling"), ("disease", "Disease"))
PENS = (("V-1", 98_412, 2_310.0), ("V-2", 101_250, 2_275.0), ("V-3", 7_904, None))
COLUMNS = (
    TableColumn(title="Pen", name="pen", read=lambda row: row[0]),
    TableColumn(
        title="Fish", name="fish", read=lambda row: row[1], format=format_thousands, numeric=True, is_summed=True
    ),
    TableColumn(title="Mean weight", unit="g", read=lambda row: row[2], format=format_weight, numeric=True),
)
SORTS = tuple(f"{sign}{column.name}" for column in COLUMNS if column.name for sign in ("", "-"))
TABLE_QUERY: AcceptedValues = {"sort": SORTS, "as": DOWNLOAD_FORMATS}


class ExampleForm(ActionForm):
    """Every kind of field."""

    day = DayField(initial=LAST_DAY)
    dead = forms.IntegerField(initial=14, min_value=0, help_text="Fish that were taken out")
    cause = forms.ChoiceField(choices=CAUSES, widget=forms.RadioSelect, initial="lice")
    note = forms.CharField(max_length=40)


@page("farm.read", in_company_time=False, query=TABLE_QUERY)
def show_components(request: HttpRequest) -> HttpResponse:
    """Show each component with example values."""
    order = request.GET.get("sort", "")
    by_fish = sorted(PENS, key=lambda row: row[1], reverse=order.startswith("-"))
    rows = by_fish if "fish" in order else sorted(PENS, reverse=order.startswith("-"))
    if download := request.GET.get("as"):
        return build_download(COLUMNS, rows, name="components", format="xlsx" if download == "xlsx" else "csv")
    return _render_page(request, ExampleForm(), build_table(COLUMNS, rows, title="Pens", summary="3 pens", order=order))


@page("farm.read", form_page="components", in_company_time=False)
def send_example(request: HttpRequest) -> HttpResponse:
    """Check the example form, and show its refusals or a toast."""
    form = ExampleForm(request.POST)
    if form.is_valid():
        show_toast(request, "14 dead fish entered.", undo=reverse("components-undo"))
    return _render_page(request, form, build_table(COLUMNS, PENS, title="Pens", summary="3 pens"), status=form.status)


@page("farm.read", methods=POST, in_company_time=False, has_fields=False)
def undo_example(request: HttpRequest) -> HttpResponse:
    """Answer the undo of the example."""
    show_toast(request, "Undone.")
    return _render_page(request, ExampleForm(), build_table(COLUMNS, PENS, title="Pens", summary="3 pens"))


def _render_page(request: HttpRequest, form: ActionForm, table: Any, status: int = 200) -> HttpResponse:
    days = [LAST_DAY - timedelta(days=ago) for ago in range(29, -1, -1)]
    weights = [2_000 + 10.5 * i for i in range(30)]
    lice = [0.1, 0.12, None, 0.2, 0.22, 0.35, 0.41, 0.47]
    context = {
        "form": form,
        "table": table,
        "lice": build_sparkline(lice, limit=0.5),
        "chart": Chart(
            title="Mean weight",
            at=days,
            lines=(
                Line(title="Estimate", unit="g", colour="actual", values=weights),
                Line(title="Plan", unit="g", colour="plan", values=[value * 0.97 for value in weights]),
            ),
        ),
        "day": LAST_DAY,
    }
    return render(request, "settings/components.html", context, status=status)
