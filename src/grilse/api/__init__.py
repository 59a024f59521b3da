"""The API: one router a room; every route states the permission that it needs."""

from importlib import import_module
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from grilse.api.idempotency import IDEMPOTENCY_HEADER, SAFE_METHODS
from grilse.api.problems import PROBLEM_CONTENT_TYPE, register_error_handlers
from grilse.api.routers import ROUTERS
from grilse.api.routing import refuse_undeclared_operations

# Each declares its routes on the routers of its rooms; lists first: /meals/export is no /meals/{key}.
ROUTE_MODULES = (
    "lists",
    "series",
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
    "readings",
    "official",
    "jobs",
    "reports",
)


class CompactJSONRenderer(JSONRenderer):
    """JSON without spaces between its parts."""

    json_dumps_params = {"separators": (",", ":")}


class GrilseAPI(NinjaAPI):
    """Tells in its schema that problems are of a type of their own."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """Return the OpenAPI document."""
        schema = super().get_openapi_schema(**asked)
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _declare_problem_type(operation)
                if method.upper() not in SAFE_METHODS:
                    operation.setdefault("parameters", []).append(IDEMPOTENCY_PARAMETER)
        return schema


def _declare_problem_type(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if int(status) >= 400 and "content" in answer:
            answer["content"] = {PROBLEM_CONTENT_TYPE: next(iter(answer["content"].values()))}


IDEMPOTENCY_PARAMETER = {
    "in": "header",
    "name": IDEMPOTENCY_HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "A key of your making: a write that is sent twice under it is done once.",
}

# The interactive documentation would load scripts from elsewhere; the schema itself is served.
api = GrilseAPI(title="Grilse", version="1", docs_url=None, renderer=CompactJSONRenderer())
register_error_handlers(api)
for name in ROUTE_MODULES:
    import_module(f"grilse.api.{name}")
for room in ROUTERS:
    api.add_router("", room)
refuse_undeclared_operations(api)
