"""Places and what stands in them."""

from typing import Any

from django.http import HttpRequest
from ninja import Schema, Status

from grilse.api.input_schemas import CreatedIds, Day, FiniteFloat, Id, Text
from grilse.api.routers import FARM
from grilse.api.routing import PermissionRouter
from grilse.farm.actions import places

PLACE_PERMISSION = "farm.change"


class NewGeography(Schema):
    """A region with one climate and one set of rules."""

    name: Text
    code: Text = ""


class NewArea(Schema):
    """A sea site."""

    name: Text
    geography: Id
    latitude: FiniteFloat | None = None
    longitude: FiniteFloat | None = None
    max_biomass_kg: FiniteFloat | None = None
    fallow_days: int | None = None


class NewStation(Schema):
    """A freshwater site."""

    name: Text
    geography: Id
    latitude: FiniteFloat | None = None
    longitude: FiniteFloat | None = None


class NewHall(Schema):
    """A building of a station, for the stage of one order."""

    name: Text
    station: Id
    stage_order: int | None = None
    fallow_days: int | None = None


class NewContainer(Schema):
    """A tray or tank in a hall, or a pen in an area."""

    name: Text
    kind: Text
    volume_m3: FiniteFloat
    max_density_kg_m3: FiniteFloat | None = None
    hall: Id | None = None
    area: Id | None = None


class NewFeedStore(Schema):
    """A silo of a hall, or a barge of an area."""

    name: Text
    capacity_kg: FiniteFloat
    hall: Id | None = None
    area: Id | None = None


class NewSensor(Schema):
    """An instrument that measures one parameter in one container."""

    container: Id
    parameter: Text
    installed: Day
    removed: Day | None = None


PLACE_SCHEMAS: dict[str, tuple[str, type[Schema]]] = {
    "geographies": ("geography", NewGeography),
    "areas": ("area", NewArea),
    "stations": ("station", NewStation),
    "halls": ("hall", NewHall),
    "containers": ("container", NewContainer),
    "feed-stores": ("feed store", NewFeedStore),
    "sensors": ("sensor", NewSensor),
}


def dump_columns(body: Any) -> dict[str, Any]:
    """Return what came, by column."""
    columns: dict[str, Any] = body.model_dump()
    return columns


def declare_crud_routes(
    address: str,
    kind: str,
    schema: type[Schema],
    *,
    router: PermissionRouter = FARM,
    permission: str = PLACE_PERMISSION,
) -> None:
    """Declare the routes that add, change and remove what stands, of a kind."""
    named = kind.replace(" ", "_")

    def add(request: HttpRequest, new: schema) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
        return Status(201, {"ids": [places.add_place(kind, dump_columns(new))]})

    def change(request: HttpRequest, key: Id, reason: Text, new: schema) -> dict[str, Any]:  # type: ignore[valid-type]
        places.change_place(kind, key, dump_columns(new), reason=reason)
        return {"ids": [key]}

    def remove(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
        places.remove_place(kind, key, reason=reason)
        return {"ids": [key]}

    all_of, item_path = f"/{address}", f"/{address}/{{key}}"
    for view, declared, says in (
        (
            add,
            router.post(all_of, permission=permission, response={201: CreatedIds}, operation_id=f"add_{named}"),
            "Add",
        ),
        (
            change,
            router.put(item_path, permission=permission, response=CreatedIds, operation_id=f"change_{named}"),
            "Change",
        ),
        (
            remove,
            router.delete(item_path, permission=permission, response=CreatedIds, operation_id=f"remove_{named}"),
            "Remove",
        ),
    ):
        view.__doc__ = f"{says} a {kind}."
        view.__name__ = f"{view.__name__}_{named}"
        declared(view)


for address, (kind, shape) in PLACE_SCHEMAS.items():
    declare_crud_routes(address, kind, shape)
