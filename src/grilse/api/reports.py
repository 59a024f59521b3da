"""Reports with the same content as the commands with --json; longer reports are results of jobs."""

import json
from typing import Annotated, Any, Literal

import pydantic
from django.http import HttpRequest, HttpResponse

from grilse.api.problems import NotFoundError
from grilse.api.responses import found_or_404, get_batch_or_404
from grilse.api.routing import GROWTH, JOBS, PLANNING
from grilse.api.schemas import Id, Text
from grilse.facts import to_json
from grilse.generator.schedule.plan_file import check_plan, parse_plan
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.schedule.utilisation import build_plan_report, build_use_report, compute_use
from grilse.generator.world.world import load_world
from grilse.growth.reports import report_learned_versions
from grilse.input_types import Day, RequestSchema
from grilse.jobs.job_kinds import JOB_KINDS
from grilse.jobs.queries import find_latest_result
from grilse.planning import queries as planning
from grilse.planning.reports import report_comparison, report_summary

ReportFacts = dict[str, Any]
MAX_PLAN_BATCHES = 300
"""The most batches that a request may plan; planning them takes half a second."""


class PlanRequest(RequestSchema):
    """The options of a plan in the packaged world, as in `grilse plan`."""

    years: float = pydantic.Field(4.0, ge=0.2, le=10)
    stagger: int = pydantic.Field(13, ge=7, le=1000)
    saturation: float = pydantic.Field(0.85, ge=0.01, le=1)
    batches: int | None = pydantic.Field(None, ge=1, le=MAX_PLAN_BATCHES)
    until: Day | None = None
    pens_per_batch: int | None = pydantic.Field(None, ge=1, le=1000)
    ages: list[Annotated[int, pydantic.Field(ge=0, le=10_000)]] = pydantic.Field([], max_length=MAX_PLAN_BATCHES)
    seed: int = pydantic.Field(1, ge=0, le=2**63 - 1)


class PlannedWorld(RequestSchema):
    """The world of a plan."""

    name: Text
    sha256: Text


class PlannedStay(RequestSchema):
    """A stage of a batch in a hall, or the last stage in an area."""

    order: int
    hall: Text | None = None
    area: Text | None = None
    containers: list[Text] = pydantic.Field(max_length=100)
    """Names, or ranges of names such as A..B."""
    first: Day = pydantic.Field(alias="from")
    last: Day = pydantic.Field(alias="to")


class PlannedBatch(RequestSchema):
    """A batch with all its stages."""

    number: Text
    geography: Text
    start: Day
    eggs: int
    stages: list[PlannedStay] = pydantic.Field(max_length=10)


class PlanFile(RequestSchema):
    """The content of a plan file, as JSON."""

    version: int
    world: PlannedWorld
    until: Day
    batches: list[PlannedBatch] = pydantic.Field(min_length=1, max_length=MAX_PLAN_BATCHES)


@PLANNING.post("/plans", permission="planning.read", response=ReportFacts)
def plan_history(request: HttpRequest, wish: PlanRequest) -> HttpResponse:
    """Plan a history, as `grilse plan` does: how many batches there is room for, and where they stand."""
    world = load_world()
    scheduled = schedule_batches(world, ScheduleRequest(**{**wish.model_dump(), "ages": tuple(wish.ages)}))
    check_plan(scheduled.plan, world)
    return build_report_response(build_plan_report(scheduled, compute_use(scheduled.plan, world)))


@PLANNING.post("/plans/check", permission="planning.read", response=ReportFacts)
def check_plan_file(request: HttpRequest, file: PlanFile) -> HttpResponse:
    """Check a plan file against the packaged world, and return how far the plan uses the sites."""
    world = load_world()
    text = json.dumps(file.model_dump(mode="json", by_alias=True, exclude_none=True), indent=1)
    plan = parse_plan(text, "plan")
    check_plan(plan, world)
    return build_report_response(build_use_report(plan, compute_use(plan, world)))


@PLANNING.get("/reports/projections", permission="planning.read", response=ReportFacts)
def report_projections(request: HttpRequest, batch: Text | None = None) -> HttpResponse:
    """Return the stored projections, newest first, as `grilse projections` does."""
    heads = planning.list_projections(None if batch is None else [get_batch_or_404(batch).id])
    return build_report_response({"runs": [report_summary(head) for head in heads]})


@PLANNING.get("/reports/projections/{run}", permission="planning.read", response=ReportFacts)
def report_projection(request: HttpRequest, run: Id) -> HttpResponse:
    """Compare a stored projection with the outcome, as `grilse projections --run` does."""
    projection = found_or_404(planning.find_projection(run), f"projection {run}")
    return build_report_response(report_comparison(planning.compare_projection(projection)))


@GROWTH.get("/reports/growth-models", permission="growth.read", response=ReportFacts)
def report_growth_models(request: HttpRequest) -> HttpResponse:
    """Return the versions of the growth model and their training data, as `grilse learn` reports each version."""
    return build_report_response(report_learned_versions())


@JOBS.get("/reports/{kind}", permission="jobs.run", response=ReportFacts)
def report_of_job(request: HttpRequest, kind: Literal[tuple(JOB_KINDS)]) -> HttpResponse:  # type: ignore[valid-type]
    """Return the report of the latest finished job of a kind, as the command of that name prints it."""
    latest_job = find_latest_result(kind)
    if latest_job is None or latest_job.result is None:
        raise NotFoundError(f"no job of kind {kind} was done yet: submit one")
    return build_report_response(latest_job.result)


def build_report_response(facts: ReportFacts) -> HttpResponse:
    """Return a report as the command prints it."""
    return HttpResponse(to_json(facts), content_type="application/json; charset=utf-8")
