"""Columns of the growth response and their schemas. Values belong to `first`, `first` + `step` days, and so on."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from grilse.api.rounding import build_columns, encode_runs, round_decimals, round_significant
from grilse.api.schemas import ColumnValues, Schema, build_column_schema
from grilse.growth.history import LatestState, WeightFlag
from grilse.growth.states import StateSeries
from grilse.health import queries as health
from grilse.planning.plans import GrowthPlan
from grilse.planning.variance import LatestVariance, compute_variance
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
LATEST_DIGITS = {"count": 9, "mean_weight_g": 4, "mean_weight_sd_g": 3, "biomass_kg": 5, "biomass_sd_kg": 3}
AS_KNOWN_DIGITS = {
    "count_estimate": 5,
    "count_sd": 3,
    "mean_weight_g": 4,
    "mean_weight_sd_g": 3,
    "biomass_kg": 5,
    "biomass_sd_kg": 3,
}
FLAG_DIGITS = {"container": None, "record": None, "measured_g": 4, "expected_g": 4, "sigmas": 2, "verdict": None}
SAMPLE_DIGITS = {"mean_weight_g": 4, "sd_g": 3, "fish": None, "containers": None}
EVENT_NAMES = ("day", "kind", "what", "containers", "count", "mean_weight_g")
SELECTION = {"smallest": -1, "random": 0, "largest": 1}
STEPS: dict[str, Any] = {"first": (date, ...), "step": (int, ...)}
Runs = list[list[int]]
HindsightColumns: Any = build_column_schema(
    "HindsightColumns",
    "Estimates in hindsight. `provenance`, `carried_forward` and `model` are runs of a value and its number of steps:"
    " the sum of the bits of provenance, 1 where the estimate is carried forward without records, and the version of"
    " the growth model, 0 for the model from the literature.",
    (*HINDSIGHT_DIGITS, "temperature_c"),
    **STEPS,
    provenance=(Runs, ...),
    carried_forward=(Runs, ...),
    model=(Runs, ...),
)
AsKnownColumns: Any = build_column_schema("AsKnownColumns", "Estimates as known on each day.", AS_KNOWN_DIGITS, **STEPS)


class PlanStage(Schema):
    """A planned stage; `stop` is the first day after it."""

    order: int
    name: str
    start: date
    stop: date


class PlanColumns(Schema):
    """The plan of a batch; the plan of one container has only its weight."""

    first: date
    step: int
    stages: list[PlanStage]
    mean_weight_g: ColumnValues
    count: ColumnValues | None = None
    biomass_kg: ColumnValues | None = None


class DayColumns(Schema):
    """Columns with a value for each row."""

    day: list[int]
    """The day of the batch; day 0 is its start."""


class SampleColumns(DayColumns):
    """Weight samples, a value for each day and selection."""

    mean_weight_g: ColumnValues
    sd_g: ColumnValues
    fish: list[int]
    containers: list[int]
    selection: list[int]
    """-1 for the smallest fish, 0 for random fish, 1 for the largest."""
    set_aside: dict[str, str]
    """Why a sample is excluded, by its index in the columns."""


class FlagColumns(DayColumns):
    """Flagged weight records, a value for each record."""

    container: list[str]
    record: list[str]
    """sample, transfer or harvest"""
    id: list[int]
    measured_g: ColumnValues
    expected_g: ColumnValues
    sigmas: ColumnValues
    """The difference in standard deviations."""
    verdict: list[str]


class EventColumns(DayColumns):
    """Events of the fish, a value for each day, kind and stage (or method)."""

    kind: list[str]
    what: list[str]
    """The stage of the fish, or the method of the treatment."""
    containers: list[int]
    count: list[int | None]
    mean_weight_g: ColumnValues


def build_hindsight_columns(states: StateSeries) -> dict[str, Any]:
    """Return the estimates in hindsight."""
    return {
        **build_state_columns(states, HINDSIGHT_DIGITS),
        "temperature_c": round_decimals(states.columns["temperature_c"], 1),
        "provenance": encode_runs(states.columns["provenance"]),
        "carried_forward": encode_runs(states.is_carried),
        "model": encode_runs(states.columns["growth_model_id"]),
    }


def build_state_columns(states: StateSeries, digits: dict[str, int]) -> dict[str, Any]:
    """Return columns of estimates, each rounded to its digits."""
    columns = {name: round_significant(states.columns[name], places) for name, places in digits.items()}
    return {"first": states.first, "step": states.step, **columns}


def build_latest_figures(latest: LatestState | None) -> dict[str, Any] | None:
    """Return the figures of the last day that records reach, rounded as the columns are."""
    if latest is None:
        return None
    figures = {name: getattr(latest, name) for name in LATEST_DIGITS}
    rounded = {name: round_significant([value], LATEST_DIGITS[name])[0] for name, value in figures.items()}
    return {**asdict(latest), **rounded}


def build_plan_variance(states: StateSeries, plan: GrowthPlan, *, whole_batch: bool) -> dict[str, Any] | None:
    """Return the latest difference from the plan; for one container only the difference of its weight."""
    latest = compute_variance(states, plan).latest
    if latest is None:
        return None
    return {
        name: round_significant([value], 4)[0] if isinstance(value, float) else value
        for name, value in asdict(latest if whole_batch else _select_weight(latest)).items()
    }


def _select_weight(latest: LatestVariance) -> LatestVariance:
    return replace(latest, count=None, count_pct=None, biomass_kg=None, biomass_pct=None)


def build_flag_columns(flags: list[WeightFlag], start: date) -> dict[str, Any]:
    """Return the flagged weight records by the days of the batch."""
    days = [(flag.date - start).days for flag in flags]
    return {"day": days, "id": [flag.record_id for flag in flags], **build_columns(flags, FLAG_DIGITS)}


def build_plan_columns(plan: GrowthPlan, *, whole_batch: bool) -> dict[str, Any]:
    """Return the plan; for one container only its weight."""
    stages = [{"order": s.order, "name": s.name, "start": s.start, "stop": s.stop} for s in plan.spans]
    weight = round_significant(plan.course.weight_g, 4)
    columns = {"first": plan.first, "step": plan.step, "stages": stages, "mean_weight_g": weight}
    if whole_batch:
        columns["count"] = round_significant(plan.course.count, 5)
        columns["biomass_kg"] = round_significant(plan.course.biomass_kg, 4)
    return columns


def build_sample_columns(samples: list[stock.SampledDay], start: date) -> dict[str, Any]:
    """Return the weight samples by the days of the batch."""
    return {
        "day": [(sample.date - start).days for sample in samples],
        **build_columns(samples, SAMPLE_DIGITS),
        "selection": [SELECTION[sample.selection] for sample in samples],
        "set_aside": {str(i): sample.set_aside for i, sample in enumerate(samples) if sample.set_aside},
    }


def build_event_columns(
    marks: list[stock.LedgerMark], treatments: list[health.TreatedDay], start: date
) -> dict[str, list[Any]]:
    """Return the movements and treatments by the days of the batch."""
    rows = [
        ((mark.date - start).days, mark.kind.lower(), mark.stage, mark.containers, mark.count, mark.mean_weight_g)
        for mark in marks
    ] + [((day.date - start).days, day.kind, day.method, day.containers, None, None) for day in treatments]
    rows.sort(key=lambda row: row[:3])
    columns: dict[str, list[Any]] = {name: [row[i] for row in rows] for i, name in enumerate(EVENT_NAMES)}
    return {**columns, "mean_weight_g": round_significant(columns["mean_weight_g"], 4)}
