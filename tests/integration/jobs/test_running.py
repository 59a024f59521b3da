"""Jobs: asked for within a company, run like a request of the asker, kept with what came of them."""

import json
from dataclasses import replace

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from tests.edited_farm import write_farm
from tests.unpack import unpack

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
    made = []
    for name in ("Salmon A", "Salmon B"):
        farm = write_farm(Company.objects.using(DB).create(name=name).pk)
        Membership.objects.using(DB).create(company_id=farm.company, user_id=farm.user, role="admin")
        execution.execute_job(farm.company, asked(farm, "grow"))
        made.append(farm)
    forget_queue()
    return made


@pytest.fixture
def farm(farms):
    yield farms[0]
    forget_queue()


def asked(farm, kind, user=None, **wish):
    """Ask for a job and return its id."""
    return actions.submit_job(Principal(user=user or farm.user, company=farm.company), kind, wish)


def done(farm, kind, **wish):
    """Ask for a job, run it, and return what became of it."""
    job = asked(farm, kind, **wish)
    execution.execute_job(farm.company, job)
    return seen(farm, job)


def seen(farm, job):
    with tenant_transaction(farm.company):
        return queries.find_job(job)


def queued():
    """Return the jobs of the queue, each with its state there and how often it was given back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args, status::text, attempts FROM procrastinate_jobs ORDER BY id")
        rows = [(json.loads(args), status, attempts) for args, status, attempts in cursor.fetchall()]
    return [(args["job"], status, attempts) for args, status, attempts in rows if "job" in args]


def forget_queue():
    """Leave no job waiting for the next test."""
    Job.objects.using(DB).filter(state="waiting").delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_a_job_waits_is_run_by_a_worker_and_keeps_what_came_of_it(farm):
    job = asked(farm, "grow", batches=["B"])
    assert (seen(farm, job).state, seen(farm, job).asked_by) == ("waiting", f"editor of {farm.company}")
    assert queued() == [(job, "todo", 0)]

    worker.run_waiting_jobs()

    found = seen(farm, job)
    assert (found.state, found.error, found.step, found.progress) == ("done", "", "estimate", 1.0)
    assert found.result["batches"] == 3  # fish of A and C stood with those of B
    assert found.result["states"] > 100
    assert found.asked_at <= found.begun_at <= found.ended_at
    assert queued() == []


def test_the_queue_knows_ids_only(farm):
    asked(farm, "project", batches=["A"], target_g=2500.0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs")
        assert {key for (args,) in cursor.fetchall() for key in json.loads(args)} == {"company", "job"}


def test_batches_are_projected_and_the_runs_kept_by_the_transaction_that_ends_the_job(farm):
    found = done(farm, "project", batches=["A"], days=60, members=40)
    assert [run["batch"] for run in found.result["runs"]] == ["A"]
    again = done(farm, "project", days=60, members=40)
    assert [run["batch"] for run in again.result["runs"]] == ["A", "B", "C"]
    assert again.result["runs"][0]["ahead"] == found.result["runs"][0]["ahead"]


def test_records_are_checked_hashed_and_written_out_as_of_one_moment(farm):
    checked = done(farm, "check").result
    assert {"ok", "checks"} == set(checked)
    assert next(one for one in checked["checks"] if "fish" in one["name"].lower())
    hashed = done(farm, "fingerprint").result
    assert len(hashed["fingerprint"]) == 32
    written = done(farm, "export")
    assert written.result["rows"]["batches"] == 3
    assert get_package_path(farm.company, written.id).stat().st_size > 1000


def test_what_was_learned_as_the_application_role_is_the_commands_report(database, farm, tmp_path):
    with psycopg.connect(database) as owner:
        import_package(owner, unpack("scottish-pens", tmp_path), company_name="Pens")
    company = Company.objects.using(DB).get(name="Pens").pk
    Membership.objects.using(DB).create(company_id=company, user_id=farm.user, role="planner")
    pens = replace(farm, company=company)

    first = done(pens, "learn", before=["2020-01-15"]).result
    again = done(pens, "learn", before=["2020-01-15"]).result
    assert first["versions"][0]["batches"] == 3
    assert first["states"] > 0
    assert again["versions"] == [{**first["versions"][0], "new": False}]
    assert again["states"] == 0
    with tenant_transaction(company):
        assert json.loads(to_json(report_learned_versions())) == {"versions": again["versions"]}


def test_what_is_refused_is_the_end_of_a_job_with_one_clear_line(farm):
    assert done(farm, "learn").error == "no batch was harvested yet: there is nothing to learn from"
    assert done(farm, "backtest").error.startswith("there is no generated history to back-test")


def test_what_could_never_be_done_is_refused_when_it_is_asked_for(farm):
    for kind, wish, why in (
        ("dance", {}, "dance is no kind of job: there are project, learn, grow"),
        ("project", {"batches": ["Z"]}, "there is no batch Z"),
        ("project", {"members": 3}, "wish.members of project: Input should be greater"),
        ("project", {"colour": "red"}, "wish.colour of project: Extra inputs are not permitted"),
        ("grow", {"batches": [""]}, "wish.batches.0 of grow"),
    ):
        with pytest.raises(GrilseError, match=why):
            asked(farm, kind, **wish)
    assert queued() == []


def test_so_many_jobs_wait_and_no_more(farm, monkeypatch):
    monkeypatch.setattr(actions, "MAX_WAITING_JOBS", 2)
    jobs = [asked(farm, "grow") for _ in range(2)]
    with pytest.raises(GrilseError, match="2 jobs wait already: wait for them, or cancel some"):
        asked(farm, "grow")
    with tenant_transaction(farm.company):
        for job in jobs:
            cancel_job(job)
    assert asked(farm, "grow")


def test_a_job_belongs_to_one_company(farms, farm):
    job = asked(farm, "grow")
    other = farms[1]
    assert seen(other, job) is None
    assert queries.find_job(job) is None  # no company acted for: no rows
    with tenant_transaction(other.company), pytest.raises(GrilseError, match=f"there is no job {job}"):
        cancel_job(job)
    with pytest.raises(GrilseError, match=f"company {other.company} has no job {job}"):
        execution.execute_job(other.company, job)
    assert seen(farm, job).state == "waiting"


def test_what_a_job_does_reaches_what_its_asker_does(farm):
    geography = Geography.objects.using(DB).create(company_id=farm.company, name="Faroe Islands").pk
    Area.objects.using(DB).create(company_id=farm.company, geography_id=geography, name="Fjord")
    user = write_login(farm, "planner", geography)

    for kind in ("learn", "check", "export"):
        with pytest.raises(NotAllowed, match="takes a role that holds in all its geographies"):
            asked(farm, kind, user)
    with pytest.raises(GrilseError, match="there is no batch A"):
        asked(farm, "project", user, batches=["A"])
    mine, theirs = asked(farm, "project", user), asked(farm, "project")
    execution.execute_job(farm.company, mine)
    assert seen(farm, mine).result == {"runs": []}
    with tenant_transaction(farm.company, user, [geography]):
        assert queries.find_job(theirs) is None
        assert queries.find_job(mine).state == "done"


def test_a_job_is_refused_to_whoever_may_not_ask_for_it_any_more(farm):
    user = write_login(farm, "planner")
    job, later = asked(farm, "project", user), asked(farm, "project", user)
    Membership.objects.using(DB).filter(user_id=user).update(role="viewer")
    execution.execute_job(farm.company, job)
    assert seen(farm, job).error.startswith("a role of viewer may not")
    get_user_model().objects.using(DB).filter(pk=user).update(is_active=False)
    execution.execute_job(farm.company, later)
    assert seen(farm, later).error.endswith("who asked for it, may not log in any more")
    with pytest.raises(NotAllowed):
        asked(farm, "project", user)


def test_a_job_that_is_run_twice_is_done_once(farm):
    job = asked(farm, "project", batches=["A"], days=30, members=20)
    for _ in range(2):
        execution.execute_job(farm.company, job)
    with tenant_transaction(farm.company):
        runs = [run.id for run in list_projections() if run.days == 30]
    assert runs == [seen(farm, job).result["runs"][0]["run"]]


def test_nothing_that_a_cancelled_job_did_is_kept(farm, monkeypatch):
    job = asked(farm, "project", days=31, members=20)
    monkeypatch.setattr(ProgressReporter, "_save_progress", taking_back(farm, ProgressReporter._save_progress))
    execution.execute_job(farm.company, job)
    assert (seen(farm, job).state, seen(farm, job).result) == ("cancelled", None)
    with tenant_transaction(farm.company):
        assert [run for run in list_projections() if run.days == 31] == []
        with pytest.raises(GrilseError, match=f"job {job} is cancelled: only one that waits or runs"):
            cancel_job(job)
    execution.execute_job(farm.company, job)
    assert seen(farm, job).state == "cancelled"


def taking_back(farm, write):
    """Cancel a job when it first tells how far it is."""

    def written(self, step, share):
        with tenant_transaction(farm.company):
            cancel_job(self.job)
        return write(self, step, share)

    return written


def test_a_job_that_its_worker_has_to_leave_waits_again(farm):
    job = asked(farm, "grow")
    with pytest.raises(JobInterrupted):
        execution.execute_job(farm.company, job, should_abort=lambda: True)
    assert (seen(farm, job).state, seen(farm, job).begun_at) == ("waiting", None)
    worker.run_waiting_jobs()
    assert seen(farm, job).state == "done"


def test_an_error_of_ours_fails_the_job_and_is_raised(farm, monkeypatch):
    job = asked(farm, "grow")
    monkeypatch.setattr(ProgressReporter, "track_step", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        execution.execute_job(farm.company, job)
    assert seen(farm, job).error == "an error of ours (ZeroDivisionError), kept in the worker's log"


@pytest.mark.parametrize(("attempts", "state"), [(0, "done"), (MAX_ATTEMPTS - 1, "failed")])
def test_a_job_whose_worker_is_gone_is_found_again_or_given_up(farm, attempts, state):
    job = asked(farm, "grow", batches=["A"])
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

    assert seen(farm, job).state == state
    if state == "failed":
        assert seen(farm, job).error.startswith("its worker ended in the middle of it, time and again")
    assert queued() == []


def test_a_door_neither_deletes_a_job_nor_changes_one_that_is_over(farm):
    job = done(farm, "fingerprint").id
    with tenant_transaction(farm.company):
        assert Job.objects.filter(pk=job).update(error="", step="other") == 0
        assert Job.objects.filter(pk=job)._raw_delete("default") == 0


def write_login(farm, role, geography=None):
    user = get_user_model().objects.using(DB).create(username=f"{role} {geography} {farm.company}")
    Membership.objects.using(DB).create(company_id=farm.company, user_id=user.pk, role=role, geography_id=geography)
    return user.pk
