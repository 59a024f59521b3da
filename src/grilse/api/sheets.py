"""Sheets: what people need at hand who enter records at a site, also while they have no connection."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from grilse.api.problems import NotFoundError
from grilse.api.routing import STOCK as router
from grilse.api.schemas import Id, build_items_schema, build_output_schema
from grilse.growth.queries import LastState, list_last_states
from grilse.health.queries import Cause, read_causes
from grilse.input_types import Day
from grilse.stock.queries import StandingPen, StockedSite, list_standing_pens, list_stocked_sites

READ_PERMISSIONS = ("stock.read", "growth.read", "feeding.read", "health.read")


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteSheet:
    """The pens of a site, with the figures that entries on a day are compared with."""

    site: StockedSite
    day: date
    read_at: datetime
    pens: list[StandingPen]
    states: list[LastState]
    """The estimated state of each pen on the day, or the last before it; none of pens without an estimate."""
    causes: list[Cause]


@router.get("/stocked-sites", permission="stock.read", response=build_items_schema(StockedSite))
def read_stocked_sites(request: HttpRequest) -> dict[str, Any]:
    """Return the areas and halls in which fish stand."""
    return {"items": list_stocked_sites()}


@router.get(
    "/stocked-sites/{kind}/{key}/sheet", permission=READ_PERMISSIONS, response=build_output_schema(SiteSheet)
)
def read_site_sheet(request: HttpRequest, kind: Literal["area", "hall"], key: Id, day: Day | None = None) -> SiteSheet:
    """Return the sheet of a site for a day, by default the current day of its time zone."""
    site = next((site for site in list_stocked_sites() if (site.kind, site.id) == (kind, key)), None)
    if site is None:
        raise NotFoundError(f"there is no {kind} {key} in which fish stand")
    now = datetime.now(UTC)
    shown = day or now.astimezone(ZoneInfo(site.time_zone)).date()
    pens = list_standing_pens(key, shown, is_area=kind == "area")
    return SiteSheet(
        site=site,
        day=shown,
        read_at=now,
        pens=pens,
        states=list_last_states([pen.placement for pen in pens], shown),
        causes=read_causes(),
    )
