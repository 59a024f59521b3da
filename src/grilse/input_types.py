"""Types of values that people and programs enter: strict, so that nothing is read as what it is not."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

MIN_TIME, MAX_TIME = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
MAX_SHOWN_VALUE = 80
TICKS = {
    "": False,
    "on": True,
    "off": False,
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
}
"""The words for a box that is ticked or not."""
EXAMPLE_TIME, EXAMPLE_DAY = "2026-05-01T06:00:00Z", "2026-05-01"
NO_NUL = r"^[^\x00]*$"
FAULTS = {
    "timezone_aware": f"a time without its offset from UTC: write it as {EXAMPLE_TIME}",
    **dict.fromkeys(
        ("datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"),
        f"there is no such time: write it as {EXAMPLE_TIME}",
    ),
    **dict.fromkeys(
        ("date_parsing", "date_from_datetime_parsing"), f"the calendar has no such day: write it as {EXAMPLE_DAY}"
    ),
    "time_parsing": "there is no such time of day: write it as 08:30",
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "it has to be an object with named fields"),
    **dict.fromkeys(("uuid_parsing", "uuid_type"), "it has to be a UUID, as 6f1c2d1e-0c5b-4b0e-9d58-0c9a4f1f7c11"),
}
"""Sentences about errors of pydantic whose own message says neither what is wrong nor what to do, by their type."""
TextFormat = Callable[[Any], Any]
CLOCK = r"\d{2}:\d{2}(:\d{2}([.,]\d{1,6}0*)?)?"


class RequestSchema(BaseModel):
    """A schema of a request: it refuses unknown fields and values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True)


class DerivedRequestSchema(RequestSchema):
    """A schema of a request that is derived from other declarations; to search files for its strings takes long."""

    model_config = ConfigDict(use_attribute_docstrings=False)


def build_format(pattern: str, description: str) -> TextFormat:
    """Return a function that returns texts of one format and refuses all other values."""
    full_pattern = re.compile(pattern, re.ASCII)

    def check_format(value: Any) -> Any:
        if not isinstance(value, str) or not full_pattern.fullmatch(value):
            fault = {"value": shorten_json(value), "description": description}
            raise PydanticCustomError("format", "{value} is not {description}", fault)
        return value

    return check_format


def require_format(pattern: str, description: str) -> BeforeValidator:
    """Return a validator that accepts texts of one format; pydantic alone reads numbers as times."""
    return BeforeValidator(build_format(pattern, description))


def describe_fault(error: Mapping[str, Any]) -> str:
    """Return what is wrong with a value, of an error of pydantic."""
    if error["type"] == "string_pattern_mismatch" and error["ctx"]["pattern"] == NO_NUL:
        return "it has a NUL or half a character, which no text has: leave it out"
    return FAULTS.get(error["type"]) or str(error["msg"])


def shorten_json(value: Any) -> str:
    """Return the JSON of a value, shortened where it is long."""
    text = json.dumps(value, default=str)
    return text if len(text) <= MAX_SHOWN_VALUE else f"{text[:MAX_SHOWN_VALUE]}…"


# The format makes these types strict: `strict=True` would refuse the texts of query parameters.
Timestamp = Annotated[
    AwareDatetime,
    Field(strict=False, ge=MIN_TIME, le=MAX_TIME),
    require_format(rf"\d{{4}}-\d{{2}}-\d{{2}}[Tt ]{CLOCK}.*", f"a time with its offset, as {EXAMPLE_TIME}"),
]
Day = Annotated[
    date,
    Field(strict=False, ge=MIN_TIME.date(), le=MAX_TIME.date()),
    require_format(r"\d{4}-\d{2}-\d{2}", f"a day, as {EXAMPLE_DAY}"),
]
TEXT_FORMATS: Mapping[type, TextFormat] = {
    int: build_format(r"-?(0|[1-9]\d*)", "a whole number, as 5"),
    float: build_format(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", "a number, as 0.5"),
    bool: build_format(r"true|false", "true or false"),
    UUID: build_format(r"[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-[\da-fA-F]{12}", "a UUID"),
}
"""How a text, such as a query parameter, states a value of a type."""
TimeOfDay = Annotated[time, Field(strict=False), require_format(CLOCK, "a time of day, as 08:30")]
