"""Asking for jobs, and taking them back; each within a transaction that acts for a company."""

from collections.abc import Mapping
from typing import Any

from django.db.models.functions import Now

from grilse.errors import GrilseError, NotAllowed
from grilse.farm.principal import Principal
from grilse.jobs.kinds import Kind, kind_of
from grilse.jobs.models import Job

MOST_WAITING = 20
"""Jobs of a company that wait at one time."""
OPEN = (Job.State.WAITING, Job.State.RUNNING)


def ask(principal: Principal, kind: str, wish: Mapping[str, Any]) -> int:
    """Put a job into the queue and return its id; a worker takes it once the transaction is over.

    The job reaches what its asker does, with all the permissions that its kind takes.
    """
    wanted = kind_of(kind)
    with principal.entered(wanted.needed) as found:
        _refuse_part_of_a_company(wanted, found.geographies)
        wished = wanted.wished(wish)
        wanted.check(wished)
        _refuse_too_many()
        job = Job.objects.create(
            company_id=found.company,
            kind=kind,
            wish=wished.model_dump(mode="json"),
            asked_by_id=principal.user,
            geographies=None if found.geographies is None else list(found.geographies),
        )
        _queue(found.company, job.pk)
    return job.pk


def cancel(job: int) -> None:
    """Take a job back; one that runs stops where it is, and nothing that it did is kept."""
    if Job.objects.filter(pk=job, state__in=OPEN).update(state=Job.State.CANCELLED, ended_at=Now()):
        return
    state = Job.objects.filter(pk=job).values_list("state", flat=True).first()
    if state is None:
        raise GrilseError(f"there is no job {job}")
    raise GrilseError(f"job {job} is {state}: only one that waits or runs can be cancelled")


def _queue(company: int, job: int) -> None:
    # A company's jobs come one after another: none keeps another company's waiting, and what one reads no
    # other is writing.
    from grilse.jobs.tasks import run_job

    run_job.configure(lock=f"company {company}").defer(company=company, job=job)


def _refuse_part_of_a_company(kind: Kind, geographies: tuple[int, ...] | None) -> None:
    if kind.whole and geographies is not None:
        raise NotAllowed(
            f"to {kind.says} is for the whole company: it takes a role that holds in all its geographies"
        )


def _refuse_too_many() -> None:
    waiting = Job.objects.filter(state=Job.State.WAITING).count()
    if waiting >= MOST_WAITING:
        raise GrilseError(f"{waiting} jobs wait already: wait for them, or cancel some")
