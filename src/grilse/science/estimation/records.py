"""What is known of a group of batches: the estimator's input, as columns.

A group is a batch with all batches that transfers tie to it. Days are whole numbers of one calendar (days
since 1970-01-01 in Grilse); placements and batches are named by their position in the group.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Counts, Floats

Places = NDArray[np.int64]
"""Positions of placements, batches or rows, or days; shape of its table."""

OPEN = np.iinfo(np.int64).max
"""Stop of a placement that still stands."""


class Kind(IntEnum):
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


class Method(IntEnum):
    """How fish were weighed."""

    HAND = 0
    CAMERA = 1
    GRADER = 2
    HARVEST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Placements:
    """Placements of the group, shape (P,)."""

    batch: Places
    start: Places
    stop: Places
    """Half-open; `OPEN` while standing."""
    stage: Places
    """Order of the stage, 1 = eggs and alevins."""
    sea: NDArray[np.bool_]
    lightest: Floats
    """Weight range of the stage, g."""
    heaviest: Floats
    injected: Places
    """Day on which every fish was vaccinated by injection, and so counted; far away where none was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Movements:
    """Ledger rows that nothing replaces, in the order of the ledger, shape (M,)."""

    day: Places
    kind: Places
    source: Places
    """-1 where there is none."""
    target: Places
    count: Counts
    mean_weight: Floats
    """g; NaN where not measured."""
    fish_weighed: Floats
    """NaN where not recorded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Samples:
    """Weight samples, shape (S,)."""

    placement: Places
    day: Places
    fish: Floats
    mean_weight: Floats
    sd: Floats
    """SD between the fish, g; NaN where not recorded."""
    selection: Places
    method: Places


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """Placement-days: the days start <= day < stop of each placement, placement after placement.

    Placement p owns rows ``offset[p]:offset[p + 1]``; the last day is `through` for one that stands.
    """

    offset: Places
    start: Places
    placement: Places
    day: Places

    def at(self, placement: Places, day: Places) -> tuple[Places, NDArray[np.bool_]]:
        """Find the rows of placements on days.

        Parameters
        ----------
        placement : position, -1 for none, shape (n,).
        day : shape (n,).

        Returns
        -------
        tuple
            The rows that exist, and which of the n they belong to.
        """
        place = np.maximum(placement, 0)
        row = self.offset[place] + day - self.start[place]
        inside = (placement >= 0) & (row >= self.offset[place]) & (row < self.offset[place + 1])
        return row[inside], inside


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Everything the estimator is told about a group."""

    batch_start: Places
    placements: Placements
    movements: Movements
    samples: Samples
    rows: Rows
    temperature: Floats
    """Daily mean, °C, per row, filled."""
    temperature_sd: Floats
    """°C, per row."""
    temperature_flags: Places
    """Provenance of the temperature per row."""
    feed: Floats
    """kg fed that day, per row."""


def placement_rows(start: Places, stop: Places, through: int) -> Rows:
    """Lay out the placement-days.

    Parameters
    ----------
    start, stop : days, shape (P,).
    through : last day that gets a row.

    Returns
    -------
    Rows
        A placement that starts after `through` has no rows.
    """
    lengths = np.maximum(np.minimum(stop, through + 1) - start, 0)
    offset = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    placement = np.repeat(np.arange(start.size), lengths)
    day = np.arange(offset[-1]) - np.repeat(offset[:-1] - start, lengths)
    return Rows(offset=offset, start=start, placement=placement, day=day)
