"""Checks of what people send: times, texts, choices and versions, refused by field.

An item of a queue is refused by itself, and the rest of the queue is received.

A refusal names the field, never what was written: a message may end in a log.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from grilse.errors import GrilseError
from grilse.science.time_zones import get_today

FIRST_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class InvalidItem:
    """An item of a queue that has not the shape of its kind: the field, and what is wrong with it."""

    field: str
    why: str


def find_invalid_items(items: Sequence[Any], validate: Callable[[Any], None]) -> dict[int, InvalidItem]:
    """Return the items that can never be stored as they are, by their place."""
    checked = ((place, _check_item(item, validate)) for place, item in enumerate(items))
    return {place: invalid for place, invalid in checked if invalid is not None}


def _check_item(item: Any, validate: Callable[[Any], None]) -> InvalidItem | None:
    if isinstance(item, InvalidItem):
        return item
    try:
        validate(item)
        if not 1 <= item.version < 2**31:
            raise GrilseError("versions count from 1", field="version")
    except GrilseError as error:
        return InvalidItem(field=error.field, why=str(error))
    return None


def refuse_invalid_time(name: str, at: datetime, zone: str) -> None:
    """Refuse a time without an offset, before 1970 or later than tomorrow in the time zone of the company."""
    if at.tzinfo is None:
        raise GrilseError("a time without a time zone: write it as 2026-05-01T12:00:00Z", field=name)
    day = at.astimezone(ZoneInfo(zone)).date()
    if at < FIRST_TIME or day > get_today(zone) + timedelta(days=1):
        raise GrilseError(f"{day} is before 1970 or later than tomorrow ({zone})", field=name)


def refuse_invalid_text(name: str, text: str, most: int, *, field: str = "") -> None:
    """Refuse a text that is too long or has a NUL."""
    if len(text) > most:
        raise GrilseError(f"a {name} of {len(text):,} characters: {most:,} is the most", field=field or name)
    if "\x00" in text:
        raise GrilseError(f"the {name} holds a NUL, which no text has", field=field or name)
