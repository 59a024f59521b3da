"""Import of files of readings: JSON lines, CSV or Arrow, read as a stream."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC
from typing import Annotated, Any, Literal

import numpy as np
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query

from grilse.api.problems import FieldError, ProblemDetail, StatusError, build_problem_response
from grilse.api.routing import ENVIRONMENT as router
from grilse.api.schemas import Schema, Text, Timestamp, build_output_schema
from grilse.confirmation import ConfirmationCode, accept_confirmed
from grilse.environment.actions import withdraw_container_readings
from grilse.environment.containers import find_container_id
from grilse.environment.ingest import IngestDurations, IngestReport, ingest_chunks
from grilse.environment.parsing import arrow, csv_lines, json_lines
from grilse.environment.parsing.chunks import (
    BLOCK,
    MOST_BYTES,
    ByteSource,
    LimitedSource,
    ReadingChunk,
    build_too_large_error,
)
from grilse.environment.parsing.errors import InvalidReadings, PayloadTooLarge, UnsupportedFormat

FORMATS: dict[str, Callable[[ByteSource], Iterator[ReadingChunk]]] = {
    "application/x-ndjson": json_lines.iter_chunks,
    "application/jsonl": json_lines.iter_chunks,
    "text/csv": csv_lines.iter_chunks,
    "application/vnd.apache.arrow.stream": arrow.iter_chunks,
    "application/vnd.apache.arrow.file": arrow.iter_chunks,
}
TEXT_SCHEMA = {"type": "string"}
BINARY_SCHEMA = {"type": "string", "format": "binary"}


Durations: Any = build_output_schema(IngestDurations)


class IngestResponse(Schema):
    """The result of the import of a file of readings."""

    mode: str
    rows: int
    taken: int
    """Rows without an error."""
    changed: int
    """New readings and changed readings; none if the same file is sent again."""
    rejected: int
    wrong: int
    """Wrong fields of the rejected rows."""
    errors: list[FieldError]
    """The first thousand errors."""
    seconds: Durations


class ReadingWithdrawal(Schema):
    """Wrong readings to withdraw, and why."""

    container: Annotated[int, Field(ge=1)] | Text
    at: list[Timestamp] = Field(min_length=1, max_length=10_000)
    reason: Text


class WithdrawnCount(Schema):
    """The number of withdrawn readings."""

    withdrawn: int


@router.post(
    "/readings",
    permission="environment.ingest",
    response={200: IngestResponse, 411: ProblemDetail, 413: ProblemDetail, 415: ProblemDetail},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {name: {"schema": BINARY_SCHEMA if "arrow" in name else TEXT_SCHEMA} for name in FORMATS},
        }
    },
)
def ingest_readings(
    request: HttpRequest, mode: Literal["all", "good"] = "all", confirm: list[ConfirmationCode] = Query(default=[])
) -> dict[str, Any] | HttpResponse:
    """Import a file of readings: all rows, or (mode=good) the rows without an error.

    A row has `container` (name or id), `at` (ISO 8601 with its offset from UTC) and parameters, or
    `parameter` and `value`. The same file sent again changes nothing. A file whose values look like those of
    another unit is asked about; confirm=readings accepts it.
    """
    _refuse_bad_length(request)
    try:
        with _drain_request(request), accept_confirmed(confirm):
            result = ingest_chunks(_select_parser(request)(LimitedSource(request)), keep_good=mode == "good")
    except InvalidReadings as error:
        return build_problem_response(422, str(error), [asdict(fault) for fault in error.errors.listed])
    except PayloadTooLarge as error:
        raise StatusError(413, str(error)) from error
    except UnsupportedFormat as error:
        raise StatusError(415, str(error)) from error
    return _build_ingest_response(result, mode)


@router.post("/readings/withdrawals", permission="environment.correct", response=WithdrawnCount)
def withdraw_readings(request: HttpRequest, wrong: ReadingWithdrawal) -> dict[str, int]:
    """Withdraw wrong readings; their values are kept with the reason."""
    times = [moment.astimezone(UTC).replace(tzinfo=None) for moment in wrong.at]
    container = find_container_id(wrong.container)
    return {"withdrawn": withdraw_container_readings(container, np.array(times, "datetime64[us]"), wrong.reason)}


@contextmanager
def _drain_request(request: HttpRequest) -> Iterator[None]:
    """Read the rest of a refused file, since unread bytes would end the connection."""
    try:
        yield
    finally:
        while request.read(BLOCK):
            pass


def _select_parser(request: HttpRequest) -> Callable[[ByteSource], Iterator[ReadingChunk]]:
    """Return the parser for the content type of a request, and refuse unknown types."""
    parser = FORMATS.get(request.content_type or "")
    if parser is None:
        sent = request.content_type or "no type"
        raise StatusError(415, f"readings are accepted as {', '.join(FORMATS)}, not as {sent}: set Content-Type")
    charset = request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise StatusError(415, f"the text is in {charset}: send it in UTF-8")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise StatusError(415, "the file is compressed: send it uncompressed")
    return parser


def _refuse_bad_length(request: HttpRequest) -> None:
    """Refuse a file that is too large or has no length, before reading it."""
    length = request.headers.get("Content-Length") or ""
    if not length.isdigit():
        raise StatusError(411, "the length of the file is missing: set Content-Length")
    if int(length) > MOST_BYTES:
        raise StatusError(413, str(build_too_large_error()))


def _build_ingest_response(result: IngestReport, mode: str) -> dict[str, Any]:
    return {
        "mode": mode,
        "rows": result.rows,
        "taken": result.rows - result.rejected,
        "changed": result.changed,
        "rejected": result.rejected,
        "wrong": result.errors.count,
        "errors": [asdict(fault) for fault in result.errors.listed],
        "seconds": asdict(result.seconds),
    }
