"""Rows of the ledger: recorded, corrected by a row that replaces them, withdrawn by a row with a count of 0."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.row_validation import describe_missing, fill_row
from grilse.stock import changes, messages
from grilse.stock.actions.balance import read_ledgers, refuse_unbalanced
from grilse.stock.actions.capacity import refuse_over_limits
from grilse.stock.actions.grades import delete_grades
from grilse.stock.actions.order_lines import reopen_lines
from grilse.stock.actions.placement_changes import reopen_emptied_placements
from grilse.stock.actions.plausibility import check_movements
from grilse.stock.hooks import refuse_unknown_causes
from grilse.stock.ledger import find_invalid_counts, find_same_sides, iter_wrong_sides
from grilse.stock.models import Movement, Placement, TransferOrder
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
    """A new row of the ledger; placements, order and the replaced row by their ids."""

    date: date
    kind: str
    count: int
    source: int | None = None
    target: int | None = None
    mean_weight_g: float | None = None
    """None if it was not measured."""
    weight_method: str = ""
    fish_weighed: int | None = None
    cause: str = ""
    order: int | None = None
    replaces: int | None = None
    """The row of the same kind that this row corrects, or withdraws with a count of 0."""


FIELDS = [field.name for field in fields(NewMovement)]


def record_movements(entries: Sequence[NewMovement], *, reason: str = "") -> list[int]:
    """Enter rows that together leave every placement balanced; return their ids.

    Rows that replace others need a reason; it is stored with all rows.
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
        check_movements(rows, old, placement_ledgers)
        for row in (*rows, *old.values()):
            changes.announce_change(_list_sides(row), row.date)
        return [row.pk for row in rows]


def correct_movement(movement: int, entry: NewMovement, *, reason: str) -> int:
    """Replace a row by another of the same kind; return the id of the new row."""
    return record_movements([replace(entry, replaces=movement)], reason=reason)[0]


def withdraw_movements(movements: Sequence[int], *, reason: str) -> list[int]:
    """Replace rows by rows with a count of 0; return the ids of the new rows.

    If a row emptied a placement, its fish are there again: placement and batch are active again.
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
    """Return the row with a count of 0 that replaces a row."""
    columns = {field.name: field.attname for field in Movement._meta.concrete_fields}
    values = {name: getattr(old, columns[name]) for name in FIELDS}
    return NewMovement(**values | {"count": 0, "replaces": old.pk})


def build_movement(entry: object, **values: Any) -> NewMovement:
    """Return the row with other values, and with those fields of an entry that rows have under the same name."""
    return NewMovement(**{name: getattr(entry, name) for name in FIELDS if hasattr(entry, name)} | values)


def _find_movements(ids: Sequence[int]) -> dict[int, Movement]:
    """Return rows by their ids. Rows never change, so they are read before the lock."""
    if len(set(ids)) < len(ids):
        raise GrilseError("one row is replaced twice: a row is corrected once, then its correction is")
    rows_by_id = Movement.objects.in_bulk(ids)
    for id in ids:
        if id not in rows_by_id:
            raise GrilseError(f"{describe_missing('movement', id)} to replace")
    return rows_by_id


def _refuse_replaced_rows(old: Iterable[int]) -> None:
    for later in Movement.objects.filter(replaces__in=list(old)):
        raise GrilseError(f"movement {later.replaces_id} is replaced by {later.pk} already: correct that one")


def _list_sides(row: NewMovement | Movement) -> list[int]:
    sides = (row.source_id, row.target_id) if isinstance(row, Movement) else (row.source, row.target)
    return [side for side in sides if side is not None]


def _refuse_invalid_entry(entry: NewMovement, placements: dict[int, Placement], old: dict[int, Movement]) -> None:
    """Refuse a row that is not possible, whatever else the ledger holds."""
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
    """Refuse new rows of a closed batch, except together with a correction in it."""
    corrected = {placements[side].batch_id for row in old for side in _list_sides(row)}
    for side in (side for entry in entries for side in _list_sides(entry)):
        if placements[side].batch_id not in corrected:
            refuse_closed_batch(placements[side].batch)


def _is_new_cause(cause: str, entry: NewMovement, old: dict[int, Movement]) -> bool:
    """Tell whether a cause of death is new: corrections may keep a cause that was imported."""
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
            raise GrilseError(describe_missing("transfer order", entry.order), field="order")
        batch = -1 if entry.source is None else placements[entry.source].batch_id
        is_no_transfer, is_foreign = find_wrong_orders(entry.kind, batch, orders[entry.order].batch_id)
        if is_no_transfer:
            raise GrilseError(messages.describe_order_not_allowed(), field="order")
        if is_foreign:
            raise GrilseError(messages.describe_order_of_other_batch(orders[entry.order].number), field="order")


def _save_movements(entries: Sequence[NewMovement], reason: str) -> list[Movement]:
    who = get_current_actor()
    return Movement.objects.bulk_create(
        fill_row(Movement(company_id=who.company, author_id=who.user), entry, reason=reason) for entry in entries
    )
