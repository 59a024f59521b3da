"""Plan, samples, flags and events of the growth answer, as columns."""

from dataclasses import asdict
from datetime import date
from typing import Any

from grilse.api.packing import significant
from grilse.growth.history import Flag
from grilse.growth.states import States
from grilse.health import queries as health
from grilse.planning.plan import Plan
from grilse.planning.variance import Latest, variance
from grilse.stock import queries as stock

SELECTION = {"smallest": -1, "random": 0, "largest": 1}


def against_plan(states: States, plan: Plan, *, whole: bool) -> dict[str, Any] | None:
    """Return the newest of what states are beside their plan; of one container its weight alone."""
    latest = variance(states, plan).last
    if latest is None:
        return None
    kept = asdict(latest) if whole else {**dict.fromkeys(asdict(latest)), **_of_weight(latest)}
    return {name: _short(value) for name, value in kept.items()}


def _of_weight(latest: Latest) -> dict[str, Any]:
    return {name: getattr(latest, name) for name in ("date", "weight_g", "weight_pct", "days")}


def _short(value: Any) -> Any:
    return significant([value], 4)[0] if isinstance(value, float) else value


def flags(flags: list[Flag], start: date) -> dict[str, Any]:
    """Return the records that were not taken as they stand."""
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


def plan(plan: Plan, *, whole: bool) -> dict[str, Any]:
    """Return the plan; of one container its weight alone."""
    stages = [{"order": s.order, "name": s.name, "start": s.start, "stop": s.stop} for s in plan.spans]
    weight = significant(plan.course.weight_g, 4)
    packed = {"first": plan.first, "step": plan.step, "stages": stages, "mean_weight_g": weight}
    if whole:
        packed["count"] = significant(plan.course.count, 5)
        packed["biomass_kg"] = significant(plan.course.biomass_kg, 4)
    return packed


def samples(days: list[stock.SampledDay], start: date) -> dict[str, Any]:
    """Return weight samples by the days of the batch."""
    return {
        "day": [(day.date - start).days for day in days],
        "mean_weight_g": significant([day.mean_weight_g for day in days], 4),
        "sd_g": significant([day.sd_g for day in days], 3),
        "fish": [day.fish for day in days],
        "containers": [day.containers for day in days],
        "selection": [SELECTION[day.selection] for day in days],
        "set_aside": {str(i): day.set_aside for i, day in enumerate(days) if day.set_aside},
    }


def marks(
    moves: list[stock.LedgerMark], treatments: list[health.TreatedDay], start: date
) -> dict[str, list[Any]]:
    """Return what was done to the fish, by the days of the batch."""
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
