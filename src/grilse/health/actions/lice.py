"""Lice counts: recorded for one pen or for many, corrected, withdrawn."""

from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.health import messages
from grilse.health.models import LiceCount
from grilse.stock.actions.events import EventActions, build_functions
from grilse.stock.models import Placement

FORMS = {
    "adult_female": "adult females",
    "mobile": "other mobile lice",
    "attached": "attached lice",
    "total": "lice in all",
    "caligus": "Caligus",
}
PARTS = ("adult_female", "mobile", "attached")


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

    def check_entry(self, entry: NewLiceCount, placement: Placement) -> None:
        """Refuse too few or too many fish, lice below 0, and forms that add up to more than the total."""
        if not 1 <= entry.fish_counted <= messages.MAX_FISH:
            why = messages.describe_invalid_fish_count("a lice count", entry.fish_counted, placement.name)
            raise GrilseError(why, field="fish_counted")
        for form, words in FORMS.items():
            lice = getattr(entry, form)
            if lice is not None and lice < 0:
                raise GrilseError(messages.describe_negative_count(words, lice, placement.name), field=form)
        parts = sum(getattr(entry, form) or 0 for form in PARTS)
        if entry.total is not None and parts > entry.total:
            raise GrilseError(messages.describe_lice_excess(parts, entry.total, placement.name), field="total")


LICE_COUNTS = LiceCountActions()
record_lice_counts, correct_lice_count, withdraw_lice_count = build_functions(LICE_COUNTS)
