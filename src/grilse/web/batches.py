"""The pages of batches."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from grilse.growth.queries import list_current_batches
from grilse.planning.queries import compute_weight_lead
from grilse.stock import queries as stock
from grilse.web.batch_table import COLUMNS, BatchTableRow, sort_rows
from grilse.web.permissions import permission_required

PAGE_SIZE = 200


@require_safe
@permission_required("growth.read")
def show_batches(request: HttpRequest) -> HttpResponse:
    """Show the batches that match, standing first; a fragment when the filter asks."""
    search, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    order = request.GET.get("sort", "")
    rows = [row for row in _build_rows() if row.is_match(search) and status in ("", row.now.status)]
    page = Paginator(sort_rows(rows, order), PAGE_SIZE).get_page(request.GET.get("page"))
    filters = {name: value for name, value in {"q": search, "status": status}.items() if value}
    shown = {
        "page": page,
        "columns": [column.build_header(order, urlencode(filters)) for column in COLUMNS],
        "q": search,
        "status": status,
        "sort": order,
        "kept": urlencode({**filters, "sort": order}),
    }
    return render(request, "batches/_table.html" if "HX-Request" in request.headers else "batches/list.html", shown)


@require_safe
@permission_required("growth.read")
def show_batch(request: HttpRequest, number: str) -> HttpResponse:
    """Show the growth page of a batch; the figures of its lines come as JSON."""
    batch = stock.read_batch(number)
    if batch is None:
        raise Http404(f"There is no batch {number}.")
    [row] = _build_rows(batch.id)
    shown = {
        "batch": batch,
        "row": row,
        "stands": stock.list_placements(batch.id),
        "source": reverse("api-1:read_growth", kwargs={"number": number}),
        "runs": reverse("api-1:read_projections", kwargs={"number": number}),
    }
    return render(request, "batches/growth.html", shown)


def _build_rows(batch_id: int | None = None) -> list[BatchTableRow]:
    batches = list_current_batches(batch_id)
    ahead = compute_weight_lead(
        [
            (batch.id, batch.date, batch.mean_weight_g)
            for batch in batches
            if batch.date is not None and batch.mean_weight_g is not None
        ]
    )
    return [BatchTableRow(now=batch, ahead_pct=ahead.get(batch.id)) for batch in batches]
