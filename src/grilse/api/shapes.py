"""The answers of the JSON door. Values of a column belong to `first`, `first + step days`, and so on."""

from datetime import date
from typing import Literal

from ninja import Schema

Values = list[int | float | None]
Step = Literal["day", "week"]


class States(Schema):
    """Estimated states in best hindsight, one value a step in every column."""

    first: date
    step: int
    count: Values
    """Of the ledger."""
    hindsight_count: Values
    hindsight_count_sd: Values
    hindsight_weight_g: Values
    hindsight_weight_sd_g: Values
    hindsight_biomass_kg: Values
    hindsight_biomass_sd_kg: Values
    temperature_c: Values
    deaths: Values
    mortality_pct_week: Values
    feed_kg: Values
    fcr: Values
    provenance: list[list[int]]
    """Runs: [sum of the bits, number of steps]."""
    model: list[list[int]]
    """Runs: [version of the growth model, number of steps]; 0 is the literature's."""


class KnownStates(Schema):
    """Estimated states as known on the day, one value a step in every column."""

    first: date
    step: int
    count_estimate: Values
    count_sd: Values
    mean_weight_g: Values
    mean_weight_sd_g: Values
    biomass_kg: Values
    biomass_sd_kg: Values


class AsKnown(Schema):
    """What the estimator said on each day."""

    number: str
    start: date
    every: str
    states: KnownStates | None


class Stage(Schema):
    """A planned stage, half-open."""

    order: int
    name: str
    start: date
    stop: date


class Plan(Schema):
    """The plan; of one container only its weight."""

    first: date
    step: int
    stages: list[Stage]
    mean_weight_g: Values
    count: Values | None = None
    biomass_kg: Values | None = None


class Samples(Schema):
    """Weight samples, one value a day and selection in every column."""

    day: list[int]
    """Of the batch: 0 is its start."""
    mean_weight_g: Values
    sd_g: Values
    fish: list[int]
    containers: list[int]
    selection: list[int]
    """-1 the smallest fish, 0 any, 1 the largest."""
    set_aside: dict[str, str]
    """Why samples do not count, by their place in the columns; those that do are left out."""


class Flags(Schema):
    """Records of weight that were not taken as they stand, one value a record in every column."""

    day: list[int]
    """Of the batch: 0 is its start."""
    container: list[str]
    record: list[str]
    """Sample, transfer or harvest."""
    id: list[int]
    measured_g: Values
    expected_g: Values
    sigmas: Values
    """Standard deviations between the two."""
    verdict: list[str]


class Marks(Schema):
    """What was done to the fish: one value a day, kind and stage (or method) in every column."""

    day: list[int]
    """Of the batch: 0 is its start."""
    kind: list[str]
    what: list[str]
    """Stage of the fish, or method of the treatment."""
    containers: list[int]
    count: list[int | None]
    mean_weight_g: Values


class AgainstPlan(Schema):
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


class Growth(Schema):
    """Everything that the growth page draws."""

    number: str
    start: date
    every: str
    as_of: date | None
    """Day after which nothing was known; null for everything that is."""
    states: States | None
    models: dict[str, str]
    """Where each version of the growth model comes from."""
    plan: Plan | None
    against_plan: AgainstPlan | None
    samples: Samples
    flags: Flags
    marks: Marks
    provenance: dict[str, str]
    """What each bit means."""
