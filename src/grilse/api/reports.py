"""What commands report with --json, word for word; what takes longer is the result of a job."""

import json
from datetime import date
from typing import Annotated, Any, Literal

import pydantic
from django.http import HttpRequest, HttpResponse
from ninja import Schema

from grilse.api.batch import get_batch_or_404
from grilse.api.input_schemas import Day, Id, Text
from grilse.api.problems import NotFoundError
from grilse.api.routers import GROWTH, JOBS, PLANNING
from grilse.facts import to_json
from grilse.generator.schedule.plan_file import check_plan, parse_plan
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.schedule.utilisation import build_plan_report, build_use_report, compute_use
from grilse.generator.world.world import load_world
from grilse.growth.reports import report_learned_versions
from grilse.jobs.job_kinds import JOB_KINDS
from grilse.jobs.queries import find_latest_result
from grilse.planning import queries as planning
from grilse.planning.reports import report_comparison, report_summary

ReportFacts = dict[str, Any]
MAX_PLAN_BATCHES = 300
"""Batches of a plan that are placed while somebody waits: half a second."""


class PlanRequest(Schema):
    """How a history is to be planned, in the packaged world; as the options of `grilse plan`."""

    years: float = pydantic.Field(4.0, ge=0.2, le=10)
    stagger: int = pydantic.Field(13, ge=7, le=1000)
    saturation: float = pydantic.Field(0.85, ge=0.01, le=1)
    batches: int | None = pydantic.Field(None, ge=1, le=MAX_PLAN_BATCHES)
    until: Day | None = None
    pens_per_batch: int | None = pydantic.Field(None, ge=1, le=1000)
    ages: list[Annotated[int, pydantic.Field(ge=0, le=10_000)]] = pydantic.Field([], max_length=MAX_PLAN_BATCHES)
    seed: int = pydantic.Field(1, ge=0, le=2**63 - 1)


class PlannedWorld(Schema):
    """The world that a plan is for."""

    name: Text
    sha256: Text


class PlannedStay(Schema):
    """A stage of a batch, in a hall, or in an area for the last."""

    order: int
    hall: Text | None = None
    area: Text | None = None
    containers: list[Text] = pydantic.Field(max_length=100)
    """Names, and ranges A..B."""
    first: date = pydantic.Field(alias="from")
    last: date = pydantic.Field(alias="to")


class PlannedBatch(Schema):
    """A batch with all its stages."""

    number: Text
    geography: Text
    start: date
    eggs: int
    stages: list[PlannedStay] = pydantic.Field(max_length=10)


class PlanFile(Schema):
    """The content of a plan file, as JSON."""

    version: int
    world: PlannedWorld
    until: date
    batches: list[PlannedBatch] = pydantic.Field(min_length=1, max_length=MAX_PLAN_BATCHES)


@PLANNING.post("/plans", permission="planning.read", response=ReportFacts)
def plan_history(request: HttpRequest, wish: PlanRequest) -> HttpResponse:
    """Plan a history, as `grilse plan`: how many batches there is room for, and where they would stand."""
    world = load_world()
    scheduled = schedule_batches(world, ScheduleRequest(**{**wish.model_dump(), "ages": tuple(wish.ages)}))
    check_plan(scheduled.plan, world)
    return build_report_response(build_plan_report(scheduled, compute_use(scheduled.plan, world)))


@PLANNING.post("/plans/check", permission="planning.read", response=ReportFacts)
def check_plan_file(request: HttpRequest, file: PlanFile) -> HttpResponse:
    """Hold a plan file against the packaged world, and return how far it uses it."""
    world = load_world()
    text = json.dumps(file.model_dump(mode="json", by_alias=True, exclude_none=True), indent=1)
    plan = parse_plan(text, "plan")
    check_plan(plan, world)
    return build_report_response(build_use_report(plan, compute_use(plan, world)))


@PLANNING.get("/reports/projections", permission="planning.read", response=ReportFacts)
def report_projections(request: HttpRequest, batch: Text | None = None) -> HttpResponse:
    """Return the kept projections, newest first, as `grilse projections`."""
    heads = planning.list_projections(None if batch is None else [get_batch_or_404(batch).id])
    return build_report_response({"runs": [report_summary(head) for head in heads]})


@PLANNING.get("/reports/projections/{run}", permission="planning.read", response=ReportFacts)
def report_projection(request: HttpRequest, run: Id) -> HttpResponse:
    """Hold a kept projection against what came, as `grilse projections --run`."""
    projection = planning.find_projection(run)
    if projection is None:
        raise NotFoundError(f"there is no projection {run}")
    return build_report_response(report_comparison(planning.compare_projection(projection)))


@GROWTH.get("/reports/growth-models", permission="growth.read", response=ReportFacts)
def report_growth_models(request: HttpRequest) -> HttpResponse:
    """Return the versions of the growth model with what taught them, as `grilse learn` reports each."""
    return build_report_response(report_learned_versions())


@JOBS.get("/reports/{kind}", permission="jobs.run", response=ReportFacts)
def report_of_job(request: HttpRequest, kind: Literal[tuple(JOB_KINDS)]) -> HttpResponse:  # type: ignore[valid-type]
    """Return what the last job of a kind that was done reported, as the command of its name does."""
    latest_job = find_latest_result(kind)
    if latest_job is None or latest_job.result is None:
        raise NotFoundError(f"no job of kind {kind} was done yet: ask for one")
    return build_report_response(latest_job.result)


def build_report_response(facts: ReportFacts) -> HttpResponse:
    """Return a report as the command prints it."""
    return HttpResponse(to_json(facts), content_type="application/json; charset=utf-8")
