"""A wrong field of a row, in the words of the rule that refuses it."""

from collections.abc import Callable
from typing import Any

from grilse.environment.parsing.chunks import ReadingChunk
from grilse.environment.parsing.errors import ReadingError, shorten_value
from grilse.errors import GrilseError

BLANKS = (None, "")


def build_reading_error(part: ReadingChunk, row: int, name: str, value: object, detail: str) -> ReadingError:
    """Return what is wrong with a field."""
    return ReadingError(row=int(part.number[row]), field=name, value=shorten_value(value), detail=detail)


def get_refusal_text(refuse: Callable[..., None], *given: Any) -> str:
    """Return what a rule says about a value that it refuses."""
    try:
        refuse(*given)
    except GrilseError as refusal:
        return str(refusal)
    return ""
