"""The API: a router per subject; every operation declares the permission that it needs."""

from importlib import import_module
from typing import Any

from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.renderers import JSONRenderer
from ninja.schema import NinjaGenerateJsonSchema

from grilse.api.idempotency import IDEMPOTENCY_HEADER, SAFE_METHODS
from grilse.api.problems import PROBLEM_CONTENT_TYPE, ProblemDetail, register_error_handlers
from grilse.api.request_models import describe_errors
from grilse.api.routing import ROUTERS, refuse_undeclared_operations

# Each module declares operations on the routers; lists come first, so that /meals/export is not read as /meals/{key}.
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
    "events",
    "sheets",
    "photos",
    "readings",
    "attention",
    "official",
    "jobs",
    "reports",
)


class CompactJSONRenderer(JSONRenderer):
    """A renderer of JSON without spaces between its parts."""

    json_dumps_params = {"separators": (",", ":")}


class GrilseAPI(NinjaAPI):
    """An API whose document declares the media type of problems and the idempotency key of writes."""

    def validation_error_from_error_contexts(self, error_contexts: list[Any]) -> ValidationError:
        """Return the error of a request whose values its models refuse."""
        return ValidationError(describe_errors(error_contexts))

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the OpenAPI document."""
        schema = super().get_openapi_schema(**options)
        problem = ProblemDetail.model_json_schema(
            ref_template=REF_TEMPLATE, schema_generator=NinjaGenerateJsonSchema, mode="serialization"
        )
        schema["components"]["schemas"] |= {**problem.pop("$defs"), ProblemDetail.__name__: problem}
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _declare_problem_type(operation)
                if method.upper() not in SAFE_METHODS:
                    operation.setdefault("parameters", []).append(IDEMPOTENCY_PARAMETER)
        return schema


def _declare_problem_type(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            schema = {"$ref": REF_TEMPLATE.format(model=ProblemDetail.__name__)}
            response["content"] = {PROBLEM_CONTENT_TYPE: {"schema": schema}}


IDEMPOTENCY_PARAMETER = {
    "in": "header",
    "name": IDEMPOTENCY_HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "A key that the client chooses: a write that is sent twice with the same key is carried out once.",
}

# The interactive documentation would load scripts from other servers; only the schema is served.
api = GrilseAPI(title="Grilse", version="1", docs_url=None, renderer=CompactJSONRenderer())
register_error_handlers(api)
for name in ROUTE_MODULES:
    import_module(f"grilse.api.{name}")
for router in ROUTERS:
    api.add_router("", router)
refuse_undeclared_operations(api)
