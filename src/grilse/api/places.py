"""Routes that add, change and remove places, fences, teams and the rules of the help desk."""

from typing import Any

from django.http import HttpRequest
from ninja import Status

from grilse.api.routing import ATTENTION, FARM, HELPDESK, PEOPLE, PermissionRouter
from grilse.api.schemas import CreatedIds, Id, Text, build_model_schema
from grilse.farm.actions import places

# Router, permission, and the kind of row at each address.
PLACE_ROUTES: tuple[tuple[PermissionRouter, str, dict[str, str]], ...] = (
    (
        FARM,
        "farm.change",
        {
            "geographies": "geography",
            "areas": "area",
            "stations": "station",
            "halls": "hall",
            "containers": "container",
            "feed-stores": "feed store",
            "sensors": "sensor",
        },
    ),
    (PEOPLE, "people.change", {"teams": "team", "fences": "fence", "transport-rates": "transport rate"}),
    (
        HELPDESK,
        "helpdesk.rules",
        {
            "ticket-categories": "category",
            "business-hours": "business hours",
            "holidays": "holiday",
            "service-levels": "service level",
            "escalation-rules": "escalation rule",
        },
    ),
    (ATTENTION, "attention.rules", {"alert-rules": "alert rule"}),
)


def declare_place_routes(router: PermissionRouter, permission: str, address: str, kind: str) -> None:
    """Declare the routes that add, change and remove a row of a kind."""
    schema: Any = build_model_schema(places.PLACE_MODELS[kind])

    def add(request: HttpRequest, new: schema) -> Status[Any]:
        return Status(201, {"ids": [places.add_place(kind, new.model_dump())]})

    def change(request: HttpRequest, key: Id, reason: Text, new: schema) -> dict[str, Any]:
        places.change_place(kind, key, new.model_dump(), reason=reason)
        return {"ids": [key]}

    def remove(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
        places.remove_place(kind, key, reason=reason)
        return {"ids": [key]}

    rows = address.replace("-", " ")
    for method, path, view, description, response in (
        ("POST", f"/{address}", add, f"Add a row to the {rows}.", {201: CreatedIds}),
        ("PUT", f"/{address}/{{key}}", change, f"Change a row of the {rows}.", CreatedIds),
        ("DELETE", f"/{address}/{{key}}", remove, f"Remove a row of the {rows}.", CreatedIds),
    ):
        view.__doc__ = description
        view.__name__ = f"{view.__name__}_{kind.replace(' ', '_')}"
        router.declare_route(method, path, permission, response=response)(view)


for router, permission, kinds in PLACE_ROUTES:
    for address, kind in kinds.items():
        declare_place_routes(router, permission, address, kind)
