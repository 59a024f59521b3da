"""Sync of phones: decide from client ids and versions which of the items that a phone sends are stored."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any


class SyncOutcome(StrEnum):
    """Result of the sync of one item."""

    NEW = "new"
    """No version was stored."""
    KNOWN = "known"
    """This version was stored with the same content."""
    NEWER = "newer"
    """It replaced an earlier version."""
    OLDER = "older"
    """A later version was stored; the sent version is stored as history."""
    CONFLICT = "conflict"
    """The same version was stored with other content; both are stored until the author chooses one."""


@dataclass(frozen=True, kw_only=True)
class ItemVersion:
    """A version of an item, stored or sent."""

    client_id: str
    version: int
    content: Mapping[str, Any]
    """All its values by column, in the columns' types."""

    @cached_property
    def digest(self) -> str:
        """Hash of the content; equal times and numbers in different notation have the same hash."""
        text = json.dumps(to_json_value(self.content), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(kw_only=True, slots=True)
class SyncPlan:
    """What to do with the items of a request."""

    outcomes: list[SyncOutcome] = field(default_factory=list)
    """Outcome of each item, in the order sent."""
    written: list[int] = field(default_factory=list)
    """Indexes of the items that become the current version, at most one per client id."""
    replaced: list[ItemVersion] = field(default_factory=list)
    """Stored versions that the items in `written` replace."""
    kept: list[tuple[ItemVersion, SyncOutcome]] = field(default_factory=list)
    """Older, conflicting and replaced versions, stored so that a queue that is sent again has the same outcomes."""


def plan_sync(stored: Iterable[ItemVersion], items: Sequence[ItemVersion]) -> SyncPlan:
    """Decide each item's outcome, as if each were sent by itself in this order.

    The result does not depend on how the queue is split into requests. The highest version becomes current,
    whatever the order of arrival; of two contents of the same version, the one that arrived first.
    """
    before = {version.client_id: version for version in stored}
    current, last = dict(before), dict[str, int]()
    sync_plan = SyncPlan()
    for index, item in enumerate(items):
        earlier = current.get(item.client_id)
        outcome = _decide_outcome(earlier, item)
        sync_plan.outcomes.append(outcome)
        if earlier is not None and outcome is SyncOutcome.NEWER:
            sync_plan.kept.append((earlier, SyncOutcome.OLDER))
        if outcome in (SyncOutcome.NEW, SyncOutcome.NEWER):
            current[item.client_id], last[item.client_id] = item, index
        elif outcome is not SyncOutcome.KNOWN:
            sync_plan.kept.append((item, outcome))
    sync_plan.written = list(last.values())
    sync_plan.replaced = [before[client_id] for client_id in last if client_id in before]
    return sync_plan


def _decide_outcome(stored: ItemVersion | None, incoming: ItemVersion) -> SyncOutcome:
    if stored is None:
        return SyncOutcome.NEW
    if incoming.version != stored.version:
        return SyncOutcome.NEWER if incoming.version > stored.version else SyncOutcome.OLDER
    return SyncOutcome.KNOWN if incoming.digest == stored.digest else SyncOutcome.CONFLICT


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
