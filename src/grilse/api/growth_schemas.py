"""The answers of the JSON door. Values of a column belong to `first`, `first + step days`, and so on."""

from datetime import date
from typing import Literal

from ninja import Schema

ColumnValues = list[int | float | None]
Step = Literal["day", "week"]


class HindsightColumns(Schema):
    """Estimated states in best hindsight, one value a step in every column."""

    first: date
    step: int
    count: ColumnValues
    """Of the ledger."""
    hindsight_count: ColumnValues
    hindsight_count_sd: ColumnValues
    hindsight_weight_g: ColumnValues
    hindsight_weight_sd_g: ColumnValues
    hindsight_biomass_kg: ColumnValues
    hindsight_biomass_sd_kg: ColumnValues
    temperature_c: ColumnValues
    deaths: ColumnValues
    mortality_pct_week: ColumnValues
    feed_kg: ColumnValues
    fcr: ColumnValues
    provenance: list[list[int]]
    """Runs: [sum of the bits, number of steps]."""
    model: list[list[int]]
    """Runs: [version of the growth model, number of steps]; 0 is the literature's."""


class AsKnownColumns(Schema):
    """Estimated states as known on the day, one value a step in every column."""

    first: date
    step: int
    count_estimate: ColumnValues
    count_sd: ColumnValues
    mean_weight_g: ColumnValues
    mean_weight_sd_g: ColumnValues
    biomass_kg: ColumnValues
    biomass_sd_kg: ColumnValues


class AsKnownResponse(Schema):
    """What the estimator said on each day."""

    number: str
    start: date
    every: str
    states: AsKnownColumns | None


class PlanStage(Schema):
    """A planned stage, half-open."""

    order: int
    name: str
    start: date
    stop: date


class PlanColumns(Schema):
    """The plan; of one container only its weight."""

    first: date
    step: int
    stages: list[PlanStage]
    mean_weight_g: ColumnValues
    count: ColumnValues | None = None
    biomass_kg: ColumnValues | None = None


class SampleColumns(Schema):
    """Weight samples, one value a day and selection in every column."""

    day: list[int]
    """Of the batch: 0 is its start."""
    mean_weight_g: ColumnValues
    sd_g: ColumnValues
    fish: list[int]
    containers: list[int]
    selection: list[int]
    """-1 the smallest fish, 0 any, 1 the largest."""
    set_aside: dict[str, str]
    """Why samples do not count, by their place in the columns; those that do are left out."""


class FlagColumns(Schema):
    """Records of weight that were not taken as they stand, one value a record in every column."""

    day: list[int]
    """Of the batch: 0 is its start."""
    container: list[str]
    record: list[str]
    """Sample, transfer or harvest."""
    id: list[int]
    measured_g: ColumnValues
    expected_g: ColumnValues
    sigmas: ColumnValues
    """Standard deviations between the two."""
    verdict: list[str]


class EventColumns(Schema):
    """What was done to the fish: one value a day, kind and stage (or method) in every column."""

    day: list[int]
    """Of the batch: 0 is its start."""
    kind: list[str]
    what: list[str]
    """Stage of the fish, or method of the treatment."""
    containers: list[int]
    count: list[int | None]
    mean_weight_g: ColumnValues


class PlanVariance(Schema):
    """Actual less planned, on the newest date that has both; of one container only weight and days."""

    date: date
    weight_g: float | None
    weight_pct: float | None
    count: float | None
    count_pct: float | None
    biomass_kg: float | None
    biomass_pct: float | None
    days: float | None
    """Ahead of plan."""


class GrowthResponse(Schema):
    """Everything that the growth page draws."""

    number: str
    start: date
    every: str
    as_of: date | None
    """Day after which nothing was known; null for everything that is."""
    states: HindsightColumns | None
    models: dict[str, str]
    """Where each version of the growth model comes from."""
    plan: PlanColumns | None
    against_plan: PlanVariance | None
    samples: SampleColumns
    flags: FlagColumns
    marks: EventColumns
    provenance: dict[str, str]
    """What each bit means."""
