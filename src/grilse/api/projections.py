"""The plan of a batch; its projections: percentiles, risks and outcomes; at most five statements."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Status

from grilse.api.growth import Step
from grilse.api.problems import NotFoundError
from grilse.api.responses import get_batch_or_404
from grilse.api.rounding import round_decimals, round_significant
from grilse.api.routing import PLANNING as router
from grilse.api.schemas import CreatedIds, Id, Schema, build_column_schema
from grilse.growth.queries import find_training_cutoff
from grilse.growth.states import describe_model_source
from grilse.input_types import Day, RequestSchema
from grilse.planning import actions
from grilse.planning import queries as planning
from grilse.planning.ensembles import ProjectionOptions
from grilse.planning.runs import LEVELS, ProjectionRun, ProjectionSummary, RunComparison
from grilse.science.days import to_epoch_day

OUTCOME_DAYS = (30, 90, 180)
"""Days after which a projection is compared with the outcome; the last known day is compared too."""
DAYS_A_WEEK = 7
FIGURES = {"weight_{}_g": "weight_g", "count_{}": "count", "biomass_{}_kg": "biomass_kg"}


class ProjectionRequest(RequestSchema):
    """The options of a projection."""

    target_g: float = Field(4500.0, gt=0, le=20_000)
    as_of: Day | None = None
    """The last day whose records are used; null uses all records."""


class ProjectionHead(Schema):
    """A stored projection."""

    id: int
    made_at: datetime
    as_of: date
    """The last day whose records are used."""
    days: int


class CreatedRun(Schema):
    """The id of a new projection."""

    id: int


class TargetDates(Schema):
    """The dates when the mean weight reaches a target; null if it does not within the projected days."""

    weight_g: float
    chance: float | None
    """The probability that the target is reached; only for the target of the run itself."""
    p10: date | None
    p50: date | None
    p90: date | None


class ProjectionOutcome(Schema):
    """The outcome some days later, compared with the weight, count and biomass of the projection."""

    days: int
    date: date
    off: dict[str, float | None]
    """P50 divided by the outcome, minus 1."""
    inside: dict[str, bool]
    """Whether the outcome lies between P10 and P90."""


PercentileColumns: Any = build_column_schema(
    "PercentileColumns",
    "Percentiles of weight, count and biomass, and the probabilities that a container exceeds its density limit and"
    " that a sea area exceeds its biomass limit.",
    (*(name.format(level) for name in FIGURES for level in LEVELS), "dense_chance", "full_chance"),
)


class ProjectionFan(ProjectionHead, PercentileColumns):
    """A projection with its percentiles; columns have a value for each step."""

    members: int
    model: str
    last: date
    target: TargetDates
    first: date
    step: int
    came: list[ProjectionOutcome]


class ProjectionsResponse(Schema):
    """The stored projections of a batch, newest first, and one of them with its percentiles."""

    runs: list[ProjectionHead]
    run: ProjectionFan | None


@router.post("/batches/{path:number}/plan", permission="planning.plan", response={201: CreatedIds})
def plan_batch(request: HttpRequest, number: str) -> Status[dict[str, list[int]]]:
    """Plan the stages of an active batch without a plan: entered stages as they were, later ones of usual lengths."""
    return Status(201, {"ids": actions.plan_batch(get_batch_or_404(number).id)})


@router.get("/batches/{path:number}/projections", permission="planning.read", response=ProjectionsResponse)
def read_projections(
    request: HttpRequest,
    number: str,
    run: Id | None = None,
    as_of: Day | None = None,
    target_g: Annotated[float | None, Query(gt=0)] = None,
    every: Step = "day",
) -> dict[str, Any]:
    """Return the stored projections, and one with its percentiles: the newest, or the run with an id or a day."""
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
    """Project a batch and store the result."""
    batch = get_batch_or_404(number)
    known = None if wish.as_of is None else to_epoch_day(wish.as_of)
    [projection_id] = actions.project_batches(
        batch.company, [batch.id], ProjectionOptions(target_g=wish.target_g, as_of=known)
    )
    return Status(201, {"id": projection_id})


def _is_selected(head: ProjectionSummary, run: int | None, as_of: date | None) -> bool:
    return head.id == run if run is not None else as_of is None or head.as_of <= as_of


def _build_run_head(head: ProjectionSummary) -> dict[str, Any]:
    return {"id": head.id, "made_at": head.made_at, "as_of": head.as_of, "days": head.days}


def _build_run(run: ProjectionRun, target_g: float | None, every: str) -> dict[str, Any]:
    step = DAYS_A_WEEK if every == "week" else 1
    # A week is represented by its Sunday.
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
    """Return the dates when the target of the run, or another weight, is reached."""
    if target_g is None or target_g == run.target_g:
        dates = dict(zip(LEVELS, run.target, strict=True))
        return {"weight_g": run.target_g, "chance": run.target_chance, **dates}
    reached = [None if day is None else run.as_of + timedelta(days=day) for day in run.find_target_days(target_g)]
    return {"weight_g": target_g, "chance": None, **dict(zip(LEVELS, reached, strict=True))}


def _build_percentile_columns(run: ProjectionRun, days: slice) -> dict[str, Any]:
    return {
        name.format(level): round_significant(row[days], 4)
        for name, figure in FIGURES.items()
        for level, row in zip(LEVELS, getattr(run, figure), strict=True)
    }


def _build_outcomes(comparison: RunComparison) -> list[dict[str, Any]]:
    figures = {"weight": comparison.weight_g, "count": comparison.count, "biomass": comparison.biomass_kg}
    known = [i + 1 for i, value in enumerate(comparison.weight_g.value) if value == value]
    return [
        {
            "days": day,
            "date": comparison.run.as_of + timedelta(days=day),
            "off": {name: round_significant([figure.error[day - 1]], 2)[0] for name, figure in figures.items()},
            "inside": {name: bool(figure.in_interval[day - 1]) for name, figure in figures.items()},
        }
        for day in sorted({*OUTCOME_DAYS, *known[-1:]} & set(known))
    ]
