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

Entry = TypeVar("Entry")

LARGEST = 2**63 - 1
INTEGER = 2**31 - 1
Id = Annotated[int, pydantic.Field(ge=1, le=LARGEST)]
Whole = Annotated[int, pydantic.Field(ge=-INTEGER, le=INTEGER)]
Mass = Annotated[int, pydantic.Field(ge=0, le=10**15)]
Number = Annotated[float, pydantic.Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
Text = Annotated[str, pydantic.Field(max_length=400, pattern=r"^[^\x00]*$")]
Prose = Annotated[str, pydantic.Field(max_length=20_000, pattern=r"^[^\x00]*$")]
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
Moment = Annotated[AwareDatetime, pydantic.Field(ge=FIRST, le=LAST)]
Day = Annotated[date, pydantic.Field(ge=FIRST.date(), le=LAST.date())]

PLAIN: dict[Any, Any] = {int: Whole, float: Number, str: Text, datetime: Moment, date: Day}
IDS = {
    "batch", "container", "feed", "geography", "line", "order", "placement", "replaces", "source", "species",
    "station", "hall", "area", "store", "target", "movement", "user", "team", "manager", "category",
}  # fmt: skip
MASSES = {"grams"}
PROSE = {"body"}


class Reason(Schema):
    """Why; the audit keeps it."""

    reason: Text


class Made(Schema):
    """What was entered, in the order it came."""

    ids: list[int]


@cache
def entry(of: type) -> type[Schema]:
    """Return the schema of what an action takes; one of a class, since a document knows it by its name."""
    return _made(of)


def _made(of: type, **also: Any) -> type[Schema]:
    """Return the schema of what an action takes; `also` are fields that the address or the door adds."""
    hints = get_type_hints(of)
    declared: dict[str, Any] = {
        field.name: (_typed(field.name, hints[field.name]), _default(field)) for field in fields(of)
    }
    return create_model(of.__name__, __base__=Schema, __doc__=of.__doc__, **declared, **also)


def correction(of: type) -> type[Schema]:
    """Return the schema of a correction: what it should have been, and why."""
    made = _made(of, because=(Text, pydantic.Field(description="Why it is corrected; the audit keeps it.")))
    made.__name__ = f"{of.__name__.removeprefix('New')}Correction"
    return made


def why(given: Any) -> str:
    """Return the reason that a correction came with."""
    reason: str = given.because
    return reason


def taken(of: type[Entry], given: BaseModel) -> Entry:
    """Return what an action takes of what came."""
    hints = get_type_hints(of)
    return of(**{field.name: _inner(hints[field.name], getattr(given, field.name)) for field in fields(of)})  # type: ignore[arg-type]


def _typed(name: str, hint: Any) -> Any:
    if name in IDS and int in (hint, *get_args(hint)):
        return Id if hint is int else Id | None
    if name in MASSES:
        return Mass
    if name in PROSE and hint is str:
        return Prose
    if hint in PLAIN:
        return PLAIN[hint]
    if is_dataclass(hint):
        return entry(hint)  # type: ignore[arg-type]
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (UnionType, Union):
        return Union[tuple(part if part is type(None) else _typed(name, part) for part in parts)]  # noqa: UP007
    if origin is Sequence:
        return Annotated[list[_typed("", parts[0])], pydantic.Field(max_length=10_000)]  # type: ignore[misc]
    if origin is Mapping:
        return dict[Text, _typed("", parts[1])]  # type: ignore[misc]
    if origin is tuple:
        return tuple[tuple(_typed("", part) for part in parts)]  # type: ignore[misc]
    return hint


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return pydantic.Field(default_factory=field.default_factory)
    return ... if field.default is MISSING else field.default


def _inner(hint: Any, value: Any) -> Any:
    """Return a value with the classes of the action in place of schemas."""
    if isinstance(value, BaseModel):
        return taken(hint, value)
    if isinstance(value, list):
        return [_inner(get_args(hint)[0], one) for one in value]
    return value
