"""Transfer orders: planned line by line, carried out pen by pen on the day it really was, or cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked
from grilse.stock import changes, refusals
from grilse.stock.actions import places
from grilse.stock.actions.batches import stages_of
from grilse.stock.actions.lines import order_of, planned_lines, settle
from grilse.stock.actions.transfers import Move, Moved, execute
from grilse.stock.models import Batch, Placement, TransferLine, TransferOrder
from grilse.stock.windows import batch_of, placed, refuse_closed, refuse_outside, refuse_repeated

__all__ = ["Move", "Moved", "NewLine", "NewOrder", "Planned", "cancel", "execute", "plan"]


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
class Planned:
    """What a plan made, the lines in the order given."""

    order: int
    number: str
    lines: list[int]


def plan(new: NewOrder) -> Planned:
    """Plan a move; whether there is room is asked when the fish move."""
    batch = batch_of(new.batch)
    with changes.editing(line.source for line in new.lines):
        batch.refresh_from_db()
        refuse_closed(batch)
        if new.date < batch.start_date:
            raise GrilseError(refusals.before_batch(new.date, batch.number, batch.start_date))
        sources = placed(line.source for line in new.lines)
        rows = _lines(new, batch, sources)
        order = TransferOrder(
            company_id=batch.company_id,
            batch=batch,
            number=_number(batch, new.date),
            planned_date=new.date,
            status=TransferOrder.Status.PLANNED,
        )
        checked(order)
        order.save()
        for row in rows:
            row.order = order
            checked(row)
        TransferLine.objects.bulk_create(rows)
        return Planned(order=order.pk, number=order.number, lines=[row.pk for row in rows])


def cancel(order: int, *, reason: str, lines: Sequence[int] | None = None) -> str:
    """Give lines of an order up, by default all that did not move yet; return the order's status."""
    found = order_of(order)
    with changes.editing(_sources(found)):
        required_reason(reason)
        rows = planned_lines(found, lines)
        if not rows:
            raise GrilseError(refusals.no_lines(found.number))
        for row in rows:
            row.status = TransferLine.Status.CANCELLED
            row.save(update_fields=["status"])
        settle(found)
        return found.status


def _sources(order: TransferOrder) -> list[int]:
    return list(order.lines.values_list("source_id", flat=True))


def _number(batch: Batch, day: date) -> str:
    """Return the number of a new order: of the batch and its day, and from the second on which of them."""
    number = f"TRF-{batch.number}-D{(day - batch.start_date).days:03d}"
    taken = set(TransferOrder.objects.filter(number__startswith=number).values_list("number", flat=True))
    return places.numbered(number, taken)


def _lines(new: NewOrder, batch: Batch, sources: dict[int, Placement]) -> list[TransferLine]:
    """Return the rows of a plan's lines; three statements."""
    if not new.lines:
        raise GrilseError(refusals.nothing_planned(batch.number))
    containers = places.containers({line.container for line in new.lines})
    stages = stages_of(batch.species_id, [line.stage for line in new.lines if line.stage is not None])
    refuse_repeated(
        [(line.source, line.container) for line in new.lines],
        lambda way: refusals.line_twice(sources[way[0]].name, containers[way[1]].name),
    )
    for line in new.lines:
        _check_line(new, line, batch, sources[line.source])
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


def _check_line(new: NewOrder, line: NewLine, batch: Batch, source: Placement) -> None:
    if source.batch_id != batch.pk:
        raise GrilseError(refusals.not_of_batch(source.name, batch.number))
    refuse_outside(source, new.date, last_counts=True)
    if line.count < 1:
        raise GrilseError(refusals.no_fish(line.count, source.name))
