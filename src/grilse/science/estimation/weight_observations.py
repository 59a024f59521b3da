"""Weight samples, transfers and harvests as observations of the cube root of mean weight."""

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation.batch_group import (
    BatchGroup,
    MovementKind,
    Movements,
    Selection,
    WeighingMethod,
    WeightSamples,
)
from grilse.science.estimation.priors import Priors


class Provenance(IntFlag):
    """Origin of a state's figures; stored as the sum of its flags."""

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
    WEIGHT_AT_HARVEST = 2048
    STAGE_DEFAULTS = 4096
    FASTED = 8192
    FED = 16384
    CARRIED_FORWARD = 32768
    FEED_SHORT = 65536


class WeightSource(IntEnum):
    """Record in which a weight was measured."""

    SAMPLE = 0
    TRANSFER = 1
    HARVEST = 2


class WeightObservation(NamedTuple):
    """One measured mean weight."""

    placement: int
    day: int
    before_moves: int
    """1 if fish were weighed before the day's movements, 0 after them."""
    root: float
    """Cube root of mean weight, g^(1/3)."""
    relative_sd: float
    """SD of mean weight over mean weight."""
    of_pen: int
    """1 if it includes the catch bias of the placement."""
    of_company: int
    """1 if it includes the catch bias of the company."""
    flag: int
    record: int
    position: int
    """Index among the group's samples or movements."""


Observations = dict[tuple[int, int], list[WeightObservation]]
"""Measured weights by day and `before_moves`, in the order of their updates."""


def collect_observations(group: BatchGroup, priors: Priors, *, harvests: bool) -> Observations:
    """Return the weight samples, weighed transfers and, with `harvests`, the harvests of a group.

    Their variance follows from the number of fish weighed, the variation between fish and the catch bias of a sample;
    the biases of pen and company are components of the state. A harvest has no catch bias.
    """
    parts = [_observe_samples(group.samples, group, priors), _observe_transfers(group.movements, priors)]
    if harvests:
        parts.append(_observe_harvests(group.movements, group, priors))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns["record"], columns["placement"], -columns["before_moves"], columns["day"]))
    columns = {name: column[order] for name, column in columns.items()}
    weight = columns.pop("weight")
    variance = columns.pop("variance") + (priors.scale_sd_g / weight) ** 2
    columns |= {"root": np.cbrt(weight), "relative_sd": np.sqrt(variance)}
    by_day: Observations = {}
    for row in zip(*(columns[name].tolist() for name in WeightObservation._fields), strict=True):
        observation = WeightObservation(*row)
        by_day.setdefault((observation.day, observation.before_moves), []).append(observation)
    return by_day


_Columns = dict[str, NDArray[Any]]


def _observe_samples(samples: WeightSamples, group: BatchGroup, priors: Priors) -> _Columns:
    measured = np.isfinite(samples.sd) & (samples.sd > 0.0) & (samples.fish >= 10)
    cv = np.where(measured, samples.sd / samples.mean_weight, priors.fish_cv)
    shift = 1.0 + priors.selection_shift * cv * samples.selection
    selected = samples.selection != Selection.RANDOM
    catch = np.where(samples.method == WeighingMethod.CAMERA, priors.camera_bias_sd, priors.catch_bias_sd)
    closing = samples.day == group.placements.stop[samples.placement]
    return {
        "placement": samples.placement,
        "day": samples.day,
        "before_moves": closing.astype(np.int64),
        "weight": samples.mean_weight / np.maximum(shift, 0.2),
        "variance": cv**2 / samples.fish + catch**2 + selected * priors.selection_sd**2,
        "of_pen": np.ones(closing.size, dtype=np.int64),
        "of_company": np.ones(closing.size, dtype=np.int64),
        "flag": (Provenance.WEIGHT_SAMPLED + selected * int(Provenance.SAMPLE_SELECTED)).astype(np.int64),
        "record": np.full(closing.size, int(WeightSource.SAMPLE)),
        "position": np.arange(closing.size),
    }


def _observe_transfers(movements: Movements, priors: Priors) -> _Columns:
    weighed = np.flatnonzero((movements.kind == MovementKind.TRANSFER) & np.isfinite(movements.mean_weight))
    fish = movements.fish_weighed[weighed]
    fish = np.where(np.isfinite(fish) & (fish > 0), fish, priors.unknown_fish_weighed)
    return {
        "placement": movements.source[weighed],
        "day": movements.day[weighed],
        "before_moves": np.ones(weighed.size, dtype=np.int64),
        "weight": movements.mean_weight[weighed],
        "variance": priors.fish_cv**2 / fish + priors.catch_bias_sd**2,
        "of_pen": np.zeros(weighed.size, dtype=np.int64),
        "of_company": np.ones(weighed.size, dtype=np.int64),
        "flag": np.full(weighed.size, int(Provenance.WEIGHT_AT_TRANSFER)),
        "record": np.full(weighed.size, int(WeightSource.TRANSFER)),
        "position": weighed,
    }


def _observe_harvests(movements: Movements, group: BatchGroup, priors: Priors) -> _Columns:
    weighed = np.flatnonzero((movements.kind == MovementKind.HARVEST) & np.isfinite(movements.mean_weight))
    source, day = movements.source[weighed], movements.day[weighed]
    closing = day == group.placements.stop[source]
    # When a pen is emptied every fish is weighed; otherwise the harvested fish may differ from the rest.
    spread = np.where(closing, priors.harvest_sd, priors.part_harvest_sd)
    none = np.zeros(weighed.size, dtype=np.int64)
    return {
        "placement": source,
        "day": day,
        "before_moves": closing.astype(np.int64),
        "weight": movements.mean_weight[weighed],
        "variance": spread**2,
        "of_pen": none,
        "of_company": none,
        "flag": np.full(weighed.size, int(Provenance.WEIGHT_AT_HARVEST)),
        "record": np.full(weighed.size, int(WeightSource.HARVEST)),
        "position": weighed,
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighings:
    """At most one per placement and day, by placement, then day; shape (n,)."""

    placement: Indices
    day: Indices
    weight: Floats
    """g."""
    first: Indices
    """Position of the placement's first weighing."""

    def find_last(self, placement: Indices, day: Indices) -> Indices:
        """Return the position of each placement's last weighing up to a day, -1 without one.

        Both arguments have shape (m,).
        """
        if not self.day.size:
            return np.full(day.shape, -1)
        span = int(max(self.day.max(), day.max(initial=0))) + 1
        at = np.searchsorted(self.placement * span + self.day, placement * span + day, side="right") - 1
        mine = (at >= 0) & (self.placement[at] == placement)
        return np.where(mine, at, -1)


def collect_weighings(group: BatchGroup) -> Weighings:
    """Return the weighings of each placement: its samples, and the recorded weight of fish that came on its first day.

    Several of one day are averaged by fish; a sample outweighs arrivals.
    """
    samples, movements = group.samples, group.movements
    first_day = group.placements.start[np.maximum(movements.target, 0)]
    has_weight = (movements.kind == MovementKind.STOCKING) | (movements.kind == MovementKind.TRANSFER)
    has_weight &= (movements.target >= 0) & np.isfinite(movements.mean_weight) & (movements.day == first_day)
    placement = np.concatenate([samples.placement, movements.target[has_weight]])
    day = np.concatenate([samples.day, movements.day[has_weight]])
    weight = np.concatenate([samples.mean_weight, movements.mean_weight[has_weight]])
    # Arrivals have practically no weight against a sample; among themselves they count by number.
    fish = np.concatenate([samples.fish, movements.count[has_weight] * 1e-12])
    span = int(day.max(initial=0)) + 1
    key, of = np.unique(placement * span + day, return_inverse=True)
    total = np.bincount(of, fish, key.size)
    placement = key // span
    return Weighings(
        placement=placement,
        day=key % span,
        weight=np.bincount(of, fish * weight, key.size) / total,
        first=np.searchsorted(placement, placement),
    )
