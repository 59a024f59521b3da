"""What scales and cameras say about mean weight, as observations of its cube root."""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Kind, Movements, Places, Samples, Selection


class Provenance(IntFlag):
    """Where the figures of a state come from; stored as the sum of its flags."""

    TEMPERATURE_INTERPOLATED = 1
    TEMPERATURE_OF_SITE = 2
    TEMPERATURE_OF_CLIMATE = 4
    TEMPERATURE_ASSUMED = 8
    WEIGHT_SAMPLED = 16
    WEIGHT_AT_TRANSFER = 32
    SAMPLE_SELECTED = 64
    OUTLIER = 128
    WEIGHT_ASSUMED = 256
    BEFORE_FEEDING = 512
    FISH_ARRIVED = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Observations:
    """Measured mean weights, in the order in which they are taken in, shape (n,)."""

    placement: Places
    day: Places
    before_moves: Places
    """1 if fish were weighed before the day's movements, 0 after them."""
    root: Floats
    """Cube root of mean weight, g^(1/3)."""
    relative_sd: Floats
    """SD of mean weight over mean weight."""
    flag: Places
    by_day: dict[tuple[int, int], list[int]]
    """Positions for each (day, before_moves)."""


def observations(group: Group, priors: Priors) -> Observations:
    """Weight samples and measured transfers of a group.

    Parameters
    ----------
    group : its samples and movements.
    priors : catch bias, spread between fish, error of a stated weight.

    Returns
    -------
    Observations
        A harvest's mean weight is not among them: it only takes fish away. Variance follows from the fish
        weighed, the spread between them and the catch bias; the bias of the pen is the filter's matter.
    """
    sampled = _of_samples(group.samples, group, priors)
    moved = _of_transfers(group.movements, priors)
    columns = [np.concatenate(pair) for pair in zip(sampled, moved, strict=True)]
    order = np.lexsort((columns[0], -columns[2], columns[1]))
    placement, day, before, weight, variance, flag = (column[order] for column in columns)
    variance = variance + (priors.scale_sd_g / weight) ** 2
    by_day: dict[tuple[int, int], list[int]] = {}
    for i, key in enumerate(zip(day.tolist(), before.tolist(), strict=True)):
        by_day.setdefault(key, []).append(i)
    return Observations(
        placement=placement,
        day=day,
        before_moves=before,
        root=np.cbrt(weight),
        relative_sd=np.sqrt(variance),
        flag=flag,
        by_day=by_day,
    )


_Columns = tuple[Places, Places, Places, Floats, Floats, Places]


def _of_samples(samples: Samples, group: Group, priors: Priors) -> _Columns:
    measured = np.isfinite(samples.sd) & (samples.sd > 0.0) & (samples.fish >= 10)
    cv = np.where(measured, samples.sd / samples.mean_weight, priors.fish_cv)
    shift = 1.0 + priors.selection_shift * cv * samples.selection
    selected = samples.selection != Selection.RANDOM
    variance = cv**2 / samples.fish + priors.catch_bias_sd**2 + selected * priors.selection_sd**2
    flag = Provenance.WEIGHT_SAMPLED + selected * int(Provenance.SAMPLE_SELECTED)
    closing = samples.day == group.placements.stop[samples.placement]
    weight = samples.mean_weight / np.maximum(shift, 0.2)
    return samples.placement, samples.day, closing.astype(np.int64), weight, variance, flag.astype(np.int64)


def _of_transfers(movements: Movements, priors: Priors) -> _Columns:
    weighed = np.flatnonzero((movements.kind == Kind.TRANSFER) & np.isfinite(movements.mean_weight))
    fish = movements.fish_weighed[weighed]
    fish = np.where(np.isfinite(fish) & (fish > 0), fish, priors.unknown_fish_weighed)
    variance = priors.fish_cv**2 / fish + priors.catch_bias_sd**2
    flag = np.full(weighed.size, int(Provenance.WEIGHT_AT_TRANSFER))
    return (
        movements.source[weighed],
        movements.day[weighed],
        np.ones(weighed.size, dtype=np.int64),
        movements.mean_weight[weighed],
        variance,
        flag,
    )
