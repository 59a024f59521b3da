"""The pages of batches."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from grilse.growth.queries import batches_now
from grilse.planning.queries import ahead_of_plan
from grilse.stock import queries as stock
from grilse.web.door import may
from grilse.web.sorting import COLUMNS, Row, sort

PAGE = 200


@require_safe
@may("growth.read")
def batch_list(request: HttpRequest) -> HttpResponse:
    """Show the batches that match, standing first; a fragment when the filter asks."""
    wanted, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    order = request.GET.get("sort", "")
    found = [row for row in _rows() if row.matches(wanted) and status in ("", row.now.status)]
    page = Paginator(sort(found, order), PAGE).get_page(request.GET.get("page"))
    kept = {name: value for name, value in {"q": wanted, "status": status}.items() if value}
    shown = {
        "page": page,
        "columns": [column.header(order, urlencode(kept)) for column in COLUMNS],
        "q": wanted,
        "status": status,
        "sort": order,
        "kept": urlencode({**kept, "sort": order}),
    }
    return render(
        request, "batches/_table.html" if "HX-Request" in request.headers else "batches/list.html", shown
    )


@require_safe
@may("growth.read")
def batch_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the growth page of a batch; the figures of its lines come as JSON."""
    batch = stock.batch(number)
    if batch is None:
        raise Http404(f"There is no batch {number}.")
    [row] = _rows(batch.id)
    shown = {
        "batch": batch,
        "row": row,
        "stands": stock.stands(batch.id),
        "source": reverse("api-1:growth_of_batch", kwargs={"number": number}),
        "runs": reverse("api-1:projections_of_batch", kwargs={"number": number}),
    }
    return render(request, "batches/growth.html", shown)


def _rows(batch_id: int | None = None) -> list[Row]:
    batches = batches_now(batch_id)
    ahead = ahead_of_plan(
        [
            (batch.id, batch.date, batch.mean_weight_g)
            for batch in batches
            if batch.date is not None and batch.mean_weight_g is not None
        ]
    )
    return [Row(now=batch, ahead_pct=ahead.get(batch.id)) for batch in batches]
