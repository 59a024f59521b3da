"""One stage of a batch day by day: its rows, and how fish pass to the next."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Counts, Floats


@dataclass(kw_only=True)
class StageStock:
    """Fish of one stage, by container."""

    count: Counts
    weight: Floats  # mean, g

    @property
    def mean_weight(self) -> float:
        """Mean weight of all fish, g."""
        return float((self.count * self.weight).sum() / max(self.count.sum(), 1))


@dataclass(kw_only=True)
class StageRows:
    """What the days of a stage left behind; arrays are (days, containers), days from `start`."""

    order: int
    start: int
    stops: NDArray[np.int64]  # day on which the container is left, -1 while fish stand
    rows: NDArray[np.int64]  # days with a row, by container
    count: Counts
    weight: Floats
    temperature: Floats
    oxygen: Floats
    appetite: Floats
    eaten: Floats  # g per fish
    dead: Counts  # but for delousing
    deloused: Counts  # dead of delousing
    sick: Floats
    chalimus: Floats
    preadult: Floats
    female: Floats
    left: StageStock = field(default_factory=lambda: StageStock(count=np.zeros(0, np.int64), weight=np.zeros(0)))

    @classmethod
    def create_empty(cls, order: int, start: int, days: int, containers: int) -> "StageRows":
        """Rows of a stage before its first day."""
        shape = (days, containers)
        return cls(
            order=order,
            start=start,
            stops=np.full(containers, -1),
            rows=np.full(containers, days),
            count=np.zeros(shape, np.int64),
            weight=np.zeros(shape),
            temperature=np.zeros(shape),
            oxygen=np.zeros(shape),
            appetite=np.zeros(shape),
            eaten=np.zeros(shape),
            dead=np.zeros(shape, np.int64),
            deloused=np.zeros(shape, np.int64),
            sick=np.zeros(shape),
            chalimus=np.zeros(shape),
            preadult=np.zeros(shape),
            female=np.zeros(shape),
        )

    def close_containers(self, day: int, stock: StageStock) -> None:
        """All containers are left on `day`."""
        self.stops[:] = day
        self.rows[:] = day - self.start
        self.left = stock


def split_fish(count: Counts, targets: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Counts]:
    """Sources, targets and fish of a move: tank to tank where there are as many, else evenly in order.

    Evenly, fish run from the first source on into the first target until it has its share, so that a
    target may be filled from several sources and a source spread over several targets.
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
    """The fish of a move in their new containers, weights mixed by count."""
    source, target, fish = pieces
    count = np.zeros(targets, np.int64)
    mass = np.zeros(targets)
    np.add.at(count, target, fish)
    np.add.at(mass, target, fish * stock.weight[source])
    return StageStock(count=count, weight=mass / np.maximum(count, 1))
