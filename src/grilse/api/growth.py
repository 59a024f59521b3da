"""Growth of a batch, in one answer of columns; five statements."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from grilse.api.packing import decimals, runs, significant
from grilse.api.shapes import Growth
from grilse.growth import queries as growth
from grilse.growth.provenance import MEANINGS
from grilse.growth.states import States, weekly, with_mortality
from grilse.health import queries as health
from grilse.planning import queries as planning
from grilse.planning.plan import Plan
from grilse.stock import queries as stock

SELECTION = {"smallest": -1, "random": 0, "largest": 1}

router = Router(tags=["growth"])

SIGNIFICANT = {
    "count": 9,
    "count_estimate": 5,
    "count_sd": 3,
    "mean_weight_g": 4,
    "mean_weight_sd_g": 3,
    "biomass_kg": 5,
    "biomass_sd_kg": 3,
    "deaths": 9,
    "mortality_pct_week": 3,
    "feed_kg": 4,
    "fcr": 3,
}


@router.get("/{path:number}/growth", response=Growth, exclude_unset=True)
def growth_of_batch(
    request: HttpRequest, number: str, placement: int | None = None, every: Literal["day", "week"] = "day"
) -> dict[str, Any]:
    """Return the daily or weekly states of a batch, or of one placement of it, with its plan and events."""
    batch = stock.batch(number)
    if batch is None:
        raise HttpError(404, f"There is no batch {number}.")
    states = growth.states(batch.id, placement)
    plan = planning.plan_of(batch.id)
    marks, samples = stock.events(batch.id, placement)
    treatments = health.treated_days(batch.id, placement)
    if every == "week":
        states, plan = states and weekly(states), plan and plan.weekly()
    if placement is not None and plan:
        plan = plan.between(states.first, states.last) if states else None
    return {
        "number": batch.number,
        "start": batch.start,
        "every": every,
        "states": states and _states(with_mortality(states)),
        "plan": plan and _plan(plan, whole=placement is None),
        "samples": _samples(samples, batch.start),
        "marks": _marks(marks, treatments, batch.start),
        "provenance": {str(int(bit)): text for bit, text in MEANINGS.items()},
    }


def _states(states: States) -> dict[str, Any]:
    columns = {name: significant(states.columns[name], digits) for name, digits in SIGNIFICANT.items()}
    return {
        "first": states.first,
        "step": states.step,
        **columns,
        "temperature_c": decimals(states.columns["temperature_c"], 1),
        "provenance": runs(states.columns["provenance"]),
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
