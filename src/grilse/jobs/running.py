"""Running one job, like a request of who asked for it; a job that is run twice is done once."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models.functions import Now

from grilse.errors import GrilseError, NotAllowed
from grilse.facts import to_json
from grilse.farm.principal import Principal
from grilse.farm.tenancy import acting_for
from grilse.jobs.actions import OPEN
from grilse.jobs.kinds import kind_of
from grilse.jobs.models import Job
from grilse.jobs.telling import Cancelled, Stopped, Teller
from grilse.jobs.works import Facts, Task

JOBS = 0x6A6F << 48  # where the numbers of the locks of jobs begin
STRANDED = "its worker ended in the middle of it, time and again: ask again, or see why in the worker's log"


def run(company: int, job: int, stopping: Callable[[], bool] = lambda: False) -> None:
    """Do a job and keep what came of it; a refusal is its result too, and any other error is raised."""
    begun = _begin(company, job)
    if begun is None:
        return
    teller = Teller(company, job, stopping)
    try:
        _do(begun, teller)
    except Cancelled:
        return
    except Stopped:
        _put_back(begun)
        raise
    except GrilseError as error:
        fail(company, job, str(error))
    except Exception as error:
        fail(company, job, f"an error of ours ({type(error).__name__}), kept in the worker's log")
        raise
    finally:
        teller.close()


def fail(company: int, job: int, why: str) -> None:
    """Say why a job was not done, where it is not over yet."""
    with acting_for(company):
        Job.objects.filter(pk=job, state__in=OPEN).update(state=Job.State.FAILED, error=why, ended_at=Now())


def _begin(company: int, job: int) -> Job | None:
    """Say that a job runs; None where it is over. One that ran under a worker that is gone begins anew."""
    with acting_for(company):
        found = Job.objects.select_related("asked_by").filter(pk=job).first()
        if found is None:
            raise GrilseError(f"company {company} has no job {job}")
        running = Job.objects.filter(pk=job, state__in=OPEN)
        if not running.update(state=Job.State.RUNNING, begun_at=Now(), step="", progress=None):
            return None
    return found


def _do(job: Job, teller: Teller) -> None:
    """Do the work; what changes rows is over in the transaction that changes them."""
    kind = kind_of(job.kind)
    task = Task(company=job.company_id, job=job.pk)
    wish = kind.wished(job.wish)
    if kind.writes:
        with _entered(job), _alone(job) as alone:
            if alone:
                _finish(job, kind.work(task, wish, teller.watch))
        return
    with _one_moment(), _entered(job), _alone(job) as alone:
        facts = kind.work(task, wish, teller.watch) if alone else None
    if facts is not None:
        with _entered(job):
            _finish(job, facts)


@contextmanager
def _entered(job: Job) -> Iterator[None]:
    """Open a transaction that reaches what the asker does; refuse where that has changed since."""
    needed = kind_of(job.kind).needed
    if not job.asked_by.is_active:
        raise NotAllowed(f"{job.asked_by.username}, who asked for it, may not log in any more")
    with Principal(user=job.asked_by_id, company=job.company_id).entered(needed) as found:
        asked_for = None if job.geographies is None else tuple(job.geographies)
        if found.geographies != asked_for:
            raise NotAllowed("the roles of who asked for it have changed since: ask again")
        yield


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as of one moment, and write nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _alone(job: Job) -> Iterator[bool]:
    """Tell whether no other worker is at this job, which was taken for gone and is not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [JOBS + job.pk])
        yield cursor.fetchone()[0]


def _finish(job: Job, facts: Facts) -> None:
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    kept = json.loads(to_json(facts))
    if not running.update(state=Job.State.DONE, result=kept, progress=1.0, ended_at=Now()):
        raise Cancelled


def _put_back(job: Job) -> None:
    with acting_for(job.company_id):
        running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
        running.update(state=Job.State.WAITING, begun_at=None, step="", progress=None)
