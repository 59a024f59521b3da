"""Lice counts: entered, of one pen or of many, corrected, withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.health import messages
from grilse.health.models import LiceCount
from grilse.health.rules import LICE_FORMS, convert_to_column, find_lice_excess, sum_recorded
from grilse.row_validation import check_fields, refuse_duplicates
from grilse.stock import changes
from grilse.stock.models import Placement
from grilse.stock.rules import LAST_DAY_COUNTS, find_placements, refuse_future_date, refuse_outside_placement

FORMS = {
    "adult_female": "adult females",
    "mobile": "other mobile lice",
    "attached": "attached lice",
    "total": "lice in all",
    "caligus": "Caligus",
}


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


def record_lice_counts(counts: Sequence[NewLiceCount]) -> list[int]:
    """Enter counts; return their ids. No estimate depends on them."""
    with changes.edit_placements(count.placement for count in counts):
        placements = find_placements(count.placement for count in counts)
        _check_counts(counts, placements)
        company = get_current_actor().company
        rows = [_fill_row(count, LiceCount(company_id=company)) for count in counts]
        _refuse_duplicates(rows, placements)
        return [row.pk for row in LiceCount.objects.bulk_create(rows)]


def correct_lice_count(count: int, new: NewLiceCount, *, reason: str) -> None:
    """Write a count as it should have been."""
    require_reason(reason)
    with changes.edit_placements([_get_lice_count(count).placement_id, new.placement]):
        placements = find_placements([new.placement])
        _check_counts([new], placements)
        row = _fill_row(new, _get_lice_count(count))
        _refuse_duplicates([row], placements)
        row.save(force_update=True)


def withdraw_lice_count(count: int, *, reason: str) -> None:
    """Take a count away that was never made."""
    require_reason(reason)
    with changes.edit_placements([_get_lice_count(count).placement_id]):
        _get_lice_count(count).delete()


def _get_lice_count(count: int) -> LiceCount:
    row = LiceCount.objects.filter(pk=count).first()
    if row is None:
        raise GrilseError(messages.describe_missing_row("lice count", count))
    return row


def _check_counts(counts: Sequence[NewLiceCount], placements: Mapping[int, Placement]) -> None:
    for count in counts:
        placement = placements[count.placement]
        refuse_future_date(count.date)
        refuse_outside_placement(placement, count.date, last_counts=LAST_DAY_COUNTS["lice"])
        if not 1 <= count.fish_counted <= messages.MAX_FISH:
            why = messages.describe_invalid_fish_count("a lice count", count.fish_counted, placement.name)
            raise GrilseError(why, field="fish_counted")
        _refuse_figures(count, placement.name)


def _refuse_figures(count: NewLiceCount, placement: str) -> None:
    """Refuse lice below 0, and forms that add up to more than all."""
    for form, words in FORMS.items():
        lice = getattr(count, form)
        if lice is not None and lice < 0:
            raise GrilseError(messages.describe_negative_count(words, lice, placement), field=form)
    forms = sum_recorded([convert_to_column([getattr(count, form)]) for form in LICE_FORMS])
    if count.total is not None and find_lice_excess(forms, convert_to_column([count.total]))[0]:
        raise GrilseError(messages.describe_lice_excess(int(forms[0]), count.total, placement), field="total")


def _fill_row(count: NewLiceCount, row: LiceCount) -> LiceCount:
    row.placement_id, row.date, row.fish_counted = count.placement, count.date, count.fish_counted
    row.adult_female, row.mobile, row.attached = count.adult_female, count.mobile, count.attached
    row.total, row.caligus, row.method = count.total, count.caligus, count.method
    check_fields(row)
    return row


def _refuse_duplicates(rows: Sequence[LiceCount], placements: Mapping[int, Placement]) -> None:
    """Refuse a second count of one placement and day; one statement."""
    refuse_duplicates(
        rows,
        ("placement_id", "date"),
        lambda row: messages.describe_lice_count(placements[row.placement_id].name, row.date),
    )
