"""The rules of the ledger: sides and counts of its rows, and the populations that its effective rows add up to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import mark_group_starts
from grilse.science.days import from_epoch_day
from grilse.stock import messages

Values = NDArray[Any]

# The sides that a kind of movement has; the kinds that are not named have a source.
SIDES = {"STOCKING": "target", "TRANSFER": "both", "COUNT_CORRECTION": "either"}
# SQL condition of the effective rows of a table of movements, by its name in the statement.
NOT_REPLACED = "NOT EXISTS (SELECT FROM stock_movement later WHERE later.replaces_id = {}.id)"
NO_END = np.iinfo(np.int32).max  # end day of a placement that has not ended
COUNTER_ERROR = 1.1  # between the counter of a boat and that of a grader
COUNTING_CAUSE = "COUNTING"  # cause of the count corrections that follow from counts


@dataclass(frozen=True, slots=True)
class Populations:
    """The fish in each placement at the end of each day on which something moved.

    One row a placement and day, in that order; `first` is the row at which each placement begins.
    """

    placement: NDArray[np.int64]
    day: NDArray[np.int64]
    count: NDArray[np.int64]
    first: NDArray[np.int64]

    def get_final_counts(self) -> NDArray[np.int64]:
        """Return the fish in each placement at the end, 0 where nothing ever moved."""
        counts = np.zeros(len(self.first) - 1, np.int64)
        some = self.first[1:] > self.first[:-1]
        counts[some] = self.count[self.first[1:][some] - 1]
        return counts

    def get_counts_before(self, placement: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the fish in some placements at the end of the day before some days."""
        span = int(self.day.max(initial=0)) + 2
        place = np.searchsorted(self.placement * span + self.day, placement * span + np.minimum(day, span - 1))
        there = place > self.first[placement]
        return np.where(there, self.count[np.maximum(place - 1, 0)], 0) if len(self.count) else np.zeros_like(day)


def compute_populations(
    source: NDArray[Any], target: NDArray[Any], date: NDArray[Any], count: NDArray[Any], *, placements: int
) -> Populations:
    """Return the populations that movements add up to; a side below zero is none."""
    placement = np.concatenate([source, target]).astype(np.int64)
    day = np.concatenate([date, date]).astype(np.int64)
    change = np.concatenate([-count.astype(np.int64), count.astype(np.int64)])
    order = np.lexsort((day, placement))
    order = order[placement[order] >= 0]
    placement, day, change = placement[order], day[order], change[order]
    first_rows = np.flatnonzero(mark_group_starts(placement, day))
    placement, day = placement[first_rows], day[first_rows]
    running = np.cumsum(np.add.reduceat(change, first_rows)) if len(first_rows) else np.empty(0, np.int64)
    first = np.searchsorted(placement, np.arange(placements + 1))
    before = np.concatenate([[0], running])[first[:-1]]
    return Populations(placement, day, running - before[placement], first)


def compute_count_differences(
    populations: Populations, placement: NDArray[np.int64], day: NDArray[np.int64], count: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the fish that the ledger has too many at each count, below 0 too few, beyond those of the count before.

    The counts are sorted by placement and day; each is of the end of its day. The populations are without the
    corrections that follow from the counts.
    """
    surplus = populations.get_counts_before(placement, day + 1) - count
    corrected = np.where(mark_group_starts(placement), 0, np.roll(surplus, 1))
    return np.asarray(surplus - corrected)


def find_unbalanced_placements(populations: Populations, stop: NDArray[np.int64]) -> dict[int, str]:
    """Return the placements that do not balance, each with the fish missing or left over."""
    below = np.flatnonzero(populations.count < 0)
    short, first = np.unique(populations.placement[below], return_index=True)
    left = populations.get_final_counts()
    faults: dict[int, list[str]] = {}
    for placement, row in zip(short.tolist(), below[first].tolist(), strict=True):
        if populations.day[row] != stop[placement]:
            short_by = int(-populations.count[row])
            faults[placement] = [messages.describe_missing_fish(short_by, from_epoch_day(populations.day[row]))]
    for placement in np.flatnonzero((stop != NO_END) & (left != 0)).tolist():
        end = messages.describe_final_imbalance(int(left[placement]), from_epoch_day(stop[placement]))
        faults.setdefault(placement, []).append(end)
    return {placement: "; ".join(faults[placement]) for placement in sorted(faults)}


def iter_wrong_sides(kind: Values, has_source: Values, has_target: Values) -> Iterator[tuple[Values, str, str]]:
    """Yield which movements lack a side of their kind or have one too many, which side, and why it is wrong."""
    for name in dict.fromkeys(kind.tolist()):
        sides, rows = SIDES.get(name, "source"), kind == name
        if sides == "either":
            yield rows & (has_source == has_target), "", messages.describe_single_side(name)
            continue
        for side, given in (("source", has_source), ("target", has_target)):
            if sides in (side, "both"):
                yield rows & ~given, side, messages.describe_missing_side(name, side)
            else:
                yield rows & given, side, messages.describe_extra_side(name, side)


def find_same_sides(source: Values, target: Values) -> Values:
    """Return which movements go back to the placement that they leave; a side below zero is none."""
    return (source >= 0) & (source == target)


def find_excess_weighed(weighed: Values, count: Values) -> Values:
    """Return where more fish were weighed than moved, beyond the error of counters; a count of 0 withdraws a row."""
    return (weighed > COUNTER_ERROR * count) & (count > 0)


def find_invalid_counts(count: Values, is_correction: Values) -> Values:
    """Return which counts are too small: a correction may have no fish, which withdraws the row it replaces."""
    return count < np.where(is_correction, 0, 1)
