"""Where people are, and the way of a journey, on a map that is drawn of nothing but our own figures."""

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grilse.farm.lists import AREAS, STATIONS
from grilse.listing.listing import Listing
from grilse.listing.listing import read_page as listed
from grilse.people import queries
from grilse.people.lists import FENCES, JOURNEYS
from grilse.people.queries import LastPosition, TrackPosition
from grilse.web.permissions import permission_required
from grilse.web.templatetags.time_formats import format_age
from grilse.web.time_zone import in_company_time_zone

MAX_JOURNEYS = 30
MAX_PLACES = 1000
JOURNEY_COLUMNS = ("id", "person", "reference", "kind", "mode", "started_at", "ended_at", "points", "distance_m")


@require_safe
@permission_required("people.locate", "farm.read")
@in_company_time_zone
def show_map(request: HttpRequest) -> HttpResponse:
    """Show everybody's last position, and the way of a chosen journey; a fragment when it is renewed."""
    chosen = request.GET.get("journey", "")
    latest = sorted(queries.list_latest_positions(), key=lambda position: position.at, reverse=True)
    way = _read_journey_positions(int(chosen)) if chosen.isdigit() else []
    shown = {
        "latest": latest,
        "journeys": _list_recent_journeys(),
        "chosen": int(chosen) if chosen.isdigit() else None,
        "way": way,
        "drawn": {
            "positions": [_build_position(position) for position in latest],
            "fences": _list_fences(),
            "sites": [site for listing in (AREAS, STATIONS) for site in _list_sites(listing)],
            "way": [_build_track_point(position) for position in reversed(way)],
        },
        "now": datetime.now(UTC),
    }
    return render(request, "people/_where.html" if "HX-Request" in request.headers else "people/map.html", shown)


def _read_journey_positions(journey: int) -> list[TrackPosition]:
    """Return the positions of a journey, the last first: as many as are read at once."""
    journey_key = queries.find_journey(journey)
    if journey_key is None:
        raise Http404(f"There is no journey {journey}.")
    person, reference = journey_key
    return queries.list_journey_positions(reference, person)


def _list_recent_journeys() -> list[dict[str, Any]]:
    rows = listed(JOURNEYS, fields=JOURNEY_COLUMNS, limit=MAX_JOURNEYS).rows
    return [dict(zip(JOURNEY_COLUMNS, row, strict=True)) for row in rows]


def _list_fences() -> list[dict[str, Any]]:
    names = ("id", "site", "latitude", "longitude", "radius_m")
    rows = listed(FENCES, fields=names, limit=MAX_PLACES).rows
    return [dict(zip(names, row, strict=True)) for row in rows]


def _list_sites(listing: Listing) -> list[dict[str, Any]]:
    names = ("name", "latitude", "longitude")
    rows = listed(listing, fields=names, limit=MAX_PLACES).rows
    return [dict(zip(names, row, strict=True)) for row in rows if None not in row]


def _build_position(position: LastPosition) -> dict[str, Any]:
    return {
        "id": position.person,
        "name": position.name,
        "age": format_age(position.at),
        "latitude": position.latitude,
        "longitude": position.longitude,
        "accuracy_m": position.accuracy_m,
    }


def _build_track_point(position: TrackPosition) -> dict[str, Any]:
    return {
        "latitude": position.latitude,
        "longitude": position.longitude,
        "at": position.at.isoformat(timespec="seconds"),
    }
