"""Growth of a batch, in one answer of columns; five statements, and two for what was known on the days."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from grilse.api import growth_columns
from grilse.api.batch import get_batch_or_404
from grilse.api.growth_schemas import AsKnownResponse, GrowthResponse, Step
from grilse.api.responses import json_response
from grilse.api.rounding import encode_runs, round_decimals, round_significant
from grilse.api.routers import GROWTH as router
from grilse.growth.estimating.as_of import estimate_history_as_of
from grilse.growth.history import StateHistory, read_history
from grilse.growth.states import MEANINGS, StateSeries, add_mortality_rate, aggregate_weeks, describe_model_source
from grilse.health import queries as health
from grilse.planning import queries as planning
from grilse.stock import queries as stock

HINDSIGHT_DIGITS = {
    "count": 9,
    "hindsight_count": 5,
    "hindsight_count_sd": 3,
    "hindsight_weight_g": 4,
    "hindsight_weight_sd_g": 3,
    "hindsight_biomass_kg": 5,
    "hindsight_biomass_sd_kg": 3,
    "deaths": 9,
    "mortality_pct_week": 2,
    "feed_kg": 3,
    "fcr": 3,
}
AS_KNOWN_DIGITS = {
    "count_estimate": 5,
    "count_sd": 3,
    "mean_weight_g": 4,
    "mean_weight_sd_g": 3,
    "biomass_kg": 5,
    "biomass_sd_kg": 3,
}


@router.get("/batches/{path:number}/growth", permission="growth.read", response=GrowthResponse)
def read_growth(
    request: HttpRequest, number: str, placement: int | None = None, every: Step = "day", as_of: date | None = None
) -> HttpResponse:
    """Return the states of a batch or of one placement in best hindsight, with its plan and events."""
    batch = get_batch_or_404(number)
    known = _read_history(batch, placement, as_of)
    plan = planning.find_plan(batch.id)
    marks, samples = stock.read_batch_events(batch.id, placement, through=as_of)
    treatments = health.read_treated_days(batch.id, placement, through=as_of)
    states = known.states
    against = (
        growth_columns.build_plan_variance(states, plan, whole_batch=placement is None) if states and plan else None
    )
    if every == "week":
        states, plan = states and aggregate_weeks(states), plan and plan.aggregate_weeks()
    if placement is not None and plan:
        plan = plan.select_dates(states.first, states.last_date) if states else None
    payload = {
        "number": batch.number,
        "start": batch.start,
        "every": every,
        "as_of": as_of,
        "states": states and _build_state_columns(add_mortality_rate(states)),
        "models": {str(version): describe_model_source(before) for version, before in known.models.items()},
        "plan": plan and growth_columns.build_plan_columns(plan, whole_batch=placement is None),
        "against_plan": against,
        "samples": growth_columns.build_sample_columns(samples, batch.start),
        "flags": growth_columns.build_flag_columns(known.flags, batch.start),
        "marks": growth_columns.build_event_columns(marks, treatments, batch.start),
        "provenance": {str(int(bit)): text for bit, text in MEANINGS.items()},
    }
    return json_response(payload)


@router.get("/batches/{path:number}/growth/as-known", permission="growth.read", response=AsKnownResponse)
def read_growth_as_known(
    request: HttpRequest, number: str, placement: int | None = None, every: Step = "day", as_of: date | None = None
) -> HttpResponse:
    """Return what the estimator said on each day, from what was known by then."""
    batch = get_batch_or_404(number)
    states = _read_history(batch, placement, as_of).states
    if every == "week":
        states = states and aggregate_weeks(states)
    payload = {
        "number": batch.number,
        "start": batch.start,
        "every": every,
        "states": states and _round_columns(states, AS_KNOWN_DIGITS),
    }
    return json_response(payload)


def _read_history(batch: stock.BatchSummary, placement: int | None, as_of: date | None) -> StateHistory:
    if as_of is None:
        return read_history(batch.id, placement)
    return estimate_history_as_of(batch.company, batch.id, placement, as_of)


def _build_state_columns(states: StateSeries) -> dict[str, Any]:
    return {
        **_round_columns(states, HINDSIGHT_DIGITS),
        "temperature_c": round_decimals(states.columns["temperature_c"], 1),
        "provenance": encode_runs(states.columns["provenance"]),
        "model": encode_runs(states.columns["growth_model_id"]),
    }


def _round_columns(states: StateSeries, digits: Mapping[str, int]) -> dict[str, Any]:
    packed = {name: round_significant(states.columns[name], digit_count) for name, digit_count in digits.items()}
    return {"first": states.first, "step": states.step, **packed}
