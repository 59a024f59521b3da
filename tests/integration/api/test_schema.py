"""The document of the API."""

import json
import re
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from grilse.api import api


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document of the API, which takes seconds to write."""
    return api.get_openapi_schema(path_prefix="/api/v1/")


def _collect_schemas(kind: Any, shapes: set[type[BaseModel]]) -> None:
    """Gather the shapes that a type is made of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in shapes:
        shapes.add(kind)
        for field in kind.model_fields.values():
            _collect_schemas(field.annotation, shapes)
    for part in get_args(kind):
        _collect_schemas(part, shapes)


def test_two_shapes_of_one_name_are_one_shape():
    """The document knows a shape by its name alone."""
    collected_schemas: set[type[BaseModel]] = set()
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                for model in [*operation.response_models.values(), *operation.models]:
                    _collect_schemas(model, collected_schemas)
    named: dict[str, set[str]] = {}
    for shape in collected_schemas:
        if not shape.__name__.endswith(("Params", "ResponseSchema")):
            named.setdefault(shape.__name__, set()).add(json.dumps(shape.model_json_schema(), sort_keys=True))

    assert {name for name, shapes in named.items() if len(shapes) > 1} == set()


def test_every_operation_says_what_it_needs_and_has_a_name_of_its_own(document):
    operations = [operation for path in document["paths"].values() for operation in path.values()]

    assert document["openapi"].startswith("3.1")
    assert all(operation["x-needs"] for operation in operations)
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)


def test_problems_have_a_type_of_their_own_and_every_write_takes_a_key(document):
    for path in document["paths"].values():
        for method, http_method in path.items():
            assert list(http_method["responses"][422]["content"]) == ["application/problem+json"]
            headers = {given["name"] for given in http_method.get("parameters", []) if given["in"] == "header"}
            assert ("Idempotency-Key" in headers) == (method != "get")


def test_only_a_correction_needs_a_reason_in_its_body(document):
    bodies = {
        (method, path): operation["requestBody"]["content"]["application/json"]["schema"].get("$ref", "")
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    schemas = document["components"]["schemas"]
    with_reason = {
        (method, path) for (method, path), reference in bodies.items()
        if "because" in schemas.get(reference.rpartition("/")[2], {}).get("required", ())
    }  # fmt: skip

    assert with_reason
    assert {method for method, _ in with_reason} == {"put"}
    assert not any("because" in schema.get("properties", {}) for name, schema in schemas.items() if "New" in name)


def test_every_body_says_that_it_takes_no_further_field(document):
    """A client that is made from the document then refuses a misspelt name before the server does."""
    references = [
        operation["requestBody"]["content"]["application/json"]["schema"].get("$ref", "").rpartition("/")[2]
        for operations in document["paths"].values()
        for operation in operations.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    ]
    waiting, seen = [name for name in references if name], set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            schema = document["components"]["schemas"][name]
            assert schema["additionalProperties"] is False, name
            waiting += re.findall(r'"#/components/schemas/(\w+)"', json.dumps(schema))
