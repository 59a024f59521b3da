"""All sea and freshwater sites, as a table or on a map."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grilse.attention.site_figures import SiteFigures, SiteOverview, read_site_overview
from grilse.farm.queries import Place, list_places
from grilse.growth.queries import find_last_recorded_day
from grilse.web.forms import AcceptedValues, parse_text
from grilse.web.pages import get_text, page, render_part
from grilse.web.scope import Scope, read_scope
from grilse.web.site_map import build_marks, find_site_findings
from grilse.web.tables import DOWNLOAD_FORMATS, TableColumn, TableGroup, build_download, build_grouped_table
from grilse.web.templatetags.number_formats import (
    format_biomass,
    format_day,
    format_decimals,
    format_lice,
    format_mortality,
    format_percent,
    format_thousands,
    format_weight,
)

READ_PERMISSIONS = ("stock.read", "growth.read", "feeding.read", "health.read", "environment.read", "farm.read")
KINDS = ("sea", "freshwater")
KIND_OF_WATER = {"sea": "area", "freshwater": "station"}


def build_site_address(place: Place) -> str:
    """Return the address of the page of a site."""
    return f"{reverse('sites')}{place.kind}/{place.id}/"


def _describe_on_phone(row: SiteFigures) -> str:
    """Return what a phone shows of the columns that it leaves out."""
    parts = [
        f"{format_thousands(row.stock.fish)} fish in {row.stock.pens} pens",
        format_weight(row.stock.mean_weight_g),
        *(f"{days} d mortality {format_mortality(row.stock.mortality_pct[days])}" for days in (30, 90)),
    ]
    if row.lice is not None and row.lice.adult_female is not None:
        parts.append(f"lice {format_lice(row.lice.adult_female)} {_describe_lice_limit(row)}".strip())
    if row.oxygen_pct is not None:
        parts.append(f"oxygen {format_percent(row.oxygen_pct)}")
    if row.last_sample is not None:
        parts.append(f"sampled {format_day(row.last_sample)}")
    return " · ".join(parts) if row.stock.pens else str(_("no fish"))


def _describe_lice_limit(row: SiteFigures) -> str:
    return f"/ {format_lice(row.lice.limit)}" if row.lice is not None and row.lice.limit is not None else ""


def _mark_lice(row: SiteFigures) -> str:
    return "wrong" if row.lice is not None and row.lice.is_over_limit else ""


def _describe_limit(row: SiteFigures) -> str:
    return "" if row.limit_pct is None else gettext("%(share)s of limit") % {"share": format_percent(row.limit_pct)}


MORTALITY_TITLES = {7: _("Mortality, 7 days"), 30: _("Mortality, 30 days"), 90: _("Mortality, 90 days")}


def _build_mortality_column(days: int, *, wide_only: bool) -> TableColumn:
    return TableColumn(
        name=f"mortality-{days}", title=MORTALITY_TITLES[days], unit="%",
        read=lambda row: row.stock.mortality_pct[days], format=format_mortality, numeric=True, in_total=True,
        wide_only=wide_only, help="mortality-window" if days == 7 else "",
    )  # fmt: skip


COLUMNS = (
    TableColumn(
        name="name", title=_("Site"), read=lambda row: row.name, in_total=True,
        address=lambda row: build_site_address(row.place), phone_note=_describe_on_phone,
    ),
    TableColumn(title=_("Geography"), read=lambda row: row.place.geography_name, download_only=True),
    TableColumn(
        name="pens", title=_("Pens"), read=lambda row: row.stock.pens, format=format_thousands, numeric=True,
        in_total=True, wide_only=True,
    ),
    TableColumn(
        name="fish", title=_("Fish"), read=lambda row: row.stock.fish if row.stock.pens else None,
        format=format_thousands, numeric=True, in_total=True, wide_only=True,
    ),
    TableColumn(
        name="biomass", title=_("Biomass"), unit="kg",
        read=lambda row: row.stock.biomass_kg if row.stock.pens else None, format=format_biomass,
        numeric=True, in_total=True,
        phone_note=lambda row: _describe_limit(row),
    ),
    TableColumn(
        name="limit", title=_("Of limit"), unit="%", read=lambda row: row.limit_pct, format=format_percent,
        numeric=True, in_total=True, wide_only=True, help="biomass-limit",
    ),
    TableColumn(
        name="weight", title=_("Mean weight"), unit="g", read=lambda row: row.stock.mean_weight_g, format=format_weight,
        numeric=True, in_total=True, wide_only=True,
    ),
    _build_mortality_column(7, wide_only=False),
    _build_mortality_column(30, wide_only=True),
    _build_mortality_column(90, wide_only=True),
    TableColumn(
        name="lice", title=_("Lice"), unit=_("adult females per fish"),
        read=lambda row: row.lice and row.lice.adult_female, format=format_lice, numeric=True, wide_only=True,
        help="lice", note=_describe_lice_limit, mark=_mark_lice,
    ),
    TableColumn(
        title=_("Lice limit"), unit=_("adult females per fish"), read=lambda row: row.lice and row.lice.limit,
        download_only=True,
    ),
    TableColumn(
        name="feed", title=_("Feed, days"), read=lambda row: row.feed_days, format=format_decimals, numeric=True,
        in_total=True, help="feed-days",
    ),
    TableColumn(
        name="oxygen", title=_("Oxygen"), unit=_("% saturation"), read=lambda row: row.oxygen_pct,
        format=format_percent, numeric=True, in_total=True, wide_only=True, help="lowest-oxygen",
    ),
    TableColumn(
        name="sample", title=_("Last sample"), read=lambda row: row.last_sample, format=format_day, numeric=True,
        wide_only=True,
    ),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS if column.name}
SORTS = tuple(f"{sign}{name}" for name in BY_NAME for sign in ("", "-"))
TABLE_QUERY: AcceptedValues = {"q": parse_text, "kind": KINDS, "sort": SORTS, "as": DOWNLOAD_FORMATS, "view": ("map",)}


@page(*READ_PERMISSIONS, in_company_time=False, query=TABLE_QUERY)
def show_sites(request: HttpRequest) -> HttpResponse:
    """Show the sites that match in the chosen scope, on the last day of records; a fragment for the filter, or a file.

    Seven statements, with the day and the sites; two more for the findings of the map.
    """
    search, kind, order = (get_text(request, name) for name in ("q", "kind", "sort"))
    day = find_last_recorded_day()
    places = _select_places(list_places(), read_scope(request), search, kind)
    context: dict[str, Any] = {"q": search, "kind": kind, "sort": order, "day": day, "records_until": day}
    if day is None or not places:
        return render_part(request, "sites/_table.html", "sites/list.html", context)
    overview = read_site_overview(day, places, total=str(_("All sites")))
    groups = _build_groups(overview, order)
    if download := request.GET.get("as"):
        rows = [row for group in groups for row in group.rows]
        return build_download(COLUMNS, rows, name="sites", format="xlsx" if download == "xlsx" else "csv")
    context["summary"] = _describe_sites(overview)
    if request.GET.get("view"):
        addresses = [build_site_address(row.place) for row in overview.sites if row.place]
        marks = build_marks(overview.sites, find_site_findings(), addresses)
        placed = {mark["address"] for mark in marks}
        missing = [row.name for row, address in zip(overview.sites, addresses, strict=True) if address not in placed]
        return render(request, "sites/map.html", {**context, "marks": marks, "missing": missing})
    context["table"] = build_grouped_table(
        COLUMNS,
        groups,
        overview.total,
        title=_("Sites"),
        summary=context["summary"],
        name="sites",
        order=order,
        style_row=lambda row: "" if row.stock.pens else "closed",
    )
    return render_part(request, "sites/_table.html", "sites/list.html", context)


def _select_places(places: Sequence[Place], scope: Scope, search: str, kind: str) -> list[Place]:
    """Return the places of the scope and kind that have each word in their name or geography."""
    chosen = {"area": scope.area, "station": scope.station}
    is_site = any(id is not None for id in chosen.values())
    words = search.casefold().split()
    return [
        place
        for place in places
        if scope.geography in (None, place.geography)
        and (not is_site or chosen[place.kind] == place.id)
        and KIND_OF_WATER.get(kind, place.kind) == place.kind
        and all(word in f"{place.name} {place.geography_name}".casefold() for word in words)
    ]


def _build_groups(overview: SiteOverview, order: str) -> list[TableGroup]:
    """Return the sites by geography, each group in the order (`-name`: descending), unknown values last."""
    groups = groupby(overview.sites, key=lambda row: row.place.geography if row.place else 0)
    return [
        TableGroup(total=overview.geographies[geography], rows=_sort_sites(list(rows), order))
        for geography, rows in groups
    ]


def _sort_sites(rows: list[SiteFigures], order: str) -> list[SiteFigures]:
    column = BY_NAME.get(order.removeprefix("-"))
    if column is None:
        return rows
    known = [row for row in rows if column.read(row) is not None]
    unknown = [row for row in rows if column.read(row) is None]
    return sorted(known, key=column.read, reverse=order.startswith("-")) + unknown


def _describe_sites(overview: SiteOverview) -> str:
    stocked = sum(1 for row in overview.sites if row.stock.pens)
    return f"{len(overview.sites)} site{pluralize(len(overview.sites))}, {stocked} with fish"
