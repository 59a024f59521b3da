"""Growth of a batch, in one answer of columns; five statements, and two for what was known on the days."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from grilse.api.packing import decimals, runs, significant
from grilse.api.shapes import AsKnown, Growth, Step
from grilse.growth.as_of import history_as_of
from grilse.growth.history import Flag, History, history
from grilse.growth.provenance import MEANINGS, model_source
from grilse.growth.states import States, weekly, with_mortality
from grilse.health import queries as health
from grilse.planning import queries as planning
from grilse.planning.plan import Plan
from grilse.planning.variance import Latest, variance
from grilse.stock import queries as stock

SELECTION = {"smallest": -1, "random": 0, "largest": 1}

router = Router(tags=["growth"])

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


@router.get("/{path:number}/growth", response=Growth, exclude_unset=True)
def growth_of_batch(
    request: HttpRequest,
    number: str,
    placement: int | None = None,
    every: Step = "day",
    as_of: date | None = None,
) -> dict[str, Any]:
    """Return the states of a batch or of one placement in best hindsight, with its plan and events."""
    batch = _batch(number)
    known = _history(batch, placement, as_of)
    plan = planning.plan_of(batch.id)
    marks, samples = stock.events(batch.id, placement, through=as_of)
    treatments = health.treated_days(batch.id, placement, through=as_of)
    states = known.states
    against = _against_plan(states, plan, whole=placement is None) if states and plan else None
    if every == "week":
        states, plan = states and weekly(states), plan and plan.weekly()
    if placement is not None and plan:
        plan = plan.between(states.first, states.last) if states else None
    return {
        "number": batch.number,
        "start": batch.start,
        "every": every,
        "as_of": as_of,
        "states": states and _states(with_mortality(states)),
        "models": {str(version): model_source(before) for version, before in known.models.items()},
        "plan": plan and _plan(plan, whole=placement is None),
        "against_plan": against,
        "samples": _samples(samples, batch.start),
        "flags": _flags(known.flags, batch.start),
        "marks": _marks(marks, treatments, batch.start),
        "provenance": {str(int(bit)): text for bit, text in MEANINGS.items()},
    }


@router.get("/{path:number}/growth/as-known", response=AsKnown)
def growth_as_known(
    request: HttpRequest,
    number: str,
    placement: int | None = None,
    every: Step = "day",
    as_of: date | None = None,
) -> dict[str, Any]:
    """Return what the estimator said on each day, from what was known by then."""
    batch = _batch(number)
    states = _history(batch, placement, as_of).states
    if every == "week":
        states = states and weekly(states)
    return {
        "number": batch.number,
        "start": batch.start,
        "every": every,
        "states": states and _packed(states, KNOWN),
    }


def _batch(number: str) -> stock.BatchHead:
    batch = stock.batch(number)
    if batch is None:
        raise HttpError(404, f"There is no batch {number}.")
    return batch


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
    columns = {name: significant(states.columns[name], kept) for name, kept in digits.items()}
    return {"first": states.first, "step": states.step, **columns}


def _against_plan(states: States, plan: Plan, *, whole: bool) -> dict[str, Any] | None:
    latest = variance(states, plan).last
    if latest is None:
        return None
    # The plan of one container is its weight alone.
    kept = asdict(latest) if whole else {**dict.fromkeys(asdict(latest)), **_of_weight(latest)}
    return {name: _short(value) for name, value in kept.items()}


def _of_weight(latest: Latest) -> dict[str, Any]:
    return {name: getattr(latest, name) for name in ("date", "weight_g", "weight_pct", "days")}


def _short(value: Any) -> Any:
    return significant([value], 4)[0] if isinstance(value, float) else value


def _flags(flags: list[Flag], start: date) -> dict[str, Any]:
    return {
        "day": [(flag.date - start).days for flag in flags],
        "container": [flag.container for flag in flags],
        "record": [flag.record for flag in flags],
        "id": [flag.record_id for flag in flags],
        "measured_g": significant([flag.measured_g for flag in flags], 4),
        "expected_g": significant([flag.expected_g for flag in flags], 4),
        "sigmas": significant([flag.sigmas for flag in flags], 2),
        "verdict": [flag.verdict for flag in flags],
    }


def _plan(plan: Plan, *, whole: bool) -> dict[str, Any]:
    stages = [{"order": s.order, "name": s.name, "start": s.start, "stop": s.stop} for s in plan.spans]
    weight = significant(plan.course.weight_g, 4)
    packed = {"first": plan.first, "step": plan.step, "stages": stages, "mean_weight_g": weight}
    if whole:
        packed["count"] = significant(plan.course.count, 5)
        packed["biomass_kg"] = significant(plan.course.biomass_kg, 4)
    return packed


def _samples(days: list[stock.SampledDay], start: date) -> dict[str, Any]:
    return {
        "day": [(day.date - start).days for day in days],
        "mean_weight_g": significant([day.mean_weight_g for day in days], 4),
        "sd_g": significant([day.sd_g for day in days], 3),
        "fish": [day.fish for day in days],
        "containers": [day.containers for day in days],
        "selection": [SELECTION[day.selection] for day in days],
        "set_aside": {str(i): day.set_aside for i, day in enumerate(days) if day.set_aside},
    }


def _marks(
    moves: list[stock.LedgerMark], treatments: list[health.TreatedDay], start: date
) -> dict[str, list[Any]]:
    rows = [
        (
            (mark.date - start).days,
            mark.kind.lower(),
            mark.stage,
            mark.containers,
            mark.count,
            mark.mean_weight_g,
        )
        for mark in moves
    ] + [((day.date - start).days, day.kind, day.method, day.containers, None, None) for day in treatments]
    rows.sort(key=lambda row: row[:3])
    return {
        "day": [row[0] for row in rows],
        "kind": [row[1] for row in rows],
        "what": [row[2] for row in rows],
        "containers": [row[3] for row in rows],
        "count": [row[4] for row in rows],
        "mean_weight_g": significant([row[5] for row in rows], 4),
    }
