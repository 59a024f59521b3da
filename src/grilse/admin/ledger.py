"""Rows of the ledger: each kind by its own action."""

from dataclasses import replace

from grilse.access.change_history import RowChange, compare_rows
from grilse.stock.actions import harvests, losses, movements
from grilse.stock.actions.grades import list_grades
from grilse.stock.actions.harvests import Grade, NewHarvest
from grilse.stock.actions.losses import Loss, NewLosses
from grilse.stock.actions.movements import NewMovement
from grilse.stock.actions.placement_periods import find_ending_rows
from grilse.stock.models import Movement

HARVESTS = (Movement.Kind.HARVEST.value, Movement.Kind.SALE.value)

KIND_PERMISSIONS = {
    "STOCKING": ("stock.stock",),
    "TRANSFER": ("stock.move",),
    "MORTALITY": ("stock.mortality",),
    "CULL": ("stock.mortality",),
    "ESCAPE": ("stock.mortality",),
    "HARVEST": ("stock.harvest",),
    "SALE": ("stock.harvest",),
    "COUNT_CORRECTION": ("stock.correct",),
}
"""The permissions to enter rows of each kind."""


def record_movement(entry: NewMovement, *, reason: str) -> int:
    """Enter a row; return its id."""
    if _is_removal(entry) and entry.kind in losses.KINDS:
        return losses.record_losses(_build_losses(entry))[0]
    if _is_removal(entry) and entry.kind in HARVESTS:
        return harvests.record_harvests([_build_harvest(entry)])[0].movement
    return movements.record_movements([entry], reason=reason)[0]


def correct_movement(old: Movement, entry: NewMovement, *, reason: str) -> int:
    """Correct a row by another; return its id. The grades of a harvest stay."""
    if not (_is_removal(entry) and old.kind in HARVESTS):
        return movements.correct_movement(old.pk, entry, reason=reason)
    there = list_grades(old)
    graded = [Grade(grade=row.grade, count=row.count, gutted_kg=row.gutted_kg) for row in there]
    emptied = old.source is not None and bool(find_ending_rows([old], {old.source.pk: old.source}, [old.pk]))
    lot = there[0].lot if there else ""
    new = replace(_build_harvest(entry), grades=graded, lot=lot, last=emptied)
    return harvests.correct_harvest(old.pk, new, reason=reason).movement


def withdraw_movement(old: Movement, *, reason: str) -> None:
    """Withdraw a row."""
    if old.kind in HARVESTS:
        harvests.withdraw_harvest(old.pk, reason=reason)
    else:
        movements.withdraw_movements([old.pk], reason=reason)


def list_replacements(id: int) -> list[RowChange]:
    """Return the rows that a row replaced and that replaced it, the newest first; a statement a row.

    The chain ends at a row out of the user's reach.
    """
    rows = Movement.objects.select_related("author")
    chain = [rows.get(pk=id)]
    while (older := rows.filter(pk=chain[0].replaces_id or 0).first()) is not None:
        chain.insert(0, older)
    while (later := rows.filter(replaces=chain[-1]).first()) is not None:
        chain.append(later)
    return [_build_change(row, before) for before, row in zip([None, *chain], chain, strict=False)][::-1]


def _build_change(row: Movement, before: Movement | None) -> RowChange:
    what = "added" if before is None else "corrected" if row.count else "withdrawn"
    user = row.author.get_username() if row.author else ""
    changed_values = () if before is None else compare_rows(Movement, before, row, CHANGE_FIELDS)
    return RowChange(at=row.entered_at, what=what, user=user, reason=row.reason, differences=changed_values)


CHANGE_FIELDS = ("date", "source", "target", "count", "mean_weight_g", "fish_weighed", "cause")


def _is_removal(entry: NewMovement) -> bool:
    """Tell whether fish leave the farm by an entry; the ledger refuses other sides."""
    return entry.source is not None and entry.target is None and entry.order is None


def _build_losses(entry: NewMovement) -> NewLosses:
    assert entry.source is not None
    loss = Loss(placement=entry.source, count=entry.count, cause=entry.cause, mean_weight_g=entry.mean_weight_g)
    return NewLosses(date=entry.date, kind=entry.kind, losses=[loss])


def _build_harvest(entry: NewMovement) -> NewHarvest:
    assert entry.source is not None
    names = ("date", "count", "kind", "mean_weight_g", "fish_weighed")
    return NewHarvest(placement=entry.source, **{name: getattr(entry, name) for name in names})
