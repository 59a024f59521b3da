"""The measured mean weights of each placement in order of time."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation.batch_group import BatchGroup, MovementKind


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
    # Against any sample the fish that came weigh nothing, and among themselves they weigh by number.
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
