"""Late sync: what becomes of something that a phone sends, by its own id and version."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any


class SyncOutcome(StrEnum):
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
class StoredVersion:
    """A version that stands."""

    client_id: str
    version: int
    digest: str
    content: Mapping[str, Any] | None = None
    """What is kept of it when a later version takes its place; None keeps nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncItem:
    """A version that a phone sends."""

    client_id: str
    version: int
    content: Mapping[str, Any]
    """All that it says, by the names of its columns, in their types."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncPlan:
    """What is to be done with the items of a request; items by their places in it."""

    outcomes: list[SyncOutcome]
    digests: list[str]
    add: list[int] = field(default_factory=list)
    """Whose ids are not there: of each id the version that will stand."""
    replace: list[int] = field(default_factory=list)
    """Which take the place of what stands: one of each id."""
    keep: list[int] = field(default_factory=list)
    """Older and contradicting ones."""
    overtaken: list[StoredVersion] = field(default_factory=list)
    """Which stood until a later one came: kept too, so that the queue sent again finds them kept."""


def plan_sync(stored: Iterable[StoredVersion], items: Sequence[SyncItem]) -> SyncPlan:
    """Tell each item's outcome, as if each were sent by itself in this order.

    So a queue may be split into requests anywhere. The highest version stands in whatever order they come;
    of two contents of one version the first that came does.
    """
    before = {version.client_id: version for version in stored}
    current, last = dict(before), dict[str, int]()
    sync_plan = SyncPlan(outcomes=[], digests=[compute_digest(item.content) for item in items])
    for index, item in enumerate(items):
        incoming = build_version(item, sync_plan.digests[index])
        outcome = _decide_outcome(current.get(item.client_id), incoming)
        sync_plan.outcomes.append(outcome)
        if outcome is SyncOutcome.NEWER:
            sync_plan.overtaken.append(current[item.client_id])
        if outcome in (SyncOutcome.NEW, SyncOutcome.NEWER):
            current[item.client_id], last[item.client_id] = incoming, index
        elif outcome is not SyncOutcome.KNOWN:
            sync_plan.keep.append(index)
    for name, index in last.items():
        (sync_plan.replace if name in before else sync_plan.add).append(index)
    return sync_plan


def build_version(item: SyncItem, digest: str) -> StoredVersion:
    """Return an item as what stands of it, or beside it."""
    return StoredVersion(client_id=item.client_id, version=item.version, digest=digest, content=item.content)


def _decide_outcome(stored: StoredVersion | None, incoming: StoredVersion) -> SyncOutcome:
    if stored is None:
        return SyncOutcome.NEW
    if incoming.version != stored.version:
        return SyncOutcome.NEWER if incoming.version > stored.version else SyncOutcome.OLDER
    return SyncOutcome.KNOWN if incoming.digest == stored.digest else SyncOutcome.CONFLICT


def compute_digest(content: Mapping[str, Any]) -> str:
    """Return what tells contents apart, however a moment or a number of them is written."""
    text = json.dumps(to_json_value(content), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def to_json_value(value: Any) -> Any:
    """Return a value as JSON has it, in its one form: moments in UTC, whole numbers without a point."""
    if isinstance(value, Mapping):
        return {str(name): to_json_value(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json_value(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
