"""What may be wished of each kind of job; every door takes a wish in this form."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_SEED = 2**63 - 1

# What the database can look for: no control characters.
BatchNumber = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]+$")]


class JobParameters(BaseModel):
    """A wish that has what its kind knows, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ProjectionParameters(JobParameters):
    """Which batches to project, how far."""

    batches: list[BatchNumber] = Field(default=[], max_length=1000)
    """Numbers; all that stand where none is named."""
    days: int = Field(450, ge=1, le=1500)
    target_g: float = Field(4500.0, gt=0, le=20_000)
    members: int = Field(500, ge=20, le=5000)
    seed: int = Field(1, ge=0, le=MAX_SEED)
    as_of: date | None = None
    """Last day whose events are known; none for all of them."""


class LearningParameters(JobParameters):
    """Before which days to learn from what was harvested."""

    before: list[date] = Field(default=[], max_length=100)
    """The day after the last harvest where none is named."""


class EstimationParameters(JobParameters):
    """Which batches to estimate anew."""

    batches: list[BatchNumber] = Field(default=[], max_length=1000)
    """Numbers; all where none is named."""


class CheckParameters(JobParameters):
    """Nothing: everything is checked."""


class BacktestParameters(JobParameters):
    """How much of the generated history to hold against its truth."""

    batches: int | None = Field(None, ge=1)
    """So many, spread over the history; all where no number is given."""
    learn: bool = True
    """Use what had been harvested before each day."""


class FingerprintParameters(JobParameters):
    """Nothing: all records count."""


class ExportParameters(JobParameters):
    """Nothing: all records go out."""
