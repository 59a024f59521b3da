"""Readings by the file: JSON lines, CSV or Arrow, as they stream in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC
from typing import Annotated, Any, Literal

import numpy as np
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema

from grilse.api.entries import Moment, Text
from grilse.api.problems import Declined, Fault, Problem, problem
from grilse.api.rooms import ENVIRONMENT as router
from grilse.environment.actions import withdraw
from grilse.environment.arriving import arrow, json_lines, separated
from grilse.environment.arriving.parts import BLOCK, MOST_BYTES, Limited, Part, Source, too_large
from grilse.environment.arriving.refusals import BadRows, TooMuch, Unreadable
from grilse.environment.ingest import Taken, ingest
from grilse.environment.naming import container

FORMATS: dict[str, Callable[[Source], Iterator[Part]]] = {
    "application/x-ndjson": json_lines.parts,
    "application/jsonl": json_lines.parts,
    "text/csv": separated.parts,
    "application/vnd.apache.arrow.stream": arrow.parts,
    "application/vnd.apache.arrow.file": arrow.parts,
}
TEXT = {"type": "string"}
BYTES = {"type": "string", "format": "binary"}


class Seconds(Schema):
    """What the parts of the work took."""

    reading: float
    """Receiving the file and understanding its rows."""
    writing: float
    """Readings, and the summaries of their days."""
    estimating: float
    """The batches that stood in the water, each once for the whole file."""


class Ingested(Schema):
    """What became of a file of readings."""

    mode: str
    rows: int
    taken: int
    """Rows of which nothing is wrong."""
    changed: int
    """Readings that are new, or say something else than before: none when the same file comes again."""
    rejected: int
    wrong: int
    """Fields of the rejected rows."""
    errors: list[Fault]
    """The first thousand of them."""
    seconds: Seconds


class Withdrawal(Schema):
    """Readings that were never made, and why they are taken away."""

    container: Annotated[int, Field(ge=1)] | Text
    at: list[Moment] = Field(min_length=1, max_length=10_000)
    reason: Text


class Withdrawn(Schema):
    """What was taken away."""

    withdrawn: int


@router.post(
    "/readings",
    may="environment.ingest",
    response={200: Ingested, 411: Problem, 413: Problem, 415: Problem},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {name: {"schema": BYTES if "arrow" in name else TEXT} for name in FORMATS},
        }
    },
)
def take_readings(
    request: HttpRequest, mode: Literal["all", "good"] = "all"
) -> dict[str, Any] | HttpResponse:
    """Take readings in: all of a file, or (mode=good) the rows of which nothing is wrong.

    A row has `container` (name or id), `at` (ISO 8601 with its offset from UTC) and parameters, or
    `parameter` and `value`. The same file again changes nothing.
    """
    _refuse_length(request)
    try:
        with _to_its_end(request):
            taken = ingest(_format(request)(Limited(request)), keep_good=mode == "good")
    except BadRows as error:
        return problem(422, str(error), [asdict(fault) for fault in error.faults.listed])
    except TooMuch as error:
        raise Declined(413, str(error)) from error
    except Unreadable as error:
        raise Declined(415, str(error)) from error
    return _told(taken, mode)


@router.post("/readings/withdrawals", may="environment.correct", response=Withdrawn)
def withdraw_readings(request: HttpRequest, wrong: Withdrawal) -> dict[str, int]:
    """Take readings away that were never made; what they said is kept with the reason."""
    times = [moment.astimezone(UTC).replace(tzinfo=None) for moment in wrong.at]
    gone = withdraw(container(wrong.container), np.array(times, "datetime64[us]"), wrong.reason)
    return {"withdrawn": gone}


@contextmanager
def _to_its_end(request: HttpRequest) -> Iterator[None]:
    """Receive also what is left of a refused file: else the connection ends under the next request."""
    try:
        yield
    finally:
        while request.read(BLOCK):
            pass


def _format(request: HttpRequest) -> Callable[[Source], Iterator[Part]]:
    """Return what reads the format of a request, refusing one that nothing does."""
    parts = FORMATS.get(request.content_type or "")
    if parts is None:
        sent = request.content_type or "no type"
        raise Declined(
            415, f"readings are taken as {', '.join(FORMATS)}, not as {sent}: say which by Content-Type"
        )
    charset = request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Declined(415, f"the text is in {charset}: send it in UTF-8")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Declined(415, "the file is packed: send it as it is")
    return parts


def _refuse_length(request: HttpRequest) -> None:
    """Refuse before the first byte a file that is too large, or of which the end is not known."""
    length = request.headers.get("Content-Length") or ""
    if not length.isdigit():
        raise Declined(411, "say how long the file is: Content-Length")
    if int(length) > MOST_BYTES:
        raise Declined(413, str(too_large()))


def _told(taken: Taken, mode: str) -> dict[str, Any]:
    return {
        "mode": mode,
        "rows": taken.rows,
        "taken": taken.rows - taken.rejected,
        "changed": taken.changed,
        "rejected": taken.rejected,
        "wrong": taken.faults.count,
        "errors": [asdict(fault) for fault in taken.faults.listed],
        "seconds": asdict(taken.seconds),
    }
