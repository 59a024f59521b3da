"""Lines of transfer orders: looked up, and kept in step with the movements of their order."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.farm.models import SITE_PATHS
from grilse.farm.site_names import find_label
from grilse.row_validation import describe_missing, find_row
from grilse.stock.models import Movement, TransferLine, TransferOrder


def find_order(order: int) -> TransferOrder:
    """Return an order with its batch; refuse an order that the company does not have."""
    return find_row(TransferOrder.objects.select_related("batch"), order, "transfer order")


def find_planned_lines(order: TransferOrder, lines: Sequence[int] | None) -> list[TransferLine]:
    """Return planned lines of an order, by default all; refuse others."""
    of_order = order.lines.select_related("source__batch", *(f"container__{path}" for path in SITE_PATHS), "stage")
    if lines is None:
        return list(of_order.filter(status=TransferLine.Status.PLANNED).order_by("pk"))
    lines_by_id = of_order.in_bulk(lines)
    for id in lines:
        if id not in lines_by_id:
            raise GrilseError(describe_missing(f"line of {order.number} with the number", id))
        line = lines_by_id[id]
        if line.status != TransferLine.Status.PLANNED:
            names = f"{order.number}, {line.source.name} to {find_label(line.container)}"
            raise GrilseError(f"{names}, is {line.status} already")
    return [lines_by_id[id] for id in lines]


def update_order_status(order: TransferOrder) -> None:
    """Write the status of an order that follows from its lines and movements; three statements.

    An order with movements is never cancelled, even if all its other lines are.
    """
    with lift_geography_limit():
        planned = TransferLine.objects.filter(order=order, status=TransferLine.Status.PLANNED).exists()
        moved = Movement.objects.filter(order=order).exists()
    active_status = TransferOrder.Status.IN_PROGRESS if moved else TransferOrder.Status.PLANNED
    final_status = TransferOrder.Status.COMPLETED if moved else TransferOrder.Status.CANCELLED
    order.status = active_status if planned else final_status
    order.save(update_fields=["status"])


def reopen_lines(withdrawn: Iterable[Movement]) -> None:
    """Make the lines of withdrawn movements planned again; three statements an order."""
    rows = [row for row in withdrawn if row.order_id is not None]
    if not rows:
        return
    moved_lines = Q()
    for row in rows:
        moved_lines |= Q(order=row.order_id, source=row.source_id, container=row.target.container_id)
    TransferLine.objects.filter(moved_lines, status=TransferLine.Status.DONE).update(status=TransferLine.Status.PLANNED)
    for order in TransferOrder.objects.filter(pk__in={row.order_id for row in rows}).order_by("pk"):
        update_order_status(order)
