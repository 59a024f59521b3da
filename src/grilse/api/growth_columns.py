"""Plan, samples, flags and events of the growth answer, as columns."""

from dataclasses import asdict
from datetime import date
from typing import Any

from grilse.api.rounding import round_significant
from grilse.growth.history import WeightFlag
from grilse.growth.states import StateSeries
from grilse.health import queries as health
from grilse.planning.plans import GrowthPlan
from grilse.planning.variance import LatestVariance, compute_variance
from grilse.stock import queries as stock

SELECTION = {"smallest": -1, "random": 0, "largest": 1}


def build_plan_variance(states: StateSeries, plan: GrowthPlan, *, whole_batch: bool) -> dict[str, Any] | None:
    """Return the newest of what states are beside their plan; of one container its weight alone."""
    latest = compute_variance(states, plan).latest
    if latest is None:
        return None
    figures = asdict(latest) if whole_batch else {**dict.fromkeys(asdict(latest)), **_select_weight_fields(latest)}
    return {name: _round_value(value) for name, value in figures.items()}


def _select_weight_fields(latest: LatestVariance) -> dict[str, Any]:
    return {name: getattr(latest, name) for name in ("date", "weight_g", "weight_pct", "days")}


def _round_value(value: Any) -> Any:
    return round_significant([value], 4)[0] if isinstance(value, float) else value


def build_flag_columns(flags: list[WeightFlag], start: date) -> dict[str, Any]:
    """Return the records that were not taken as they stand."""
    return {
        "day": [(flag.date - start).days for flag in flags],
        "container": [flag.container for flag in flags],
        "record": [flag.record for flag in flags],
        "id": [flag.record_id for flag in flags],
        "measured_g": round_significant([flag.measured_g for flag in flags], 4),
        "expected_g": round_significant([flag.expected_g for flag in flags], 4),
        "sigmas": round_significant([flag.sigmas for flag in flags], 2),
        "verdict": [flag.verdict for flag in flags],
    }


def build_plan_columns(plan: GrowthPlan, *, whole_batch: bool) -> dict[str, Any]:
    """Return the plan; of one container its weight alone."""
    stages = [{"order": s.order, "name": s.name, "start": s.start, "stop": s.stop} for s in plan.spans]
    weight = round_significant(plan.course.weight_g, 4)
    packed = {"first": plan.first, "step": plan.step, "stages": stages, "mean_weight_g": weight}
    if whole_batch:
        packed["count"] = round_significant(plan.course.count, 5)
        packed["biomass_kg"] = round_significant(plan.course.biomass_kg, 4)
    return packed


def build_sample_columns(days: list[stock.SampledDay], start: date) -> dict[str, Any]:
    """Return weight samples by the days of the batch."""
    return {
        "day": [(day.date - start).days for day in days],
        "mean_weight_g": round_significant([day.mean_weight_g for day in days], 4),
        "sd_g": round_significant([day.sd_g for day in days], 3),
        "fish": [day.fish for day in days],
        "containers": [day.containers for day in days],
        "selection": [SELECTION[day.selection] for day in days],
        "set_aside": {str(i): day.set_aside for i, day in enumerate(days) if day.set_aside},
    }


def build_event_columns(
    moves: list[stock.LedgerMark], treatments: list[health.TreatedDay], start: date
) -> dict[str, list[Any]]:
    """Return what was done to the fish, by the days of the batch."""
    rows = [
        ((mark.date - start).days, mark.kind.lower(), mark.stage, mark.containers, mark.count, mark.mean_weight_g)
        for mark in moves
    ] + [((day.date - start).days, day.kind, day.method, day.containers, None, None) for day in treatments]
    rows.sort(key=lambda row: row[:3])
    return {
        "day": [row[0] for row in rows],
        "kind": [row[1] for row in rows],
        "what": [row[2] for row in rows],
        "containers": [row[3] for row in rows],
        "count": [row[4] for row in rows],
        "mean_weight_g": round_significant([row[5] for row in rows], 4),
    }
