"""The API: one router a room; every route states the permission that it needs."""

from importlib import import_module
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from grilse.api.door import refuse_unstated
from grilse.api.once import KEY, READING
from grilse.api.problems import TYPE, tell
from grilse.api.rooms import ROOMS

# Each declares its routes on the routers of its rooms; lists first: /meals/export is no /meals/{key}.
ROUTES = (
    "lists",
    "list_series",
    "access",
    "audit",
    "places",
    "people",
    "journal",
    "tracks",
    "helpdesk",
    "growth",
    "projections",
    "stock",
    "feeding",
    "health",
    "ingest",
    "official",
    "jobs",
    "reports",
)


class Compact(JSONRenderer):
    """JSON without spaces between its parts."""

    json_dumps_params = {"separators": (",", ":")}


class Api(NinjaAPI):
    """Tells in its schema that problems are of a type of their own."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """Return the OpenAPI document."""
        schema = super().get_openapi_schema(**asked)
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _tell_problems(operation)
                if method.upper() not in READING:
                    operation.setdefault("parameters", []).append(ONCE)
        return schema


def _tell_problems(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if int(status) >= 400 and "content" in answer:
            answer["content"] = {TYPE: next(iter(answer["content"].values()))}


ONCE = {
    "in": "header",
    "name": KEY,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "A key of your making: a write that is sent twice under it is done once.",
}

# The interactive documentation would load scripts from elsewhere; the schema itself is served.
api = Api(title="Grilse", version="1", docs_url=None, renderer=Compact())
tell(api)
for name in ROUTES:
    import_module(f"grilse.api.{name}")
for room in ROOMS:
    api.add_router("", room)
refuse_unstated(api)
