"""Types of values that people and programs enter: strict, so that nothing is read as what it is not."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from unicodedata import normalize
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
TextFormat = Callable[[Any], Any]
CLOCK = r"\d{2}:\d{2}(:\d{2}([.,]\d{1,6}0*)?)?"
BLANKS = " \t\u00a0\u2009\u202f"
"""Spaces around a value, which are no part of it."""
# Control characters, line breaks, a mark within a text, a letter that another program lost, half a character.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffd\ud800-\udfff]")
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a text that begins with one of these as a formula."""
ERROR_CELL = re.compile(
    r"#(?:N/A|I/T|REF!|DIV/0!|VALUE!|VERDI!|NAME\?|NAVN\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!)", re.IGNORECASE
)
ERROR_REMEDY = "is an error of a spreadsheet's formula: mend it, or leave the cell empty"


def normalize_line(text: str) -> str:
    """Return a text of one line as every interface stores it: its letters in Unicode form NFC, no spaces around it."""
    return normalize("NFC", text).strip(BLANKS)


def describe_text_fault(text: str) -> str:
    """Return why a text of one line cannot be stored and shown, empty if it can."""
    if match := UNPRINTABLE.search(text):
        what = "a letter that another program lost" if match[0] == "\ufffd" else "a control character"
        return f"holds {what} (code {ord(match[0])})"
    return ERROR_REMEDY if ERROR_CELL.fullmatch(text) else ""


class RequestSchema(BaseModel):
    """A schema of a request: it refuses unknown fields and values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True)


def build_format(pattern: str, description: str) -> TextFormat:
    """Return a function that returns texts of one format and refuses all other values."""
    full_pattern = re.compile(pattern, re.ASCII)

    def check_format(value: Any) -> Any:
        if not isinstance(value, str) or not full_pattern.fullmatch(value):
            raise PydanticCustomError("format", "{value} is not {description}", describe_fault(value))
        return value

    def describe_fault(value: Any) -> dict[str, Any]:
        return {"value": shorten_json(value), "description": description}

    return check_format


def require_format(pattern: str, description: str) -> BeforeValidator:
    """Return a validator that accepts texts of one format; pydantic alone reads numbers as times."""
    return BeforeValidator(build_format(pattern, description))


def shorten_json(value: Any) -> str:
    """Return the JSON of a value, shortened where it is long."""
    text = json.dumps(value, default=str)
    return text if len(text) <= MAX_SHOWN_VALUE else f"{text[:MAX_SHOWN_VALUE]}…"


# The format makes these types strict: `strict=True` would refuse the texts of query parameters.
Timestamp = Annotated[
    AwareDatetime,
    Field(strict=False, ge=MIN_TIME, le=MAX_TIME),
    require_format(rf"\d{{4}}-\d{{2}}-\d{{2}}[Tt ]{CLOCK}.*", "a time with its offset, as 2026-05-01T06:00:00Z"),
]
Day = Annotated[
    date,
    Field(strict=False, ge=MIN_TIME.date(), le=MAX_TIME.date()),
    require_format(r"\d{4}-\d{2}-\d{2}", "a day, as 2026-05-01"),
]
TEXT_FORMATS: Mapping[type, TextFormat] = {
    int: build_format(r"-?(0|[1-9]\d*)", "a whole number, as 5"),
    float: build_format(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", "a number, as 0.5"),
    bool: build_format(r"true|false", "true or false"),
    UUID: build_format(r"[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-[\da-fA-F]{12}", "a UUID"),
}
"""How a text, such as a query parameter, states a value of a type."""
TimeOfDay = Annotated[time, Field(strict=False), require_format(CLOCK, "a time of day, as 08:30")]
