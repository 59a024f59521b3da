"""Late sync: what becomes of the items that a phone sends, by the phone's own ids and versions."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any


class SyncOutcome(StrEnum):
    """What became of a sent item."""

    NEW = "new"
    """No version was stored."""
    KNOWN = "known"
    """This version was stored with the same content."""
    NEWER = "newer"
    """It replaced an earlier version."""
    OLDER = "older"
    """A later version was stored: it is kept beside it."""
    CONFLICT = "conflict"
    """This version was stored with other content: it is kept beside it until its author decides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredVersion:
    """The current version of an item."""

    client_id: str
    version: int
    digest: str
    content: Mapping[str, Any] | None = None
    """What is kept of it when a later version replaces it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncItem:
    """A version that a phone sends."""

    client_id: str
    version: int
    content: Mapping[str, Any]
    """All its values by column, in the columns' types."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncPlan:
    """What to do with the items of a request; items by their index in it."""

    outcomes: list[SyncOutcome]
    digests: list[str]
    add: list[int] = field(default_factory=list)
    """Items with a new id: of each id the version that will be current."""
    replace: list[int] = field(default_factory=list)
    """Items that replace a stored version: one of each id."""
    keep: list[int] = field(default_factory=list)
    """Items that are older or contradict."""
    overtaken: list[StoredVersion] = field(default_factory=list)
    """Stored until a later version came: kept too, so that the queue sent again finds them kept."""

    @property
    def written(self) -> list[int]:
        """Items whose version is stored from now on."""
        return [*self.add, *self.replace]


def plan_sync(stored: Iterable[StoredVersion], items: Sequence[SyncItem]) -> SyncPlan:
    """Decide each item's outcome, as if each were sent by itself in this order.

    So a queue may be split into requests anywhere. The highest version becomes current in whatever order they
    come; of two contents of one version the first that came does.
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
    """Return an item as a version to store or keep."""
    return StoredVersion(client_id=item.client_id, version=item.version, digest=digest, content=item.content)


def _decide_outcome(stored: StoredVersion | None, incoming: StoredVersion) -> SyncOutcome:
    if stored is None:
        return SyncOutcome.NEW
    if incoming.version != stored.version:
        return SyncOutcome.NEWER if incoming.version > stored.version else SyncOutcome.OLDER
    return SyncOutcome.KNOWN if incoming.digest == stored.digest else SyncOutcome.CONFLICT


def compute_digest(content: Mapping[str, Any]) -> str:
    """Return a hash of a content, the same however its times and numbers are written."""
    text = json.dumps(to_json_value(content), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def to_json_value(value: Any) -> Any:
    """Return a value as JSON in one form: times in UTC, whole numbers without a decimal point."""
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
