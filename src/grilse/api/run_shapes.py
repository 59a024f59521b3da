"""The answers about looks ahead."""

from datetime import date, datetime

from ninja import Schema

from grilse.api.shapes import Values


class RunMade(Schema):
    """A run that was made."""

    id: int


class RunHead(Schema):
    """A kept run."""

    id: int
    made_at: datetime
    as_of: date
    """Last day whose events it knew."""
    days: int


class Target(Schema):
    """When a mean weight is reached; null beyond the days looked ahead."""

    weight_g: float
    chance: float | None
    """That it is reached within them; of the weight that the run was made for."""
    p10: date | None
    p50: date | None
    p90: date | None


class CameAt(Schema):
    """What came some days later, beside weight, count and biomass of the run."""

    days: int
    date: date
    off: dict[str, float | None]
    """P50 over what came, less 1."""
    inside: dict[str, bool]
    """Whether what came lies from P10 to P90."""


class Fan(RunHead):
    """A run whole, one value a step in every column."""

    members: int
    model: str
    last: date
    target: Target
    first: date
    step: int
    weight_p10_g: Values
    weight_p50_g: Values
    weight_p90_g: Values
    count_p10: Values
    count_p50: Values
    count_p90: Values
    biomass_p10_kg: Values
    biomass_p50_kg: Values
    biomass_p90_kg: Values
    dense_chance: Values
    """That a container stands above its density limit."""
    full_chance: Values
    """That a sea area stands above its biomass limit."""
    came: list[CameAt]


class Ahead(Schema):
    """The kept runs of a batch, newest first, and one of them whole."""

    runs: list[RunHead]
    run: Fan | None
