"""Growth of a batch as columns: in hindsight (five statements) and as known on each day (two statements)."""

from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse

from grilse.api import growth_columns
from grilse.api.responses import get_batch_or_404, json_response
from grilse.api.routing import GROWTH as router
from grilse.api.schemas import Id, Schema, build_output_schema
from grilse.errors import GrilseError
from grilse.growth.estimating.as_of import estimate_history_as_of
from grilse.growth.history import LatestState, StateHistory, read_history
from grilse.growth.states import MEANINGS, PartWeek, add_mortality_rate, aggregate_weeks, describe_model_source
from grilse.health import queries as health
from grilse.input_types import Day
from grilse.planning import queries as planning
from grilse.planning.variance import LatestVariance
from grilse.science.estimation import default_priors
from grilse.stock import queries as stock
from grilse.stock.rules import refuse_future_date

UTC = "UTC"
Step = Literal["day", "week"]
PlanVariance: Any = build_output_schema(LatestVariance)
LatestFigures: Any = build_output_schema(LatestState)
ShortWeek: Any = build_output_schema(PartWeek)


class AsKnownResponse(Schema):
    """The estimates of a batch or of a placement as known on each day."""

    number: str
    start: date
    every: str
    states: growth_columns.AsKnownColumns | None


class GrowthResponse(Schema):
    """The content of the growth page of a batch or of a placement."""

    number: str
    start: date
    every: str
    as_of: date | None
    """The last day whose records are used; null uses all records."""
    latest: LatestFigures | None
    """The figures of the last day that records reach; later estimates are carried forward."""
    states: growth_columns.HindsightColumns | None
    part_weeks: list[ShortWeek]
    """Weeks that are not over or not complete: their values, and those of the plan, are of their last day."""
    models: dict[str, str]
    """The training data of each version of the growth model."""
    plan: growth_columns.PlanColumns | None
    """Null for a batch without a plan; it ends with the planned harvest."""
    against_plan: PlanVariance | None
    samples: growth_columns.SampleColumns
    flags: growth_columns.FlagColumns
    marks: growth_columns.EventColumns
    fcr_days: int
    """The days up to each value that its feed conversion ratio is of."""
    provenance: dict[str, str]
    """The meaning of each bit of provenance."""


@router.get("/batches/{path:number}/growth", permission="growth.read", response=GrowthResponse)
def read_growth(
    request: HttpRequest, number: str, placement: Id | None = None, every: Step = "day", as_of: Day | None = None
) -> HttpResponse:
    """Return the estimates of a batch or of a placement in hindsight, with the plan and the events."""
    batch = get_batch_or_404(number)
    history = _read_history(batch, placement, as_of)
    plan = planning.find_plan(batch.id)
    marks, samples = stock.read_batch_events(batch.id, placement, through=as_of)
    treatments = health.read_treated_days(batch.id, placement, through=as_of)
    states = history.states and add_mortality_rate(history.states)
    against = (
        growth_columns.build_plan_variance(states, plan, whole_batch=placement is None) if states and plan else None
    )
    if every == "week":
        states = states and aggregate_weeks(states)
        plan = plan and plan.aggregate_weeks(states.part_weeks if states else ())
    if placement is not None and plan:
        plan = plan.select_dates(states.first, states.last_date) if states else None
    payload = {
        "number": batch.number,
        "start": batch.start,
        "every": every,
        "as_of": as_of,
        "latest": growth_columns.build_latest_figures(history.find_latest(batch.start)),
        "states": states and growth_columns.build_hindsight_columns(states),
        "part_weeks": [asdict(week) for week in states.part_weeks] if states else [],
        "models": {str(version): describe_model_source(before) for version, before in history.models.items()},
        "plan": plan and growth_columns.build_plan_columns(plan, whole_batch=placement is None),
        "against_plan": against,
        "samples": growth_columns.build_sample_columns(samples, batch.start),
        "flags": growth_columns.build_flag_columns(history.flags, batch.start),
        "marks": growth_columns.build_event_columns(marks, treatments, batch.start),
        "fcr_days": default_priors().fcr_window,
        "provenance": {str(int(bit)): text for bit, text in MEANINGS.items()},
    }
    return json_response(payload)


@router.get("/batches/{path:number}/growth/as-known", permission="growth.read", response=AsKnownResponse)
def read_growth_as_known(
    request: HttpRequest, number: str, placement: Id | None = None, every: Step = "day", as_of: Day | None = None
) -> HttpResponse:
    """Return the estimates of a batch or of a placement as known on each day."""
    batch = get_batch_or_404(number)
    states = _read_history(batch, placement, as_of).states
    if every == "week":
        states = states and aggregate_weeks(states)
    payload = {
        "number": batch.number,
        "start": batch.start,
        "every": every,
        "states": states and growth_columns.build_state_columns(states, growth_columns.AS_KNOWN_DIGITS),
    }
    return json_response(payload)


def _read_history(batch: stock.BatchSummary, placement: int | None, as_of: date | None) -> StateHistory:
    if as_of is None:
        return read_history(batch.id, placement)
    if as_of < batch.start:
        raise GrilseError(
            f"batch {batch.number} starts on {batch.start}: choose that day or a later one", field="as_of"
        )
    refuse_future_date(as_of, UTC, field="as_of")
    return estimate_history_as_of(batch.company, batch.id, placement, as_of)
