"""Weight records to review, and samples that are excluded or included again."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_htmx.http import trigger_client_event

from grilse.errors import GrilseError
from grilse.growth import weight_records
from grilse.growth.models import FlaggedRecord
from grilse.stock import queries as stock
from grilse.stock.actions import weight_samples
from grilse.web.forms import FORM_ERROR_STATUS, AcceptedValues, check_fields, parse_day, parse_number, parse_text
from grilse.web.pages import POST, get_day, get_number, get_text, page, render_part
from grilse.web.words import capitalize_word

PAGE_SIZE = 50
EXCLUDED = "excluded"
REVIEW_FIELDS: AcceptedValues = {"reason": parse_text}

RECORDS = {str(kind): capitalize_word(kind) for kind in FlaggedRecord.Record}
VERDICTS = {
    FlaggedRecord.Verdict.OPEN.value: _("not decided yet"),
    FlaggedRecord.Verdict.BAD_RECORD.value: _("bad record"),
    FlaggedRecord.Verdict.LEVEL_SHIFT.value: _("true shift of level"),
    EXCLUDED: _("excluded"),
}


@page(
    "growth.read",
    in_company_time=False,
    query={"q": parse_text, "record": RECORDS, "verdict": VERDICTS, "page": parse_number},
)
def show_flags(request: HttpRequest) -> HttpResponse:
    """Show the records to review; a fragment for the filter."""
    search = {name: get_text(request, name) for name in ("q", "record", "verdict")}
    filters: dict[str, Any] = {"text": search["q"], "record": search["record"], "verdict": search["verdict"]}
    number = get_number(request, "page") or 1
    matching = weight_records.list_records_to_review(**filters, first=PAGE_SIZE * (number - 1), limit=PAGE_SIZE)
    if number > 1 and not matching.records:
        number, matching = 1, weight_records.list_records_to_review(**filters, limit=PAGE_SIZE)
    context = {
        **search,
        "matching": matching,
        "page": Paginator(range(matching.total), PAGE_SIZE).get_page(number),
        "records": RECORDS,
        "verdicts": VERDICTS,
    }
    return render_part(request, "review/_list.html", "review/flags.html", context)


@page("growth.read", in_company_time=False, query={"first": parse_day, "last": parse_day, "placement": parse_number})
def show_batch_samples(request: HttpRequest, number: str) -> HttpResponse:
    """Show the samples of a batch between two days, as a fragment of its growth page."""
    batch = stock.read_batch(number)
    first, last = get_day(request, "first"), get_day(request, "last")
    if batch is None or first is None or last is None:
        raise Http404(f"There is no batch {number} with samples of such days.")
    samples = weight_records.list_samples_between(batch.id, first, last, get_number(request, "placement"))
    context = {"samples": samples, "first": first, "last": last, "verdicts": VERDICTS}
    return render(request, "review/_samples.html", context)


@page("growth.review", methods=POST, in_company_time=False)
def exclude_sample(request: HttpRequest, sample: int) -> HttpResponse:
    """Exclude a sample for a reason; the states are estimated again in the same transaction."""
    reason = request.POST.get("reason", "")

    def exclude() -> None:
        check_fields(request.POST, REVIEW_FIELDS)
        weight_samples.exclude_sample(sample, reason)

    return _change_sample(request, sample, exclude, gettext("Excluded. The line has been updated."))


@page("growth.review", methods=POST, in_company_time=False, has_fields=False)
def include_sample(request: HttpRequest, sample: int) -> HttpResponse:
    """Include a sample again."""
    return _change_sample(
        request,
        sample,
        lambda: weight_samples.include_sample(sample),
        gettext("Included again. The line has been updated."),
    )


def _change_sample(request: HttpRequest, sample: int, change: Callable[[], None], done: str) -> HttpResponse:
    """Show the sample as it is now, or why nothing was changed."""
    error = ""
    try:
        change()
    except GrilseError as refusal:
        error = str(refusal)
    record = weight_records.find_sample_record(sample)
    if record is None:
        raise Http404(f"There is no weight sample {sample}.")
    context = {"record": record, "message": "" if error else done, "error": error, "verdicts": VERDICTS}
    answer = render(request, "review/_record.html", context, status=FORM_ERROR_STATUS if error else 200)
    return answer if error else trigger_client_event(answer, "statesChanged")
