"""Pens of which the last fish leave: what the count at the end corrects, and how it is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from grilse.stock import messages
from grilse.stock.actions import placement_changes
from grilse.stock.actions.balance import Ledgers
from grilse.stock.actions.movements import NewMovement
from grilse.stock.models import Movement, Placement


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedPlacement:
    """A placement that ended."""

    placement: Placement
    corrected: int
    """Fish that the ledger had too many, below 0 too few."""

    @property
    def message(self) -> str:
        """What happened to the count, in one sentence."""
        return messages.describe_closing_count(self.placement.name, self.corrected)

    def build_correction(self) -> NewMovement | None:
        """Return the row that brings the ledger to nothing; none where it is there."""
        day = self.placement.stop
        assert day is not None
        if self.corrected > 0:
            return _build_count_correction(day, self.corrected, source=self.placement.pk)
        if self.corrected < 0:
            # Fish come into a placement only before its last day.
            return _build_count_correction(day - timedelta(days=1), -self.corrected, target=self.placement.pk)
        return None


def _build_count_correction(
    day: date, count: int, *, source: int | None = None, target: int | None = None
) -> NewMovement:
    kind = Movement.Kind.COUNT_CORRECTION.value
    return NewMovement(
        date=day, kind=kind, count=count, source=source, target=target, cause=placement_changes.COUNTING_CAUSE
    )


def end_placement(
    placement: Placement,
    day: date,
    leaving: Iterable[int],
    placement_ledgers: Ledgers,
    replaced_rows: Sequence[Movement] = (),
) -> ClosedPlacement:
    """End a placement on a day on which fish leave it; rows that are taken back no longer count."""
    placement_changes.close_placement(placement, day, replaced_rows)
    population = placement_ledgers.get_final_count(placement.pk) - sum(
        _compute_net_gain(row, placement) for row in replaced_rows
    )
    return ClosedPlacement(placement=placement, corrected=population - sum(leaving))


def _compute_net_gain(row: Movement, placement: Placement) -> int:
    """Return what a row brought to a placement, below 0 what it took."""
    if row.target_id == placement.pk:
        return row.count
    return -row.count if row.source_id == placement.pk else 0
