"""Treatments: recorded, corrected, withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.health import messages
from grilse.health.models import Treatment
from grilse.row_validation import check_fields, refuse_duplicates
from grilse.stock import changes
from grilse.stock.models import Placement
from grilse.stock.rules import LAST_DAY_COUNTS, find_placements, refuse_future_date, refuse_outside_placement


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTreatment:
    """A treatment as a door brings it; the placement by its id."""

    placement: int
    kind: str
    method: str
    start: date
    stop: date
    """The last day of it."""
    withdrawal_days: int = 0
    """For which the fish may not be harvested after it."""
    reason: str = ""
    """Why the fish were treated."""
    efficacy: float | None = None
    """Share of the lice that it took off, 0 to 1, where it was measured."""


def record_treatments(treatments: Sequence[NewTreatment]) -> list[int]:
    """Enter treatments; return their ids."""
    with changes.edit_placements(treatment.placement for treatment in treatments):
        placements = find_placements(treatment.placement for treatment in treatments)
        _check_treatments(treatments, placements)
        company = get_current_actor().company
        rows = [_fill_row(treatment, Treatment(company_id=company)) for treatment in treatments]
        _refuse_duplicates(rows, placements)
        Treatment.objects.bulk_create(rows)
        for row in rows:
            changes.announce_change([row.placement_id], row.start)
        return [row.pk for row in rows]


def correct_treatment(treatment: int, new: NewTreatment, *, reason: str) -> None:
    """Write a treatment as it should have been."""
    require_reason(reason)
    with changes.edit_placements([_get_treatment(treatment).placement_id, new.placement]):
        placements = find_placements([new.placement])
        _check_treatments([new], placements)
        # Read again: an editor that was waited for may have changed it.
        row = _get_treatment(treatment)
        changes.announce_change([row.placement_id], row.start)
        _fill_row(new, row)
        _refuse_duplicates([row], placements)
        row.save(force_update=True)
        changes.announce_change([row.placement_id], row.start)


def withdraw_treatment(treatment: int, *, reason: str) -> None:
    """Take a treatment away that was never given."""
    require_reason(reason)
    with changes.edit_placements([_get_treatment(treatment).placement_id]):
        row = _get_treatment(treatment)
        changes.announce_change([row.placement_id], row.start)
        row.delete()


def _get_treatment(treatment: int) -> Treatment:
    row = Treatment.objects.filter(pk=treatment).first()
    if row is None:
        raise GrilseError(messages.describe_missing_row("treatment", treatment))
    return row


def _check_treatments(treatments: Sequence[NewTreatment], placements: Mapping[int, Placement]) -> None:
    for treatment in treatments:
        placement = placements[treatment.placement]
        refuse_future_date(treatment.start)
        refuse_outside_placement(placement, treatment.start, last_counts=LAST_DAY_COUNTS["treatments"])
        if treatment.stop < treatment.start:
            why = messages.describe_early_end(placement.name, treatment.start, treatment.stop)
            raise GrilseError(why, field="stop")
        if treatment.efficacy is not None and not 0 <= treatment.efficacy <= 1:
            raise GrilseError(messages.describe_invalid_efficacy(treatment.efficacy), field="efficacy")


def _fill_row(treatment: NewTreatment, row: Treatment) -> Treatment:
    row.placement_id, row.kind, row.method = treatment.placement, treatment.kind, treatment.method
    row.start, row.stop, row.withdrawal_days = treatment.start, treatment.stop, treatment.withdrawal_days
    row.reason, row.efficacy = treatment.reason, treatment.efficacy
    check_fields(row)
    return row


def _refuse_duplicates(rows: Sequence[Treatment], placements: Mapping[int, Placement]) -> None:
    """Refuse a second treatment of one placement, kind, method and first day; one statement."""
    refuse_duplicates(
        rows,
        ("placement_id", "kind", "method", "start"),
        lambda row: messages.describe_treatment(placements[row.placement_id].name, row.kind, row.method, row.start),
    )
