"""Rows of the ledger: entered, corrected by a row that replaces another, withdrawn by one of no fish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.row_validation import check_fields
from grilse.stock import changes, messages
from grilse.stock.actions.balance import read_ledgers, refuse_unbalanced
from grilse.stock.actions.capacity import refuse_over_limits
from grilse.stock.actions.grades import delete_grades
from grilse.stock.actions.order_lines import reopen_lines
from grilse.stock.actions.placement_changes import reopen_emptied_placements
from grilse.stock.ledger import find_invalid_counts, find_same_sides, iter_wrong_sides
from grilse.stock.models import Movement, Placement, TransferOrder
from grilse.stock.mortality_causes import refuse_unknown_causes
from grilse.stock.rules import (
    LAST_DAY_COUNTS,
    find_placements,
    find_wrong_orders,
    refuse_closed_batch,
    refuse_future_date,
    refuse_invalid_weight,
    refuse_outside_placement,
)


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


def record_movements(entries: Sequence[NewMovement], *, reason: str = "") -> list[int]:
    """Enter rows, which together leave every placement balanced; return their ids.

    Rows that replace others need a reason, which all of them are kept with.
    """
    old = _find_movements([entry.replaces for entry in entries if entry.replaces is not None])
    all_rows: list[NewMovement | Movement] = [*entries, *old.values()]
    placement_ids = {side for row in all_rows for side in _list_sides(row)}
    with changes.edit_placements(placement_ids):
        why = require_reason(reason) if old else reason
        placements = find_placements(placement_ids)
        _refuse_replaced_rows(old)
        for entry in entries:
            _refuse_invalid_entry(entry, placements, old)
        _refuse_closed_batches(entries, placements, old.values())
        refuse_unknown_causes(entry.cause for entry in entries if _is_new_cause(entry.cause, entry, old))
        _refuse_invalid_orders(entries, placements)
        rows = _save_movements(entries, why)
        placement_ledgers = read_ledgers(placements.values())
        refuse_unbalanced(placement_ledgers)
        refuse_over_limits(rows, old, placement_ledgers)
        for row in (*rows, *old.values()):
            changes.announce_change(_list_sides(row), row.date)
        return [row.pk for row in rows]


def correct_movement(movement: int, entry: NewMovement, *, reason: str) -> int:
    """Replace a row by another of the same kind; return the new one's id."""
    return record_movements([replace(entry, replaces=movement)], reason=reason)[0]


def withdraw_movements(movements: Sequence[int], *, reason: str) -> list[int]:
    """Replace rows by ones of no fish; return the new ones' ids.

    Fish that left a pen on its last day come back with the row: the pen stands again, and so does its batch.
    """
    old = _find_movements(movements)
    sides = {side for row in old.values() for side in _list_sides(row)}
    with changes.edit_placements(sides):
        closing_rows = reopen_emptied_placements(old.values())
        reopen_lines(old.values())
        delete_grades(old.values())
        rows = [build_withdrawal(row) for row in (*old.values(), *closing_rows)]
        return record_movements(rows, reason=reason)[: len(old)]


def build_withdrawal(old: Movement) -> NewMovement:
    """Return the row of no fish that replaces one."""
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


def _find_movements(ids: Sequence[int]) -> dict[int, Movement]:
    """Return rows by their ids. They never change, so they are read before anybody is waited for."""
    if len(set(ids)) < len(ids):
        raise GrilseError("one row is replaced twice: a row is corrected once, then its correction is")
    rows_by_id = Movement.objects.in_bulk(ids)
    for id in ids:
        if id not in rows_by_id:
            raise GrilseError(f"{messages.describe_missing('movement', id)} to replace")
    return rows_by_id


def _refuse_replaced_rows(old: Iterable[int]) -> None:
    for later in Movement.objects.filter(replaces__in=list(old)):
        raise GrilseError(f"movement {later.replaces_id} is replaced by {later.pk} already: correct that one")


def _list_sides(row: NewMovement | Movement) -> list[int]:
    sides = (row.source_id, row.target_id) if isinstance(row, Movement) else (row.source, row.target)
    return [side for side in sides if side is not None]


def _refuse_invalid_entry(entry: NewMovement, placements: dict[int, Placement], old: dict[int, Movement]) -> None:
    """Refuse a row that the ledger does not take, whatever else it holds."""
    if entry.kind not in Movement.Kind.values:
        raise GrilseError(f"{entry.kind} is no kind of movement: {', '.join(Movement.Kind.values)}")
    if entry.replaces is not None and old[entry.replaces].kind != entry.kind:
        raise GrilseError(f"a {old[entry.replaces].kind} is corrected by another, not by a {entry.kind}")
    _refuse_invalid_sides(entry)
    refuse_future_date(entry.date)
    if entry.source is not None:
        refuse_outside_placement(placements[entry.source], entry.date, last_counts=LAST_DAY_COUNTS["departures"])
    if entry.target is not None:
        refuse_outside_placement(placements[entry.target], entry.date, last_counts=LAST_DAY_COUNTS["arrivals"])
    if find_invalid_counts(np.array([entry.count]), np.array([entry.replaces is not None]))[0]:
        raise GrilseError(messages.describe_no_fish(entry.count, placements[_list_sides(entry)[0]].name), field="count")
    refuse_invalid_weight(entry.mean_weight_g)


def _refuse_closed_batches(
    entries: Iterable[NewMovement], placements: dict[int, Placement], old: Iterable[Movement]
) -> None:
    """Refuse new rows of a closed batch, but those that come with a correction in it."""
    corrected = {placements[side].batch_id for row in old for side in _list_sides(row)}
    for side in (side for entry in entries for side in _list_sides(entry)):
        if placements[side].batch_id not in corrected:
            refuse_closed_batch(placements[side].batch)


def _is_new_cause(cause: str, entry: NewMovement, old: dict[int, Movement]) -> bool:
    """Tell whether a cause of death is entered now: what was imported with another stays as it was."""
    before = old.get(entry.replaces) if entry.replaces is not None else None
    return entry.kind == Movement.Kind.MORTALITY and (before is None or before.cause != cause)


def _refuse_invalid_sides(entry: NewMovement) -> None:
    source, target = (-1 if side is None else side for side in (entry.source, entry.target))
    for is_wrong, side, why in iter_wrong_sides(
        *(np.array([value]) for value in (entry.kind, source >= 0, target >= 0))
    ):
        if is_wrong[0]:
            raise GrilseError(why, field=side)
    if find_same_sides(np.array([source]), np.array([target]))[0]:
        raise GrilseError(messages.describe_same_sides(), field="target")


def _refuse_invalid_orders(entries: Sequence[NewMovement], placements: dict[int, Placement]) -> None:
    """Refuse movements that do not belong to the order they name; one statement."""
    orders = TransferOrder.objects.in_bulk({entry.order for entry in entries if entry.order is not None})
    for entry in entries:
        if entry.order is None:
            continue
        if entry.order not in orders:
            raise GrilseError(messages.describe_missing("transfer order", entry.order), field="order")
        batch = -1 if entry.source is None else placements[entry.source].batch_id
        is_no_transfer, is_foreign = find_wrong_orders(entry.kind, batch, orders[entry.order].batch_id)
        if is_no_transfer:
            raise GrilseError(messages.describe_order_not_allowed(), field="order")
        if is_foreign:
            raise GrilseError(messages.describe_order_of_other_batch(orders[entry.order].number), field="order")


def _save_movements(entries: Sequence[NewMovement], reason: str) -> list[Movement]:
    who = get_current_actor()
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
            reason=reason,
        )
        for entry in entries
    ]
    for row in rows:
        check_fields(row)
    return Movement.objects.bulk_create(rows)
