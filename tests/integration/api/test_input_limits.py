"""Values beyond the limits that the document declares are refused, whether by its schemas or by the rules of an app."""

import copy
from typing import Any

import pytest
import typer
from tests.integration.access.companies import CompanyRows, write_world
from tests.integration.access.test_matrix import OPERATIONS, build_request, send_request
from tests.integration.api.conftest import create_key
from tests.unit.inputs.wrong_values import iter_out_of_range

from grilse.cli import app
from grilse.cli.input_fields import ADDRESS, API, SYNC, InputField, list_input_fields

FIELDS = [field for field in list_input_fields(typer.main.get_command(app)) if field.interface in (API, SYNC)]
PARAMETERS = [field for field in list_input_fields(typer.main.get_command(app)) if field.interface == ADDRESS]
ENTERED = {f"{method} {path}": operation for operation, method, path in OPERATIONS if method in ("POST", "PUT")}


@pytest.fixture(scope="module")
def rows(database: str) -> CompanyRows:
    """A company with something of everything."""
    return write_world("Limited Salmon")[0]


@pytest.fixture(scope="module")
def key(rows: CompanyRows) -> str:
    """A key that may do everything."""
    return create_key(rows.company, "admin")


def replace_value(body: Any, name: str, value: Any) -> bool:
    """Set a field of a body, by its path such as `counts[].method`; False where the body has no such part."""
    *parents, last = name.split(".")
    for parent in parents:
        body = body.get(parent.removesuffix("[]"))
        if parent.endswith("[]"):
            body = body[0] if body else None
        if body is None:
            return False
    body[last] = value
    return True


def list_places(fields: list[InputField]) -> list[tuple[str, InputField]]:
    """Return the fields of operations that enter something, with their operations."""
    return [
        (place, field)
        for field in fields
        for place in field.places
        if place in ENTERED and any(True for _ in iter_out_of_range(field.values))
    ]


def is_refused(place: str, answer: Any) -> bool:
    """Return whether a request is refused; of the queue of a phone each item is refused by itself."""
    if place == "POST /sync" and answer.status_code == 200:
        return bool(answer.json()["refused"])
    return bool(answer.status_code == 422)


@pytest.mark.parametrize("place", sorted({place for place, _ in list_places(FIELDS)}))
def test_a_value_beyond_its_limit_is_refused(place, rows, key):
    method, _, path = place.partition(" ")
    address, body = build_request(ENTERED[place], path, rows)
    for _, field in [pair for pair in list_places(FIELDS) if pair[0] == place]:
        for value in iter_out_of_range(field.values):
            changed = copy.deepcopy(body)
            if replace_value(changed, field.name, value):
                answer = send_request(key, method, address.replace(" ", "+"), changed)
                assert is_refused(place, answer), f"{field.name} {value!r:.60}: {answer.content[:300]}"
                assert "Field required" not in answer.json().get("detail", "")


@pytest.mark.parametrize("place", ENTERED)
def test_an_unknown_field_and_an_unknown_parameter_are_refused(place, rows, key):
    method, _, path = place.partition(" ")
    address, body = build_request(ENTERED[place], path, rows)
    address = address.replace(" ", "+")
    mark = "&" if "?" in address else "?"

    answer = send_request(key, method, f"{address}{mark}no_such=1", body)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"] == [{"field": "no_such", "detail": answer.json()["detail"]}]
    if not isinstance(body, bytes):
        answer = send_request(key, method, address, {**(body or {}), "no_such": 1})
        assert answer.status_code == 422, answer.content
        assert answer.json()["errors"][-1]["field"].endswith("no_such")
