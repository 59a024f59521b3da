"""Entries of a journal as a door or a phone brings them, held to what they may say.

What is refused is told by its field, never by what was written: a message may end in a log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from grilse.errors import GrilseError
from grilse.people.models import JournalEntry

SCALES = {"mood": 10, "stress": 5, "energy": 10}
MAX_LENGTHS = {"title": 200, "body": 20_000}
MAX_TAGS, MAX_TAG_LENGTH = 20, 40
CHOICES: Mapping[str, Sequence[str]] = {"kind": JournalEntry.Kind.values, "privacy": JournalEntry.Privacy.values}
FIRST_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewEntry:
    """What somebody writes down."""

    kind: str
    at: datetime
    title: str = ""
    body: str = ""
    privacy: str = "private"
    """Who reads it beside the author: nobody (aggregate: but it is counted), the manager, the team, all."""
    mood: int | None = None
    """1 to 10."""
    stress: int | None = None
    """1 to 5."""
    energy: int | None = None
    """1 to 10."""
    tags: Sequence[str] = ()
    draft: bool = False
    """Nobody else reads a draft, and it counts nowhere."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SentEntry(NewEntry):
    """An entry as a phone sends it, by its own id and version."""

    client_id: UUID
    version: int = 1
    deleted: bool = False


def refuse_invalid_entry(entry: NewEntry) -> None:
    """Refuse what an entry cannot say."""
    for name, values in CHOICES.items():
        if getattr(entry, name) not in values:
            raise GrilseError(f"the {name} of an entry is one of {', '.join(values)}", field=name)
    _refuse_invalid_time(entry.at)
    for name, most in SCALES.items():
        level = getattr(entry, name)
        if level is not None and not 1 <= level <= most:
            raise GrilseError(f"{name} {level}: it is from 1 to {most}", field=name)
    for name, most in MAX_LENGTHS.items():
        _refuse_invalid_text(name, getattr(entry, name), most)
    _refuse_invalid_tags(entry.tags)
    if not any((entry.title, entry.body, entry.mood, entry.stress, entry.energy, entry.draft)):
        raise GrilseError("an entry says something: a title, a text, or a level of mood, stress or energy")


def refuse_invalid_entries(entries: Sequence[SentEntry]) -> None:
    """Refuse, by its place, what a phone sent and an entry cannot say."""
    for place, entry in enumerate(entries):
        try:
            refuse_invalid_entry(entry)
            if not 1 <= entry.version < 2**31:
                raise GrilseError("versions count from 1", field="version")
        except GrilseError as error:
            raise GrilseError(f"entry {place + 1}: {error}", field=f"entries.{place}.{error.field}") from None


def build_content(entry: SentEntry) -> dict[str, Any]:
    """Return what an entry says, as its row holds it."""
    return {
        **{name: getattr(entry, name) for name in CONTENT_FIELDS},
        "tags": [tag.strip() for tag in entry.tags],
        "deleted": entry.deleted,
    }


def build_row_content(row: JournalEntry) -> dict[str, Any]:
    """Return what a row says, the same way."""
    values = {name: getattr(row, name) for name in CONTENT_FIELDS}
    return {**values, "tags": row.tags, "deleted": row.deleted_at is not None}


CONTENT_FIELDS = ("kind", "at", "title", "body", "privacy", "mood", "stress", "energy", "draft")


def _refuse_invalid_time(at: datetime) -> None:
    if at.tzinfo is None:
        raise GrilseError("a time without its zone: write it as 2026-05-01T12:00:00Z", field="at")
    # Whoever is ahead of UTC writes tomorrow's date already.
    end = datetime.combine(datetime.now(UTC).date() + timedelta(days=2), time(), UTC)
    if not FIRST_TIME <= at < end:
        raise GrilseError(f"an entry of {at.date()}: it is from 1970 on and not later than tomorrow", field="at")


def _refuse_invalid_text(name: str, text: str, most: int, field: str = "") -> None:
    if len(text) > most:
        raise GrilseError(f"a {name} of {len(text):,} characters: {most:,} is the most", field=field or name)
    if "\x00" in text:
        raise GrilseError(f"the {name} holds a NUL, which no text has", field=field or name)


def _refuse_invalid_tags(tags: Sequence[str]) -> None:
    if len(tags) > MAX_TAGS:
        raise GrilseError(f"{len(tags)} tags: {MAX_TAGS} is the most of an entry", field="tags")
    for tag in tags:
        if not tag.strip():
            raise GrilseError("a tag without a word: leave it out", field="tags")
        _refuse_invalid_text("tag", tag, MAX_TAG_LENGTH, field="tags")
