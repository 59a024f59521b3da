"""Small groups of batches, written the way one would tell them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pytest

from grilse.science.estimation import (
    OPEN,
    BatchGroup,
    MovementKind,
    Movements,
    Placements,
    WeighingMethod,
    WeightSamples,
    build_placement_days,
)

RANGES = {1: (0.05, 0.5), 2: (0.1, 10.0), 3: (4.0, 90.0), 4: (40.0, 260.0), 5: (120.0, 800.0), 6: (70.0, 9000.0)}


@dataclass
class GroupBuilder:
    """A group in the making."""

    through: int = 100
    warmth: float = 10.0
    pens: list[tuple[int, int, int, int]] = field(default_factory=list)
    ledger: list[tuple[int, MovementKind, int, int, int, float]] = field(default_factory=list)
    weighed: list[tuple[int, int, float, float, float, int, int]] = field(default_factory=list)
    fed: dict[tuple[int, int], float] = field(default_factory=dict)
    doubt: float = 0.0
    injected: dict[int, int] = field(default_factory=dict)

    def pen(self, start: int = 0, stop: int = OPEN, stage: int = 6, batch: int = 0) -> int:
        self.pens.append((batch, start, stop, stage))
        return len(self.pens) - 1

    def move(self, day: int, kind: MovementKind, source: int, target: int, count: int, weight: float = np.nan) -> None:
        self.ledger.append((day, kind, source, target, count, weight))

    def die(self, pen: int, day: int, count: int) -> None:
        self.move(day, MovementKind.MORTALITY, pen, -1, count)

    def correct(self, pen: int, day: int, change: int) -> None:
        source, target = (-1, pen) if change > 0 else (pen, -1)
        self.move(day, MovementKind.COUNT_CORRECTION, source, target, abs(change))

    def feed(self, pen: int, days: Iterable[int], kilograms: float) -> None:
        self.fed.update({(pen, day): kilograms for day in days})

    def stock(self, pen: int, count: int, weight: float = np.nan, day: int = 0) -> None:
        self.move(day, MovementKind.STOCKING, -1, pen, count, weight)

    def transfer(self, day: int, source: int, target: int, count: int, weight: float = np.nan) -> None:
        self.move(day, MovementKind.TRANSFER, source, target, count, weight)

    def weigh(
        self,
        pen: int,
        day: int,
        weight: float,
        fish: int = 60,
        sd: float = np.nan,
        selection: int = 0,
        method: int = WeighingMethod.HAND,
    ) -> None:
        self.weighed.append((pen, day, fish, weight, sd, selection, method))

    def group(self) -> BatchGroup:
        batch, start, stop, stage = (np.array(column, dtype=np.int64) for column in zip(*self.pens, strict=True))
        rows = build_placement_days(start, stop, self.through)
        moves = np.array(self.ledger, dtype=np.float64).reshape(-1, 6).T
        weights = np.array(self.weighed, dtype=np.float64).reshape(-1, 7).T
        integer = np.int64
        feed = np.zeros(rows.day.size)
        for (pen, day), kilograms in self.fed.items():
            feed[rows.offset[pen] + day - start[pen]] = kilograms
        return BatchGroup(
            batch_start=np.array([start[batch == batch_number].min() for batch_number in np.unique(batch)]),
            placements=Placements(
                batch=batch,
                start=start,
                stop=stop,
                stage=stage,
                sea=stage == 6,
                lightest=np.array([RANGES[stage_order][0] for stage_order in stage.tolist()]),
                heaviest=np.array([RANGES[stage_order][1] for stage_order in stage.tolist()]),
                vaccination_day=np.array([self.injected.get(pen, OPEN) for pen in range(stage.size)]),
            ),
            movements=Movements(
                day=moves[0].astype(integer),
                kind=moves[1].astype(integer),
                source=moves[2].astype(integer),
                target=moves[3].astype(integer),
                count=moves[4].astype(integer),
                mean_weight=moves[5],
                fish_weighed=np.full(moves[5].size, np.nan),
            ),
            samples=WeightSamples(
                placement=weights[0].astype(integer),
                day=weights[1].astype(integer),
                fish=weights[2],
                mean_weight=weights[3],
                sd=weights[4],
                selection=weights[5].astype(integer),
                method=weights[6].astype(integer),
            ),
            rows=rows,
            temperature=np.full(rows.day.size, self.warmth),
            temperature_sd=np.full(rows.day.size, self.doubt),
            temperature_flags=np.zeros(rows.day.size, dtype=integer),
            feed=feed,
        )


@pytest.fixture
def story() -> GroupBuilder:
    """A group without pens yet."""
    return GroupBuilder()


@pytest.fixture(scope="session")
def new_story() -> type[GroupBuilder]:
    """The class, for tests that tell more than one story."""
    return GroupBuilder
