"""Growth of a batch, in one answer of columns; five statements, and two for what was known on the days."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from grilse.api import columns
from grilse.api.answers import compact
from grilse.api.batch import batch_of
from grilse.api.packing import decimals, runs, significant
from grilse.api.rooms import GROWTH as router
from grilse.api.shapes import AsKnown, Growth, Step
from grilse.growth.as_of import history_as_of
from grilse.growth.history import History, history
from grilse.growth.provenance import MEANINGS, model_source
from grilse.growth.states import States, weekly, with_mortality
from grilse.health import queries as health
from grilse.planning import queries as planning
from grilse.stock import queries as stock

BEST = {
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
KNOWN = {
    "count_estimate": 5,
    "count_sd": 3,
    "mean_weight_g": 4,
    "mean_weight_sd_g": 3,
    "biomass_kg": 5,
    "biomass_sd_kg": 3,
}


@router.get("/batches/{path:number}/growth", may="growth.read", response=Growth)
def growth_of_batch(
    request: HttpRequest,
    number: str,
    placement: int | None = None,
    every: Step = "day",
    as_of: date | None = None,
) -> HttpResponse:
    """Return the states of a batch or of one placement in best hindsight, with its plan and events."""
    batch = batch_of(number)
    known = _history(batch, placement, as_of)
    plan = planning.plan_of(batch.id)
    marks, samples = stock.events(batch.id, placement, through=as_of)
    treatments = health.treated_days(batch.id, placement, through=as_of)
    states = known.states
    against = columns.against_plan(states, plan, whole=placement is None) if states and plan else None
    if every == "week":
        states, plan = states and weekly(states), plan and plan.weekly()
    if placement is not None and plan:
        plan = plan.between(states.first, states.last) if states else None
    told = {
        "number": batch.number,
        "start": batch.start,
        "every": every,
        "as_of": as_of,
        "states": states and _states(with_mortality(states)),
        "models": {str(version): model_source(before) for version, before in known.models.items()},
        "plan": plan and columns.plan(plan, whole=placement is None),
        "against_plan": against,
        "samples": columns.samples(samples, batch.start),
        "flags": columns.flags(known.flags, batch.start),
        "marks": columns.marks(marks, treatments, batch.start),
        "provenance": {str(int(bit)): text for bit, text in MEANINGS.items()},
    }
    return compact(told)


@router.get("/batches/{path:number}/growth/as-known", may="growth.read", response=AsKnown)
def growth_as_known(
    request: HttpRequest,
    number: str,
    placement: int | None = None,
    every: Step = "day",
    as_of: date | None = None,
) -> HttpResponse:
    """Return what the estimator said on each day, from what was known by then."""
    batch = batch_of(number)
    states = _history(batch, placement, as_of).states
    if every == "week":
        states = states and weekly(states)
    told = {
        "number": batch.number,
        "start": batch.start,
        "every": every,
        "states": states and _packed(states, KNOWN),
    }
    return compact(told)


def _history(batch: stock.BatchHead, placement: int | None, as_of: date | None) -> History:
    if as_of is None:
        return history(batch.id, placement)
    return history_as_of(batch.company, batch.id, placement, as_of)


def _states(states: States) -> dict[str, Any]:
    return {
        **_packed(states, BEST),
        "temperature_c": decimals(states.columns["temperature_c"], 1),
        "provenance": runs(states.columns["provenance"]),
        "model": runs(states.columns["growth_model_id"]),
    }


def _packed(states: States, digits: Mapping[str, int]) -> dict[str, Any]:
    packed = {name: significant(states.columns[name], kept) for name, kept in digits.items()}
    return {"first": states.first, "step": states.step, **packed}
