"""Findings begin, change and end: what the rules raise is compared with what is open."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from grilse.access.tenancy import get_current_actor, lift_geography_limit, lock_until_commit
from grilse.attention.delivery import FindingEvent, queue_messages
from grilse.attention.inputs import find_records_day, read_inputs
from grilse.attention.kinds import RaisedFinding, raise_findings
from grilse.attention.models import Finding, MortalityBand
from grilse.attention.mortality_bands import update_bands
from grilse.attention.thresholds import read_thresholds

REFRESH_LOCK_BASE = 0x6174 << 48  # plus the company's id, the key of the lock
WORSE_SCORE = 1.25
"""Factor by which the score of an acknowledged finding rises before it comes back."""
COLUMNS = [column.name for column in fields(RaisedFinding) if column.name not in ("kind", "subject")]


def refresh_findings(now: datetime | None = None) -> int:
    """Compare what the rules raise as of the last day of records with the open findings; return how many are open.

    A constant number of statements. Findings are of all geographies, also for a user of one geography.
    """
    with transaction.atomic(), lift_geography_limit():
        # Two at once would both begin the same finding; the second reads what the first wrote.
        lock_until_commit(REFRESH_LOCK_BASE + get_current_actor().company)
        day = find_records_day()
        if day is None:
            return 0
        now = now or datetime.now(UTC)
        if not MortalityBand.objects.exists():
            update_bands(day)
        raised = raise_findings(read_inputs(day, now), read_thresholds())
        queue_messages(store_findings(raised, day, now), now)
        return len(raised)


def store_findings(raised: Iterable[RaisedFinding], day: date, now: datetime) -> list[FindingEvent]:
    """Begin, change and end findings; return which began, got worse and ended. At most four statements."""
    open_by_key = {(row.kind, row.subject): row for row in Finding.objects.filter(ended_at=None)}
    raised_by_key = {(new.kind, new.subject): new for new in raised}
    company = get_current_actor().company
    begun = Finding.objects.bulk_create(
        Finding(company_id=company, **asdict(new), day=day, begun_on=day, begun_at=now, checked_at=now)
        for key, new in raised_by_key.items()
        if key not in open_by_key
    )
    was_shown = {row.pk: (row.severe, row.acknowledged_until) for row in open_by_key.values()}
    changed = [
        row
        for key, row in open_by_key.items()
        if key in raised_by_key and _apply_change(row, asdict(raised_by_key[key]), day)
    ]
    for row in changed:
        row.checked_at = now
    Finding.objects.bulk_update(changed, [*COLUMNS, "day", "checked_at", "acknowledged_until"], batch_size=2000)
    ended = [row.pk for key, row in open_by_key.items() if key not in raised_by_key]
    # Where the last records were withdrawn, the day is one before the finding began.
    Finding.objects.filter(pk__in=ended).update(ended_at=now, ended_on=Greatest("begun_on", Value(day)))
    worse = [row.pk for row in changed if _got_worse(row, *was_shown[row.pk])]
    events = {"begun": [row.pk for row in begun], "worse": worse, "ended": ended}
    return [FindingEvent(what=what, id=id) for what, ids in events.items() for id in ids]


def _got_worse(row: Finding, was_severe: bool, was_acknowledged: date | None) -> bool:
    """Tell whether a finding became severe, or came back although it was acknowledged."""
    return (row.severe and not was_severe) or (was_acknowledged is not None and row.acknowledged_until is None)


def _apply_change(row: Finding, values: Mapping[str, Any], day: date) -> bool:
    """Set the values of a finding; return whether any differs. An acknowledged finding that is worse comes back."""
    values = {name: values[name] for name in COLUMNS} | {"day": day}
    if row.acknowledged_until is not None and is_worse(row, values):
        values["acknowledged_until"] = None
    differs = any(_differ(getattr(row, name), value) for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return differs


def is_worse(row: Finding, values: Mapping[str, Any]) -> bool:
    """Tell whether a finding is worse than when it was acknowledged."""
    rose = values["score"] >= WORSE_SCORE * (row.acknowledged_score or 0)
    return bool(rose or (values["severe"] and not row.acknowledged_severe))


def _differ(old: Any, new: Any) -> bool:
    """Tell whether two values differ by more than the database rounds."""
    if isinstance(old, list):
        return len(old) != len(new) or any(_differ(*pair) for pair in zip(old, new, strict=True))
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) > 1e-5 * max(abs(old), abs(new))
    return bool(old != new)


def renew_bands() -> int:
    """Compute the bands of mortality anew as of the last day of records; return how many there are."""
    day = find_records_day()
    return 0 if day is None else update_bands(day)
