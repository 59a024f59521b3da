"""Rows of the ledger: entered, corrected by a row that replaces another, withdrawn by one of no fish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from grilse.errors import GrilseError
from grilse.farm.rows import checked
from grilse.farm.tenancy import acting
from grilse.stock import changes
from grilse.stock.actions.balance import refuse_unbalanced
from grilse.stock.ledger import SIDES
from grilse.stock.models import Movement, Placement, TransferOrder
from grilse.stock.windows import placed, refuse_future, refuse_outside, refuse_weight


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMovement:
    """A row of the ledger as a door brings it; placements, order and the replaced row by their ids."""

    date: date
    kind: str
    count: int
    source: int | None = None
    target: int | None = None
    mean_weight_g: float | None = None
    """Where it was measured."""
    weight_method: str = ""
    fish_weighed: int | None = None
    cause: str = ""
    order: int | None = None
    replaces: int | None = None
    """The row of the same kind that this one corrects, or withdraws with a count of 0."""


def record(entries: Sequence[NewMovement]) -> list[int]:
    """Enter rows, which together leave every placement balanced; return their ids."""
    old = _existing([entry.replaces for entry in entries if entry.replaces is not None])
    concerned: list[NewMovement | Movement] = [*entries, *old.values()]
    touched = {side for row in concerned for side in _sides(row)}
    with changes.editing(touched):
        placements = placed(touched)
        _refuse_replaced_before(old)
        for entry in entries:
            _check(entry, placements, old)
        _check_orders(entries, placements)
        rows = _saved(entries)
        refuse_unbalanced(placements.values())
        for row in (*rows, *old.values()):
            changes.announce(_sides(row), row.date)
        return [row.pk for row in rows]


def correct(movement: int, entry: NewMovement) -> int:
    """Replace a row by another of the same kind; return the new one's id."""
    return record([replace(entry, replaces=movement)])[0]


def withdraw(movements: Sequence[int]) -> list[int]:
    """Replace rows by ones of no fish; return the new ones' ids."""
    old = _existing(movements)
    return record([_withdrawal(old[movement]) for movement in movements])


def _withdrawal(old: Movement) -> NewMovement:
    return NewMovement(
        date=old.date,
        kind=old.kind,
        count=0,
        source=old.source_id,
        target=old.target_id,
        mean_weight_g=old.mean_weight_g,
        weight_method=old.weight_method,
        fish_weighed=old.fish_weighed,
        cause=old.cause,
        order=old.order_id,
        replaces=old.pk,
    )


def _existing(ids: Sequence[int]) -> dict[int, Movement]:
    """Return rows by their ids. They never change, so they are read before anybody is waited for."""
    if len(set(ids)) < len(ids):
        raise GrilseError("one row is replaced twice: a row is corrected once, then its correction is")
    found = Movement.objects.in_bulk(ids)
    for id in ids:
        if id not in found:
            raise GrilseError(f"there is no movement {id} to replace")
    return found


def _refuse_replaced_before(old: Iterable[int]) -> None:
    for later in Movement.objects.filter(replaces__in=list(old)):
        raise GrilseError(f"movement {later.replaces_id} is replaced by {later.pk} already: correct that one")


def _sides(row: NewMovement | Movement) -> list[int]:
    sides = (row.source_id, row.target_id) if isinstance(row, Movement) else (row.source, row.target)
    return [side for side in sides if side is not None]


def _check(entry: NewMovement, placements: dict[int, Placement], old: dict[int, Movement]) -> None:
    """Refuse a row that the ledger does not take, whatever else it holds."""
    if entry.kind not in Movement.Kind.values:
        raise GrilseError(f"{entry.kind} is no kind of movement: {', '.join(Movement.Kind.values)}")
    if entry.replaces is not None and old[entry.replaces].kind != entry.kind:
        raise GrilseError(f"a {old[entry.replaces].kind} is corrected by another, not by a {entry.kind}")
    _check_sides(entry)
    refuse_future(entry.date)
    if entry.source is not None:
        refuse_outside(placements[entry.source], entry.date, last_counts=True)
    if entry.target is not None:
        refuse_outside(placements[entry.target], entry.date, last_counts=False)
    if entry.count < (entry.replaces is None):
        raise GrilseError(f"{entry.count} fish: only a row that replaces another may have 0")
    refuse_weight(entry.mean_weight_g)


def _check_sides(entry: NewMovement) -> None:
    sides = SIDES.get(entry.kind, "source")
    source, target = entry.source is not None, entry.target is not None
    if sides == "either":
        if source == target:
            raise GrilseError(f"{entry.kind} has a source or a target, not both")
        return
    for there, name, kinds in (
        (source, "source", ("source", "both")),
        (target, "target", ("target", "both")),
    ):
        if there != (sides in kinds):
            raise GrilseError(f"{entry.kind} {'has no' if there else 'must have a'} {name}")
    if entry.source == entry.target:
        raise GrilseError("the fish go where they were")


def _check_orders(entries: Sequence[NewMovement], placements: dict[int, Placement]) -> None:
    """Refuse movements that do not belong to the order they name; one statement."""
    orders = TransferOrder.objects.in_bulk({entry.order for entry in entries if entry.order is not None})
    for entry in entries:
        if entry.order is None:
            continue
        if entry.order not in orders:
            raise GrilseError(f"there is no transfer order {entry.order}")
        if entry.kind != Movement.Kind.TRANSFER or entry.source is None:
            raise GrilseError("only a TRANSFER belongs to an order")
        if placements[entry.source].batch_id != orders[entry.order].batch_id:
            raise GrilseError(f"{orders[entry.order].number} is an order of another batch")


def _saved(entries: Sequence[NewMovement]) -> list[Movement]:
    who = acting()
    rows = [
        Movement(
            company_id=who.company,
            author_id=who.user,
            date=entry.date,
            kind=entry.kind,
            source_id=entry.source,
            target_id=entry.target,
            count=entry.count,
            mean_weight_g=entry.mean_weight_g,
            weight_method=entry.weight_method,
            fish_weighed=entry.fish_weighed,
            cause=entry.cause,
            order_id=entry.order,
            replaces_id=entry.replaces,
        )
        for entry in entries
    ]
    for row in rows:
        checked(row)
    return Movement.objects.bulk_create(rows)
