"""Checks of what people send: times, texts, choices and versions, refused by field.

A refusal names the field, never what was written: a message may end in a log.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from grilse.errors import GrilseError

FIRST_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def refuse_invalid_items(what: str, items: Sequence[Any], field: str, validate: Callable[[Any], None]) -> None:
    """Refuse, by its place, an item that cannot be stored."""
    for index, item in enumerate(items):
        try:
            validate(item)
            if not 1 <= item.version < 2**31:
                raise GrilseError("versions count from 1", field="version")
        except GrilseError as error:
            raise GrilseError(f"{what} {index + 1}: {error}", field=f"{field}.{index}.{error.field}") from None


def refuse_invalid_time(name: str, at: datetime) -> None:
    """Refuse a time without a zone, before 1970 or after tomorrow."""
    if at.tzinfo is None:
        raise GrilseError("a time without a time zone: write it as 2026-05-01T12:00:00Z", field=name)
    # East of UTC, tomorrow has begun already.
    end = datetime.combine(datetime.now(UTC).date() + timedelta(days=2), time(), UTC)
    if not FIRST_TIME <= at < end:
        raise GrilseError(f"{at.date()} is before 1970 or later than tomorrow (UTC)", field=name)


def refuse_invalid_text(name: str, text: str, most: int, *, field: str = "") -> None:
    """Refuse a text that is too long or has a NUL."""
    if len(text) > most:
        raise GrilseError(f"a {name} of {len(text):,} characters: {most:,} is the most", field=field or name)
    if "\x00" in text:
        raise GrilseError(f"the {name} holds a NUL, which no text has", field=field or name)
