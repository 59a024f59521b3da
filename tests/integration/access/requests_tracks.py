"""One good request for every route of positions, journeys, visits, fences and rates."""

import uuid
from typing import Any

from tests.edited_farm import at, on
from tests.integration.access.world import DAY, Region

WHY = "entered wrongly"


def requests_tracks(here: Region) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function.

    The contradiction is another person's: for every role it is not there.
    """
    i = here.ids
    fence = {"station": i["station"], "latitude": 57.2, "longitude": -6.0, "radius_m": 300.0}
    standing = {"area": i["area"], "latitude": 57.0, "longitude": -6.0, "radius_m": 600.0}
    rate = {"mode": "boat", "valid_from": str(DAY), "per_km_minor": 120}
    days = f"since={on(30)}&until={on(40)}"
    return {
        "sync_phone": ("/sync", {"journeys": [_journey()], "points": [], "entries": [_entry()]}),
        "sync_conflicts": ("/sync/conflicts", None),
        "settle_conflict": (f"/sync/conflicts/{i['contradiction']}/settle", {"keep": "sent"}),
        "my_journeys": ("/me/journeys", None),
        "my_visits": ("/me/visits", None),
        "my_track": (f"/me/track?day={on(36)}", None),
        "my_conveyance": (f"/me/conveyance?{days}", None),
        "positions": ("/positions", None),
        "crumbs_of_journey": (f"/journeys/{i['journey']}/crumbs", None),
        "track_of_person": (f"/persons/{i['person']}/track?day={on(36)}", None),
        "visits_of_day": (f"/site-visits?day={on(36)}", None),
        "reported_visits": (f"/site-visits/reported?day={on(36)}", None),
        "visits_per_site": (f"/site-visits/summary?{days}", None),
        "entries_and_exits": (f"/fences/{i['fence']}/passages?{days}", None),
        "conveyance_report": (f"/conveyance?{days}", None),
        "conveyance_as_csv": (f"/conveyance.csv?{days}", None),
        "add_fence": ("/fences", fence),
        "change_fence": (f"/fences/{i['fence']}?reason={WHY}", standing),
        "remove_fence": (f"/fences/{i['fence']}?reason={WHY}", None),
        "add_transport_rate": ("/transport-rates", rate),
        "change_transport_rate": (f"/transport-rates/{i['rate']}?reason={WHY}", rate),
        "remove_transport_rate": (f"/transport-rates/{i['rate']}?reason={WHY}", None),
    }


def _journey() -> dict[str, Any]:
    return {"reference": "walk", "kind": "conveyance", "mode": "car", "begun_at": at(36).isoformat()}


def _entry() -> dict[str, Any]:
    return {"client_id": str(uuid.UUID(int=36)), "kind": "note", "at": at(36).isoformat(), "title": "Late"}
