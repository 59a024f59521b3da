"""Submit and cancel jobs, each in a transaction of a company."""

from collections.abc import Mapping
from typing import Any

from django.db.models.functions import Now
from procrastinate.contrib.django import app

from grilse.access.principal import Principal
from grilse.errors import GrilseError, NotAllowed
from grilse.jobs.job_kinds import JobKind, get_kind
from grilse.jobs.models import OPEN_STATES, RUN_TASK, Job

MAX_WAITING_JOBS = 20
"""Most waiting jobs of a company."""


def submit_job(principal: Principal, kind: str, parameters: Mapping[str, Any]) -> int:
    """Put a job into the queue and return its id; a worker runs it after the transaction.

    The job has the geographies of the user and needs all permissions of its kind.
    """
    job_kind = get_kind(kind)
    with principal.open_transaction(job_kind.required_permissions) as context:
        _refuse_partial_access(job_kind, context.geographies)
        job_parameters = job_kind.parse_parameters(parameters)
        job_kind.validate(job_parameters)
        _refuse_full_queue()
        job = Job.objects.create(
            company_id=context.company,
            kind=kind,
            wish=job_parameters.model_dump(mode="json"),
            asked_by_id=principal.user,
            geographies=None if context.geographies is None else list(context.geographies),
        )
        _defer_job(context.company, job.pk)
    return job.pk


def cancel_job(job: int) -> None:
    """Cancel a job; a running job stops and its changes are rolled back."""
    if Job.objects.filter(pk=job, state__in=OPEN_STATES).update(state=Job.State.CANCELLED, ended_at=Now()):
        return
    state = Job.objects.filter(pk=job).values_list("state", flat=True).first()
    if state is None:
        raise GrilseError(f"there is no job {job}")
    raise GrilseError(f"job {job} is {state}: only one that waits or runs can be cancelled")


def _defer_job(company: int, job: int) -> None:
    # The jobs of a company run one after another: they do not delay other companies, and no job reads rows
    # that another is writing.
    app.configure_task(RUN_TASK, lock=f"company {company}").defer(company=company, job=job)


def _refuse_partial_access(kind: JobKind, geographies: tuple[int, ...] | None) -> None:
    if kind.company_wide and geographies is not None:
        raise NotAllowed(
            f"to {kind.description} is for the whole company: it takes a role that holds in all its geographies"
        )


def _refuse_full_queue() -> None:
    waiting = Job.objects.filter(state=Job.State.WAITING).count()
    if waiting >= MAX_WAITING_JOBS:
        raise GrilseError(f"{waiting} jobs wait already: wait for them, or cancel some")
