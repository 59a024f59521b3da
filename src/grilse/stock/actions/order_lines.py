"""Lines of transfer orders: looked up, and kept in step with the movements of their order."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

from django.db.models import Q

from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.farm.models import SITE_PATHS
from grilse.farm.site_names import find_label
from grilse.row_validation import describe_missing, find_row
from grilse.stock.models import Movement, Placement, TransferLine, TransferOrder

PLANNED, DONE = TransferLine.Status.PLANNED, TransferLine.Status.DONE


def find_order(order: int) -> TransferOrder:
    """Return an order with its batch; refuse an order that the company does not have."""
    return find_row(TransferOrder.objects.select_related("batch"), order, "transfer order")


def find_planned_lines(order: TransferOrder, lines: Sequence[int] | None) -> list[TransferLine]:
    """Return planned lines of an order, by default all; refuse others."""
    of_order = order.lines.select_related("source__batch", *(f"container__{path}" for path in SITE_PATHS), "stage")
    if lines is None:
        return list(of_order.filter(status=PLANNED).order_by("pk"))
    lines_by_id = of_order.in_bulk(lines)
    for id in lines:
        if id not in lines_by_id:
            raise GrilseError(describe_missing(f"line of {order.number} with the number", id))
        line = lines_by_id[id]
        if line.status != PLANNED:
            names = f"{order.number}, {line.source.name} to {find_label(line.container)}"
            raise GrilseError(f"{names}, is {line.status} already")
    return [lines_by_id[id] for id in lines]


def update_order_status(order: TransferOrder) -> None:
    """Write the status of an order that follows from its lines and movements; three statements.

    An order with movements is never cancelled, even if all its other lines are.
    """
    with lift_geography_limit():
        planned = TransferLine.objects.filter(order=order, status=PLANNED).exists()
        moved = Movement.objects.filter(order=order).exists()
    active_status = TransferOrder.Status.IN_PROGRESS if moved else TransferOrder.Status.PLANNED
    final_status = TransferOrder.Status.COMPLETED if moved else TransferOrder.Status.CANCELLED
    order.status = active_status if planned else final_status
    order.save(update_fields=["status"])


def update_lines(rows: Sequence[Movement], old: Mapping[int, Movement], placements: Mapping[int, Placement]) -> None:
    """Make lines planned again whose movements are withdrawn, and done if these are entered again.

    `old` are the rows that rows replace. Two statements and three an order; none without orders.
    """
    before = [old[row.replaces_id] if row.replaces_id is not None else row for row in rows]
    changed = [
        row
        for row, replaced in zip(rows, before, strict=True)
        if row.order_id is not None and bool(row.count) != bool(replaced.count)
    ]
    for is_moved, former, status in ((False, DONE, PLANNED), (True, PLANNED, DONE)):
        lines = [
            Q(order=row.order_id, source=row.source_id, container=placements[row.target_id or 0].container_id)
            for row in changed
            if bool(row.count) == is_moved
        ]
        if lines:
            TransferLine.objects.filter(reduce(or_, lines), status=former).update(status=status)
    if changed:
        for order in TransferOrder.objects.filter(pk__in={row.order_id for row in changed}).order_by("pk"):
            update_order_status(order)
