"""Treatments: recorded, corrected, withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked, refuse_twice
from grilse.farm.tenancy import acting
from grilse.health import refusals
from grilse.health.models import Treatment
from grilse.stock import changes
from grilse.stock.models import Placement
from grilse.stock.windows import placed, refuse_future, refuse_outside


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


def record(treatments: Sequence[NewTreatment]) -> list[int]:
    """Enter treatments; return their ids."""
    with changes.editing(treatment.placement for treatment in treatments):
        placements = placed(treatment.placement for treatment in treatments)
        _check(treatments, placements)
        company = acting().company
        rows = [_row(treatment, Treatment(company_id=company)) for treatment in treatments]
        _refuse_twice(rows, placements)
        Treatment.objects.bulk_create(rows)
        for row in rows:
            changes.announce([row.placement_id], row.start)
        return [row.pk for row in rows]


def correct(treatment: int, new: NewTreatment, *, reason: str) -> None:
    """Write a treatment as it should have been."""
    required_reason(reason)
    with changes.editing([_existing(treatment).placement_id, new.placement]):
        placements = placed([new.placement])
        _check([new], placements)
        # Read again: an editor that was waited for may have changed it.
        row = _existing(treatment)
        changes.announce([row.placement_id], row.start)
        _row(new, row)
        _refuse_twice([row], placements)
        row.save(force_update=True)
        changes.announce([row.placement_id], row.start)


def withdraw(treatment: int, *, reason: str) -> None:
    """Take a treatment away that was never given."""
    required_reason(reason)
    with changes.editing([_existing(treatment).placement_id]):
        row = _existing(treatment)
        changes.announce([row.placement_id], row.start)
        row.delete()


def _existing(treatment: int) -> Treatment:
    found = Treatment.objects.filter(pk=treatment).first()
    if found is None:
        raise GrilseError(refusals.missing("treatment", treatment))
    return found


def _check(treatments: Sequence[NewTreatment], placements: Mapping[int, Placement]) -> None:
    for treatment in treatments:
        placement = placements[treatment.placement]
        refuse_future(treatment.start)
        refuse_outside(placement, treatment.start, last_counts=True)
        if treatment.stop < treatment.start:
            why = refusals.ends_early(placement.name, treatment.start, treatment.stop)
            raise GrilseError(why, field="stop")
        if treatment.efficacy is not None and not 0 <= treatment.efficacy <= 1:
            raise GrilseError(refusals.no_share(treatment.efficacy), field="efficacy")


def _row(treatment: NewTreatment, row: Treatment) -> Treatment:
    row.placement_id, row.kind, row.method = treatment.placement, treatment.kind, treatment.method
    row.start, row.stop, row.withdrawal_days = treatment.start, treatment.stop, treatment.withdrawal_days
    row.reason, row.efficacy = treatment.reason, treatment.efficacy
    checked(row)
    return row


def _refuse_twice(rows: Sequence[Treatment], placements: Mapping[int, Placement]) -> None:
    """Refuse a second treatment of one placement, kind, method and first day; one statement."""
    refuse_twice(
        rows,
        ("placement_id", "kind", "method", "start"),
        lambda row: refusals.treatment_named(
            placements[row.placement_id].name, row.kind, row.method, row.start
        ),
    )
