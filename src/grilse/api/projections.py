"""Looks ahead of a batch: kept runs, each with its fan, its risks and what came; at most five statements."""

from datetime import date, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Schema, Status

from grilse.api.batch import get_batch_or_404
from grilse.api.growth_schemas import Step
from grilse.api.problems import NotFoundError
from grilse.api.projection_schemas import CreatedRun, ProjectionsResponse
from grilse.api.rounding import round_decimals, round_significant
from grilse.api.routers import PLANNING as router
from grilse.growth.provenance import describe_model_source
from grilse.growth.queries import find_training_cutoff
from grilse.growth.states import EPOCH
from grilse.planning import queries as planning
from grilse.planning.actions import project_batches
from grilse.planning.ensembles import ProjectionOptions
from grilse.planning.runs import LEVELS, ProjectionRun, ProjectionSummary, RunComparison

OUTCOME_DAYS = (30, 90, 180)
"""Days after which a run is held against what came, beside the last."""
DAYS_A_WEEK = 7


class ProjectionRequest(Schema):
    """What to look ahead to."""

    target_g: float = Field(4500.0, gt=0, le=20_000)
    as_of: date | None = None
    """Last day whose events are known; none for all of them."""


@router.get("/batches/{path:number}/projections", permission="planning.read", response=ProjectionsResponse)
def read_projections(
    request: HttpRequest,
    number: str,
    run: int | None = None,
    as_of: date | None = None,
    target_g: Annotated[float | None, Query(gt=0)] = None,
    every: Step = "day",
) -> dict[str, Any]:
    """Return the kept runs, and one whole: the newest, or the newest from a day, or the one asked for."""
    batch = get_batch_or_404(number)
    heads = planning.list_projections([batch.id])
    selected = next((head for head in heads if _is_selected(head, run, as_of)), None)
    if run is not None and selected is None:
        raise NotFoundError(f"there is no projection {run} of batch {number}.")
    projection = planning.find_projection(selected.id) if selected is not None else None
    return {
        "runs": [_build_run_head(head) for head in heads],
        "run": projection and _build_run(projection, target_g, every),
    }


@router.post("/batches/{path:number}/projections", permission="planning.project", response={201: CreatedRun})
def project_batch(request: HttpRequest, number: str, wish: ProjectionRequest) -> Status[dict[str, int]]:
    """Draw the futures of a batch and keep them."""
    batch = get_batch_or_404(number)
    known = None if wish.as_of is None else (wish.as_of - EPOCH).days
    [projection_id] = project_batches(batch.company, [batch.id], ProjectionOptions(target_g=wish.target_g, as_of=known))
    return Status(201, {"id": projection_id})


def _is_selected(head: ProjectionSummary, run: int | None, as_of: date | None) -> bool:
    return head.id == run if run is not None else as_of is None or head.as_of <= as_of


def _build_run_head(head: ProjectionSummary) -> dict[str, Any]:
    return {"id": head.id, "made_at": head.made_at, "as_of": head.as_of, "days": head.days}


def _build_run(run: ProjectionRun, target_g: float | None, every: str) -> dict[str, Any]:
    step = DAYS_A_WEEK if every == "week" else 1
    # A week is named by its Sunday.
    start = (step - 1 - run.as_of.weekday()) % step
    days = slice(start, None, step)
    source = None if run.growth_model_id is None else find_training_cutoff(run.growth_model_id)
    return {
        **_build_run_head(run),
        "members": run.members,
        "model": "growth model from the literature" if source is None else describe_model_source(source),
        "last": run.as_of + timedelta(days=run.days),
        "target": _build_target(run, target_g),
        "first": run.as_of + timedelta(days=start),
        "step": step,
        **_build_percentile_columns(run, days),
        "dense_chance": round_decimals(run.dense_chance[days], 3),
        "full_chance": round_decimals(run.full_chance[days], 3),
        "came": _build_outcomes(planning.compare_projection(run)),
    }


def _build_target(run: ProjectionRun, target_g: float | None) -> dict[str, Any]:
    """When the run's own target is reached, or another weight."""
    if target_g is None or target_g == run.target_g:
        dates = dict(zip(LEVELS, run.target, strict=True))
        return {"weight_g": run.target_g, "chance": run.target_chance, **dates}
    reached = [None if day is None else run.as_of + timedelta(days=day) for day in run.find_target_days(target_g)]
    return {"weight_g": target_g, "chance": None, **dict(zip(LEVELS, reached, strict=True))}


def _build_percentile_columns(run: ProjectionRun, days: slice) -> dict[str, Any]:
    figures = {"weight_{}_g": run.weight_g, "count_{}": run.count, "biomass_{}_kg": run.biomass_kg}
    return {
        name.format(level): round_significant(row[days], 4)
        for name, rows in figures.items()
        for level, row in zip(LEVELS, rows, strict=True)
    }


def _build_outcomes(held: RunComparison) -> list[dict[str, Any]]:
    known = [i + 1 for i, value in enumerate(held.weight_g.value) if value == value]
    return [
        {
            "days": day,
            "date": held.run.as_of + timedelta(days=day),
            "off": {name: round_significant([came.error[day - 1]], 2)[0] for name, came in _list_outcome_figures(held)},
            "inside": {name: bool(came.in_interval[day - 1]) for name, came in _list_outcome_figures(held)},
        }
        for day in sorted({*OUTCOME_DAYS, *known[-1:]} & set(known))
    ]


def _list_outcome_figures(held: RunComparison) -> list[tuple[str, Any]]:
    return [("weight", held.weight_g), ("count", held.count), ("biomass", held.biomass_kg)]
