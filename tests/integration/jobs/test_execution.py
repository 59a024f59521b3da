"""Jobs: asked for within a company, run like a request of the asker, kept with what came of them."""

import json
from dataclasses import replace

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from tests.edited_farm import write_farm
from tests.package_files import unpack_package

from grilse.access.models import Company, Membership
from grilse.access.principal import Principal
from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError, NotAllowed
from grilse.exchange.imports import import_package
from grilse.facts import to_json
from grilse.farm.models import Area, Geography
from grilse.growth.reports import report_learned_versions
from grilse.jobs import actions, execution, queries, worker
from grilse.jobs.actions import cancel_job
from grilse.jobs.job_kinds import get_package_path
from grilse.jobs.models import Job
from grilse.jobs.progress import JobInterrupted, ProgressReporter
from grilse.jobs.tasks import MAX_ATTEMPTS
from grilse.planning.queries import list_projections

DB = "owner"


@pytest.fixture(scope="module")
def farms(database):
    """Two companies, each with an estimated farm whose editor may do everything."""
    jobs = []
    for name in ("Salmon A", "Salmon B"):
        farm = write_farm(Company.objects.using(DB).create(name=name).pk)
        Membership.objects.using(DB).create(company_id=farm.company, user_id=farm.user, role="admin")
        execution.execute_job(farm.company, submit_job(farm, "grow"))
        jobs.append(farm)
    clear_queue()
    return jobs


@pytest.fixture
def farm(farms):
    yield farms[0]
    clear_queue()


def submit_job(farm, kind, user=None, **wish):
    """Ask for a job and return its id."""
    return actions.submit_job(Principal(user=user or farm.user, company=farm.company), kind, wish)


def run_job(farm, kind, **wish):
    """Ask for a job, run it, and return what became of it."""
    job = submit_job(farm, kind, **wish)
    execution.execute_job(farm.company, job)
    return find_job(farm, job)


def find_job(farm, job):
    with tenant_transaction(farm.company):
        return queries.find_job(job)


def list_queued_jobs():
    """Return the jobs of the queue, each with its state there and how often it was given back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args, status::text, attempts FROM procrastinate_jobs ORDER BY id")
        rows = [(json.loads(args), status, attempts) for args, status, attempts in cursor.fetchall()]
    return [(args["job"], status, attempts) for args, status, attempts in rows if "job" in args]


def clear_queue():
    """Leave no job waiting for the next test."""
    Job.objects.using(DB).filter(state="waiting").delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_a_worker_runs_a_waiting_job_and_stores_its_result(farm):
    job = submit_job(farm, "grow", batches=["B"])
    assert (find_job(farm, job).state, find_job(farm, job).asked_by) == ("waiting", f"editor of {farm.company}")
    assert list_queued_jobs() == [(job, "todo", 0)]

    worker.run_waiting_jobs()

    job_row = find_job(farm, job)
    assert (job_row.state, job_row.error, job_row.step, job_row.progress) == ("done", "", "estimate", 1.0)
    assert job_row.result["batches"] == 3  # fish of A and C stood with those of B
    assert job_row.result["states"] > 100
    assert job_row.asked_at <= job_row.begun_at <= job_row.ended_at
    assert list_queued_jobs() == []


def test_the_queue_knows_ids_only(farm):
    submit_job(farm, "project", batches=["A"], target_g=2500.0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs")
        assert {key for (args,) in cursor.fetchall() for key in json.loads(args)} == {"company", "job"}


def test_batches_are_projected_and_the_runs_kept_by_the_transaction_that_ends_the_job(farm):
    job_result = run_job(farm, "project", batches=["A"], days=60, members=40)
    assert [run["batch"] for run in job_result.result["runs"]] == ["A"]
    again = run_job(farm, "project", days=60, members=40)
    assert [run["batch"] for run in again.result["runs"]] == ["A", "B", "C"]
    assert again.result["runs"][0]["ahead"] == job_result.result["runs"][0]["ahead"]


def test_records_are_checked_hashed_and_written_out_as_of_one_moment(farm):
    checked = run_job(farm, "check").result
    assert {"ok", "checks"} == set(checked)
    assert next(check for check in checked["checks"] if "fish" in check["name"].lower())
    hashed = run_job(farm, "fingerprint").result
    assert len(hashed["fingerprint"]) == 32
    written = run_job(farm, "export")
    assert written.result["rows"]["batches"] == 3
    assert get_package_path(farm.company, written.id).stat().st_size > 1000


def test_a_learning_job_returns_the_report_of_the_command(database, farm, tmp_path):
    with psycopg.connect(database) as owner:
        import_package(owner, unpack_package("scottish-pens", tmp_path), company_name="Pens")
    company = Company.objects.using(DB).get(name="Pens").pk
    Membership.objects.using(DB).create(company_id=company, user_id=farm.user, role="planner")
    pens = replace(farm, company=company)

    first = run_job(pens, "learn", before=["2020-01-15"]).result
    again = run_job(pens, "learn", before=["2020-01-15"]).result
    assert first["versions"][0]["batches"] == 3
    assert first["states"] > 0
    assert again["versions"] == [{**first["versions"][0], "new": False}]
    assert again["states"] == 0
    with tenant_transaction(company):
        assert json.loads(to_json(report_learned_versions())) == {"versions": again["versions"]}


def test_a_refused_job_fails_with_one_clear_line(farm):
    assert run_job(farm, "learn").error == "no batch was harvested yet: there is nothing to learn from"
    assert run_job(farm, "backtest").error.startswith("there is no generated history to back-test")


def test_an_impossible_job_is_refused_at_submission(farm):
    for kind, wish, why in (
        ("dance", {}, "dance is no kind of job: there are project, learn, grow"),
        ("project", {"batches": ["Z"]}, "there is no batch Z"),
        ("project", {"members": 3}, "wish.members of project: Input should be greater"),
        ("project", {"colour": "red"}, "wish.colour of project: Extra inputs are not permitted"),
        ("grow", {"batches": [""]}, "wish.batches.0 of grow"),
    ):
        with pytest.raises(GrilseError, match=why):
            submit_job(farm, kind, **wish)
    assert list_queued_jobs() == []


def test_the_number_of_waiting_jobs_is_limited(farm, monkeypatch):
    monkeypatch.setattr(actions, "MAX_WAITING_JOBS", 2)
    jobs = [submit_job(farm, "grow") for _ in range(2)]
    with pytest.raises(GrilseError, match="2 jobs wait already: wait for them, or cancel some"):
        submit_job(farm, "grow")
    with tenant_transaction(farm.company):
        for job in jobs:
            cancel_job(job)
    assert submit_job(farm, "grow")


def test_a_job_belongs_to_one_company(farms, farm):
    job = submit_job(farm, "grow")
    other = farms[1]
    assert find_job(other, job) is None
    assert queries.find_job(job) is None  # no company acted for: no rows
    with tenant_transaction(other.company), pytest.raises(GrilseError, match=f"there is no job {job}"):
        cancel_job(job)
    with pytest.raises(GrilseError, match=f"company {other.company} has no job {job}"):
        execution.execute_job(other.company, job)
    assert find_job(farm, job).state == "waiting"


def test_a_job_has_the_geographies_of_its_submitter(farm):
    geography = Geography.objects.using(DB).create(company_id=farm.company, name="Faroe Islands").pk
    Area.objects.using(DB).create(company_id=farm.company, geography_id=geography, name="Fjord")
    user = write_login(farm, "planner", geography)

    for kind in ("learn", "check", "export"):
        with pytest.raises(NotAllowed, match="takes a role that holds in all its geographies"):
            submit_job(farm, kind, user)
    with pytest.raises(GrilseError, match="there is no batch A"):
        submit_job(farm, "project", user, batches=["A"])
    mine, other_job = submit_job(farm, "project", user), submit_job(farm, "project")
    execution.execute_job(farm.company, mine)
    assert find_job(farm, mine).result == {"runs": []}
    with tenant_transaction(farm.company, user, [geography]):
        assert queries.find_job(other_job) is None
        assert queries.find_job(mine).state == "done"


def test_a_job_fails_when_its_submitter_lost_the_permission(farm):
    user = write_login(farm, "planner")
    job, later = submit_job(farm, "project", user), submit_job(farm, "project", user)
    Membership.objects.using(DB).filter(user_id=user).update(role="viewer")
    execution.execute_job(farm.company, job)
    assert find_job(farm, job).error.startswith("a role of viewer may not")
    get_user_model().objects.using(DB).filter(pk=user).update(is_active=False)
    execution.execute_job(farm.company, later)
    assert find_job(farm, later).error.endswith("who asked for it, may not log in any more")
    with pytest.raises(NotAllowed):
        submit_job(farm, "project", user)


def test_a_job_that_is_run_twice_is_done_once(farm):
    job = submit_job(farm, "project", batches=["A"], days=30, members=20)
    for _ in range(2):
        execution.execute_job(farm.company, job)
    with tenant_transaction(farm.company):
        runs = [run.id for run in list_projections() if run.days == 30]
    assert runs == [find_job(farm, job).result["runs"][0]["run"]]


def test_a_cancelled_job_writes_nothing(farm, monkeypatch):
    job = submit_job(farm, "project", days=31, members=20)
    monkeypatch.setattr(ProgressReporter, "_save_progress", cancel_on_progress(farm, ProgressReporter._save_progress))
    execution.execute_job(farm.company, job)
    assert (find_job(farm, job).state, find_job(farm, job).result) == ("cancelled", None)
    with tenant_transaction(farm.company):
        assert [run for run in list_projections() if run.days == 31] == []
        with pytest.raises(GrilseError, match=f"job {job} is cancelled: only one that waits or runs"):
            cancel_job(job)
    execution.execute_job(farm.company, job)
    assert find_job(farm, job).state == "cancelled"


def cancel_on_progress(farm, write):
    """Cancel a job when it first tells how far it is."""

    def cancel_and_write(self, step, share):
        with tenant_transaction(farm.company):
            cancel_job(self.job)
        return write(self, step, share)

    return cancel_and_write


def test_a_job_that_its_worker_has_to_leave_waits_again(farm):
    job = submit_job(farm, "grow")
    with pytest.raises(JobInterrupted):
        execution.execute_job(farm.company, job, should_abort=lambda: True)
    assert (find_job(farm, job).state, find_job(farm, job).begun_at) == ("waiting", None)
    worker.run_waiting_jobs()
    assert find_job(farm, job).state == "done"


def test_an_error_of_ours_fails_the_job_and_is_raised(farm, monkeypatch):
    job = submit_job(farm, "grow")
    monkeypatch.setattr(ProgressReporter, "track_step", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        execution.execute_job(farm.company, job)
    assert find_job(farm, job).error == "an error of ours (ZeroDivisionError), kept in the worker's log"


@pytest.mark.parametrize(("attempts", "state"), [(0, "done"), (MAX_ATTEMPTS - 1, "failed")])
def test_a_job_of_a_dead_worker_is_retried_or_failed(farm, attempts, state):
    job = submit_job(farm, "grow", batches=["A"])
    with tenant_transaction(farm.company):
        Job.objects.filter(pk=job).update(state="running")
    with connection.cursor() as cursor:
        # As after a worker that was killed: taken, and by none that lives.
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE args->>'job' = %s",
            [attempts, str(job)],
        )
        cursor.execute(
            "SELECT procrastinate_defer_periodic_job_v2('default', NULL, NULL, 'jobs.find_again', 0, '', %s, %s)",
            [attempts, json.dumps({"timestamp": attempts})],
        )
    worker.run_waiting_jobs()
    worker.run_waiting_jobs()

    assert find_job(farm, job).state == state
    if state == "failed":
        assert find_job(farm, job).error.startswith("its worker ended in the middle of it, time and again")
    assert list_queued_jobs() == []


def test_the_application_role_cannot_delete_jobs_or_change_finished_jobs(farm):
    job = run_job(farm, "fingerprint").id
    with tenant_transaction(farm.company):
        assert Job.objects.filter(pk=job).update(error="", step="other") == 0
        assert Job.objects.filter(pk=job)._raw_delete("default") == 0


def write_login(farm, role, geography=None):
    user = get_user_model().objects.using(DB).create(username=f"{role} {geography} {farm.company}")
    Membership.objects.using(DB).create(company_id=farm.company, user_id=user.pk, role=role, geography_id=geography)
    return user.pk
