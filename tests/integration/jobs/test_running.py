"""Jobs: asked for within a company, run like a request of the asker, kept with what came of them."""

import pytest
from django.db import connection
from tests.edited_farm import write_farm

from grilse.errors import GrilseError, NotAllowed
from grilse.farm.models import Company, Geography, Membership
from grilse.farm.principal import Principal
from grilse.farm.tenancy import acting_for
from grilse.jobs import queries, running, worker
from grilse.jobs.actions import ask, cancel
from grilse.jobs.models import Job

QUEUE = "owner"


@pytest.fixture(scope="module")
def farms(database):
    """Two companies, each with a farm whose editor may do everything."""
    made = []
    for name in ("Salmon A", "Salmon B"):
        company = Company.objects.using(QUEUE).create(name=name).pk
        farm = write_farm(company)
        member(farm, "admin")
        made.append(farm)
    return made


@pytest.fixture
def farm(farms):
    return farms[0]


def member(farm, role, user=None, geography=None):
    """Give a login a role."""
    user = user or farm.user
    Membership.objects.using(QUEUE).get_or_create(
        company_id=farm.company, user_id=user, role=role, geography=geography
    )
    return Principal(user=user, company=farm.company)


def asked(farm, kind, user=None, **wish):
    """Ask for a job and return its id."""
    return ask(Principal(user=user or farm.user, company=farm.company), kind, wish)


def seen(farm, job):
    with acting_for(farm.company):
        return queries.job(job)


def queued():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'job', status::text, attempts FROM procrastinate_jobs ORDER BY id")
        return [(int(job), status, attempts) for job, status, attempts in cursor.fetchall() if job]


def test_a_job_waits_is_run_by_a_worker_and_keeps_what_came_of_it(farm):
    job = asked(farm, "grow")
    assert (seen(farm, job).state, seen(farm, job).asked_by) == ("waiting", f"editor of {farm.company}")
    assert (job, "todo", 0) in queued()

    worker.work(wait=False)

    done = seen(farm, job)
    assert (done.state, done.error, done.progress) == ("done", "", 1.0)
    assert done.result["batches"] == 3
    assert done.result["states"] > 100
    assert done.asked_at <= done.begun_at <= done.ended_at
    assert queued() == []
