"""What the schemas of the API refuse, field by field, before anything reaches the database."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from django.test import RequestFactory
from ninja.errors import ValidationErrorContext
from ninja.params.models import BodyModel
from pydantic import ValidationError
from tests.unit.inputs.wrong_values import iter_members, iter_mistyped, iter_mistyped_texts

from grilse.api import api
from grilse.api.request_models import describe_errors, refuse_unknown_body, refuse_unknown_parameters
from grilse.api.schemas import build_input_schema
from grilse.cli import app
from grilse.cli.input_fields import ADDRESS, API, SYNC, InputField, iter_operations, list_input_fields
from grilse.cli.inputs import BLANK, REFUSED, describe_field
from grilse.errors import GrilseError, describe_unknown_name
from grilse.jobs.job_kinds import JOB_KINDS
from grilse.people.journal_entries import SentEntry
from grilse.people.rules import InvalidItem
from grilse.people.tracks.uploads import SentJourney, SentPoint

OPERATIONS = dict(iter_operations())
FIELDS = list_input_fields(typer.main.get_command(app))
BODY_FIELDS = [field for field in FIELDS if field.interface in (API, SYNC)]
ADDRESS_FIELDS = [field for field in FIELDS if field.interface == ADDRESS]
REQUESTS = RequestFactory()
ABSENT = object()
ITEMS: dict[str, type] = {"points": SentPoint, "journeys": SentJourney, "entries": SentEntry}


def resolve_body(place: str, text: str) -> list[dict[str, Any]]:
    """Return the errors of a body; those of the items of a queue, which are refused one by one, too."""
    [model] = [model for model in OPERATIONS[place].models if issubclass(model, BodyModel)]
    try:
        body = model.resolve(REQUESTS.post("/", text, content_type="application/json"), api, {})
    except ValidationError as error:
        return describe_errors([ValidationErrorContext(error, model)])
    except GrilseError as error:
        return [{"loc": tuple(error.field.split(".")), "msg": str(error)}]
    return [*list_repeated_keys(body)] or [*resolve_queue(text)] if place == "POST /sync" else []


def list_repeated_keys(body: Any) -> Iterator[dict[str, Any]]:
    """Yield the errors of the items of a phone's queue that have a key twice."""
    for name in ITEMS:
        for place, item in enumerate(getattr(body.sent, name)):
            if isinstance(item, InvalidItem) and "there twice" in item.why:
                yield {"loc": ("body", "sent", name, place, item.field), "msg": item.why}


def resolve_queue(text: str) -> Iterator[dict[str, Any]]:
    """Yield the errors of the items of a phone's queue."""
    for name, items in json.loads(text).items():
        schema = build_input_schema(ITEMS[name])
        for place, item in enumerate(items):
            try:
                schema.model_validate_json(json.dumps(item))
            except ValidationError as error:
                for wrong in error.errors():
                    loc = ("body", "sent", name, place, *wrong["loc"])
                    field = str(wrong["loc"][-1])
                    extra = wrong["type"] == "extra_forbidden"
                    known = list(schema.model_fields)
                    yield {"loc": loc, "msg": describe_unknown_name("field", field, known) if extra else wrong["msg"]}


def build_body(name: str, value: Any) -> Any:
    """Return a body that has one field, by its path such as `counts[].method`."""
    first, _, rest = name.partition(".")
    inner = build_body(rest, value) if rest else value
    key = first.removesuffix("[]")
    if value is ABSENT and not rest:
        return {}
    return {key: [inner] if first != key else inner}


def iter_bodies(place: str, name: str, value: Any) -> Iterator[Any]:
    """Yield bodies with a field; of a job for each of its kinds."""
    body = build_body(name, value)
    if place == "POST /jobs" and name != "kind":
        yield from ({"kind": kind, **body} for kind in JOB_KINDS)
    else:
        yield body


def is_about(error: dict[str, Any], name: str) -> bool:
    """Tell whether an error is about a field; unions add the names of their members to the path."""
    path = iter([str(part) for part in error["loc"][1:]])
    return all(part in path for part in name.replace("[]", ".0").split("."))


def list_errors(field: InputField, place: str, value: Any) -> list[str]:
    """Return the messages about a field that has a value."""
    return [
        error["msg"]
        for body in iter_bodies(place, field.name, value)
        for error in resolve_body(place, json.dumps(body))
        if is_about(error, field.name)
    ]


NOT_WHOLE = ("5.0", "1_0", " 5", "+5", "1e1", "\N{ARABIC-INDIC DIGIT FIVE}")


def label(field: InputField) -> str:
    return f"{field.places[0]} {field.name}"


@pytest.mark.parametrize("field", BODY_FIELDS, ids=label)
def test_a_body_gets_what_the_table_says(field):
    facts = describe_field(field)
    for place in field.places:
        missing = [text for text in list_errors(field, place, ABSENT) if text == "Field required"]
        assert bool(missing) == (facts["missing"] == REFUSED)
        for value in iter_mistyped(field.values):
            assert list_errors(field, place, value), f"{value!r} is accepted"
        if facts["missing"] not in (REFUSED, BLANK) and "null" not in json.dumps(dict(field.values)):
            assert list_errors(field, place, None), "null is accepted"


@pytest.mark.parametrize("field", BODY_FIELDS, ids=label)
def test_a_key_that_is_there_twice_is_refused(field):
    text = json.dumps(build_body(field.name, "TWICE"))
    key = field.name.rpartition(".")[2]
    repeated = text.replace(f'"{key}": "TWICE"', f'"{key}": 1, "{key}": 2')

    [error] = resolve_body(field.places[0], repeated)
    assert error["msg"].endswith("is there twice: leave one of the two out")
    assert is_about(error, field.name)


@pytest.mark.parametrize(
    "place", [place for place in OPERATIONS if any(place in field.places for field in BODY_FIELDS)]
)
def test_an_unknown_field_is_refused_at_every_level(place):
    names = [field.name for field in BODY_FIELDS if place in field.places]
    for level in {name.rpartition(".")[0] for name in names}:
        path = f"{level}.no_such" if level else "no_such"
        known = {name.removeprefix(f"{level}." if level else "") for name in names if name.rpartition(".")[0] == level}
        for body in iter_bodies(place, path, 1):
            errors = [error for error in resolve_body(place, json.dumps(body)) if is_about(error, path)]
            assert errors, f"{path} is accepted"
            assert any(name in errors[0]["msg"] for name in (*known, "there is none here"))


@pytest.mark.parametrize("place", OPERATIONS)
def test_an_unknown_or_repeated_parameter_is_refused(place):
    operation = OPERATIONS[place]
    with pytest.raises(GrilseError, match="there is no parameter no_such"):
        refuse_unknown_parameters(REQUESTS.get("/", {"no_such": "1"}), operation)
    for field in ADDRESS_FIELDS:
        if place in field.places and f"{{{field.name}}}" not in place:
            with pytest.raises(GrilseError, match=f"the parameter {field.name} is there twice"):
                refuse_unknown_parameters(REQUESTS.get("/", {field.name: ["1", "1"]}), operation)


@pytest.mark.parametrize("place", OPERATIONS)
def test_a_body_where_none_belongs_is_refused(place):
    operation = OPERATIONS[place]
    sent = REQUESTS.generic("POST", "/", b'{"no_such": 1}', content_type="application/json")
    takes_body = any(issubclass(model, BodyModel) for model in operation.models)
    if takes_body or "requestBody" in (operation.openapi_extra or {}):
        refuse_unknown_body(sent, operation)
    else:
        with pytest.raises(GrilseError, match=r"body\.no_such: this operation takes no body"):
            refuse_unknown_body(sent, operation)


def resolve_parameter(place: str, field: InputField, value: str | None) -> list[str]:
    """Return the messages about a parameter of the path or of the query."""
    given = {} if value is None else {field.name: value}
    texts = []
    for model in OPERATIONS[place].models:
        if not issubclass(model, BodyModel):
            try:
                model.resolve(REQUESTS.get("/", given), api, given)
            except ValidationError as error:
                errors = describe_errors([ValidationErrorContext(error, model)])
                texts += [error["msg"] for error in errors if error["loc"][1] == field.name]
    return texts


@pytest.mark.parametrize("field", ADDRESS_FIELDS, ids=label)
def test_a_parameter_gets_what_the_table_says(field):
    facts = describe_field(field)
    for place in field.places:
        assert bool(resolve_parameter(place, field, None)) == (facts["missing"] == REFUSED)
        is_whole = any(member.get("type") == "integer" for member in iter_members(field.values))
        for text in (*iter_mistyped_texts(field.values), *(NOT_WHOLE if is_whole else ())):
            assert resolve_parameter(place, field, text), f"{place}: {text} is accepted"


def test_the_known_names_come_with_the_one_that_was_probably_meant():
    [error] = resolve_body("POST /tickets", '{"title": "Torn net", "prio": "urgent"}')

    assert error["loc"] == ("body", "new", "prio")
    assert error["msg"].startswith("there is no field prio: there are title, body, priority")
    assert error["msg"].endswith("did you mean priority?")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(number):
    body = f'{{"samples": [{{"placement": 1, "date": "2026-05-01", "mean_weight_g": {number}}}]}}'

    [error] = resolve_body("POST /weight-samples", body)
    assert error == {"loc": ("body", "new", "samples", 0, "mean_weight_g"), "msg": "Input should be a finite number"}


@pytest.mark.parametrize(
    "at", ["46346.3", '"46346.3"', "46346", '"1779955200"', '"2026-05-01"', '"2026-05-01T06:00:00"', "true"]
)
def test_a_number_is_no_time(at):
    entry = f'{{"client_id": "00000000-0000-0000-0000-000000000001", "kind": "mood", "at": {at}, "mood": 7}}'

    [error] = resolve_body("POST /sync", f'{{"entries": [{entry}]}}')
    assert error["loc"] == ("body", "sent", "entries", 0, "at")
