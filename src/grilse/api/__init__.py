"""The API: one router a room; every route states the permission that it needs."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from grilse.api import access, growth, projections
from grilse.api.door import refuse_unstated
from grilse.api.problems import TYPE, tell


class Compact(JSONRenderer):
    """JSON without spaces between its parts."""

    json_dumps_params = {"separators": (",", ":")}


class Api(NinjaAPI):
    """Tells in its schema that problems are of a type of their own."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """Return the OpenAPI document."""
        schema = super().get_openapi_schema(**asked)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "content" in answer:
                        answer["content"] = {TYPE: next(iter(answer["content"].values()))}
        return schema


# The interactive documentation would load scripts from elsewhere; the schema itself is served.
api = Api(title="Grilse", version="1", docs_url=None, renderer=Compact())
tell(api)
api.add_router("/batches", growth.router)
api.add_router("/batches", projections.router)
api.add_router("", access.router)
refuse_unstated(api)
