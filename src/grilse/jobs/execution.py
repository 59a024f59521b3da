"""Runs one job with the permissions of the user who submitted it; a job that is started twice runs once."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models.functions import Now

from grilse.access.principal import Principal
from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError, NotAllowed
from grilse.facts import to_json
from grilse.jobs.job_kinds import JobIdentity, JobResult, get_kind
from grilse.jobs.models import OPEN_STATES, Job
from grilse.jobs.progress import JobCancelled, JobInterrupted, ProgressReporter, update_running_job

LOCK_BASE = 0x6A6F << 48  # first number of the advisory locks of jobs
STALLED_MESSAGE = "its worker ended in the middle of it, time and again: ask again, or see why in the worker's log"


def execute_job(company: int, job: int, should_abort: Callable[[], bool] = lambda: False) -> None:
    """Run a job and store its result; a refusal fails the job, any other error is raised too."""
    job_row = _start_job(company, job)
    if job_row is None:
        return
    reporter = ProgressReporter(company, job, should_abort)
    try:
        _perform_work(job_row, reporter)
    except JobCancelled:
        return
    except JobInterrupted:
        _requeue_job(job_row)
        raise
    except GrilseError as error:
        fail_job(company, job, str(error))
    except Exception as error:
        fail_job(company, job, f"an error of ours ({type(error).__name__}), kept in the worker's log")
        raise
    finally:
        reporter.close()


def fail_job(company: int, job: int, reason: str) -> None:
    """Mark a job as failed with a reason, unless it has ended."""
    with tenant_transaction(company):
        Job.objects.filter(pk=job, state__in=OPEN_STATES).update(state=Job.State.FAILED, error=reason, ended_at=Now())


def _start_job(company: int, job: int) -> Job | None:
    """Mark a job as running; None where it has ended. A job of a dead worker starts again."""
    with tenant_transaction(company):
        job_row = Job.objects.select_related("asked_by").filter(pk=job).first()
        if job_row is None:
            raise GrilseError(f"company {company} has no job {job}")
        running = Job.objects.filter(pk=job, state__in=OPEN_STATES)
        if not running.update(state=Job.State.RUNNING, begun_at=Now(), step="", progress=None):
            return None
    return job_row


def _perform_work(job: Job, reporter: ProgressReporter) -> None:
    """Run the function of a job; if it changes rows, the job ends in the same transaction."""
    kind = get_kind(job.kind)
    identity = JobIdentity(company=job.company_id, job=job.pk)
    parameters = kind.parse_parameters(job.wish)
    if kind.writes:
        with _open_transaction(job), _try_job_lock(job) as has_lock:
            if has_lock:
                _store_result(job, kind.function(identity, parameters, reporter.track_step))
        return
    with _open_snapshot(), _open_transaction(job), _try_job_lock(job) as has_lock:
        result = kind.function(identity, parameters, reporter.track_step) if has_lock else None
    if result is not None:
        with _open_transaction(job):
            _store_result(job, result)


@contextmanager
def _open_transaction(job: Job) -> Iterator[None]:
    """Open a transaction of the user who submitted the job; refuse where their roles have changed."""
    permissions = get_kind(job.kind).required_permissions
    if not job.asked_by.is_active:
        raise NotAllowed(f"{job.asked_by.username}, who asked for it, may not log in any more")
    with Principal(user=job.asked_by_id, company=job.company_id).open_transaction(permissions) as context:
        granted_geographies = None if job.geographies is None else tuple(job.geographies)
        if context.geographies != granted_geographies:
            raise NotAllowed("the roles of who asked for it have changed since: ask again")
        yield


@contextmanager
def _open_snapshot() -> Iterator[None]:
    """Open a read-only transaction with one snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _try_job_lock(job: Job) -> Iterator[bool]:
    """Yield whether no other worker runs this job: a worker that seemed dead may still run it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_BASE + job.pk])
        yield cursor.fetchone()[0]


def _store_result(job: Job, job_result: JobResult) -> None:
    result = json.loads(to_json(job_result))
    if not update_running_job(job.pk, state=Job.State.DONE, result=result, progress=1.0, ended_at=Now()):
        raise JobCancelled


def _requeue_job(job: Job) -> None:
    with tenant_transaction(job.company_id):
        update_running_job(job.pk, state=Job.State.WAITING, begun_at=None, step="", progress=None)
