"""Lines of transfer orders, as what they move is carried out or taken back."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.stock import messages
from grilse.stock.models import Movement, TransferLine, TransferOrder


def find_order(order: int) -> TransferOrder:
    """Return an order with its batch; refuse one that is not the company's."""
    row = TransferOrder.objects.select_related("batch").filter(pk=order).first()
    if row is None:
        raise GrilseError(messages.describe_missing("transfer order", order))
    return row


def find_planned_lines(order: TransferOrder, lines: Sequence[int] | None) -> list[TransferLine]:
    """Return lines of an order that did not move yet, by default all; refuse others that are named."""
    of_order = order.lines.select_related("source", "container__area", "container__hall", "stage")
    if lines is None:
        return list(of_order.filter(status=TransferLine.Status.PLANNED).order_by("pk"))
    lines_by_id = of_order.in_bulk(lines)
    for id in lines:
        if id not in lines_by_id:
            raise GrilseError(messages.describe_missing(f"line of {order.number} with the number", id))
        line = lines_by_id[id]
        if line.status != TransferLine.Status.PLANNED:
            names = (line.source.name, line.container.name)
            raise GrilseError(messages.describe_line_status(order.number, *names, line.status))
    return [lines_by_id[id] for id in lines]


def update_order_status(order: TransferOrder) -> None:
    """Set an order to what its lines and movements make of it; three statements.

    One of which fish moved is never cancelled, even where the rest of it is.
    """
    with lift_geography_limit():
        planned = TransferLine.objects.filter(order=order, status=TransferLine.Status.PLANNED).exists()
        moved = Movement.objects.filter(order=order).exists()
    active_status = TransferOrder.Status.IN_PROGRESS if moved else TransferOrder.Status.PLANNED
    final_status = TransferOrder.Status.COMPLETED if moved else TransferOrder.Status.CANCELLED
    order.status = active_status if planned else final_status
    order.save(update_fields=["status"])


def reopen_lines(withdrawn: Iterable[Movement]) -> None:
    """Have lines wait again whose fish did not move after all; three statements an order, none without."""
    rows = [row for row in withdrawn if row.order_id is not None]
    if not rows:
        return
    moved_lines = Q()
    for row in rows:
        moved_lines |= Q(order=row.order_id, source=row.source_id, container=row.target.container_id)
    TransferLine.objects.filter(moved_lines, status=TransferLine.Status.DONE).update(status=TransferLine.Status.PLANNED)
    for order in TransferOrder.objects.filter(pk__in={row.order_id for row in rows}).order_by("pk"):
        update_order_status(order)
