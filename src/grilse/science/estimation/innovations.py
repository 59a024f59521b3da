"""Innovations of measured weights and weeks of feed, and the weights to be reviewed."""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation.state_estimate import LinearObservation
from grilse.science.estimation.weight_observations import WeightObservation


@dataclass(frozen=True, kw_only=True, slots=True)
class Innovations:
    """Innovations of measured weights in the order of the pass, shape (n,)."""

    placement: Indices
    day: Indices
    record: Indices
    position: Indices
    """Index of the measured weight.

    Among the weight samples of the group, or among its movements where a movement carries the weight.
    """
    sigmas: Floats
    """Measured less expected, over the SD of the difference."""
    measured: Floats
    """g."""
    expected: Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedInnovations:
    """Innovations of weeks of feed in the order of the pass, shape (n,)."""

    placement: Indices
    day: Indices
    """Last day of the week."""
    relative_innovation: Floats
    """Feed over expected feed, less 1."""


class OutlierVerdict(IntEnum):
    """What later records say of a flagged one."""

    OPEN = 0
    BAD_RECORD = 1
    LEVEL_SHIFT = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class FlaggedWeights(Innovations):
    """Weights for which the level of a placement was opened, shape (n,)."""

    verdict: Indices


@dataclass(kw_only=True, slots=True)
class Innovation:
    """A measured weight compared with the expected one; cube roots, g^(1/3)."""

    position: int
    """Of the placement among the active ones."""
    observation: LinearObservation
    """Parts of the state that it depends on."""
    expected: float
    difference: float
    variance: float
    sigmas: float
    relative_gain: float
    """Part of the difference by which the estimate of the weight changes."""
    is_level_shift: bool
    """Whether the level was opened for it."""


class _Row(NamedTuple):
    placement: int
    day: int
    record: int
    position: int
    sigmas: float
    measured: float
    expected: float
    updated: float
    is_level_shift: bool


class InnovationLog:
    """Logs the innovation of each measured weight, and of each week of feed."""

    def __init__(self) -> None:
        """Begin empty."""
        self.rows: list[_Row] = []
        self.feed: list[tuple[Indices, int, Floats]] = []

    def add(self, weight: WeightObservation, innovation: Innovation) -> None:
        """Append one."""
        row = _Row(
            placement=weight.placement,
            day=weight.day,
            record=weight.record,
            position=weight.position,
            sigmas=innovation.sigmas,
            measured=weight.root**3,
            expected=innovation.expected**3,
            updated=(innovation.expected + innovation.relative_gain * innovation.difference) ** 3,
            is_level_shift=innovation.is_level_shift,
        )
        self.rows.append(row)

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
        """Return the innovations of all weights."""
        return Innovations(**_build_columns(self.rows))

    def build_flagged_weights(self) -> FlaggedWeights:
        """Return the outliers, each with what the next weight of its placement says."""
        rows = [row for row in self.rows if row.is_level_shift]
        verdict = np.array([int(self._judge_outlier(row)) for row in rows], dtype=np.int64)
        return FlaggedWeights(**_build_columns(rows), verdict=verdict)

    def _judge_outlier(self, row: _Row) -> OutlierVerdict:
        later = next((other for other in self.rows if other.placement == row.placement and other.day > row.day), None)
        if later is None:
            return OutlierVerdict.OPEN
        # Relative growth since, as estimated then, predicts the later weight from either level.
        gained = later.expected / row.updated
        from_record, from_before = (abs(np.log(later.measured / (g * gained))) for g in (row.measured, row.expected))
        return OutlierVerdict.LEVEL_SHIFT if from_record < from_before else OutlierVerdict.BAD_RECORD


def _build_columns(rows: list[_Row]) -> dict[str, Any]:
    names = [field.name for field in fields(Innovations)]
    return {name: np.array([getattr(row, name) for row in rows], dtype=_Row.__annotations__[name]) for name in names}
