"""The answers about looks ahead."""

from datetime import date, datetime

from ninja import Schema

from grilse.api.growth_schemas import ColumnValues


class CreatedRun(Schema):
    """A run that was made."""

    id: int


class ProjectionHead(Schema):
    """A kept run."""

    id: int
    made_at: datetime
    as_of: date
    """Last day whose events it knew."""
    days: int


class TargetDates(Schema):
    """When a mean weight is reached; null beyond the days looked ahead."""

    weight_g: float
    chance: float | None
    """That it is reached within them; of the weight that the run was made for."""
    p10: date | None
    p50: date | None
    p90: date | None


class ProjectionOutcome(Schema):
    """What came some days later, beside weight, count and biomass of the run."""

    days: int
    date: date
    off: dict[str, float | None]
    """P50 over what came, less 1."""
    inside: dict[str, bool]
    """Whether what came lies from P10 to P90."""


class ProjectionFan(ProjectionHead):
    """A run whole, one value a step in every column."""

    members: int
    model: str
    last: date
    target: TargetDates
    first: date
    step: int
    weight_p10_g: ColumnValues
    weight_p50_g: ColumnValues
    weight_p90_g: ColumnValues
    count_p10: ColumnValues
    count_p50: ColumnValues
    count_p90: ColumnValues
    biomass_p10_kg: ColumnValues
    biomass_p50_kg: ColumnValues
    biomass_p90_kg: ColumnValues
    dense_chance: ColumnValues
    """That a container stands above its density limit."""
    full_chance: ColumnValues
    """That a sea area stands above its biomass limit."""
    came: list[ProjectionOutcome]


class ProjectionsResponse(Schema):
    """The kept runs of a batch, newest first, and one of them whole."""

    runs: list[ProjectionHead]
    run: ProjectionFan | None
