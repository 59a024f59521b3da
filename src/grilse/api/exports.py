"""Exports: lists as CSV of RFC 4180 or Parquet, and the conveyance report as CSV."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass, fields
from datetime import date
from gzip import GzipFile
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Literal

from django.http import FileResponse, HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import patch_vary_headers

from grilse.api.problems import StatusError
from grilse.api.responses import encode_json_value
from grilse.errors import GrilseError
from grilse.line_texts import FORMULA_PREFIXES
from grilse.listing.listing import ListQuery, iter_query_chunks
from grilse.people.conveyance import ConveyanceReport, ConveyanceRow

CSV, PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"
ROW_COUNT_HEADER = "X-Row-Count"
EXPORT_CONTENT = {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in (CSV, PARQUET)}

PYARROW_MISSING = "Parquet needs pyarrow on the server: pip install 'grilse[parquet]', or ask for format=csv"

MEMORY_BYTES = 1 << 20
"""A larger file is written to the temporary folder."""
COMPRESSION_LEVEL = 3

Rows = Iterable[list[tuple[Any, ...]]]
Target = IO[bytes] | GzipFile
Delimiter = Literal[",", ";", "tab"]
Decimal = Literal[".", ","]
Encoding = Literal["utf-8", "utf-16", "windows-1252"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvFormat:
    """How a CSV file is written."""

    delimiter: Delimiter = ","
    decimal: Decimal = "."
    encoding: Encoding = "utf-8"

    def write_csv(self, query: ListQuery, chunks: Rows, file: Target) -> None:
        """Write a header and the rows as CSV."""
        file.write((b"\xff\xfe" if self.encoding == "utf-16" else b"") + self.format_rows([query.fields]))
        for chunk in chunks:
            file.write(self.format_rows([self.format_cell(value) for value in row] for row in chunk))

    def format_rows(self, rows: Iterable[Sequence[str]]) -> bytes:
        """Return rows as lines of CSV; refuse a letter that the encoding lacks."""
        text = io.StringIO(newline="")
        delimiter = "\t" if self.delimiter == "tab" else self.delimiter
        csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
        try:
            return text.getvalue().encode("utf-16-le" if self.encoding == "utf-16" else self.encoding)
        except UnicodeEncodeError as error:
            letter = error.object[error.start]
            raise GrilseError(
                f"Windows-1252 has no '{letter}': use encoding=utf-8 or utf-16", field="encoding"
            ) from None

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


class ExportResponse(FileResponse):
    """Sends a finished file with its length, so that every client notices when the connection ends before it."""

    block_size = 1 << 16


def build_export_response(
    request: HttpRequest, query: ListQuery, format: str, written: CsvFormat = STANDARD
) -> ExportResponse:
    """Return the response with all rows of a list; the file is finished before its first byte is sent."""
    if format == "parquet" and written != STANDARD:
        raise GrilseError("delimiter, decimal and encoding are of format=csv: leave them out", field="format")
    write = load_parquet_writer() if format == "parquet" else written.write_csv
    chunks = RowCounter(iter_query_chunks(query))
    compress = format == "csv" and bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")))
    with ExitStack() as on_error:
        file = on_error.enter_context(SpooledTemporaryFile(max_size=MEMORY_BYTES))
        if compress:
            with GzipFile(filename="", fileobj=file, mode="wb", compresslevel=COMPRESSION_LEVEL, mtime=0) as target:
                write(query, chunks, target)
        else:
            write(query, chunks, file)
        on_error.pop_all()  # the response closes the file
    file.seek(0)
    response = ExportResponse(
        file,
        as_attachment=True,
        filename=f"{query.listing.name}.{format}",
        content_type=PARQUET if format == "parquet" else CSV.replace("utf-8", written.encoding),
        headers={ROW_COUNT_HEADER: str(chunks.size)},
    )
    if compress:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


class RowCounter:
    """Passes chunks of rows on, and counts the rows."""

    def __init__(self, chunks: Rows) -> None:
        self.chunks = chunks
        self.size = 0

    def __iter__(self) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the chunks."""
        for chunk in self.chunks:
            self.size += len(chunk)
            yield chunk


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


def load_parquet_writer() -> Callable[[ListQuery, Rows, Target], None]:
    """Return the writer of Parquet, or answer 406 where pyarrow is not installed."""
    try:
        from grilse.api.exports_parquet import write_parquet
    except ImportError:
        raise StatusError(406, PYARROW_MISSING, field="format") from None
    return write_parquet
