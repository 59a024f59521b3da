"""Jobs as a company sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from grilse.jobs.models import Job

COLUMNS = (*("id", "kind", "wish", "state", "asked_at", "begun_at", "ended_at", "step", "progress", "result", "error"),)


@dataclass(frozen=True, kw_only=True, slots=True)
class JobDetail:
    """A job with what came of it."""

    id: int
    kind: str
    wish: dict[str, Any]
    state: str
    asked_by: str
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    step: str
    progress: float | None
    result: dict[str, Any] | None
    error: str


def find_latest_result(kind: str) -> JobDetail | None:
    """Return the job of a kind that was done last; one statement."""
    done = Job.objects.filter(kind=kind, state=Job.State.DONE).order_by("-ended_at")
    row = done.values(*COLUMNS, by=F("asked_by__username")).first()
    return None if row is None else JobDetail(asked_by=row.pop("by"), **row)


def find_job(id: int) -> JobDetail | None:
    """Return a job; one statement."""
    row = Job.objects.filter(pk=id).values(*COLUMNS, by=F("asked_by__username")).first()
    return None if row is None else JobDetail(asked_by=row.pop("by"), **row)
