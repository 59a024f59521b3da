"""Lice counts: entered, of one pen or of many, corrected, withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked, refuse_twice
from grilse.farm.tenancy import acting
from grilse.health import refusals
from grilse.health.models import LiceCount
from grilse.stock import changes
from grilse.stock.models import Placement
from grilse.stock.windows import placed, refuse_future, refuse_outside

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
    """Lice on the fish counted, as totals, None where a form was not recorded; the placement by its id."""

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


def record(counts: Sequence[NewLiceCount]) -> list[int]:
    """Enter counts; return their ids. No estimate depends on them."""
    with changes.editing(count.placement for count in counts):
        placements = placed(count.placement for count in counts)
        _check(counts, placements)
        company = acting().company
        rows = [_row(count, LiceCount(company_id=company)) for count in counts]
        _refuse_twice(rows, placements)
        return [row.pk for row in LiceCount.objects.bulk_create(rows)]


def correct(count: int, new: NewLiceCount, *, reason: str) -> None:
    """Write a count as it should have been."""
    required_reason(reason)
    with changes.editing([_existing(count).placement_id, new.placement]):
        placements = placed([new.placement])
        _check([new], placements)
        row = _row(new, _existing(count))
        _refuse_twice([row], placements)
        row.save(force_update=True)


def withdraw(count: int, *, reason: str) -> None:
    """Take a count away that was never made."""
    required_reason(reason)
    with changes.editing([_existing(count).placement_id]):
        _existing(count).delete()


def _existing(count: int) -> LiceCount:
    found = LiceCount.objects.filter(pk=count).first()
    if found is None:
        raise GrilseError(refusals.missing("lice count", count))
    return found


def _check(counts: Sequence[NewLiceCount], placements: Mapping[int, Placement]) -> None:
    for count in counts:
        placement = placements[count.placement]
        refuse_future(count.date)
        refuse_outside(placement, count.date, last_counts=False)
        if not 1 <= count.fish_counted <= refusals.MOST_FISH:
            why = refusals.no_fish("a lice count", count.fish_counted, placement.name)
            raise GrilseError(why, field="fish_counted")
        _refuse_figures(count, placement.name)


def _refuse_figures(count: NewLiceCount, placement: str) -> None:
    """Refuse lice below 0, and forms that add up to more than all."""
    for form, words in FORMS.items():
        lice = getattr(count, form)
        if lice is not None and lice < 0:
            raise GrilseError(refusals.below_nothing(words, lice, placement), field=form)
    parts = sum(getattr(count, form) or 0 for form in PARTS)
    if count.total is not None and parts > count.total:
        raise GrilseError(refusals.more_than_all(parts, count.total, placement), field="total")


def _row(count: NewLiceCount, row: LiceCount) -> LiceCount:
    row.placement_id, row.date, row.fish_counted = count.placement, count.date, count.fish_counted
    row.adult_female, row.mobile, row.attached = count.adult_female, count.mobile, count.attached
    row.total, row.caligus, row.method = count.total, count.caligus, count.method
    checked(row)
    return row


def _refuse_twice(rows: Sequence[LiceCount], placements: Mapping[int, Placement]) -> None:
    """Refuse a second count of one placement and day; one statement."""
    refuse_twice(
        rows,
        ("placement_id", "date"),
        lambda row: refusals.count_named(placements[row.placement_id].name, row.date),
    )
