"""Where people are, and the way of a journey, on a map that is drawn of nothing but our own figures."""

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grilse.farm.listing import Listing
from grilse.farm.listing import page as listed
from grilse.farm.lists import AREAS, STATIONS
from grilse.people import queries
from grilse.people.lists_directory import FENCES
from grilse.people.lists_tracks import JOURNEYS
from grilse.people.queries import Latest, Position
from grilse.web.door import may
from grilse.web.templatetags.moments import ago
from grilse.web.zone import zoned

RECENT = 30
MOST_PLACES = 1000
JOURNEY = ("id", "person", "reference", "kind", "mode", "started_at", "ended_at", "points", "distance_m")


@require_safe
@may("people.locate", "farm.read")
@zoned
def page(request: HttpRequest) -> HttpResponse:
    """Show everybody's last position, and the way of a chosen journey; a fragment when it is renewed."""
    chosen = request.GET.get("journey", "")
    latest = sorted(queries.latest_positions(), key=lambda one: one.at, reverse=True)
    way = _way(int(chosen)) if chosen.isdigit() else []
    shown = {
        "latest": latest,
        "journeys": _journeys(),
        "chosen": int(chosen) if chosen.isdigit() else None,
        "way": way,
        "drawn": {
            "positions": [_position(one) for one in latest],
            "fences": _fences(),
            "sites": [site for listing in (AREAS, STATIONS) for site in _sites(listing)],
            "way": [_crumb(one) for one in reversed(way)],
        },
        "now": datetime.now(UTC),
    }
    return render(
        request, "people/_where.html" if "HX-Request" in request.headers else "people/map.html", shown
    )


def _way(journey: int) -> list[Position]:
    """Return the positions of a journey, the last first: as many as are read at once."""
    found = queries.journey(journey)
    if found is None:
        raise Http404(f"There is no journey {journey}.")
    person, reference = found
    return queries.breadcrumb(reference, person)


def _journeys() -> list[dict[str, Any]]:
    rows = listed(JOURNEYS, fields=JOURNEY, limit=RECENT).rows
    return [dict(zip(JOURNEY, row, strict=True)) for row in rows]


def _fences() -> list[dict[str, Any]]:
    names = ("id", "site", "latitude", "longitude", "radius_m")
    rows = listed(FENCES, fields=names, limit=MOST_PLACES).rows
    return [dict(zip(names, row, strict=True)) for row in rows]


def _sites(listing: Listing) -> list[dict[str, Any]]:
    names = ("name", "latitude", "longitude")
    rows = listed(listing, fields=names, limit=MOST_PLACES).rows
    return [dict(zip(names, row, strict=True)) for row in rows if None not in row]


def _position(one: Latest) -> dict[str, Any]:
    return {
        "id": one.person,
        "name": one.name,
        "age": ago(one.at),
        "latitude": one.latitude,
        "longitude": one.longitude,
        "accuracy_m": one.accuracy_m,
    }


def _crumb(one: Position) -> dict[str, Any]:
    return {"latitude": one.latitude, "longitude": one.longitude, "at": one.at.isoformat(timespec="seconds")}
