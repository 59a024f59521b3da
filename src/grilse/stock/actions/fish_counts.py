"""Counts of the fish in a placement: recorded, corrected, withdrawn; the ledger follows from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.stock import messages
from grilse.stock.actions.balance import read_ledgers, refuse_unbalanced
from grilse.stock.actions.count_corrections import CountMoment, follow_counts
from grilse.stock.actions.events import EventActions, build_functions
from grilse.stock.actions.plausibility import check_fish_counts
from grilse.stock.models import FishCount, Placement
from grilse.stock.rules import LAST_DAY_COUNTS


@dataclass(frozen=True, kw_only=True, slots=True)
class NewFishCount:
    """The fish that were counted in a placement at the end of a day, after all that left it on the day."""

    placement: int
    date: date
    count: int
    method: str = "counter"
    """counter, plant (the slaughterhouse) or hand."""
    note: str = ""
    """How or why they were counted."""


class FishCountActions(EventActions[NewFishCount, FishCount]):
    """Fish counts; the count corrections of the ledger follow from them."""

    model, label = FishCount, "fish count"
    last_day_counts = LAST_DAY_COUNTS["counts"]

    def check_entry(self, entry: NewFishCount, placement: Placement) -> None:
        """Refuse a count below 0 and an unknown method."""
        if entry.count < 0:
            raise GrilseError(f"{entry.count} fish counted: a count is of at least 0", field="count")
        if entry.method not in FishCount.Method.values:
            raise GrilseError(messages.describe_unknown_choice(entry.method, FishCount.Method.values), field="method")

    def follow_change(
        self, rows: Sequence[FishCount], placements: Mapping[int, Placement], former: Iterable[tuple[int, date]]
    ) -> None:
        """Correct the ledger by the difference to the counts; ask about large ones. Four statements."""
        moments = [CountMoment(placement, day, False) for placement, day in former]
        ledgers, _ = follow_counts(read_ledgers(placements.values()), moments)
        refuse_unbalanced(ledgers)
        check_fish_counts(
            ledgers, {(row.placement_id, row.date): ledgers.get_difference(row.placement_id, row.date) for row in rows}
        )


FISH_COUNTS = FishCountActions()
record_fish_counts, correct_fish_count, withdraw_fish_count = build_functions(FISH_COUNTS)
