"""Rows of the ledger: each kind by its own action."""

from collections.abc import Sequence
from dataclasses import replace

from grilse.access.change_history import RowChange, compare_rows
from grilse.errors import GrilseError
from grilse.stock.actions import harvests, losses, movements
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


def record_movement(entry: NewMovement, *, grades: Sequence[Grade] = (), lot: str = "", reason: str) -> int:
    """Enter a row, of a harvest with its grades and lot; return its id."""
    if _is_removal(entry) and entry.kind in losses.KINDS and not entry.last:
        return losses.record_losses(_build_losses(entry))[0]
    if _is_removal(entry) and entry.kind in HARVESTS:
        harvest = replace(_build_harvest(entry), grades=grades, lot=lot, last=bool(entry.last))
        return harvests.record_harvests([harvest])[0].movement
    if grades or lot:
        raise GrilseError(f"a {entry.kind} has no grades and no lot: leave them out", field="grades")
    return movements.record_movements([entry], reason=reason)[0]


def correct_movement(
    old: Movement, entry: NewMovement, *, grades: Sequence[Grade] = (), lot: str = "", reason: str
) -> int:
    """Correct a row by another, of a harvest with its grades and lot; return its id. Its placement stays emptied."""
    if not (_is_removal(entry) and old.kind in HARVESTS):
        return movements.correct_movement(old.pk, entry, reason=reason)
    emptied = old.source is not None and bool(find_ending_rows([old], {old.source.pk: old.source}, [old.pk]))
    new = replace(_build_harvest(entry), grades=grades, lot=lot, last=emptied)
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
