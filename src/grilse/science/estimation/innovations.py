"""What came of each weight that was measured: how far off it was, and which are to be looked at."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.batch_group import Indices
from grilse.science.estimation.state_estimate import LinearObservation
from grilse.science.estimation.weight_observations import WeightObservation


class OutlierVerdict(IntEnum):
    """What the records after a flagged one say."""

    OPEN = 0
    BAD_RECORD = 1
    LEVEL_SHIFT = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Innovations:
    """Measured weights in the order of the pass, shape (n,)."""

    placement: Indices
    day: Indices
    record: Indices
    position: Indices
    """Among the group's samples, or its movements."""
    sigmas: Floats
    """Measured less expected, over the SD of the difference."""
    measured: Floats
    """g."""
    expected: Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedInnovations:
    """Weeks of feed in the order of the pass, shape (n,)."""

    placement: Indices
    day: Indices
    """Last day of the week."""
    relative_innovation: Floats
    """Fed over expected, less 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FlaggedWeights:
    """Weights too far off to be taken as they stand, shape (n,)."""

    placement: Indices
    day: Indices
    record: Indices
    position: Indices
    measured: Floats
    expected: Floats
    sigmas: Floats
    verdict: Indices


@dataclass(kw_only=True, slots=True)
class Innovation:
    """A measured weight beside what was expected of it; cube roots, g^(1/3)."""

    position: int
    """Of the placement among those that stand."""
    observation: LinearObservation
    """Parts of the state that it depends on."""
    expected: float
    difference: float
    variance: float
    sigmas: float
    relative_gain: float
    """Part of the difference by which what is believed of the weight gives way."""
    is_level_shift: bool
    """Whether it lay so far off that the level was opened for it."""


_Row = tuple[int, int, int, int, float, float, float, float, bool]
INNOVATION_COLUMNS = ("placement", "day", "record", "position", "sigmas", "measured", "expected")


class InnovationLog:
    """Keeps what came of each measured weight, and of each week of feed."""

    def __init__(self) -> None:
        """Begin empty."""
        self.rows: list[_Row] = []
        self.feed: list[tuple[Indices, int, Floats]] = []

    def add(self, weight: WeightObservation, innovation: Innovation) -> None:
        """Keep one."""
        self.rows.append(
            (
                weight.placement,
                weight.day,
                weight.record,
                weight.position,
                innovation.sigmas,
                weight.root**3,
                innovation.expected**3,
                (innovation.expected + innovation.relative_gain * innovation.difference) ** 3,
                innovation.is_level_shift,
            )
        )

    def build_feed_innovations(self) -> FeedInnovations:
        """Return all weeks of feed."""
        none = np.zeros(0)
        sizes = [placement.size for placement, _, _ in self.feed]
        return FeedInnovations(
            placement=np.concatenate([none.astype(np.int64), *(placement for placement, _, _ in self.feed)]),
            day=np.repeat(np.array([day for _, day, _ in self.feed], dtype=np.int64), sizes),
            relative_innovation=np.concatenate([none, *(off for _, _, off in self.feed)]),
        )

    def build_innovations(self) -> Innovations:
        """Return all of them."""
        columns = self._build_columns(self.rows)
        return Innovations(**{name: columns[name] for name in INNOVATION_COLUMNS})

    def build_flagged_weights(self) -> FlaggedWeights:
        """Return the outliers, each with what the next weight of its placement says."""
        rows = [row for row in self.rows if row[-1]]
        columns = self._build_columns(rows)
        verdict = np.array([int(self._judge_outlier(row)) for row in rows], dtype=np.int64)
        return FlaggedWeights(**{name: columns[name] for name in INNOVATION_COLUMNS}, verdict=verdict)

    def _judge_outlier(self, row: _Row) -> OutlierVerdict:
        later = [later_row for later_row in self.rows if later_row[0] == row[0] and later_row[1] > row[1]]
        if not later:
            return OutlierVerdict.OPEN
        measured, expected, updated = row[5:8]
        # What the fish gained since, by what was believed then: from either level they would weigh that much.
        gained = later[0][6] / updated
        from_record, from_before = (abs(np.log(later[0][5] / (level * gained))) for level in (measured, expected))
        return OutlierVerdict.LEVEL_SHIFT if from_record < from_before else OutlierVerdict.BAD_RECORD

    @staticmethod
    def _build_columns(rows: list[_Row]) -> dict[str, Any]:
        names = (*INNOVATION_COLUMNS, "believed", "outlier")
        kinds = (np.int64, np.int64, np.int64, np.int64, np.float64, np.float64, np.float64, np.float64, np.bool_)
        values = list(zip(*rows, strict=True)) or [()] * len(names)
        return {name: np.array(value, dtype=kind) for name, value, kind in zip(names, values, kinds, strict=True)}
