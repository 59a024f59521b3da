"""Who stands after a day's movements, and of which fish: the linear map through a transfer."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.records import Group, Kind, Places


@dataclass(frozen=True, kw_only=True, slots=True)
class Mixture:
    """Composition of the placements that stand after the movements of a day."""

    standing: Places
    share: Floats
    """A row, summing to 1, for each that stands after; columns are those that stood before, then arrivals."""
    arrival_placement: Places
    arrival_weight: Floats
    """g; NaN where not stated, and in a placement whose fish have yet to come."""
    arrival_count: Floats
    moved: Places
    """Positions in `standing` that took fish from another placement."""


class Mixer:
    """Walks through the ledger of a group, day by day."""

    def __init__(self, group: Group) -> None:
        """Sort what brings fish in by day, then in the ledger's order."""
        self.placements, self.movements = group.placements, group.movements
        kind = group.movements.kind
        inflow = np.flatnonzero((kind == Kind.STOCKING) | (kind == Kind.TRANSFER))
        self.by_day: dict[int, list[int]] = {}
        for movement in inflow.tolist():
            self.by_day.setdefault(int(group.movements.day[movement]), []).append(movement)

    def boundaries(self, last: int) -> list[int]:
        """Days up to `last` on which it changes who stands where or of which fish, and the day after it."""
        days = {*self.by_day, *self.placements.start.tolist(), *self.placements.stop.tolist()}
        return sorted({*(day for day in days if day <= last), last + 1})

    def mix(self, day: int, before: Places, fish: Floats) -> Mixture:
        """Apply the movements of a day.

        Parameters
        ----------
        day : the day.
        before : placements that stood the day before, shape (k,).
        fish : their fish at the end of that day, shape (k,).

        Returns
        -------
        Mixture
            At the end of the day. Transfers act in the ledger's order, so that fish can pass through a
            placement within the day.
        """
        after = np.flatnonzero((self.placements.start <= day) & (day < self.placements.stop))
        pool = _Pool(before, fish)
        for movement in self.by_day.get(day, ()):
            self._move(pool, movement)
        for placement in after.tolist():
            if placement not in pool.contents:
                pool.arrive(placement, 0.0, np.nan)
        return Mixture(
            standing=after,
            share=pool.shares(after.tolist()),
            arrival_placement=np.array(pool.arrival_placement, dtype=np.int64),
            arrival_weight=np.array(pool.arrival_weight, dtype=np.float64),
            arrival_count=np.array(pool.arrival_count, dtype=np.float64),
            moved=_places(after, pool.moved),
        )

    def _move(self, pool: "_Pool", movement: int) -> None:
        target, count = int(self.movements.target[movement]), float(self.movements.count[movement])
        if self.movements.kind[movement] == Kind.STOCKING:
            pool.arrive(target, count, float(self.movements.mean_weight[movement]))
        else:
            pool.transfer(int(self.movements.source[movement]), target, count)


def _places(standing: Places, moved: list[int]) -> Places:
    """Positions of those of some placements that stand, each once."""
    return np.array([i for i, one in enumerate(standing.tolist()) if one in moved], dtype=np.int64)


@dataclass(slots=True)
class _Content:
    """Fish in a placement and the part of them that each column of the mixture gave."""

    parts: dict[int, float]
    fish: float = 0.0

    def take(self, parts: dict[int, float], count: float) -> None:
        """Mix fish in."""
        total = self.fish + count
        if total <= 0.0:
            return
        columns = [*self.parts, *(column for column in parts if column not in self.parts)]
        self.parts = {
            column: (self.parts.get(column, 0.0) * self.fish + parts.get(column, 0.0) * count) / total
            for column in columns
        }
        self.fish = total


@dataclass(slots=True)
class _Pool:
    """What every placement holds in the course of a day."""

    before: Places
    fish: Floats
    contents: dict[int, _Content] = field(default_factory=dict)
    arrival_placement: list[int] = field(default_factory=list)
    arrival_weight: list[float] = field(default_factory=list)
    arrival_count: list[float] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with every placement holding its own fish."""
        for column, placement in enumerate(self.before.tolist()):
            self.contents[placement] = _Content({column: 1.0}, float(self.fish[column]))

    def arrive(self, target: int, count: float, weight: float) -> None:
        """Bring fish in from outside."""
        column = self.before.size + len(self.arrival_placement)
        self.arrival_placement.append(target)
        self.arrival_weight.append(weight)
        self.arrival_count.append(count)
        self._bring(target, {column: 1.0}, count)

    def transfer(self, source: int, target: int, count: float) -> None:
        """Move fish; from a placement that does not stand nothing is known to come."""
        content = self.contents.get(source)
        if content is None:
            return
        content.fish = max(content.fish - count, 0.0)
        self.moved.append(target)
        self._bring(target, content.parts, count)

    def _bring(self, target: int, parts: dict[int, float], count: float) -> None:
        if target in self.contents:
            self.contents[target].take(parts, count)
        else:
            self.contents[target] = _Content(dict(parts), count)

    def shares(self, after: Iterable[int]) -> Floats:
        """Composition of some placements, one row each."""
        rows = [self.contents[placement].parts for placement in after]
        result = np.zeros((len(rows), self.before.size + len(self.arrival_placement)))
        for row, parts in enumerate(rows):
            result[row, list(parts)] = list(parts.values())
        return result
