"""Schemas of requests and responses, derived from data classes of actions and queries and from models."""

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from functools import cache
from itertools import pairwise
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import ninja
import pydantic
from django.db import models
from pydantic import BaseModel, ConfigDict, create_model

from grilse.api.input_limits import find_entry_limits, find_model_limits
from grilse.confirmation import ConfirmationCode
from grilse.helpdesk.business_hours import parse_closing_time
from grilse.input_types import NO_NUL, Day, DerivedRequestSchema, RequestSchema, TimeOfDay, Timestamp

ActionInput = TypeVar("ActionInput")

MAX_INT64 = 2**63 - 1
MAX_INT32 = 2**31 - 1
Id = Annotated[int, pydantic.Field(ge=1, le=MAX_INT64)]
Int32 = Annotated[int, pydantic.Field(ge=-MAX_INT32, le=MAX_INT32)]
Grams = Annotated[int, pydantic.Field(ge=0, le=10**15)]
FiniteFloat = Annotated[float, pydantic.Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
Text = Annotated[str, pydantic.Field(max_length=400, pattern=NO_NUL)]
LongText = Annotated[str, pydantic.Field(max_length=20_000, pattern=NO_NUL)]
ColumnValues = list[int | float | None]

FIELD_TYPES: dict[Any, Any] = {
    int: Int32,
    float: FiniteFloat,
    str: Text,
    datetime: Timestamp,
    date: Day,
    time: TimeOfDay,
}
ID_FIELDS = {
    "batch", "container", "feed", "geography", "line", "order", "placement", "replaces", "source", "species",
    "station", "hall", "area", "store", "target", "movement", "user", "team", "manager", "category",
}  # fmt: skip
MASS_FIELDS = {"grams"}
LONG_TEXT_FIELDS = {"body"}
MODEL_FIELD_TYPES: dict[str, Any] = {
    "ForeignKey": Id,
    "CharField": Text,
    "FloatField": FiniteFloat,
    "DateField": Day,
    "TimeField": TimeOfDay,
    "BooleanField": bool,
    "PositiveSmallIntegerField": Annotated[int, pydantic.Field(ge=0, le=2**15 - 1)],
    "PositiveIntegerField": Annotated[int, pydantic.Field(ge=0, le=MAX_INT32)],
}
MODEL_COLUMN_TYPES: dict[str, Any] = {
    "closes": Annotated[TimeOfDay, pydantic.BeforeValidator(parse_closing_time)],
    "weekday": Annotated[int, pydantic.Field(ge=0, le=6)],
    "level": Annotated[int, pydantic.Field(ge=0, le=99)],
}


class Schema(ninja.Schema):
    """A schema whose fields are described by the strings below them."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Reason(RequestSchema):
    """Why something is changed."""

    reason: Text
    """The audit history keeps it."""


CONFIRM: tuple[Any, Any] = (
    bool | list[ConfirmationCode],
    pydantic.Field(default=False, description="Codes of unlikely values that are right, or true for all of them."),
)


class CreatedIds(Schema):
    """The ids of the entered rows, in the order in which they were sent."""

    ids: list[int]


@cache
def build_input_schema(action_class: type) -> Any:
    """Return the input schema of an action; cached, because a schema name is unique in the OpenAPI document."""
    return _create_input_schema(action_class, action_class.__name__)


@cache
def build_entry_schema(action_class: type) -> Any:
    """Return the input schema of an action that may ask for a confirmation."""
    return _create_input_schema(action_class, action_class.__name__, confirm=CONFIRM)


@cache
def build_correction_schema(action_class: type) -> Any:
    """Return the schema of a correction: the corrected values, and why they are corrected."""
    because = (Text, pydantic.Field(description="Why it is corrected; the audit history keeps it."))
    name = f"{action_class.__name__.removeprefix('New')}Correction"
    return _create_input_schema(action_class, name, because=because, confirm=CONFIRM)


@cache
def build_output_schema(data_class: type) -> Any:
    """Return the schema of a data class that a query or an action returns; all its fields are required."""
    hints, texts = get_type_hints(data_class), _read_field_docstrings(data_class)
    declared: dict[str, Any] = {
        field.name: (_map_output_type(hints[field.name]), pydantic.Field(description=texts.get(field.name)))
        for field in fields(data_class)
    }
    return create_model(data_class.__name__, __base__=ninja.Schema, __doc__=data_class.__doc__, **declared)


@cache
def build_model_schema(model: type[models.Model]) -> Any:
    """Return the schema of the columns of a model, except its id and its company."""
    texts, limits = _read_field_docstrings(model), find_model_limits(model)
    declared: dict[str, Any] = {
        column.name: (
            _map_column_type(column),
            pydantic.Field(
                **_map_column_default(column),
                description=texts.get(column.name),
                json_schema_extra=_declare_limits(limits.get(column.name, {})),
            ),
        )
        for column in model._meta.concrete_fields
        if column.name not in ("id", "company")
    }
    return create_model(f"New{model.__name__}", __base__=DerivedRequestSchema, __doc__=model.__doc__, **declared)


def build_column_schema(name: str, description: str, columns: Iterable[str], **extra_fields: Any) -> Any:
    """Return the schema of columns of numbers; null is an unknown value."""
    declared: dict[str, Any] = dict.fromkeys(columns, (ColumnValues, ...))
    return create_model(name, __base__=ninja.Schema, __doc__=description, **(declared | extra_fields))


def build_items_schema(data_class: type, *, paged: bool = False) -> Any:
    """Return the schema of `{"items": […]}` with rows of a data class, and of `next` where there are pages."""
    name = f"{data_class.__name__}{'Page' if paged else 'List'}"
    description = "A page of rows." if paged else "All rows."
    return create_items_schema(name, description, build_output_schema(data_class), paged=paged)


def create_items_schema(name: str, description: str, row: Any, *, paged: bool) -> Any:
    """Return the schema of the rows of an answer, and of the cursor of the page that follows."""
    cursor = (str | None, pydantic.Field(description="The cursor of the page that follows; null on the last page."))
    pages: dict[str, Any] = {"next": cursor} if paged else {}
    return create_model(name, __base__=ninja.Schema, __doc__=description, items=(list[row], ...), **pages)


def from_request(action_class: type[ActionInput], body: BaseModel) -> ActionInput:
    """Return the input of an action from the body of a request."""
    hints = get_type_hints(action_class)
    return action_class(
        **{
            field.name: _convert_value(hints[field.name], getattr(body, field.name))
            for field in fields(action_class)  # type: ignore[arg-type]
        }
    )


def _create_input_schema(action_class: type, name: str, **extra_fields: Any) -> type[RequestSchema]:
    hints, texts = get_type_hints(action_class), _read_field_docstrings(action_class)
    limits = find_entry_limits(action_class)
    declared: dict[str, Any] = {
        field.name: (
            _map_input_type(field.name, hints[field.name]),
            pydantic.Field(
                **_map_default(field),
                description=texts.get(field.name),
                json_schema_extra=_declare_limits(limits.get(field.name, {})),
            ),
        )
        for field in fields(action_class)
    }
    return create_model(name, __base__=DerivedRequestSchema, __doc__=action_class.__doc__, **declared, **extra_fields)


def _declare_limits(limits: Mapping[str, Any]) -> Callable[[dict[str, Any]], None]:
    """Return a function that writes limits, which the rules of an app refuse, into the schema of a field."""

    def declare(schema: dict[str, Any]) -> None:
        for values in schema.get("anyOf", [schema]):
            if values.get("type") != "null":
                if "exclusiveMinimum" in limits:
                    values.pop("minimum", None)
                values.update(limits)

    return declare


def _map_input_type(name: str, hint: Any) -> Any:
    if name in ID_FIELDS and int in (hint, *get_args(hint)):
        return Id if hint is int else Id | None
    if name in MASS_FIELDS:
        return Grams
    if name in LONG_TEXT_FIELDS and hint is str:
        return LongText
    if hint in FIELD_TYPES:
        return FIELD_TYPES[hint]
    if is_dataclass(hint):
        return build_input_schema(hint)  # type: ignore[arg-type]
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (UnionType, Union):
        return Union[tuple(part if part is type(None) else _map_input_type(name, part) for part in parts)]  # noqa: UP007
    if origin is Sequence:
        return Annotated[list[_map_input_type("", parts[0])], pydantic.Field(max_length=10_000)]  # type: ignore[misc]
    if origin is Mapping:
        return dict[Text, _map_input_type("", parts[1])]  # type: ignore[misc]
    if origin is tuple:
        return tuple[tuple(_map_input_type("", part) for part in parts)]  # type: ignore[misc]
    return hint


def _map_output_type(hint: Any) -> Any:
    if is_dataclass(hint):
        return build_output_schema(hint)  # type: ignore[arg-type]
    if get_origin(hint) is list:
        return list[_map_output_type(get_args(hint)[0])]  # type: ignore[misc]
    return hint


def _map_column_type(column: models.Field) -> Any:
    mapped = MODEL_COLUMN_TYPES.get(column.name) or MODEL_FIELD_TYPES[column.get_internal_type()]
    return mapped | None if column.null else mapped


def _map_column_default(column: models.Field) -> dict[str, Any]:
    if column.null or column.blank or column.has_default():
        return {"default": None if column.null else "" if column.blank else column.get_default()}
    return {}


def _map_default(field: Field[Any]) -> dict[str, Any]:
    if field.default_factory is not MISSING:
        return {"default_factory": field.default_factory}
    return {} if field.default is MISSING else {"default": field.default}


def _convert_value(hint: Any, value: Any) -> Any:
    """Return a value with the data classes of the action in place of schemas."""
    if isinstance(value, BaseModel):
        return from_request(hint, value)
    if isinstance(value, list):
        return [_convert_value(get_args(hint)[0], item) for item in value]
    return value


def _read_field_docstrings(declaring_class: type) -> dict[str, str]:
    """Return the strings below the fields of a class and of the classes that it extends."""
    texts: dict[str, str] = {}
    for base in reversed(declaring_class.__mro__[:-1]):
        texts |= _parse_field_docstrings(base.__module__).get(base.__name__, {})
    return texts


@cache
def _parse_field_docstrings(module: str) -> dict[str, dict[str, str]]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: dict(_iter_docstrings(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _iter_docstrings(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for statement, text in pairwise(node.body):
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            targets = [statement.target] if isinstance(statement, ast.AnnAssign) else getattr(statement, "targets", [])
            # Readers of the document know JSON and not Python.
            described = str(text.value.value).replace("None", "null")
            yield from ((target.id, described) for target in targets if isinstance(target, ast.Name))
