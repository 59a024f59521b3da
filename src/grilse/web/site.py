"""The page of a sea area or a station, its log of events, and the water of a site or container."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grilse.api.responses import json_response
from grilse.api.rounding import round_significant
from grilse.attention.queries import list_open_findings
from grilse.environment.water import WATER_PARAMETERS, WaterSeries, read_water_days, read_water_readings
from grilse.errors import GrilseError
from grilse.farm.site_queries import SiteFacts, find_area, find_container_facts, find_station, list_containers
from grilse.growth.container_lives import list_occupancy, list_planned_arrivals
from grilse.growth.queries import find_last_recorded_day
from grilse.growth.site_events import list_site_events
from grilse.helpdesk.queries import list_site_tickets
from grilse.people.queries import list_last_visits
from grilse.web.forms import AcceptedValues, parse_day, parse_number
from grilse.web.occupancy_chart import build_gantt
from grilse.web.pages import REFUSED_STATUS, get_day, get_number, get_text, page, render_part
from grilse.web.pen_drawing import draw_pens, shorten_name
from grilse.web.site_figures import PenFigures, SiteDetails, read_site_details
from grilse.web.tables import DOWNLOAD_FORMATS, Table, TableColumn, build_download, build_table
from grilse.web.templatetags.number_formats import (
    format_biomass,
    format_day,
    format_measure,
    format_percentage,
    format_signed_percent,
    format_thousands,
    format_weight,
)

READ = (
    "farm.read", "stock.read", "growth.read", "health.read", "feeding.read", "environment.read", "planning.read",
    "attention.read", "helpdesk.read",
)  # fmt: skip
LAST_VISITS, LAST_TICKETS = 8, 8
DIGITS = 4


COLUMNS = (
    TableColumn(
        name="pen", title=_("Pen"), read=lambda row: row.pen.container_name,
        address=lambda row: reverse("container", args=[row.pen.container]), phone_note=lambda row: row.pen.number,
    ),
    TableColumn(
        name="batch", title=_("Batch"), read=lambda row: row.pen.number,
        address=lambda row: reverse("batch", args=[row.pen.number]), wide_only=True,
    ),
    TableColumn(
        name="fish", title=_("Fish"), read=lambda row: row.fish, format=format_thousands, numeric=True, is_summed=True,
        wide_only=True,
    ),
    TableColumn(
        name="weight", title=_("Mean weight"), unit="g", read=lambda row: row.weight_g, format=format_weight,
        numeric=True, help="weight",
    ),
    TableColumn(
        name="biomass", title=_("Biomass"), unit="kg", read=lambda row: row.biomass_kg, format=format_biomass,
        numeric=True, is_summed=True, help="biomass",
    ),
    TableColumn(
        name="density", title=_("Density, kg/m³"), read=lambda row: row.density, format=format_measure, numeric=True,
        help="density", note=lambda row: _describe_density(row),
    ),
    TableColumn(
        name="mortality", title=_("Mortality 7 days"), unit="%", read=lambda row: row.mortality_7_pct,
        format=format_percentage, numeric=True, help="window mortality",
    ),
    TableColumn(
        name="mortality30", title=_("30 days"), unit="%", read=lambda row: row.mortality_30_pct,
        format=format_percentage, numeric=True, wide_only=True,
    ),
    TableColumn(
        name="mortality90", title=_("90 days"), unit="%", read=lambda row: row.mortality_90_pct,
        format=format_percentage, numeric=True, wide_only=True,
    ),
    TableColumn(
        name="plan", title=_("Vs plan"), unit="%", read=lambda row: row.lead_pct, format=format_signed_percent,
        numeric=True, help="plan", wide_only=True,
    ),
    TableColumn(
        name="sampled", title=_("Last sample"), read=lambda row: row.weighed, format=format_day, numeric=True,
        wide_only=True,
    ),
)  # fmt: skip
SORTS = tuple(f"{sign}{column.name}" for column in COLUMNS for sign in ("", "-"))
SITE_QUERY: AcceptedValues = {"sort": SORTS, "as": DOWNLOAD_FORMATS}
PLACE_QUERY: AcceptedValues = {"area": parse_number, "station": parse_number, "container": parse_number}
EVENTS_QUERY: AcceptedValues = {**PLACE_QUERY, "until": parse_day}
WATER_QUERY: AcceptedValues = {
    **PLACE_QUERY, "parameter": tuple(WATER_PARAMETERS), "first": parse_day, "last": parse_day,
}  # fmt: skip
WATER_TITLES = {
    "temperature": _("Temperature"), "oxygen": _("Oxygen"), "salinity": _("Salinity"), "ph": _("pH"), "co2": _("CO₂"),
    "ammonium": _("Ammonium"), "nitrite": _("Nitrite"), "nitrate": _("Nitrate"),
}  # fmt: skip
EVENT_TITLES = {
    "STOCKING": _("Stocked"), "ARRIVAL": _("Transferred in"), "DEPARTURE": _("Transferred out"),
    "TRANSFER": _("Transferred between pens"), "MORTALITY": _("Dead fish"), "CULL": _("Culled"),
    "ESCAPE": _("Escaped"), "HARVEST": _("Harvested"), "SALE": _("Sold"), "COUNT_CORRECTION": _("Count corrected"),
    "SAMPLE": _("Weight sample"), "LICE": _("Lice count"), "TREATMENT": _("Treatment"), "HEALTH": _("Health sample"),
    "COUNT": _("Fish counted"), "DELIVERY": _("Feed delivered"),
}  # fmt: skip


@page(*READ, query=SITE_QUERY)
def show_area(request: HttpRequest, id: int) -> HttpResponse:
    """Show a sea area."""
    return _show_site(request, find_area(id), f"There is no sea site {id}.")


@page(*READ, query=SITE_QUERY)
def show_station(request: HttpRequest, id: int) -> HttpResponse:
    """Show a station with its halls."""
    return _show_site(request, find_station(id), f"There is no freshwater site {id}.")


@page(*READ, query=EVENTS_QUERY)
def show_events(request: HttpRequest) -> HttpResponse:
    """Show two weeks of the log of a site or container; a fragment for its page."""
    place = _get_place(request)
    until = get_day(request, "until") or find_last_recorded_day()
    name = _find_place_name(place)
    log = None if until is None else list_site_events(until, **place)
    context = {"log": log, "place": place, "place_query": urlencode(place), "name": name, "titles": EVENT_TITLES}
    return render_part(request, "sites/_events.html", "sites/events.html", context)


@page(*READ, query=WATER_QUERY)
def show_water(request: HttpRequest) -> HttpResponse:
    """Return the water of a site or container as JSON: its days, or the readings of some days."""
    place = _get_place(request)
    parameter = WATER_PARAMETERS[get_text(request, "parameter") or "temperature"]
    zone, containers = _find_containers(place)
    first, last = get_day(request, "first"), get_day(request, "last")
    try:
        if first is None or last is None:
            series = read_water_days(containers, parameter, zone)
        else:
            series = read_water_readings(containers, parameter, first, last, zone)
    except GrilseError as refusal:
        refused = json_response({"detail": str(refusal)})
        refused.status_code = REFUSED_STATUS
        return refused
    return json_response({"parameter": parameter.name, "unit": parameter.unit, **_serialize(series)})


def _show_site(request: HttpRequest, facts: SiteFacts | None, missing: str) -> HttpResponse:
    if facts is None:
        raise Http404(missing)
    day = find_last_recorded_day()
    if day is None:
        return render_part(request, "sites/_pens.html", "sites/empty.html", {"facts": facts})
    figures = read_site_details(facts, day)
    order = get_text(request, "sort")
    rows = _sort_pens(figures.pens, order)
    if download := request.GET.get("as"):
        return build_download(COLUMNS, rows, name=facts.name, format="xlsx" if download == "xlsx" else "csv")
    table = _build_pen_table(rows, order)
    if "HX-Request" in request.headers:
        return render_part(request, "sites/_pens.html", "sites/site.html", {"table": table})
    context = {"facts": facts, "day": day, "figures": figures, "table": table, **_read_surroundings(request, figures)}
    return render_part(request, "sites/_pens.html", "sites/site.html", context)


def _read_surroundings(request: HttpRequest, figures: SiteDetails) -> dict[str, Any]:
    """Return what the page shows besides the pens; seven statements."""
    facts = figures.facts
    place = {"area": facts.area, "station": facts.station}
    containers = list_containers(**place)
    return {
        "drawings": draw_pens(containers, figures.pens, facts.name, at_sea=facts.area is not None),
        "findings": list_open_findings(area=facts.area, station=facts.station),
        "gantt": build_gantt(
            containers,
            list_occupancy(**place),
            list_planned_arrivals(**place),
            site=facts.name,
            day=figures.day,
            fallow_days=facts.fallow_days,
        ),
        "water": build_water_choices([(row.id, shorten_name(row.name, facts.name)) for row in containers]),
        "visits": list_last_visits(LAST_VISITS, **place) if _may_locate(request) else None,
        "tickets": list_site_tickets(LAST_TICKETS, **place),
        "place_query": urlencode({name: value for name, value in place.items() if value is not None}),
    }


def build_water_choices(containers: Sequence[tuple[int, str]] = ()) -> dict[str, Any]:
    """Return what the chart of the water can show."""
    return {
        "parameters": [(parameter, WATER_TITLES[parameter.name]) for parameter in WATER_PARAMETERS.values()],
        "months": list(MONTHS.items()),
        "containers": containers,
    }


def _build_pen_table(rows: Sequence[PenFigures], order: str) -> Table:
    return build_table(
        COLUMNS,
        rows,
        title=_("Pens"),
        summary=ngettext("%(pens)d container with fish", "%(pens)d containers with fish", len(rows))
        % {"pens": len(rows)},
        name="pens-table",
        order=order,
        style_row=lambda row: "over" if row.is_over_density else "",
    )


def _sort_pens(pens: Sequence[PenFigures], order: str) -> list[PenFigures]:
    """Return the pens by a column (`-weight`: descending), unknown values last."""
    column = next((column for column in COLUMNS if column.name == order.removeprefix("-")), None)
    if column is None:
        return list(pens)
    known = [row for row in pens if column.read(row) is not None]
    unknown = [row for row in pens if column.read(row) is None]
    return sorted(known, key=column.read, reverse=order.startswith("-")) + unknown


def _describe_density(row: PenFigures) -> str:
    if row.density_pct is None or row.pen.max_density_kg_m3 is None:
        return ""
    mark = "▲ " if row.is_over_density else ""
    return f"{mark}{row.density_pct:.0f} % of {format_measure(row.pen.max_density_kg_m3)}"


def _may_locate(request: HttpRequest) -> bool:
    from grilse.access.permissions import load_permissions
    from grilse.access.requests import get_request_context

    context = get_request_context(request)
    roles = {grant.role for grant in context.held} if context else set()
    return bool(roles & load_permissions()["people.locate"].roles)


def _get_place(request: HttpRequest) -> dict[str, int]:
    place = {name: value for name in PLACE_QUERY if (value := get_number(request, name)) is not None}
    if len(place) != 1:
        raise Http404("Name an area, a station or a container: one of them.")
    return place


def _find_place_name(place: dict[str, int]) -> str:
    [(kind, id)] = place.items()
    row = {"area": find_area, "station": find_station, "container": find_container_facts}[kind](id)
    if row is None:
        raise Http404(f"There is no {kind} {id}.")
    return row.name


def _find_containers(place: dict[str, int]) -> tuple[str, list[int]]:
    """Return the time zone of a place and its containers; two statements at most."""
    [(kind, id)] = place.items()
    if kind == "container":
        container = find_container_facts(id)
        if container is None:
            raise Http404(f"There is no container {id}.")
        return container.time_zone, [id]
    site = find_area(id) if kind == "area" else find_station(id)
    if site is None:
        raise Http404(f"There is no {kind} {id}.")
    return site.time_zone, [row.id for row in list_containers(**place)]


def _serialize(series: WaterSeries) -> dict[str, Any]:
    columns = {"lowest": series.lowest, "mean": series.mean, "highest": series.highest}
    return {
        "step": series.step,
        "at": series.at.tolist(),
        **{name: round_significant(values, DIGITS) for name, values in columns.items()},
    }
