"""What came of each weight that was measured: how far off it was, and which are to be looked at."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.belief import SumOf
from grilse.science.estimation.observations import Measured
from grilse.science.estimation.records import Places


class Verdict(IntEnum):
    """What the records after a flagged one say."""

    OPEN = 0
    BAD_RECORD = 1
    LEVEL_SHIFT = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Innovations:
    """Measured weights in the order of the pass, shape (n,)."""

    placement: Places
    day: Places
    record: Places
    position: Places
    """Among the group's samples, or its movements."""
    sigmas: Floats
    """Measured less expected, over the SD of the difference."""
    measured: Floats
    """g."""
    expected: Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class Weeks:
    """Weeks of feed in the order of the pass, shape (n,)."""

    placement: Places
    day: Places
    """Last day of the week."""
    off: Floats
    """Fed over expected, less 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flagged:
    """Weights too far off to be taken as they stand, shape (n,)."""

    placement: Places
    day: Places
    record: Places
    position: Places
    measured: Floats
    expected: Floats
    sigmas: Floats
    verdict: Places


@dataclass(kw_only=True, slots=True)
class Sight:
    """A measured weight beside what was expected of it; cube roots, g^(1/3)."""

    place: int
    """Of the placement among those that stand."""
    sum_of: SumOf
    """Parts of the state that it depends on."""
    expected: float
    difference: float
    variance: float
    sigmas: float
    pull: float
    """Part of the difference by which what is believed of the weight gives way."""
    shifted: bool
    """Whether it lay so far off that the level was opened for it."""


_Row = tuple[int, int, int, int, float, float, float, float, bool]
FIGURES = ("placement", "day", "record", "position", "sigmas", "measured", "expected")


class Log:
    """Keeps what came of each measured weight, and of each week of feed."""

    def __init__(self) -> None:
        """Begin empty."""
        self.rows: list[_Row] = []
        self.feed: list[tuple[Places, int, Floats]] = []

    def add(self, seen: Measured, sight: Sight) -> None:
        """Keep one."""
        self.rows.append(
            (
                seen.placement,
                seen.day,
                seen.record,
                seen.position,
                sight.sigmas,
                seen.root**3,
                sight.expected**3,
                (sight.expected + sight.pull * sight.difference) ** 3,
                sight.shifted,
            )
        )

    def weeks(self) -> Weeks:
        """Return all weeks of feed."""
        none = np.zeros(0)
        sizes = [placement.size for placement, _, _ in self.feed]
        return Weeks(
            placement=np.concatenate([none.astype(np.int64), *(placement for placement, _, _ in self.feed)]),
            day=np.repeat(np.array([day for _, day, _ in self.feed], dtype=np.int64), sizes),
            off=np.concatenate([none, *(off for _, _, off in self.feed)]),
        )

    def innovations(self) -> Innovations:
        """Return all of them."""
        columns = self._columns(self.rows)
        return Innovations(**{name: columns[name] for name in FIGURES})

    def flagged(self) -> Flagged:
        """Return the outliers, each with what the next weight of its placement says."""
        rows = [row for row in self.rows if row[-1]]
        columns = self._columns(rows)
        verdict = np.array([int(self._verdict(row)) for row in rows], dtype=np.int64)
        return Flagged(**{name: columns[name] for name in FIGURES}, verdict=verdict)

    def _verdict(self, row: _Row) -> Verdict:
        later = [one for one in self.rows if one[0] == row[0] and one[1] > row[1]]
        if not later:
            return Verdict.OPEN
        measured, expected, believed = row[5:8]
        # What the fish gained since, by what was believed then: from either level they would weigh that much.
        gained = later[0][6] / believed
        from_record, from_before = (
            abs(np.log(later[0][5] / (level * gained))) for level in (measured, expected)
        )
        return Verdict.LEVEL_SHIFT if from_record < from_before else Verdict.BAD_RECORD

    @staticmethod
    def _columns(rows: list[_Row]) -> dict[str, Any]:
        names = (*FIGURES, "believed", "outlier")
        kinds = (
            np.int64,
            np.int64,
            np.int64,
            np.int64,
            np.float64,
            np.float64,
            np.float64,
            np.float64,
            np.bool_,
        )
        values = list(zip(*rows, strict=True)) or [()] * len(names)
        return {
            name: np.array(value, dtype=kind) for name, value, kind in zip(names, values, kinds, strict=True)
        }
