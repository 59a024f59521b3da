"""Lice counts: recorded for one pen or for many, corrected, withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from grilse.errors import GrilseError
from grilse.health import messages
from grilse.health.models import LiceCount
from grilse.health.rules import LICE_FORMS, convert_to_column, find_lice_excess, sum_recorded
from grilse.stock.actions.events import EventActions, build_functions
from grilse.stock.actions.plausibility import check_examined_fish
from grilse.stock.models import Placement
from grilse.stock.rules import LAST_DAY_COUNTS

FORMS = {
    "adult_female": "adult females",
    "mobile": "other mobile lice",
    "attached": "attached lice",
    "total": "lice in all",
    "caligus": "Caligus",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLiceCount:
    """Lice on the counted fish of a placement, as totals; None where a form was not recorded."""

    placement: int
    date: date
    fish_counted: int
    adult_female: int | None = None
    mobile: int | None = None
    """Without adult females."""
    attached: int | None = None
    total: int | None = None
    """Of all forms of the salmon louse."""
    caligus: int | None = None
    method: str = ""


class LiceCountActions(EventActions[NewLiceCount, LiceCount]):
    """Lice counts; fish are counted only while they are in the placement."""

    model, label = LiceCount, "lice count"
    last_day_counts = LAST_DAY_COUNTS["lice"]

    def check_entries(self, entries: Sequence[NewLiceCount], placements: Mapping[int, Placement]) -> Sequence[Any]:
        """Ask about more fish than their placements held."""
        derived = super().check_entries(entries, placements)
        check_examined_fish((placements[row.placement], row.date, row.fish_counted, "fish_counted") for row in entries)
        return derived

    def check_entry(self, entry: NewLiceCount, placement: Placement) -> None:
        """Refuse too few or too many fish, lice below 0, and forms that add up to more than the total."""
        if not 1 <= entry.fish_counted <= messages.MAX_FISH:
            why = messages.describe_invalid_fish_count("a lice count", entry.fish_counted, placement.name)
            raise GrilseError(why, field="fish_counted")
        for form, words in FORMS.items():
            lice = getattr(entry, form)
            if lice is not None and lice < 0:
                raise GrilseError(messages.describe_negative_count(words, lice, placement.name), field=form)
        forms = sum_recorded([convert_to_column([getattr(entry, form)]) for form in LICE_FORMS])
        if entry.total is not None and find_lice_excess(forms, convert_to_column([entry.total]))[0]:
            why = messages.describe_lice_excess(int(forms[0]), entry.total, placement.name)
            raise GrilseError(why, field="total")


LICE_COUNTS = LiceCountActions()
record_lice_counts, correct_lice_count, withdraw_lice_count = build_functions(LICE_COUNTS)
