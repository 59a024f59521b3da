"""What commands report with --json, word for word; what takes longer is the result of a job."""

import json
from datetime import date
from typing import Annotated, Any, Literal

import pydantic
from django.http import HttpRequest, HttpResponse
from ninja import Schema

from grilse.api.batch import batch_of
from grilse.api.entries import Day, Id, Text
from grilse.api.problems import Missing
from grilse.api.rooms import GROWTH, JOBS, PLANNING
from grilse.facts import to_json
from grilse.generator.plan import check_plan
from grilse.generator.plan_facts import planned_facts, used_facts
from grilse.generator.plan_rows import parse_plan
from grilse.generator.schedule import Request, schedule
from grilse.generator.utilisation import use_of
from grilse.generator.world import load_world
from grilse.growth.facts import kept_versions
from grilse.jobs.kinds import KINDS
from grilse.jobs.queries import latest_result
from grilse.planning import queries as planning
from grilse.planning.facts import came_facts, head_facts

Report = dict[str, Any]
MOST = 300
"""Batches of a plan that are placed while somebody waits: half a second."""


class PlanWish(Schema):
    """How a history is to be planned, in the packaged world; as the options of `grilse plan`."""

    years: float = pydantic.Field(4.0, ge=0.2, le=10)
    stagger: int = pydantic.Field(13, ge=7, le=1000)
    saturation: float = pydantic.Field(0.85, ge=0.01, le=1)
    batches: int | None = pydantic.Field(None, ge=1, le=MOST)
    until: Day | None = None
    pens_per_batch: int | None = pydantic.Field(None, ge=1, le=1000)
    ages: list[Annotated[int, pydantic.Field(ge=0, le=10_000)]] = pydantic.Field([], max_length=MOST)
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
    batches: list[PlannedBatch] = pydantic.Field(min_length=1, max_length=MOST)


@PLANNING.post("/plans", may="planning.read", response=Report)
def plan_history(request: HttpRequest, wish: PlanWish) -> HttpResponse:
    """Plan a history, as `grilse plan`: how many batches there is room for, and where they would stand."""
    world = load_world()
    made = schedule(world, Request(**{**wish.model_dump(), "ages": tuple(wish.ages)}))
    check_plan(made.plan, world)
    return report(planned_facts(made, use_of(made.plan, world)))


@PLANNING.post("/plans/check", may="planning.read", response=Report)
def check_plan_file(request: HttpRequest, file: PlanFile) -> HttpResponse:
    """Hold a plan file against the packaged world, and return how far it uses it."""
    world = load_world()
    text = json.dumps(file.model_dump(mode="json", by_alias=True, exclude_none=True), indent=1)
    plan = parse_plan(text, "plan")
    check_plan(plan, world)
    return report(used_facts(plan, use_of(plan, world)))


@PLANNING.get("/reports/projections", may="planning.read", response=Report)
def report_projections(request: HttpRequest, batch: Text | None = None) -> HttpResponse:
    """Return the kept projections, newest first, as `grilse projections`."""
    heads = planning.projections(None if batch is None else [batch_of(batch).id])
    return report({"runs": [head_facts(one) for one in heads]})


@PLANNING.get("/reports/projections/{run}", may="planning.read", response=Report)
def report_projection(request: HttpRequest, run: Id) -> HttpResponse:
    """Hold a kept projection against what came, as `grilse projections --run`."""
    kept = planning.projection(run)
    if kept is None:
        raise Missing(f"there is no projection {run}")
    return report(came_facts(planning.held_against(kept)))


@GROWTH.get("/reports/growth-models", may="growth.read", response=Report)
def report_growth_models(request: HttpRequest) -> HttpResponse:
    """Return the versions of the growth model with what taught them, as `grilse learn` reports each."""
    return report(kept_versions())


@JOBS.get("/reports/{kind}", may="jobs.run", response=Report)
def report_of_job(request: HttpRequest, kind: Literal[tuple(KINDS)]) -> HttpResponse:  # type: ignore[valid-type]
    """Return what the last job of a kind that was done reported, as the command of its name does."""
    found = latest_result(kind)
    if found is None or found.result is None:
        raise Missing(f"no job of kind {kind} was done yet: ask for one")
    return report(found.result)


def report(facts: Report) -> HttpResponse:
    """Return a report as the command prints it."""
    return HttpResponse(to_json(facts), content_type="application/json; charset=utf-8")
