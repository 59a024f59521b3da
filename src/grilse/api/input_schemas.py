"""What actions take, as the API takes it: a schema made of the action's own class, bounded by its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import pydantic
from ninja import Schema
from pydantic import AwareDatetime, BaseModel, create_model

ActionInput = TypeVar("ActionInput")

MAX_INT64 = 2**63 - 1
MAX_INT32 = 2**31 - 1
Id = Annotated[int, pydantic.Field(ge=1, le=MAX_INT64)]
Int32 = Annotated[int, pydantic.Field(ge=-MAX_INT32, le=MAX_INT32)]
Grams = Annotated[int, pydantic.Field(ge=0, le=10**15)]
FiniteFloat = Annotated[float, pydantic.Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
Text = Annotated[str, pydantic.Field(max_length=400, pattern=r"^[^\x00]*$")]
LongText = Annotated[str, pydantic.Field(max_length=20_000, pattern=r"^[^\x00]*$")]
MIN_TIME, MAX_TIME = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
Timestamp = Annotated[AwareDatetime, pydantic.Field(ge=MIN_TIME, le=MAX_TIME)]
Day = Annotated[date, pydantic.Field(ge=MIN_TIME.date(), le=MAX_TIME.date())]

FIELD_TYPES: dict[Any, Any] = {int: Int32, float: FiniteFloat, str: Text, datetime: Timestamp, date: Day}
ID_FIELDS = {
    "batch", "container", "feed", "geography", "line", "order", "placement", "replaces", "source", "species",
    "station", "hall", "area", "store", "target", "movement", "user", "team", "manager", "category",
}  # fmt: skip
MASS_FIELDS = {"grams"}
LONG_TEXT_FIELDS = {"body"}


class Reason(Schema):
    """Why; the audit keeps it."""

    reason: Text


class CreatedIds(Schema):
    """What was entered, in the order it came."""

    ids: list[int]


@cache
def build_input_schema(action_class: type) -> type[Schema]:
    """Return the schema of what an action takes; one of a class, since a document knows it by its name."""
    return _create_schema(action_class)


def _create_schema(action_class: type, **extra_fields: Any) -> type[Schema]:
    """Return the schema of what an action takes; `also` are fields that the address or the door adds."""
    hints = get_type_hints(action_class)
    declared: dict[str, Any] = {
        field.name: (_map_field_type(field.name, hints[field.name]), _map_default(field))
        for field in fields(action_class)
    }
    return create_model(
        action_class.__name__, __base__=Schema, __doc__=action_class.__doc__, **declared, **extra_fields
    )


def build_correction_schema(action_class: type) -> type[Schema]:
    """Return the schema of a correction: what it should have been, and why."""
    schema = _create_schema(
        action_class, because=(Text, pydantic.Field(description="Why it is corrected; the audit keeps it."))
    )
    schema.__name__ = f"{action_class.__name__.removeprefix('New')}Correction"
    return schema


def get_correction_reason(body: Any) -> str:
    """Return the reason that a correction came with."""
    reason: str = body.because
    return reason


def from_request(action_class: type[ActionInput], body: BaseModel) -> ActionInput:
    """Return what an action takes of what came."""
    hints = get_type_hints(action_class)
    return action_class(
        **{
            field.name: _convert_value(hints[field.name], getattr(body, field.name))
            for field in fields(action_class)  # type: ignore[arg-type]
        }
    )


def _map_field_type(name: str, hint: Any) -> Any:
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
        return Union[tuple(part if part is type(None) else _map_field_type(name, part) for part in parts)]  # noqa: UP007
    if origin is Sequence:
        return Annotated[list[_map_field_type("", parts[0])], pydantic.Field(max_length=10_000)]  # type: ignore[misc]
    if origin is Mapping:
        return dict[Text, _map_field_type("", parts[1])]  # type: ignore[misc]
    if origin is tuple:
        return tuple[tuple(_map_field_type("", part) for part in parts)]  # type: ignore[misc]
    return hint


def _map_default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return pydantic.Field(default_factory=field.default_factory)
    return ... if field.default is MISSING else field.default


def _convert_value(hint: Any, value: Any) -> Any:
    """Return a value with the classes of the action in place of schemas."""
    if isinstance(value, BaseModel):
        return from_request(hint, value)
    if isinstance(value, list):
        return [_convert_value(get_args(hint)[0], item) for item in value]
    return value
