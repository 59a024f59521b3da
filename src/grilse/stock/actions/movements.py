"""Rows of the ledger: recorded, corrected by a row that replaces them, withdrawn by a row with a count of 0."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np

from grilse.access.own_entries import refuse_entries_of_others
from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.row_validation import describe_missing, fill_row
from grilse.stock import changes, messages
from grilse.stock.actions.balance import read_ledgers, refuse_unbalanced
from grilse.stock.actions.capacity import refuse_over_limits
from grilse.stock.actions.closed_placements import ClosedPlacement
from grilse.stock.actions.count_corrections import CountMoment, follow_counts, refuse_derived_rows
from grilse.stock.actions.grades import HARVEST, delete_grades, link_grades, move_grades
from grilse.stock.actions.order_lines import update_lines
from grilse.stock.actions.placement_periods import (
    EMPTYING_KINDS,
    Departure,
    end_placements,
    find_ending_rows,
    follow_arrivals,
    is_withdrawn,
    save_periods,
)
from grilse.stock.actions.plausibility import check_fish_counts, check_movements
from grilse.stock.hooks import refuse_unknown_causes
from grilse.stock.ledger import (
    COUNTING_CAUSE,
    find_excess_weighed,
    find_invalid_counts,
    find_same_sides,
    iter_wrong_sides,
)
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
    last: bool | None = None
    """No fish are left in the source, which ends; a count correction brings its ledger to 0.

    None is no, for a correction the same as in the row that it replaces.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerOutcome:
    """The new rows, and the placements that ended with them."""

    ids: list[int]
    ends: dict[int, ClosedPlacement]


FIELDS = [field.name for field in fields(NewMovement)]
ARRIVALS = (Movement.Kind.STOCKING, Movement.Kind.TRANSFER)


def record_movements(entries: Sequence[NewMovement], *, reason: str = "") -> list[int]:
    """Enter rows that together leave every placement balanced; return their ids.

    Rows that replace others need a reason; it is stored with all rows.
    """
    return enter_movements(entries, reason=reason).ids


def enter_movements(
    entries: Sequence[NewMovement], *, reason: str = "", former: Iterable[CountMoment] = ()
) -> LedgerOutcome:
    """Enter rows; the starts and ends of placements and the corrections from counts follow from them.

    `former` are moments of counts that no longer hold.
    """
    old = _find_movements([entry.replaces for entry in entries if entry.replaces is not None])
    all_rows: list[NewMovement | Movement] = [*entries, *old.values()]
    placement_ids = {side for row in all_rows for side in _list_sides(row)}
    with changes.edit_placements(placement_ids):
        why = require_reason(reason) if old else reason
        refuse_entries_of_others(Movement, list(old))
        placements = find_placements(placement_ids)
        _refuse_replaced_rows(old)
        refuse_derived_rows(list(old.values()), placements)
        link_grades((source, row.date) for row in all_rows if row.kind == HARVEST for source in _list_sides(row))
        with save_periods(placements.values()):
            _refuse_invalid_entries(entries, placements, old)
            entries, ends = _end_sources(entries, placements, old)
            for entry in entries:
                _refuse_outside_placements(entry, placements)
            _refuse_invalid_orders(entries, placements)
            rows = _save_movements(entries, why)
            update_lines(rows, old, placements)
            placement_ledgers = read_ledgers(placements.values())
            arrivals = [row for row in (*rows, *old.values()) if row.kind in ARRIVALS]
            targets = {row.target_id for row in arrivals if row.target_id is not None}
            ends += follow_arrivals(placement_ledgers, targets, old.values())
        placement_ledgers, surplus = follow_counts(placement_ledgers, [*former, *ends], reason=why)
        refuse_unbalanced(placement_ledgers)
        refuse_over_limits(rows, old, placement_ledgers)
        check_movements(rows, old, placement_ledgers)
        check_fish_counts(
            placement_ledgers,
            {
                (entry.source, entry.date): surplus[entry.source]
                for entry in entries
                if entry.last and entry.source is not None
            },
        )
        move_grades(rows, placements)
        for row in (*rows, *old.values()):
            changes.announce_change(_list_sides(row), row.date)
        closed = {
            entry.source: ClosedPlacement(placement=placements[entry.source], corrected=surplus[entry.source])
            for entry in entries
            if entry.last and entry.source is not None
        }
        return LedgerOutcome(ids=[row.pk for row in rows], ends=closed)


def correct_movement(movement: int, entry: NewMovement, *, reason: str) -> int:
    """Replace a row by another of the same kind; return the id of the new row."""
    return record_movements([replace(entry, replaces=movement)], reason=reason)[0]


def withdraw_movements(movements: Sequence[int], *, reason: str, former: Iterable[CountMoment] = ()) -> list[int]:
    """Replace rows by rows with a count of 0; return the ids of the new rows.

    If a row emptied a placement, its fish are there again: placement and batch are active again.
    """
    old = _find_movements(movements)
    sides = {side for row in old.values() for side in _list_sides(row)}
    with changes.edit_placements(sides):
        delete_grades(old.values())
        return enter_movements([build_withdrawal(old[id]) for id in movements], reason=reason, former=former).ids


def build_withdrawal(old: Movement) -> NewMovement:
    """Return the row with a count of 0 that replaces a row."""
    columns = {field.name: field.attname for field in Movement._meta.concrete_fields}
    values = {name: getattr(old, columns[name]) for name in FIELDS}
    return NewMovement(**values | {"count": 0, "replaces": old.pk, "last": False})


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


def _end_sources(
    entries: Sequence[NewMovement], placements: dict[int, Placement], old: dict[int, Movement]
) -> tuple[list[NewMovement], list[CountMoment]]:
    """End the sources whose last fish leave, and reopen those whose last fish did not; return their former ends.

    The returned entries say whether their fish are the last. One statement, and four a source that ends.
    """
    corrected = {entry.replaces for entry in entries if entry.count and entry.replaces is not None}
    ending = find_ending_rows(old.values(), placements, corrected)
    marked = []
    for entry in entries:
        is_last = entry.last
        if is_last is None and entry.replaces in ending:
            is_last = entry.count > 0 and old[entry.replaces].source_id == entry.source
        marked.append(replace(entry, last=bool(is_last)))
    departures = [
        Departure(placement=entry.source, day=entry.date) for entry in marked if entry.last and entry.source is not None
    ]
    return marked, end_placements(departures, placements, {id: old[id] for id in ending})


def _refuse_invalid_entries(
    entries: Sequence[NewMovement], placements: dict[int, Placement], old: dict[int, Movement]
) -> None:
    """Refuse rows that are not possible, whatever else the ledger holds; one statement if there are new causes."""
    for entry in entries:
        _refuse_invalid_entry(entry, placements, old)
    refuse_unknown_causes(entry.cause for entry in entries if _is_new_cause(entry.cause, entry, old))


def _refuse_invalid_entry(entry: NewMovement, placements: dict[int, Placement], old: dict[int, Movement]) -> None:
    if entry.kind not in Movement.Kind.values:
        raise GrilseError(f"{entry.kind} is no kind of movement: {', '.join(Movement.Kind.values)}", field="kind")
    before = old.get(entry.replaces) if entry.replaces is not None else None
    if before is not None and before.kind != entry.kind:
        raise GrilseError(f"a {before.kind} is corrected by another, not by a {entry.kind}")
    _refuse_invalid_sides(entry)
    refuse_future_date(entry.date, placements[_list_sides(entry)[0]].container.time_zone)
    if find_invalid_counts(np.array([entry.count]), np.array([entry.replaces is not None]))[0]:
        raise GrilseError(messages.describe_no_fish(entry.count, placements[_list_sides(entry)[0]].name), field="count")
    refuse_invalid_weight(entry.mean_weight_g)
    weighed = entry.fish_weighed or 0
    if find_excess_weighed(np.array([weighed]), np.array([entry.count]))[0]:
        why = messages.describe_excess_weighed(weighed, entry.count, placements[_list_sides(entry)[0]].name)
        raise GrilseError(why, field="fish_weighed")
    if entry.last and entry.kind not in EMPTYING_KINDS:
        raise GrilseError(messages.describe_no_emptying_kind(entry.kind, EMPTYING_KINDS), field="last")
    is_counting = entry.kind == Movement.Kind.COUNT_CORRECTION and entry.cause == COUNTING_CAUSE
    if is_counting and (before is None or before.cause != COUNTING_CAUSE):
        raise GrilseError(messages.describe_entered_counting(), field="cause")


def _refuse_outside_placements(entry: NewMovement, placements: dict[int, Placement]) -> None:
    """Refuse a row on a day on which its fish were not there; a withdrawal has no fish, so any day is right."""
    if not entry.count:
        return
    if entry.source is not None:
        last_counts = LAST_DAY_COUNTS["departures"]
        refuse_closed_batch(placements[entry.source], entry.date, last_counts=last_counts)
        refuse_outside_placement(placements[entry.source], entry.date, last_counts=last_counts)
    if entry.target is not None:
        target, last_counts = placements[entry.target], LAST_DAY_COUNTS["arrivals"]
        is_arrival = entry.kind in ARRIVALS
        # A placement starts with its first arrival, so an earlier one moves the start.
        if is_arrival and (is_withdrawn(target) or entry.date < target.start):
            return
        refuse_closed_batch(target, entry.date, last_counts=last_counts)
        refuse_outside_placement(target, entry.date, last_counts=last_counts)


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
