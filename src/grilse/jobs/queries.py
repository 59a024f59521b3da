"""Jobs as a company sees them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from grilse.jobs.models import Job


@dataclass(frozen=True, kw_only=True, slots=True)
class JobDetail:
    """A job with its result."""

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


COLUMNS = tuple(field.name for field in fields(JobDetail) if field.name != "asked_by")


def find_latest_result(kind: str) -> JobDetail | None:
    """Return the job of a kind that was completed last; one statement."""
    return _find_first(Job.objects.filter(kind=kind, state=Job.State.DONE).order_by("-ended_at"))


def find_job(id: int) -> JobDetail | None:
    """Return a job; one statement."""
    return _find_first(Job.objects.filter(pk=id))


def _find_first(jobs: QuerySet[Job]) -> JobDetail | None:
    row: dict[str, Any] | None = jobs.values(*COLUMNS, by=F("asked_by__username")).first()
    return None if row is None else JobDetail(asked_by=row.pop("by"), **row)
