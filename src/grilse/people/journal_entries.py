"""Journal entries as pages, API and phones send them, and the checks of their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from grilse.errors import GrilseError
from grilse.people.models import JournalEntry
from grilse.people.rules import refuse_invalid_text, refuse_invalid_time

SCALES = {"mood": 10, "stress": 5, "energy": 10}
MAX_LENGTHS = {"title": 200, "body": 20_000}
MAX_TAGS, MAX_TAG_LENGTH = 20, 40
CHOICES: Mapping[str, Sequence[str]] = {"kind": JournalEntry.Kind.values, "privacy": JournalEntry.Privacy.values}


@dataclass(frozen=True, kw_only=True, slots=True)
class NewEntry:
    """An entry that somebody writes."""

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


def refuse_invalid_entry(entry: NewEntry, zone: str) -> None:
    """Refuse an entry with a value that the journal cannot hold; `zone` is that of the company."""
    for name, values in CHOICES.items():
        if getattr(entry, name) not in values:
            raise GrilseError(f"the {name} of an entry is one of {', '.join(values)}", field=name)
    refuse_invalid_time("at", entry.at, zone)
    for name, most in SCALES.items():
        level = getattr(entry, name)
        if level is not None and not 1 <= level <= most:
            raise GrilseError(f"{name} {level}: it is from 1 to {most}", field=name)
    for name, most in MAX_LENGTHS.items():
        refuse_invalid_text(name, getattr(entry, name), most)
    _refuse_invalid_tags(entry.tags)
    if not any((entry.title, entry.body, entry.mood, entry.stress, entry.energy, entry.draft)):
        raise GrilseError("an entry says something: a title, a text, or a level of mood, stress or energy")


def read_content(of: SentEntry | JournalEntry) -> dict[str, Any]:
    """Return what a sent entry, or its row, says."""
    values = {name: getattr(of, name) for name in CONTENT_FIELDS}
    deleted = of.deleted if isinstance(of, SentEntry) else of.deleted_at is not None
    return {**values, "tags": [tag.strip() for tag in of.tags], "deleted": deleted}


CONTENT_FIELDS = ("kind", "at", "title", "body", "privacy", "mood", "stress", "energy", "draft")


def _refuse_invalid_tags(tags: Sequence[str]) -> None:
    if len(tags) > MAX_TAGS:
        raise GrilseError(f"{len(tags)} tags: {MAX_TAGS} is the most of an entry", field="tags")
    for tag in tags:
        if not tag.strip():
            raise GrilseError("an empty tag: leave it out", field="tags")
        refuse_invalid_text("tag", tag, MAX_TAG_LENGTH, field="tags")
