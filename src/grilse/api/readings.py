"""Import of files of readings: JSON lines, CSV or Arrow, read as a stream."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC
from typing import Annotated, Any, Literal

import numpy as np
from django.http import HttpRequest, HttpResponse
from ninja import Field

from grilse.api.problems import FieldError, ProblemDetail, StatusError, build_problem_response
from grilse.api.routing import ENVIRONMENT as router
from grilse.api.routing import get_charset
from grilse.api.schemas import Schema, Text, build_output_schema
from grilse.confirmation import accept_confirmed
from grilse.environment.actions import withdraw_container_readings
from grilse.environment.containers import find_container_id
from grilse.environment.ingest import IngestDurations, IngestReport, ingest_chunks
from grilse.environment.parsing import arrow, csv_lines, json_lines
from grilse.environment.parsing.chunks import MOST_BYTES, LimitedSource, ReadingChunk, build_too_large_error
from grilse.environment.parsing.errors import InvalidReadings, PayloadTooLarge, UnsupportedFormat
from grilse.input_types import RequestSchema, Timestamp
from grilse.textfiles.decoding import BLOCK, ByteSource
from grilse.textfiles.dialect import build_dialect

# A client that is generated from the document sends a file as the last of these types.
FORMATS: dict[str, Callable[[ByteSource], Iterator[ReadingChunk]]] = {
    "application/vnd.apache.arrow.stream": arrow.iter_chunks,
    "application/vnd.apache.arrow.file": arrow.iter_chunks,
    "application/jsonl": json_lines.iter_chunks,
    "application/x-ndjson": json_lines.iter_chunks,
}
CSV = "text/csv"
FILE_SCHEMA = {"type": "string", "format": "binary"}


Durations: Any = build_output_schema(IngestDurations)


class IngestResponse(Schema):
    """The result of the import of a file of readings."""

    mode: str
    came: int
    """Rows of the file: came = taken + unchanged + refused."""
    taken: int
    """Rows of new and of changed readings; none if the same file is sent again."""
    unchanged: int
    refused: int
    """Rows with an error."""
    changed: int
    """New and changed readings, each of one container and time."""
    wrong: int
    """Wrong fields of the refused rows."""
    errors: list[FieldError]
    """The first thousand errors."""
    seconds: Durations


class ReadingWithdrawal(RequestSchema):
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
    response={200: IngestResponse, 411: ProblemDetail, 415: ProblemDetail},
    openapi_extra={
        "requestBody": {"required": True, "content": {name: {"schema": FILE_SCHEMA} for name in (CSV, *FORMATS)}}
    },
)
def ingest_readings(
    request: HttpRequest,
    mode: Literal["all", "good"] = "all",
    decimal: Literal[".", ","] | None = None,
    confirm: Literal["readings"] | None = None,
) -> dict[str, Any] | HttpResponse:
    """Import a file of readings: all rows, or (mode=good) the rows without an error.

    A row has `container` (name or id), `at` (ISO 8601 with its offset from UTC) and parameters, or
    `parameter` and `value`. The same file sent again changes nothing. CSV states its encoding as the charset of the
    content type; `decimal` is its decimal mark, where the numbers do not show it. A file whose values look like those
    of another unit is asked about; confirm=readings accepts it.
    """
    _refuse_bad_length(request)
    try:
        with _drain_request(request), accept_confirmed([confirm] if confirm else []):
            result = ingest_chunks(_parse_request(request, decimal), keep_good=mode == "good")
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


def _parse_request(request: HttpRequest, decimal: str | None) -> Iterator[ReadingChunk]:
    """Return the rows of a request by its content type, and refuse unknown types."""
    kind = request.content_type or ""
    if kind != CSV and kind not in FORMATS:
        known = ", ".join((CSV, *FORMATS))
        raise StatusError(415, f"readings are accepted as {known}, not as {kind or 'no type'}: set Content-Type")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise StatusError(415, "the file is compressed: send it uncompressed")
    charset = get_charset(request)
    source = LimitedSource(request)
    if kind == CSV:
        return csv_lines.iter_chunks(source, build_dialect(charset, decimal))
    if decimal:
        raise StatusError(415, f"{kind} has no decimal mark of its own: leave decimal out", field="decimal")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise StatusError(415, f"the text is in {charset}: send it in UTF-8")
    return FORMATS[kind](source)


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
        "came": result.came,
        "taken": result.taken,
        "unchanged": result.unchanged,
        "refused": result.refused,
        "changed": result.changed,
        "wrong": result.errors.count,
        "errors": [asdict(fault) for fault in result.errors.listed],
        "seconds": asdict(result.seconds),
    }
