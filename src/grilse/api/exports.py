"""Exports: lists as CSV of RFC 4180 or Parquet, streamed while they are read, and the conveyance report as CSV."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from grilse.access.requests import require_principal
from grilse.api.problems import StatusError
from grilse.api.responses import encode_json_value
from grilse.errors import GrilseError
from grilse.input_types import FORMULA_PREFIXES
from grilse.listing.listing import ListQuery, iter_query_chunks
from grilse.people.conveyance import ConveyanceReport, ConveyanceRow

CSV, PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"
EXPORT_CONTENT = {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in (CSV, PARQUET)}

PYARROW_MISSING = "Parquet needs pyarrow on the server: pip install 'grilse[parquet]', or ask for format=csv"

Rows = Iterable[list[tuple[Any, ...]]]
ByteChunks = Iterator[bytes]


Delimiter = Literal[",", ";", "tab"]
Decimal = Literal[".", ","]
Encoding = Literal["utf-8", "utf-16", "windows-1252"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvFormat:
    """How a CSV file is written."""

    delimiter: Delimiter = ","
    decimal: Decimal = "."
    encoding: Encoding = "utf-8"

    def iter_csv(self, query: ListQuery, chunks: Rows) -> ByteChunks:
        """Yield a header and the rows as CSV."""
        yield (b"\xff\xfe" if self.encoding == "utf-16" else b"") + self.format_rows([query.fields])
        for chunk in chunks:
            yield self.format_rows([self.format_cell(value) for value in row] for row in chunk)

    def format_rows(self, rows: Iterable[Sequence[str]]) -> bytes:
        """Return rows as lines of CSV."""
        text = io.StringIO(newline="")
        delimiter = "\t" if self.delimiter == "tab" else self.delimiter
        csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
        return text.getvalue().encode("utf-16-le" if self.encoding == "utf-16" else self.encoding)

    def format_cell(self, value: Any) -> str:
        """Return a value as text for CSV; a text that a spreadsheet would run as a formula begins with '."""
        if isinstance(value, str):
            return f"'{value}" if value.startswith(FORMULA_PREFIXES) else value
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, date):
            return encode_json_value(value)
        return json.dumps(value) if isinstance(value, list | dict) else repr(value).replace(".", self.decimal)


STANDARD = CsvFormat()


def build_export_response(
    request: HttpRequest, query: ListQuery, format: str, written: CsvFormat = STANDARD
) -> StreamingHttpResponse:
    """Return the response that streams all rows of a list."""
    if format == "parquet" and written != STANDARD:
        raise GrilseError("delimiter, decimal and encoding are of format=csv: leave them out", field="format")
    write = load_parquet_writer() if format == "parquet" else written.iter_csv
    if written.encoding == "windows-1252":
        _refuse_missing_letters(query, written)
    return StreamingHttpResponse(
        _iter_export_bytes(request, query, write),
        content_type=PARQUET if format == "parquet" else CSV.replace("utf-8", written.encoding),
        headers={"Content-Disposition": f'attachment; filename="{query.listing.name}.{format}"'},
    )


def _refuse_missing_letters(query: ListQuery, written: CsvFormat) -> None:
    """Refuse a letter that the encoding lacks before the first byte is sent; reads the list once more."""
    try:
        for _ in written.iter_csv(query, iter_query_chunks(query)):
            pass
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        raise GrilseError(f"Windows-1252 has no '{letter}': use encoding=utf-8 or utf-16", field="encoding") from None


def _iter_export_bytes(
    request: HttpRequest, query: ListQuery, write: Callable[[ListQuery, Rows], ByteChunks]
) -> ByteChunks:
    """Yield the file in a transaction of its own: the transaction of the request has already ended."""
    with require_principal(request).open_transaction((query.listing.permission, "data.export")):
        yield from write(query, iter_query_chunks(query))


def build_conveyance_csv(report: ConveyanceReport, since: date, until: date) -> HttpResponse:
    """Return the lines of a conveyance report as CSV."""
    names = [field.name for field in fields(ConveyanceRow)]
    format_cell = STANDARD.format_cell
    rows = ([*map(format_cell, astuple(line)), format_cell(report.currency)] for line in report.lines)
    return HttpResponse(
        STANDARD.format_rows([[*names, "currency"], *rows]),
        content_type=CSV,
        headers={"Content-Disposition": f'attachment; filename="conveyance-{since}-{until}.csv"'},
    )


def load_parquet_writer() -> Callable[[ListQuery, Rows], ByteChunks]:
    """Return the writer of Parquet, or answer 406 where pyarrow is not installed."""
    try:
        from grilse.api.exports_parquet import iter_parquet
    except ImportError:
        raise StatusError(406, PYARROW_MISSING, field="format") from None
    return iter_parquet
