"""The page of a container: its state now, its placements through time, its water and its moves."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grilse.farm.site_queries import ContainerFacts, find_container_facts
from grilse.growth.container_lives import ContainerLife, list_container_lives, list_container_moves
from grilse.growth.pen_history import read_pen_history
from grilse.growth.queries import find_last_recorded_day
from grilse.health.queries import find_lice_limits
from grilse.web.forms import AcceptedValues
from grilse.web.pages import page
from grilse.web.site import EVENT_TITLES, READ, build_water_choices
from grilse.web.site_figures import build_pen_figures
from grilse.web.tables import DOWNLOAD_FORMATS, TableColumn, build_download, build_table
from grilse.web.templatetags.number_formats import (
    format_biomass,
    format_day,
    format_percentage,
    format_thousands,
    format_weight,
)

LAST_MOVES = 40
KIND_TITLES = {"tray": _("Tray"), "tank": _("Tank"), "pen": _("Pen")}
LIVES = (
    TableColumn(
        title=_("Batch"), read=lambda row: row.number, address=lambda row: _build_batch_address(row),
        phone_note=lambda row: f"{format_day(row.start)} – {format_day(row.stop) if row.stop else _('now')}",
    ),
    TableColumn(title=_("Stage"), read=lambda row: row.stage, wide_only=True),
    TableColumn(title=_("Start"), read=lambda row: row.start, format=format_day, numeric=True, wide_only=True),
    TableColumn(
        title=_("End"), read=lambda row: row.stop, format=lambda day: format_day(day) if day else f"{_('now')}",
        numeric=True, wide_only=True,
    ),
    TableColumn(title=_("Fish in"), read=lambda row: row.fish_in, format=format_thousands, numeric=True),
    TableColumn(title=_("Fish out"), read=lambda row: row.fish_out, format=format_thousands, numeric=True),
    TableColumn(
        title=_("Weight in"), unit="g", read=lambda row: row.first_weight_g, format=format_weight, numeric=True,
        wide_only=True,
    ),
    TableColumn(
        title=_("Last weight"), unit="g", read=lambda row: row.last_weight_g, format=format_weight, numeric=True
    ),
    TableColumn(
        title=_("Last biomass"), unit="kg", read=lambda row: row.last_biomass_kg, format=format_biomass, numeric=True,
        wide_only=True,
    ),
    TableColumn(
        title=_("Feed"), unit="kg", read=lambda row: row.feed_kg, format=format_biomass, numeric=True, wide_only=True
    ),
    TableColumn(
        title=_("Dead"), read=lambda row: row.dead, format=format_thousands, numeric=True, wide_only=True,
    ),
    TableColumn(
        title=_("Mortality"), unit="%", read=lambda row: row.mortality_pct, format=format_percentage, numeric=True,
        help="life mortality",
    ),
)  # fmt: skip
CONTAINER_QUERY: AcceptedValues = {"as": DOWNLOAD_FORMATS}


@page(*READ, query=CONTAINER_QUERY)
def show_container(request: HttpRequest, id: int) -> HttpResponse:
    """Show a container."""
    facts = find_container_facts(id)
    if facts is None:
        raise Http404(f"There is no container {id}.")
    lives = list_container_lives(id)
    if download := request.GET.get("as"):
        return build_download(LIVES, lives, name=facts.name, format="xlsx" if download == "xlsx" else "csv")
    day = find_last_recorded_day()
    history = None if day is None else read_pen_history(day, container=id)
    limit = find_lice_limits([day]).get((facts.geography_id, day), {}).get("limit") if day and facts.area else None
    context = {
        "facts": facts,
        "day": day,
        "pens": build_pen_figures(history, limit) if history and history.pens else [],
        "lice_limit": limit,
        "table": build_table(LIVES, lives, title=f"{_('Placements')}", name="lives"),
        "moves": list_container_moves(id, LAST_MOVES),
        "titles": EVENT_TITLES,
        "water": build_water_choices(),
        "kind": KIND_TITLES[facts.kind],
        "place_query": f"container={id}",
        "site_address": _build_site_address(facts),
    }
    return render(request, "sites/container.html", context)


def _build_batch_address(row: ContainerLife) -> str:
    return f"{reverse('batch', args=[row.number])}?placement={row.placement}"


def _build_site_address(facts: ContainerFacts) -> str:
    if facts.area is not None:
        return reverse("site-area", args=[facts.area])
    return reverse("site-station", args=[facts.station])
