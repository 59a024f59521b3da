"""Sheets: what people need at hand who enter records at a site, also while they have no connection."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from grilse.api.problems import NotFoundError
from grilse.api.routing import STOCK as router
from grilse.api.schemas import Id, build_items_schema, build_output_schema
from grilse.feeding.lists import FEEDS
from grilse.feeding.queries import StoredFeed, list_stored_feed
from grilse.growth.queries import LastState, list_last_states
from grilse.health.queries import Cause, WithdrawalHold, find_lice_limits, find_withdrawal_holds, read_causes
from grilse.input_types import Day
from grilse.listing.listing import read_page
from grilse.stock.queries import (
    OpenLine,
    SiteContainer,
    SitePhoto,
    StandingPen,
    StockedSite,
    list_open_lines,
    list_site_containers,
    list_site_photos,
    list_standing_pens,
    list_stocked_sites,
)

MOST_FEEDS = 1000
READ_PERMISSIONS = ("stock.read", "growth.read", "feeding.read", "health.read")


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedProduct:
    """A product that is delivered."""

    id: int
    name: str


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
    lice_limits: dict[str, float]
    """Adult females per fish that rules allow on the day, by the kind of limit: limit, report, act, guidance."""
    holds: list[WithdrawalHold]
    """The withdrawal periods of treated fish."""
    stores: list[StoredFeed]
    feeds: list[FeedProduct]
    lines: list[OpenLine]
    """Planned lines of transfers out of the pens."""
    containers: list[SiteContainer]
    """Where fish can be moved to in the geography."""
    photos: list[SitePhoto]
    """Photos of the records of the last days."""


@router.get("/stocked-sites", permission="stock.read", response=build_items_schema(StockedSite))
def read_stocked_sites(request: HttpRequest) -> dict[str, Any]:
    """Return the areas and halls in which fish stand."""
    return {"items": list_stocked_sites()}


@router.get("/stocked-sites/{kind}/{key}/sheet", permission=READ_PERMISSIONS, response=build_output_schema(SiteSheet))
def read_site_sheet(request: HttpRequest, kind: Literal["area", "hall"], key: Id, day: Day | None = None) -> SiteSheet:
    """Return the sheet of a site for a day, by default the current day of its time zone."""
    site = next((site for site in list_stocked_sites() if (site.kind, site.id) == (kind, key)), None)
    if site is None:
        raise NotFoundError(f"there is no {kind} {key} in which fish stand")
    now = datetime.now(UTC)
    shown = day or now.astimezone(ZoneInfo(site.time_zone)).date()
    pens = list_standing_pens(key, shown, is_area=kind == "area")
    placements = [pen.placement for pen in pens]
    return SiteSheet(
        site=site,
        day=shown,
        read_at=now,
        pens=pens,
        states=list_last_states(placements, shown),
        causes=read_causes(),
        lice_limits=find_lice_limits([shown]).get((site.geography_id, shown), {}),
        holds=list(find_withdrawal_holds(placements, shown).values()),
        stores=list_stored_feed(key, is_area=kind == "area"),
        feeds=[
            FeedProduct(id=id, name=name) for id, name in read_page(FEEDS, fields=("id", "name"), limit=MOST_FEEDS).rows
        ],
        lines=list_open_lines(placements),
        containers=list_site_containers(site.geography_id),
        photos=list_site_photos(key, shown, is_area=kind == "area"),
    )
