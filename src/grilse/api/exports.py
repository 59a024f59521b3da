"""Exports: lists as CSV of RFC 4180 or Parquet, streamed while they are read, and the conveyance report as CSV."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from grilse.access.requests import require_principal
from grilse.api.problems import StatusError
from grilse.api.responses import encode_json_value
from grilse.listing.listing import ListQuery, iter_query_chunks
from grilse.people.conveyance import ConveyanceReport, ConveyanceRow

CSV, PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"
EXPORT_CONTENT = {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in (CSV, PARQUET)}

# A spreadsheet runs a text that begins with one of these as a formula.
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")
PYARROW_MISSING = "Parquet needs pyarrow on the server: pip install 'grilse[parquet]', or ask for format=csv"

Rows = Iterable[list[tuple[Any, ...]]]
ByteChunks = Iterator[bytes]


def build_export_response(request: HttpRequest, query: ListQuery, format: str) -> StreamingHttpResponse:
    """Return the response that streams all rows of a list."""
    write = load_parquet_writer() if format == "parquet" else iter_csv
    return StreamingHttpResponse(
        _iter_export_bytes(request, query, write),
        content_type=PARQUET if format == "parquet" else CSV,
        headers={"Content-Disposition": f'attachment; filename="{query.listing.name}.{format}"'},
    )


def _iter_export_bytes(
    request: HttpRequest, query: ListQuery, write: Callable[[ListQuery, Rows], ByteChunks]
) -> ByteChunks:
    """Yield the file in a transaction of its own: the transaction of the request has already ended."""
    with require_principal(request).open_transaction((query.listing.permission, "data.export")):
        yield from write(query, iter_query_chunks(query))


def iter_csv(query: ListQuery, chunks: Rows) -> ByteChunks:
    """Yield a header and the rows as CSV."""
    yield format_csv_rows([query.fields])
    for chunk in chunks:
        yield format_csv_rows([format_csv_cell(value) for value in row] for row in chunk)


def build_conveyance_csv(report: ConveyanceReport, since: date, until: date) -> HttpResponse:
    """Return the lines of a conveyance report as CSV."""
    names = [field.name for field in fields(ConveyanceRow)]
    rows = ([*map(format_csv_cell, astuple(line)), format_csv_cell(report.currency)] for line in report.lines)
    return HttpResponse(
        format_csv_rows([[*names, "currency"], *rows]),
        content_type=CSV,
        headers={"Content-Disposition": f'attachment; filename="conveyance-{since}-{until}.csv"'},
    )


def format_csv_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as lines of CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def format_csv_cell(value: Any) -> str:
    """Return a value as text for CSV; a text that a spreadsheet would run as a formula begins with '."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_PREFIXES) else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return encode_json_value(value)
    return json.dumps(value) if isinstance(value, list | dict) else repr(value)


def load_parquet_writer() -> Callable[[ListQuery, Rows], ByteChunks]:
    """Return the writer of Parquet, or answer 406 where pyarrow is not installed."""
    try:
        from grilse.api.exports_parquet import iter_parquet
    except ImportError:
        raise StatusError(406, PYARROW_MISSING, field="format") from None
    return iter_parquet
