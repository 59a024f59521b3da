"""Transfer orders: planned line by line, carried out pen by pen on the day it really was, or cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from grilse.access.reasons import require_reason
from grilse.errors import GrilseError
from grilse.row_validation import check_fields
from grilse.stock import changes, messages
from grilse.stock.actions import placement_changes
from grilse.stock.actions.batches import find_stages
from grilse.stock.actions.order_lines import find_order, find_planned_lines, update_order_status
from grilse.stock.actions.transfers import Move, TransferOutcome, execute_transfer
from grilse.stock.models import Batch, Placement, TransferLine, TransferOrder
from grilse.stock.rules import (
    LAST_DAY_COUNTS,
    find_batch,
    find_placements,
    refuse_closed_batch,
    refuse_duplicate_keys,
    refuse_outside_placement,
)

__all__ = [
    "Move",
    "NewLine",
    "NewOrder",
    "OrderPlanOutcome",
    "TransferOutcome",
    "cancel_order",
    "execute_transfer",
    "plan_order",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLine:
    """Fish to move from a placement into a container, by their ids."""

    source: int
    container: int
    count: int
    stage: int | None = None
    """By its order; the one they are at where none is given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewOrder:
    """A move of a batch as it is planned; the batch by its id."""

    batch: int
    date: date
    lines: Sequence[NewLine]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderPlanOutcome:
    """What a plan made, the lines in the order given."""

    order: int
    number: str
    lines: list[int]


def plan_order(new: NewOrder) -> OrderPlanOutcome:
    """Plan a move; whether there is room is asked when the fish move."""
    batch = find_batch(new.batch)
    with changes.edit_placements(line.source for line in new.lines):
        batch.refresh_from_db()
        refuse_closed_batch(batch)
        if new.date < batch.start_date:
            raise GrilseError(messages.describe_day_before_batch(new.date, batch.number, batch.start_date))
        sources = find_placements(line.source for line in new.lines)
        rows = _build_lines(new, batch, sources)
        order = TransferOrder(
            company_id=batch.company_id,
            batch=batch,
            number=_build_order_number(batch, new.date),
            planned_date=new.date,
            status=TransferOrder.Status.PLANNED,
        )
        check_fields(order)
        order.save()
        for row in rows:
            row.order = order
            check_fields(row)
        TransferLine.objects.bulk_create(rows)
        return OrderPlanOutcome(order=order.pk, number=order.number, lines=[row.pk for row in rows])


def cancel_order(order: int, *, reason: str, lines: Sequence[int] | None = None) -> str:
    """Give lines of an order up, by default all that did not move yet; return the order's status."""
    order_row = find_order(order)
    with changes.edit_placements(_list_sources(order_row)):
        require_reason(reason)
        rows = find_planned_lines(order_row, lines)
        if not rows:
            raise GrilseError(messages.describe_no_planned_line(order_row.number))
        for row in rows:
            row.status = TransferLine.Status.CANCELLED
            row.save(update_fields=["status"])
        update_order_status(order_row)
        return order_row.status


def _list_sources(order: TransferOrder) -> list[int]:
    return list(order.lines.values_list("source_id", flat=True))


def _build_order_number(batch: Batch, day: date) -> str:
    """Return the number of a new order: of the batch and its day, and from the second on which of them."""
    number = f"TRF-{batch.number}-D{(day - batch.start_date).days:03d}"
    used_numbers = set(TransferOrder.objects.filter(number__startswith=number).values_list("number", flat=True))
    return placement_changes.choose_free_name(number, used_numbers)


def _build_lines(new: NewOrder, batch: Batch, sources: dict[int, Placement]) -> list[TransferLine]:
    """Return the rows of a plan's lines; three statements."""
    if not new.lines:
        raise GrilseError(messages.describe_empty_order(batch.number))
    containers = placement_changes.find_containers({line.container for line in new.lines})
    stages = find_stages(batch.species_id, [line.stage for line in new.lines if line.stage is not None])
    refuse_duplicate_keys(
        [(line.source, line.container) for line in new.lines],
        lambda way: messages.describe_duplicate_line(sources[way[0]].name, containers[way[1]].name),
    )
    for line in new.lines:
        _refuse_invalid_line(new, line, batch, sources[line.source])
    return [
        TransferLine(
            company_id=batch.company_id,
            source=sources[line.source],
            container=containers[line.container],
            stage_id=sources[line.source].stage_id if line.stage is None else stages[line.stage].pk,
            count=line.count,
        )
        for line in new.lines
    ]


def _refuse_invalid_line(new: NewOrder, line: NewLine, batch: Batch, source: Placement) -> None:
    if source.batch_id != batch.pk:
        raise GrilseError(messages.describe_placement_mismatch(source.name, batch.number))
    refuse_outside_placement(source, new.date, last_counts=LAST_DAY_COUNTS["departures"])
    if line.count < 1:
        raise GrilseError(messages.describe_no_fish(line.count, source.name))
