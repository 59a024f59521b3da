"""One good request for every route of positions, journeys, visits, fences and rates."""

import uuid
from typing import Any

from tests.edited_farm import at, on
from tests.integration.access.companies import DAY, CompanyRows

REASON = "entered wrongly"


def build_track_requests(here: CompanyRows) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function.

    The contradiction is another person's: for every role it is not there.
    """
    i = here.ids
    fence = {"station": i["station"], "latitude": 57.2, "longitude": -6.0, "radius_m": 300.0}
    fence_values = {"area": i["area"], "latitude": 57.0, "longitude": -6.0, "radius_m": 600.0}
    rate = {"mode": "boat", "valid_from": str(DAY), "per_km_minor": 120}
    days = f"since={on(30)}&until={on(40)}"
    return {
        "sync_phone": ("/sync", {"journeys": [_build_journey()], "points": [], "entries": [_build_entry()]}),
        "list_sync_conflicts": ("/sync/conflicts", None),
        "settle_conflict": (f"/sync/conflicts/{i['contradiction']}/settle", {"keep": "sent"}),
        "list_own_journeys": ("/me/journeys", None),
        "list_own_visits": ("/me/visits", None),
        "list_own_positions": (f"/me/track?day={on(36)}", None),
        "report_own_conveyance": (f"/me/conveyance?{days}", None),
        "list_latest_positions": ("/positions", None),
        "list_journey_positions": (f"/journeys/{i['journey']}/crumbs", None),
        "list_person_positions": (f"/persons/{i['person']}/track?day={on(36)}", None),
        "list_visits_of_day": (f"/site-visits?day={on(36)}", None),
        "list_reported_visits": (f"/site-visits/reported?day={on(36)}", None),
        "summarize_site_visits": (f"/site-visits/summary?{days}", None),
        "list_fence_visits": (f"/fences/{i['fence']}/passages?{days}", None),
        "report_conveyance": (f"/conveyance?{days}", None),
        "export_conveyance": (f"/conveyance.csv?{days}", None),
        "confirm_journey": (f"/journeys/{i['faulty_journey']}/confirm?reason={REASON}", None),
        "reject_journey": (f"/journeys/{i['faulty_journey']}/reject?reason={REASON}", None),
        "add_fence": ("/fences", fence),
        "change_fence": (f"/fences/{i['fence']}?reason={REASON}", fence_values),
        "remove_fence": (f"/fences/{i['fence']}?reason={REASON}", None),
        "add_transport_rate": ("/transport-rates", rate),
        "change_transport_rate": (f"/transport-rates/{i['rate']}?reason={REASON}", rate),
        "remove_transport_rate": (f"/transport-rates/{i['rate']}?reason={REASON}", None),
    }


def _build_journey() -> dict[str, Any]:
    return {"reference": "walk", "kind": "conveyance", "mode": "car", "begun_at": at(36).isoformat()}


def _build_entry() -> dict[str, Any]:
    return {"client_id": str(uuid.UUID(int=36)), "kind": "note", "at": at(36).isoformat(), "title": "Late"}
