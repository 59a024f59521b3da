"""Fish weighed one by one, or as many at once: how many, how heavy, how long, how stout."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grilse.errors import GrilseError
from grilse.farm.rows import checked
from grilse.science.measurement import condition_factor
from grilse.stock import refusals
from grilse.stock.models import WeighedFish, WeightSample
from grilse.stock.windows import refuse_weight

if TYPE_CHECKING:
    from grilse.stock.actions.samples import NewSample


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """One fish."""

    weight_g: float
    length_cm: float | None = None
    """Fork length."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """What a sample says of its fish."""

    fish: int
    mean_weight_g: float
    sd_g: float | None
    mean_length_cm: float | None
    k_factor: float | None


def sizes(sample: "NewSample") -> Sizes:
    """Return what a sample says of its fish; refuse one that says it twice, or not at all."""
    if sample.fish:
        return _of_each(sample)
    count, mean = sample.fish_weighed, sample.mean_weight_g
    if count is None or mean is None:
        raise GrilseError(refusals.nothing_weighed(), field="fish" if count is None else "mean_weight_g")
    if count < 1:
        raise GrilseError(refusals.too_few_weighed(count), field="fish_weighed")
    refuse_weight(mean)
    if sample.sd_g is not None and sample.sd_g < 0:
        raise GrilseError(refusals.spread(sample.sd_g), field="sd_g")
    length = sample.mean_length_cm
    _refuse_lengths([length])
    k = None if length is None else float(condition_factor(mean, length))
    return Sizes(fish=count, mean_weight_g=mean, sd_g=sample.sd_g, mean_length_cm=length, k_factor=k)


def _of_each(sample: "NewSample") -> Sizes:
    """Return number, means and spread of fish weighed one by one; K of those that were measured too."""
    means = (sample.fish_weighed, sample.mean_weight_g, sample.sd_g, sample.mean_length_cm)
    if any(one is not None for one in means):
        raise GrilseError(refusals.weighed_twice(), field="fish")
    for fish in sample.fish:
        refuse_weight(fish.weight_g)
    _refuse_lengths(fish.length_cm for fish in sample.fish)
    weights = np.array([fish.weight_g for fish in sample.fish])
    measured = [fish for fish in sample.fish if fish.length_cm is not None]
    lengths = np.array([fish.length_cm for fish in measured], np.float64)
    factors = condition_factor(np.array([fish.weight_g for fish in measured]), lengths)
    return Sizes(
        fish=len(weights),
        mean_weight_g=float(weights.mean()),
        sd_g=float(weights.std(ddof=1)) if len(weights) > 1 else None,
        mean_length_cm=float(lengths.mean()) if measured else None,
        k_factor=float(factors.mean()) if measured else None,
    )


def _refuse_lengths(lengths: Iterable[float | None]) -> None:
    for length in lengths:
        if length is not None and not 0 < length <= refusals.LONGEST_CM:
            raise GrilseError(refusals.length(length), field="length_cm")


def fish_rows(row: WeightSample, fish: Sequence[Weighed]) -> list[WeighedFish]:
    """Return the rows of a sample's fish, in the order they were weighed."""
    rows = [
        WeighedFish(
            company_id=row.company_id,
            sample=row,
            position=position,
            weight_g=one.weight_g,
            length_cm=one.length_cm,
        )
        for position, one in enumerate(fish, start=1)
    ]
    for one in rows:
        checked(one)
    return rows
