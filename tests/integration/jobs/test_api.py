"""Jobs and reports over the API: the same words and figures as the commands'."""

import json

import pytest
from tests.edited_farm import write_farm
from tests.integration.api.conftest import Program, create_key

from grilse.access.models import Company
from grilse.access.tenancy import tenant_transaction
from grilse.api import api
from grilse.facts import to_json
from grilse.generator.schedule.plan_file import check_plan, format_plan
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.world.world import load_world
from grilse.jobs import execution
from grilse.jobs.job_kinds import JOB_KINDS
from grilse.planning.queries import compare_projection, find_projection
from grilse.planning.reports import report_comparison


@pytest.fixture(scope="module")
def farm(database):
    return write_farm(Company.objects.using("owner").create(name="Salmon").pk)


@pytest.fixture(scope="module")
def planner(farm):
    return Program(create_key(farm.company, "planner"))


@pytest.fixture(scope="module")
def projection_job(farm, planner):
    """The answer about a job that is done."""
    for kind, wish in (("grow", {}), ("project", {"batches": ["A"], "days": 60, "members": 40})):
        response = planner.post("/jobs", {"kind": kind, "wish": wish})
        execution.execute_job(farm.company, response.json()["id"])
    return planner.get(response["Location"].removeprefix("/api/v1")).json()


def test_a_job_is_asked_for_looked_at_and_its_result_is_the_commands_report(planner, projection_job):
    assert (projection_job["kind"], projection_job["state"], projection_job["error"]) == ("project", "done", "")
    assert projection_job["wish"]["days"] == 60
    assert [run["batch"] for run in projection_job["result"]["runs"]] == ["A"]
    assert planner.get("/reports/project").json() == projection_job["result"]

    rows = planner.get("/jobs", {"kind": "project"}).json()["items"]
    assert [(row["id"], row["state"]) for row in rows] == [(projection_job["id"], "done")]


def test_a_submitted_job_is_accepted_with_its_address_and_can_be_cancelled(planner):
    answer = planner.post("/jobs", {"kind": "check"})
    job = answer.json()
    assert (answer.status_code, answer["Location"]) == (202, f"/api/v1/jobs/{job['id']}")
    assert (job["state"], job["wish"]) == ("waiting", {})
    response = planner.post(f"/jobs/{job['id']}/cancel", {})
    assert (response.status_code, response.json()["state"]) == (200, "cancelled")
    again = planner.post(f"/jobs/{job['id']}/cancel", {})
    assert (again.status_code, again.json()["detail"]) == (
        422,
        f"job {job['id']} is cancelled: only one that waits or runs can be cancelled",
    )


def test_the_same_request_sent_twice_under_one_key_is_one_job(planner):
    first, second = (planner.post("/jobs", {"kind": "check"}, idempotency_key="once") for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert first["Location"] == second["Location"]


def test_what_is_wrong_with_a_job_is_named(planner):
    for job, field in (
        ({"kind": "dance"}, "body.job.kind"),
        ({"kind": "project", "wish": {"members": 3}}, "body.job.project.wish.members"),
        ({"kind": "project", "wish": {"colour": "red"}}, "body.job.project.wish.colour"),
        ({"kind": "project", "wish": {"batches": ["Z"]}}, "wish.batches"),
    ):
        answer = planner.post("/jobs", job)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.content
    assert planner.get("/jobs/999").json()["detail"] == "there is no job 999"
    assert planner.get("/jobs/999/package").status_code == 404
    assert planner.get("/reports/backtest").json()["detail"].startswith("no job of kind backtest was done")


def test_a_job_takes_the_permissions_of_its_kind(farm):
    manager = Program(create_key(farm.company, "manager"))
    refused = manager.post("/jobs", {"kind": "learn"})
    assert refused.status_code == 403
    assert "learn growth models" in refused.json()["detail"]
    scoped = Program(create_key(farm.company, "admin", scopes=["jobs.run"]))
    assert "its scopes lack planning.project" in scoped.post("/jobs", {"kind": "project"}).json()["detail"]
    assert Program(create_key(farm.company, "viewer")).get("/jobs").status_code == 403


def test_a_package_is_fetched_once_it_is_written(farm, planner):
    job = planner.post("/jobs", {"kind": "export"}).json()["id"]
    assert planner.get(f"/jobs/{job}/package").status_code == 404
    execution.execute_job(farm.company, job)
    answer = planner.get(f"/jobs/{job}/package", Accept_Encoding="gzip")
    assert answer["Content-Type"] == "application/zip"
    content = b"".join(answer.streaming_content)
    assert content[:2] == b"PK"
    assert len(content) == int(answer["Content-Length"])
    stranger = Program(create_key(Company.objects.using("owner").create(name="Other").pk, "admin"))
    assert stranger.get(f"/jobs/{job}/package").status_code == 404


def test_stored_projections_are_reported_as_the_command_does(farm, planner, projection_job):
    run = projection_job["result"]["runs"][0]
    listed = planner.get("/reports/projections", {"batch": "A"}).json()["runs"]
    assert listed == [{name: run[name] for name in listed[0]}]
    with tenant_transaction(farm.company):
        command = to_json(report_comparison(compare_projection(find_projection(run["run"]))))
    assert planner.get(f"/reports/projections/{run['run']}").content.decode() == command
    assert planner.get("/reports/projections/999").status_code == 404
    assert planner.get("/reports/growth-models").json() == {"versions": []}


def test_a_plan_is_made_and_a_plan_file_is_held_against_the_world(planner):
    plan_content = planner.post("/plans", {"batches": 4}).json()
    assert (plan_content["batches"], plan_content["file"]) == (4, None)

    world = load_world()
    plan = schedule_batches(world, ScheduleRequest(batches=4)).plan
    check_plan(plan, world)
    file = parse_plan_content(format_plan(plan))
    used = planner.post("/plans/check", file).json()
    assert used == {name: plan_content[name] for name in used}
    assert set(plan_content) - set(used) == {"file", "stagger", "note"}

    file["batches"][0]["geography"] = "Mars"
    refused = planner.post("/plans/check", file)
    assert refused.status_code == 422
    assert "Mars" in refused.json()["detail"]
    assert "do not fit" in planner.post("/plans", {"batches": 300, "stagger": 7}).json()["detail"]


def parse_plan_content(text):
    """Return a plan file's content as a program sends it."""
    import yaml

    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_every_kind_of_job_is_in_the_schema():
    schema = json.dumps(api.get_openapi_schema()["components"]["schemas"])
    for kind in JOB_KINDS:
        assert f"{kind.title()}Job" in schema
