"""Lists as files, written while they are read: CSV of RFC 4180, and Parquet."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse

from grilse.access.requests import require_principal
from grilse.api.list_schemas import format_iso_date
from grilse.api.problems import StatusError
from grilse.listing.listing import ListQuery, iter_query_chunks

CSV, PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"
EXPORT_CONTENT = {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in (CSV, PARQUET)}

# A spreadsheet runs a text that begins so as a formula: a text of one's own, or of whoever named a pen.
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")
PYARROW_MISSING = "Parquet needs pyarrow on the server: pip install 'grilse[parquet]', or ask for format=csv"

Rows = Iterable[list[tuple[Any, ...]]]
ByteChunks = Iterator[bytes]


def build_export_response(request: HttpRequest, query: ListQuery, format: str) -> StreamingHttpResponse:
    """Return the answer that writes all rows of a list as they come; refuse first what cannot be written."""
    write = load_parquet_writer() if format == "parquet" else iter_csv
    answer = StreamingHttpResponse(
        _iter_export_bytes(request, query, write), content_type=PARQUET if format == "parquet" else CSV
    )
    answer["Content-Disposition"] = f'attachment; filename="{query.listing.name}.{format}"'
    return answer


def _iter_export_bytes(
    request: HttpRequest, query: ListQuery, write: Callable[[ListQuery, Rows], ByteChunks]
) -> ByteChunks:
    """Yield the file in a transaction of its own: the one of the request has ended by then."""
    with require_principal(request).open_transaction((query.listing.permission, "data.export")):
        yield from write(query, iter_query_chunks(query))


def iter_csv(query: ListQuery, pieces: Rows) -> ByteChunks:
    """Yield a header and rows."""
    yield format_csv_rows([query.fields])
    for piece in pieces:
        yield format_csv_rows([format_csv_cell(value) for value in row] for row in piece)


def format_csv_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as lines of CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def format_csv_cell(value: Any) -> str:
    """Return a value as CSV holds it; no text of it runs in a spreadsheet."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_PREFIXES) else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return format_iso_date(value)
    return json.dumps(value) if isinstance(value, list | dict) else repr(value)


def load_parquet_writer() -> Callable[[ListQuery, Rows], ByteChunks]:
    """Return the writer of Parquet; refuse where the package that writes it is not there."""
    try:
        from grilse.api.exports_parquet import iter_parquet
    except ImportError:
        raise StatusError(406, PYARROW_MISSING, field="format") from None
    return iter_parquet
