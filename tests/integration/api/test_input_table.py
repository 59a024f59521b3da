"""What the table of inputs says about the bodies of the API, sent to a server: no wrong value gets through."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest
import typer
from tests.integration.access.companies import write_world
from tests.integration.access.test_matrix import OPERATIONS, build_request
from tests.unit.inputs.wrong_values import iter_members, iter_mistyped, iter_out_of_range

from grilse.cli import app
from grilse.cli.input_fields import API, SYNC, list_input_fields

FIELDS = [field for field in list_input_fields(typer.main.get_command(app)) if field.interface in (API, SYNC)]
NAMES = {f"{method} {path.replace('path:', '')}": (operation, path) for operation, method, path in OPERATIONS}
# The errors of a plan name its lines.
PLACES = sorted({place for field in FIELDS for place in field.places} - {"POST /plans/check"})
POINT = {
    "client_id": "00000000-0000-0000-0000-000000000001", "kind": "conveyance", "at": "2026-05-01T06:00:00Z",
    "latitude": 56.5, "longitude": -5.5, "reference": "to the barge",
}  # fmt: skip
WRONG_VALUES: dict[str, tuple[Any, ...]] = {
    "integer": ("5", 5.5, 5.0, True, [5], {"value": 5}, 10**30, ""),
    "number": ("5", True, [5], "1,5", "", float("nan"), float("inf")),
    "string": (5, True, ["a"], {"a": "b"}, "a\0b", "\ud800"),
    "boolean": (0, 1, "true", "yes", "", []),
    "array": ({}, "a", 5, True),
    "date": ("2026-02-30", "20260501", "01.05.2026", "2026-05-01T00:00:00Z", 46346, "", " 2026-05-01"),
    "date-time": ("2026-05-01", "2026-05-01T06:00:00", "20260501T060000Z", 1777617600, "", "now"),
    "time": ("8", "25:00", "8:30", 3600, "noon", ""),
    "uuid": ("7", 7, ""),
}


@pytest.fixture(scope="module")
def rows(database):
    """A company with something of everything."""
    return write_world("Table Salmon")[0]


@pytest.fixture(scope="module")
def admin(rows, program):
    return program(rows.company, "admin")


def iter_wrong_values(values: Mapping[str, Any]) -> Iterator[Any]:
    """Yield values of other types, beyond the limits, and of no format; of a union only what the table's test has."""
    yield from iter_mistyped(values)
    yield from iter_out_of_range(values)
    members = list(iter_members(values))
    if len(members) == 1 and "$ref" not in members[0]:
        kind = members[0].get("format", members[0].get("type", "string"))
        yield from WRONG_VALUES.get(kind, ())
        if "enum" in members[0]:
            yield from (f"{members[0]['enum'][0]} ", str(members[0]["enum"][0]).swapcase() + "x")
    if len(members) == len([*values.get("anyOf", (values,))]):
        yield None


def change_body(body: Any, name: str, value: Any) -> tuple[Any, bool]:
    """Return a body in which the field at a path has a value, and whether the body has the object of the field."""
    changed, is_complete = deepcopy(body), True
    *path, last = name.split(".")
    parent = changed
    for part in path:
        key = part.removesuffix("[]")
        is_complete = is_complete and bool(parent.get(key))
        if not parent.get(key):
            parent[key] = {} if part == key else [{}]
        parent = parent[key] if part == key else parent[key][0]
    parent[last.removesuffix("[]")] = value
    return changed, is_complete


def list_refused_fields(admin, method: str, address: str, body: Any) -> list[str]:
    """Return the fields for which a request, or an item of a queue, is refused."""
    answer = admin.client.generic(method, f"/api/v1{address}", json.dumps(body), content_type="application/json")
    assert answer.status_code in (200, 201, 202, 204, 422), (body, answer.content)
    found = answer.json() if answer.content else {}
    return [error["field"] for error in found.get("errors" if answer.status_code == 422 else "refused", ())]


@pytest.mark.parametrize("place", PLACES)
def test_no_wrong_value_of_a_field_gets_through(admin, rows, place):
    operation, path = NAMES[place]
    address, body = build_request(operation, path, rows)
    body = body or {}
    if place == "POST /sync":
        body["points"] = [POINT]
    accepted = []
    for field in (field for field in FIELDS if place in field.places):
        key = field.name.split(".")[-1].removesuffix("[]")
        for value in iter_wrong_values(field.values):
            changed, is_complete = change_body(body, field.name, value)
            refused = list_refused_fields(admin, place.partition(" ")[0], address, changed)
            # An object that lacks other fields is refused for these first.
            if not any(key in name.split(".") for name in refused) and (is_complete or not refused):
                accepted.append((field.name, value))
    assert not accepted
