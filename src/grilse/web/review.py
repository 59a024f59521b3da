"""Weights to look at once more, and the samples that somebody sets aside or takes back."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from grilse.errors import GrilseError
from grilse.growth import weight_records
from grilse.growth.models import FlaggedRecord
from grilse.stock import queries as stock
from grilse.stock.actions import weight_samples
from grilse.web.permissions import permission_required

PAGE_SIZE = 50
SET_ASIDE = "set aside"

RECORDS = {str(kind): str(kind.label) for kind in FlaggedRecord.Record}
VERDICTS = {
    FlaggedRecord.Verdict.OPEN.value: "not decided yet",
    FlaggedRecord.Verdict.BAD_RECORD.value: "bad record",
    FlaggedRecord.Verdict.LEVEL_SHIFT.value: "true shift of level",
    SET_ASIDE: SET_ASIDE,
}


@require_safe
@permission_required("growth.read")
def show_flags(request: HttpRequest) -> HttpResponse:
    """Show the records to review; a fragment when the filter asks."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "record", "verdict")}
    filters: dict[str, Any] = {"text": asked["q"], "record": asked["record"], "verdict": asked["verdict"]}
    number = _parse_page_number(request.GET.get("page", ""))
    result = weight_records.list_records_to_review(**filters, first=PAGE_SIZE * (number - 1), limit=PAGE_SIZE)
    if number > 1 and not result.records:
        number, result = 1, weight_records.list_records_to_review(**filters, limit=PAGE_SIZE)
    page = Paginator(range(result.total), PAGE_SIZE).get_page(number)
    shown = {**asked, "found": result, "page": page, "records": RECORDS, "verdicts": VERDICTS, "kept": urlencode(asked)}
    template = "review/_list.html" if "HX-Request" in request.headers else "review/flags.html"
    return render(request, template, shown)


@require_safe
@permission_required("growth.read")
def show_batch_samples(request: HttpRequest, number: str) -> HttpResponse:
    """Show the samples of a batch between two days, as a fragment of its growth page."""
    batch = stock.read_batch(number)
    first, last = (_parse_day(request.GET.get(name, "")) for name in ("first", "last"))
    if batch is None or first is None or last is None:
        raise Http404(f"There is no batch {number} with samples of such days.")
    placement = request.GET.get("placement", "")
    result = weight_records.list_samples_between(batch.id, first, last, int(placement) if placement.isdigit() else None)
    return render(
        request, "review/_samples.html", {"found": result, "first": first, "last": last, "verdicts": VERDICTS}
    )


@require_POST
@permission_required("growth.review")
def exclude_sample(request: HttpRequest, sample: int) -> HttpResponse:
    """Set a sample aside for the reason that the form gives; the states follow in the same transaction."""
    reason = request.POST.get("reason", "")
    return _change_sample(
        request, sample, lambda: weight_samples.exclude_sample(sample, reason), "Set aside. The line has followed."
    )


@require_POST
@permission_required("growth.review")
def include_sample(request: HttpRequest, sample: int) -> HttpResponse:
    """Let a sample count again."""
    return _change_sample(
        request, sample, lambda: weight_samples.include_sample(sample), "Counts again. The line has followed."
    )


def _change_sample(request: HttpRequest, sample: int, change: Callable[[], None], done: str) -> HttpResponse:
    """Answer with the sample as it stands now, or with why nothing was changed."""
    wrong = ""
    try:
        change()
    except GrilseError as error:
        wrong = str(error)
    record = weight_records.find_sample_record(sample)
    if record is None:
        raise Http404(f"There is no weight sample {sample}.")
    shown = {"record": record, "said": "" if wrong else done, "wrong": wrong, "verdicts": VERDICTS}
    answer = render(request, "review/_record.html", shown, status=422 if wrong else 200)
    return answer if wrong else trigger_client_event(answer, "statesChanged")


def _parse_page_number(text: str) -> int:
    return max(int(text), 1) if text.isdigit() else 1


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
