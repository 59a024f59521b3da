"""The rows of one stage of a batch, and the move of fish to the next stage."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Counts, Floats


@dataclass(kw_only=True)
class StageStock:
    """The fish of one stage, by container."""

    count: Counts
    weight: Floats  # mean, g

    @property
    def mean_weight(self) -> float:
        """Mean weight of all fish, g."""
        return float((self.count * self.weight).sum() / max(self.count.sum(), 1))


class StageRows:
    """The days of a stage; arrays are (days, containers), with days from `start`."""

    def __init__(self, order: int, start: int, days: int, containers: int) -> None:
        self.order, self.start = order, start
        self.stops = np.full(containers, -1)  # day on which a container is emptied, -1 while it holds fish
        self.rows = np.full(containers, days)  # days with a row, by container
        shape = (days, containers)
        self.count, self.dead, self.deloused = np.zeros((3, *shape), np.int64)  # `deloused` died of a delousing
        self.weight, self.temperature, self.oxygen, self.appetite = np.zeros((4, *shape))
        self.eaten, self.sick = np.zeros((2, *shape))  # `eaten` in g per fish
        self.chalimus, self.preadult, self.female = np.zeros((3, *shape))  # lice per fish
        self.left: StageStock | None = None  # the fish that go to the next stage

    def close_containers(self, day: int, stock: StageStock) -> None:
        """Empty all containers on `day`."""
        self.stops[:] = day
        self.rows[:] = day - self.start
        self.left = stock


def split_fish(count: Counts, targets: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Counts]:
    """Return sources, targets and fish of a move: tank to tank if there are as many, else evenly in order.

    Evenly, the fish of the first source go to the first target until it has its share, so that a target may
    receive fish of several sources, and a source may go to several targets.
    """
    if count.size == targets:
        source = np.flatnonzero(count)
        return source, source.copy(), count[source]
    total = int(count.sum())
    ends = np.cumsum(count)
    shares = np.arange(1, targets + 1) * total // targets
    cuts = np.unique(np.concatenate([[0], ends, shares]))
    pieces = np.diff(cuts)
    source = np.searchsorted(ends, cuts[:-1], side="right")
    target = np.searchsorted(shares, cuts[:-1], side="right")
    return source, target, pieces


def move_fish(
    stock: StageStock, pieces: tuple[NDArray[np.int64], NDArray[np.int64], Counts], targets: int
) -> StageStock:
    """Return the fish of a move in their new containers, with weights averaged by count."""
    source, target, fish = pieces
    count = np.zeros(targets, np.int64)
    mass = np.zeros(targets)
    np.add.at(count, target, fish)
    np.add.at(mass, target, fish * stock.weight[source])
    return StageStock(count=count, weight=mass / np.maximum(count, 1))
