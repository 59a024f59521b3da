"""Fish weighed one by one, or as many at once: how many, how heavy, how long, how stout."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grilse.errors import GrilseError
from grilse.row_validation import check_fields
from grilse.science.measurement import condition_factor
from grilse.stock import messages
from grilse.stock.models import WeighedFish, WeightSample
from grilse.stock.rules import refuse_invalid_weight

if TYPE_CHECKING:
    from grilse.stock.actions.weight_samples import NewSample


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredFish:
    """One fish."""

    weight_g: float
    length_cm: float | None = None
    """Fork length."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleStatistics:
    """What a sample says of its fish."""

    fish: int
    mean_weight_g: float
    sd_g: float | None
    mean_length_cm: float | None
    k_factor: float | None


def compute_sample_statistics(sample: "NewSample") -> SampleStatistics:
    """Return what a sample says of its fish; refuse one that says it twice, or not at all."""
    if sample.fish:
        return _compute_fish_statistics(sample)
    count, mean = sample.fish_weighed, sample.mean_weight_g
    if count is None or mean is None:
        raise GrilseError(messages.describe_missing_weight(), field="fish" if count is None else "mean_weight_g")
    if count < 1:
        raise GrilseError(messages.describe_too_few_weighed(count), field="fish_weighed")
    refuse_invalid_weight(mean)
    if sample.sd_g is not None and sample.sd_g < 0:
        raise GrilseError(messages.describe_negative_sd(sample.sd_g), field="sd_g")
    length = sample.mean_length_cm
    _refuse_lengths([length])
    k = None if length is None else float(condition_factor(mean, length))
    return SampleStatistics(fish=count, mean_weight_g=mean, sd_g=sample.sd_g, mean_length_cm=length, k_factor=k)


def _compute_fish_statistics(sample: "NewSample") -> SampleStatistics:
    """Return number, means and spread of fish weighed one by one; K of those that were measured too."""
    means = (sample.fish_weighed, sample.mean_weight_g, sample.sd_g, sample.mean_length_cm)
    if any(value is not None for value in means):
        raise GrilseError(messages.describe_double_weight(), field="fish")
    for fish in sample.fish:
        refuse_invalid_weight(fish.weight_g)
    _refuse_lengths(fish.length_cm for fish in sample.fish)
    weights = np.array([fish.weight_g for fish in sample.fish])
    measured = [fish for fish in sample.fish if fish.length_cm is not None]
    lengths = np.array([fish.length_cm for fish in measured], np.float64)
    factors = condition_factor(np.array([fish.weight_g for fish in measured]), lengths)
    return SampleStatistics(
        fish=len(weights),
        mean_weight_g=float(weights.mean()),
        sd_g=float(weights.std(ddof=1)) if len(weights) > 1 else None,
        mean_length_cm=float(lengths.mean()) if measured else None,
        k_factor=float(factors.mean()) if measured else None,
    )


def _refuse_lengths(lengths: Iterable[float | None]) -> None:
    for length in lengths:
        if length is not None and not 0 < length <= messages.MAX_LENGTH_CM:
            raise GrilseError(messages.describe_invalid_length(length), field="length_cm")


def build_fish_rows(row: WeightSample, fish: Sequence[MeasuredFish]) -> list[WeighedFish]:
    """Return the rows of a sample's fish, in the order they were weighed."""
    rows = [
        WeighedFish(
            company_id=row.company_id,
            sample=row,
            position=position,
            weight_g=measurement.weight_g,
            length_cm=measurement.length_cm,
        )
        for position, measurement in enumerate(fish, start=1)
    ]
    for fish_row in rows:
        check_fields(fish_row)
    return rows
