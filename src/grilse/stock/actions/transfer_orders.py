"""Transfer orders: planned with their lines, cancelled; `transfers` carries them out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from grilse.access.reasons import require_reason
from grilse.errors import GrilseError
from grilse.row_validation import check_fields, fill_row
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
    """By its order; by default the stage of the source."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewOrder:
    """A planned move of a batch."""

    batch: int
    date: date
    lines: Sequence[NewLine]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderPlanOutcome:
    """The new order, with its lines in the order of the plan."""

    order: int
    number: str
    lines: list[int]


def plan_order(new: NewOrder) -> OrderPlanOutcome:
    """Plan a move; the limits of the containers are checked when the fish move."""
    batch = find_batch(new.batch)
    with changes.edit_placements(line.source for line in new.lines):
        batch.refresh_from_db()
        if new.date < batch.start_date:
            raise GrilseError(messages.describe_day_before_batch(new.date, batch.number, batch.start_date))
        sources = find_placements(line.source for line in new.lines)
        rows = _build_lines(new, batch, sources)
        order = fill_row(
            TransferOrder(company_id=batch.company_id),
            batch=batch.pk,
            number=_build_order_number(batch, new.date),
            planned_date=new.date,
            status=TransferOrder.Status.PLANNED,
        )
        order.save()
        for row in rows:
            row.order = order
            check_fields(row)
        TransferLine.objects.bulk_create(rows)
        return OrderPlanOutcome(order=order.pk, number=order.number, lines=[row.pk for row in rows])


def cancel_order(order: int, *, reason: str, lines: Sequence[int] | None = None) -> str:
    """Cancel planned lines of an order, by default all; return the status of the order."""
    order_row = find_order(order)
    with changes.edit_placements(_list_sources(order_row)):
        require_reason(reason)
        rows = find_planned_lines(order_row, lines)
        if not rows:
            raise GrilseError(f"{order_row.number} has no line that is still planned")
        for row in rows:
            row.status = TransferLine.Status.CANCELLED
            row.save(update_fields=["status"])
        update_order_status(order_row)
        return order_row.status


def _list_sources(order: TransferOrder) -> list[int]:
    return list(order.lines.values_list("source_id", flat=True))


def _build_order_number(batch: Batch, day: date) -> str:
    """Return the number of a new order: batch, day of the batch and, from the second order on, a counter."""
    number = f"TRF-{batch.number}-D{(day - batch.start_date).days:03d}"
    used_numbers = set(TransferOrder.objects.filter(number__startswith=number).values_list("number", flat=True))
    return placement_changes.choose_free_name(number, used_numbers)


def _build_lines(new: NewOrder, batch: Batch, sources: dict[int, Placement]) -> list[TransferLine]:
    """Return the rows of a plan's lines; three statements."""
    if not new.lines:
        what = f"an order of batch {batch.number} moves no fish"
        raise GrilseError(f"{what}: say from which placements into which containers")
    containers = placement_changes.find_containers({line.container for line in new.lines})
    stages = find_stages(batch.species_id, [line.stage for line in new.lines if line.stage is not None])
    refuse_duplicate_keys(
        [(line.source, line.container) for line in new.lines],
        lambda way: f"{sources[way[0]].name} to {containers[way[1]].name} is there twice: add the fish up",
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
        raise GrilseError(f"{source.name} is not a placement of batch {batch.number}")
    refuse_closed_batch(source, new.date, last_counts=LAST_DAY_COUNTS["departures"])
    refuse_outside_placement(source, new.date, last_counts=LAST_DAY_COUNTS["departures"])
    if line.count < 1:
        raise GrilseError(messages.describe_no_fish(line.count, source.name), field="count")
