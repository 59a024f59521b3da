"""Late sync: what becomes of something that a phone sends, by its own id and version."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of one thing that was sent."""

    NEW = "new"
    """It was not there."""
    KNOWN = "known"
    """This version was there with the same content."""
    NEWER = "newer"
    """It took the place of an earlier version."""
    OLDER = "older"
    """A later version was there: it is kept beside it."""
    CONFLICT = "conflict"
    """This version was there with other content: it is kept beside it until its author decides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A version that stands."""

    client_id: str
    version: int
    digest: str
    content: Mapping[str, Any] | None = None
    """What is kept of it when a later version takes its place; None keeps nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A version that a phone sends."""

    client_id: str
    version: int
    content: Mapping[str, Any]
    """All that it says, by the names of its columns, in their types."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sorted:
    """What is to be done with the items of a request; items by their places in it."""

    outcomes: list[Outcome]
    digests: list[str]
    add: list[int] = field(default_factory=list)
    """Whose ids are not there: of each id the version that will stand."""
    replace: list[int] = field(default_factory=list)
    """Which take the place of what stands: one of each id."""
    keep: list[int] = field(default_factory=list)
    """Older and contradicting ones."""
    overtaken: list[Stored] = field(default_factory=list)
    """Which stood until a later one came: kept too, so that the queue sent again finds them kept."""


def sort_out(stored: Iterable[Stored], items: Sequence[Item]) -> Sorted:
    """Tell each item's outcome, as if each were sent by itself in this order.

    So a queue may be split into requests anywhere. The highest version stands in whatever order they come;
    of two contents of one version the first that came does.
    """
    before = {one.client_id: one for one in stored}
    now, last = dict(before), dict[str, int]()
    found = Sorted(outcomes=[], digests=[digest(item.content) for item in items])
    for place, item in enumerate(items):
        this = come(item, found.digests[place])
        outcome = _outcome(now.get(item.client_id), this)
        found.outcomes.append(outcome)
        if outcome is Outcome.NEWER:
            found.overtaken.append(now[item.client_id])
        if outcome in (Outcome.NEW, Outcome.NEWER):
            now[item.client_id], last[item.client_id] = this, place
        elif outcome is not Outcome.KNOWN:
            found.keep.append(place)
    for name, place in last.items():
        (found.replace if name in before else found.add).append(place)
    return found


def come(item: Item, digest: str) -> Stored:
    """Return an item as what stands of it, or beside it."""
    return Stored(client_id=item.client_id, version=item.version, digest=digest, content=item.content)


def _outcome(there: Stored | None, this: Stored) -> Outcome:
    if there is None:
        return Outcome.NEW
    if this.version != there.version:
        return Outcome.NEWER if this.version > there.version else Outcome.OLDER
    return Outcome.KNOWN if this.digest == there.digest else Outcome.CONFLICT


def digest(content: Mapping[str, Any]) -> str:
    """Return what tells contents apart, however a moment or a number of them is written."""
    text = json.dumps(plain(content), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """Return a value as JSON has it, in its one form: moments in UTC, whole numbers without a point."""
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
