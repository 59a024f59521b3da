"""Placements whose last fish leave: they end, and a count correction brings their ledgers to 0."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from grilse.stock.actions import placement_changes
from grilse.stock.actions.balance import read_ledgers
from grilse.stock.actions.movements import NewMovement
from grilse.stock.models import Movement, Placement


@dataclass(frozen=True, slots=True)
class Departure:
    """Fish that leave a placement."""

    placement: int
    day: date
    count: int
    last: bool
    """Whether the placement is empty afterwards."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedPlacement:
    """A placement that ended."""

    placement: Placement
    corrected: int
    """Fish that the ledger had too many, below 0 too few."""

    @property
    def message(self) -> str:
        """The difference between the ledger and the fish that left, in one sentence."""
        name = self.placement.name
        if not self.corrected:
            return f"{name} is empty, and its ledger agrees"
        what = "more than left: taken out" if self.corrected > 0 else "fewer than left: added"
        return f"{name} is empty; its ledger had {abs(self.corrected):,} fish {what} as a count correction"

    def build_correction(self) -> NewMovement:
        """Return the movement that brings the ledger to 0."""
        day, id = self.placement.stop, self.placement.pk
        assert day is not None
        # Fish come into a placement only before its last day.
        sides: dict[str, Any] = {"source": id, "date": day}
        if self.corrected < 0:
            sides = {"target": id, "date": day - timedelta(days=1)}
        kind, cause = Movement.Kind.COUNT_CORRECTION.value, placement_changes.COUNTING_CAUSE
        return NewMovement(kind=kind, count=abs(self.corrected), cause=cause, **sides)


def end_placements(
    departures: Sequence[Departure], placements: Mapping[int, Placement], replaced_rows: Iterable[Movement] = ()
) -> dict[int, ClosedPlacement]:
    """End the placements that are empty after departures; rows about to be replaced no longer count.

    One statement for the ledgers of those placements, none if there are none.
    """
    emptied = [departure for departure in departures if departure.last]
    if not emptied:
        return {}
    ledgers = read_ledgers({departure.placement: placements[departure.placement] for departure in emptied}.values())
    ends = {}
    for last in emptied:
        id = last.placement
        placement_changes.close_placement(placements[id], last.day, replaced_rows)
        leaving = sum(departure.count for departure in departures if departure.placement == id)
        population = ledgers.get_final_count(id) - sum(_compute_net_gain(row, id) for row in replaced_rows)
        ends[id] = ClosedPlacement(placement=placements[id], corrected=population - leaving)
    return ends


def build_corrections(ends: Mapping[int, ClosedPlacement]) -> list[NewMovement]:
    """Return the corrections of the placements whose ledgers differ from the fish that left."""
    return [end.build_correction() for end in ends.values() if end.corrected]


def describe_end(end: ClosedPlacement | None) -> dict[str, Any]:
    """Return the fields of an outcome that tell whether a placement ended, and how its count was corrected."""
    if end is None:
        return {"emptied": False, "corrected": 0, "said": ""}
    return {"emptied": True, "corrected": end.corrected, "said": end.message}


def _compute_net_gain(row: Movement, placement: int) -> int:
    """Return the fish that a row brought to a placement, below 0 those that it took."""
    if row.target_id == placement:
        return row.count
    return -row.count if row.source_id == placement else 0
