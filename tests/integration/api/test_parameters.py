"""Parameters of every operation in the OpenAPI document: unknown, repeated and mistyped ones are refused by name."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from grilse.api import api

DOCUMENT: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS = [
    (method, path, operation["parameters"])
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
NO_INTEGERS = ("5.0", "1_000", " 5 ", "+5", "٥", "5e0", "0x5", "05", "true", "")
NO_BOOLEANS = ("1", "0", "yes", "no", "on", "off", "True", "FALSE", "t", " true", "")
NO_NUMBERS = ("1_000", " 5 ", "+5", "nan", "inf", "1,5", "٥", "")
NO_DAYS = ("46346", "2026-5-1", "01.05.2026", "2026-05-01T00:00:00", " 2026-05-01", "")
NO_TIMES = ("1777617600", "2026-05-01", "2026-05-01T06:00:00", "now", "")
WRONG_TEXTS = {"integer": NO_INTEGERS, "number": NO_NUMBERS, "boolean": NO_BOOLEANS}
WRONG_FORMATS = {"date": NO_DAYS, "date-time": NO_TIMES}
GOOD_TEXTS = {"integer": "1", "number": "1", "boolean": "true"}


@pytest.fixture(scope="module")
def admin(estimated_farm, program):
    return program(estimated_farm.company, "admin")


def list_members(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the types that a parameter accepts, without null."""
    if "anyOf" in schema:
        return [member for part in schema["anyOf"] for member in list_members(part)]
    return [schema] if schema.get("type") != "null" else []


def iter_wrong_texts(schema: dict[str, Any]) -> Iterator[str]:
    """Yield texts that a parameter does not accept."""
    [member, *others] = list_members(schema)
    assert not others, schema
    words = member.get("enum") or [member[name] for name in ("const",) if name in member]
    if words:
        yield from ("no such word", f" {words[0]}", words[0].swapcase() + "!", "")
    yield from WRONG_FORMATS.get(member.get("format", ""), WRONG_TEXTS.get(member["type"], ()))


def build_good_text(schema: dict[str, Any]) -> str:
    """Return a text of the type of a parameter."""
    [member] = list_members(schema)
    return GOOD_TEXTS.get(member["type"], "2026-05-01")


def send(program, method: str, path: str, parameters: list[dict[str, Any]], query: str, **in_path: str):
    """Send a request without a body."""
    values = {
        each["name"]: in_path.get(each["name"], build_good_text(each["schema"]))
        for each in parameters
        if each["in"] == "path"
    }
    address = re.sub(r"\{(?:path:)?(\w+)\}", lambda name: quote(values[name[1]]), path)
    return program.client.generic(method.upper(), f"{address}?{query}")


def quote(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def assert_refused(answer, name: str) -> None:
    assert answer.status_code == 422, (answer.status_code, answer.content)
    assert name in [error["field"].rpartition(".")[2] for error in answer.json()["errors"]], answer.content


@pytest.mark.parametrize(("method", "path", "parameters"), OPERATIONS)
def test_an_operation_refuses_what_is_no_value_of_a_parameter(admin, method, path, parameters):
    known = [each["name"] for each in parameters if each["in"] == "query"]
    answer = send(admin, method, path, parameters, "no_such=1")
    assert_refused(answer, "no_such")
    assert all(name in answer.json()["detail"] for name in known or ["there is none here"])
    for each in parameters:
        name, schema = each["name"], each["schema"]
        if each["in"] == "query":
            good = build_good_text(schema)
            assert_refused(send(admin, method, path, parameters, f"{name}={good}&{name}={good}"), name)
            for text in iter_wrong_texts(schema):
                assert_refused(send(admin, method, path, parameters, f"{name}={quote(text)}"), name)
        else:
            for text in filter(None, iter_wrong_texts(schema)):
                assert_refused(send(admin, method, path, parameters, "", **{name: text}), name)


def test_an_address_of_another_encoding_is_refused(admin):
    answer = admin.client.delete("/api/v1/meals/1?reason=feil%20m%E5ltid")

    assert answer.status_code == 422
    assert answer.json()["detail"] == "the address is not in UTF-8: encode its parameters in UTF-8"
