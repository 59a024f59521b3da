"""The estimator's input as columns: all records of a group of batches linked by transfers.

Days are days since 1970-01-01; placements and batches are numbered by their position in the group.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from grilse.science.arrays import Counts, Floats, Indices, Mask

OPEN = np.iinfo(np.int64).max
"""Stop of a placement that has not ended."""


class MovementKind(IntEnum):
    """How fish enter, leave or move."""

    STOCKING = 0
    TRANSFER = 1
    MORTALITY = 2
    CULL = 3
    ESCAPE = 4
    HARVEST = 5
    SALE = 6
    COUNT_CORRECTION = 7


class Selection(IntEnum):
    """Which fish were weighed."""

    SMALLEST = -1
    RANDOM = 0
    LARGEST = 1


class WeighingMethod(IntEnum):
    """How fish were weighed."""

    HAND = 0
    CAMERA = 1
    GRADER = 2
    HARVEST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Placements:
    """Placements of the group, shape (P,)."""

    batch: Indices
    start: Indices
    stop: Indices
    """Half-open; `OPEN` while it has not ended."""
    stage: Indices
    """Order of the stage, 1 = eggs and alevins."""
    sea: Mask
    lightest: Floats
    """Weight range of the stage, g."""
    heaviest: Floats
    vaccination_day: Indices
    """Day on which all fish were vaccinated by injection, thus counted; a day outside all records without one."""

    @property
    def typical_weight(self) -> Floats:
        """Geometric mean of the stage's weight range, g: assumed of fish that arrive unweighed."""
        return np.sqrt(self.lightest * self.heaviest)


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightSamples:
    """Weight samples, shape (S,)."""

    placement: Indices
    day: Indices
    fish: Floats
    """Fish weighed."""
    mean_weight: Floats
    """g."""
    sd: Floats
    """SD between the fish, g; NaN where not recorded."""
    selection: Indices
    method: Indices


@dataclass(frozen=True, kw_only=True, slots=True)
class Movements:
    """Ledger rows that no other row replaces, in the order of the ledger, shape (M,)."""

    day: Indices
    kind: Indices
    source: Indices
    """-1 where there is none."""
    target: Indices
    count: Counts
    """Fish."""
    mean_weight: Floats
    """g; NaN where not measured."""
    fish_weighed: Floats
    """NaN where not recorded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacementDays:
    """Placement-days: the days start <= day < stop of each placement, placement after placement.

    Placement p has rows ``offset[p]:offset[p + 1]``; if it has not ended, its last row is the group's last day.
    """

    offset: Indices
    start: Indices
    placement: Indices
    day: Indices

    @property
    def row_at_zero(self) -> Indices:
        """Offset per placement: the row of a placement on a day is this offset plus the day."""
        return self.offset[:-1] - self.start

    @property
    def age(self) -> Indices:
        """Days since the first day of the placement, per row."""
        return self.day - self.start[self.placement]

    def find_rows(self, placement: Indices, day: Indices) -> tuple[Indices, Mask]:
        """Return the rows of (placement, day) pairs that have one, and the mask of these pairs; placement -1 has none.

        Both arguments have shape (n,).
        """
        place = np.maximum(placement, 0)
        row = self.offset[place] + day - self.start[place]
        inside = (placement >= 0) & (row >= self.offset[place]) & (row < self.offset[place + 1])
        return row[inside], inside


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchGroup:
    """All records of a group."""

    batch_start: Indices
    placements: Placements
    movements: Movements
    samples: WeightSamples
    rows: PlacementDays
    temperature: Floats
    """Daily mean, °C, per row, filled."""
    temperature_sd: Floats
    """°C, per row."""
    temperature_flags: Indices
    """Provenance of the temperature per row."""
    feed: Floats
    """kg fed that day, per row."""


def group_by_day(days: Indices, records: Indices) -> dict[int, list[int]]:
    """Group records by their days, in the order of `records`."""
    by_day: dict[int, list[int]] = {}
    for day, record in zip(days[records].tolist(), records.tolist(), strict=True):
        by_day.setdefault(day, []).append(record)
    return by_day


def build_placement_days(start: Indices, stop: Indices, through: int) -> PlacementDays:
    """Return the days start <= day < stop of each placement, cut off after `through`; both have shape (P,).

    A placement that starts after `through` has no rows.
    """
    lengths = np.maximum(np.minimum(stop, through + 1) - start, 0)
    offset = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    placement = np.repeat(np.arange(start.size), lengths)
    day = np.arange(offset[-1]) - np.repeat(offset[:-1] - start, lengths)
    return PlacementDays(offset=offset, start=start, placement=placement, day=day)


def sum_trailing_days(values: Floats, age: Indices, window: int) -> Floats:
    """Return the sums over the last `window` days of a placement; days outside the window cause no rounding difference.

    `values` are of consecutive days and `age` the days since the first of the same placement, all of shape (rows,).
    """
    total, reach = np.zeros(values.size), 0
    days = 1
    while days <= window:
        if window & days:
            total += _shift_days(values, age, reach)
            reach += days
        values = values + _shift_days(values, age, days)
        days *= 2
    return total


def _shift_days(values: Floats, age: Indices, days: int) -> Floats:
    """Return the values some days before; 0 before age 0."""
    return np.where(age >= days, values[np.maximum(np.arange(values.size) - days, 0)], 0.0)
