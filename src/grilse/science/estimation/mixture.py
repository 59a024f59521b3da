"""Composition of the active placements after a day's movements, as a linear map of those before and of arrivals."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation.batch_group import BatchGroup, MovementKind, group_by_day


@dataclass(frozen=True, kw_only=True, slots=True)
class Mixture:
    """Composition of the active placements after the movements of a day."""

    active: Indices
    share: Floats
    """A row, summing to 1, for each placement active after; columns are those active before, then arrivals."""
    arrival_placement: Indices
    arrival_weight: Floats
    """g; NaN where not recorded, and in a placement whose fish are yet to come."""
    arrival_count: Floats
    moved: Indices
    """Positions in `active` that received fish from another placement."""


class Mixer:
    """Applies the ledger of a group day by day."""

    def __init__(self, group: BatchGroup) -> None:
        """Sort the incoming movements by day, then in the ledger's order."""
        self.placements, self.movements = group.placements, group.movements
        kind = group.movements.kind
        inflow = np.flatnonzero((kind == MovementKind.STOCKING) | (kind == MovementKind.TRANSFER))
        self.by_day = group_by_day(group.movements.day, inflow)

    def find_boundaries(self, last: int) -> list[int]:
        """Return the days up to `last` on which placements or their composition change, and the day after `last`."""
        days = {*self.by_day, *self.placements.start.tolist(), *self.placements.stop.tolist()}
        return sorted({*(day for day in days if day <= last), last + 1})

    def mix_movements(self, day: int, before: Indices, fish: Floats) -> Mixture:
        """Apply the movements of a day.

        `before` are the placements active on the day before, and `fish` theirs at its end, shape (k,). Transfers apply
        in the ledger's order, so that fish can pass through a placement within the day.
        """
        after = np.flatnonzero((self.placements.start <= day) & (day < self.placements.stop))
        pool = _FishPool(before, fish)
        for movement in self.by_day.get(day, ()):
            self._apply_movement(pool, movement)
        for placement in after.tolist():
            if placement not in pool.contents:
                pool.add_arrivals(placement, 0.0, np.nan)
        return Mixture(
            active=after,
            share=pool.build_shares(after.tolist()),
            arrival_placement=np.array(pool.arrival_placement, dtype=np.int64),
            arrival_weight=np.array(pool.arrival_weight, dtype=np.float64),
            arrival_count=np.array(pool.arrival_count, dtype=np.float64),
            moved=_find_positions(after, pool.moved),
        )

    def _apply_movement(self, pool: "_FishPool", movement: int) -> None:
        target, count = int(self.movements.target[movement]), float(self.movements.count[movement])
        if self.movements.kind[movement] == MovementKind.STOCKING:
            pool.add_arrivals(target, count, float(self.movements.mean_weight[movement]))
        else:
            pool.transfer_fish(int(self.movements.source[movement]), target, count)


def _find_positions(active: Indices, moved: list[int]) -> Indices:
    """Return the positions of the moved among the active placements, each once."""
    return np.array([i for i, placement in enumerate(active.tolist()) if placement in moved], dtype=np.int64)


@dataclass(slots=True)
class _PlacementContent:
    """Fish in a placement and the share that each column of the mixture contributed."""

    parts: dict[int, float]
    fish: float = 0.0

    def add_fish(self, parts: dict[int, float], count: float) -> None:
        """Mix in fish."""
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
class _FishPool:
    """Contents of every placement in the course of a day."""

    before: Indices
    fish: Floats
    contents: dict[int, _PlacementContent] = field(default_factory=dict)
    arrival_placement: list[int] = field(default_factory=list)
    arrival_weight: list[float] = field(default_factory=list)
    arrival_count: list[float] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with every placement holding its own fish."""
        for column, placement in enumerate(self.before.tolist()):
            self.contents[placement] = _PlacementContent({column: 1.0}, float(self.fish[column]))

    def add_arrivals(self, target: int, count: float, weight: float) -> None:
        """Add fish from outside."""
        column = self.before.size + len(self.arrival_placement)
        self.arrival_placement.append(target)
        self.arrival_weight.append(weight)
        self.arrival_count.append(count)
        self._add_to_placement(target, {column: 1.0}, count)

    def transfer_fish(self, source: int, target: int, count: float) -> None:
        """Move fish; a source that is not active contributes nothing."""
        content = self.contents.get(source)
        if content is None:
            return
        content.fish = max(content.fish - count, 0.0)
        self.moved.append(target)
        self._add_to_placement(target, content.parts, count)

    def _add_to_placement(self, target: int, parts: dict[int, float], count: float) -> None:
        if target in self.contents:
            self.contents[target].add_fish(parts, count)
        else:
            self.contents[target] = _PlacementContent(dict(parts), count)

    def build_shares(self, after: Iterable[int]) -> Floats:
        """Return the composition of some placements, one row each."""
        rows = [self.contents[placement].parts for placement in after]
        result = np.zeros((len(rows), self.before.size + len(self.arrival_placement)))
        for row, parts in enumerate(rows):
            result[row, list(parts)] = list(parts.values())
        return result
