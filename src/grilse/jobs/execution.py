"""Running one job, like a request of who asked for it; a job that is run twice is done once."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models.functions import Now

from grilse.access.principal import Principal
from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError, NotAllowed
from grilse.facts import to_json
from grilse.jobs.actions import OPEN_STATES
from grilse.jobs.job_functions import JobIdentity, JobResult
from grilse.jobs.job_kinds import get_kind
from grilse.jobs.models import Job
from grilse.jobs.progress import JobCancelled, JobInterrupted, ProgressReporter

LOCK_BASE = 0x6A6F << 48  # where the numbers of the locks of jobs begin
STALLED_MESSAGE = "its worker ended in the middle of it, time and again: ask again, or see why in the worker's log"


def execute_job(company: int, job: int, should_abort: Callable[[], bool] = lambda: False) -> None:
    """Do a job and keep what came of it; a refusal is its result too, and any other error is raised."""
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
    """Say why a job was not done, where it is not over yet."""
    with tenant_transaction(company):
        Job.objects.filter(pk=job, state__in=OPEN_STATES).update(state=Job.State.FAILED, error=reason, ended_at=Now())


def _start_job(company: int, job: int) -> Job | None:
    """Say that a job runs; None where it is over. One that ran under a worker that is gone begins anew."""
    with tenant_transaction(company):
        job_row = Job.objects.select_related("asked_by").filter(pk=job).first()
        if job_row is None:
            raise GrilseError(f"company {company} has no job {job}")
        running = Job.objects.filter(pk=job, state__in=OPEN_STATES)
        if not running.update(state=Job.State.RUNNING, begun_at=Now(), step="", progress=None):
            return None
    return job_row


def _perform_work(job: Job, reporter: ProgressReporter) -> None:
    """Do the work; what changes rows is over in the transaction that changes them."""
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
    """Open a transaction that reaches what the asker does; refuse where that has changed since."""
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
    """Read everything as of one moment, and write nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _try_job_lock(job: Job) -> Iterator[bool]:
    """Tell whether no other worker is at this job, which was taken for gone and is not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_BASE + job.pk])
        yield cursor.fetchone()[0]


def _store_result(job: Job, job_result: JobResult) -> None:
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    result = json.loads(to_json(job_result))
    if not running.update(state=Job.State.DONE, result=result, progress=1.0, ended_at=Now()):
        raise JobCancelled


def _requeue_job(job: Job) -> None:
    with tenant_transaction(job.company_id):
        running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
        running.update(state=Job.State.WAITING, begun_at=None, step="", progress=None)
