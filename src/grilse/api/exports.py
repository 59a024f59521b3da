"""Lists as files, written while they are read: CSV of RFC 4180, and Parquet."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse

from grilse.api.list_shapes import told
from grilse.api.problems import Declined
from grilse.door import identified
from grilse.farm.listing import Asked, pieces_of

CSV, PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"
CONTENT = {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in (CSV, PARQUET)}

# A spreadsheet runs a text that begins so as a formula: a text of one's own, or of whoever named a pen.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WITHOUT = "Parquet needs pyarrow on the server: pip install 'grilse[parquet]', or ask for format=csv"

Rows = Iterable[list[tuple[Any, ...]]]
Written = Iterator[bytes]


def export(request: HttpRequest, asked: Asked, format: str) -> StreamingHttpResponse:
    """Return the answer that writes all rows of a list as they come; refuse first what cannot be written."""
    write = parquet() if format == "parquet" else as_csv
    answer = StreamingHttpResponse(
        _written(request, asked, write), content_type=PARQUET if format == "parquet" else CSV
    )
    answer["Content-Disposition"] = f'attachment; filename="{asked.listing.name}.{format}"'
    return answer


def _written(request: HttpRequest, asked: Asked, write: Callable[[Asked, Rows], Written]) -> Written:
    """Yield the file in a transaction of its own: the one of the request has ended by then."""
    with identified(request).entered((asked.listing.needs, "data.export")):
        yield from write(asked, pieces_of(asked))


def as_csv(asked: Asked, pieces: Rows) -> Written:
    """Yield a header and rows."""
    yield lines([asked.fields])
    for piece in pieces:
        yield lines([cell(value) for value in row] for row in piece)


def lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as lines of CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def cell(value: Any) -> str:
    """Return a value as CSV holds it; no text of it runs in a spreadsheet."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return told(value)
    return json.dumps(value) if isinstance(value, list | dict) else repr(value)


def parquet() -> Callable[[Asked, Rows], Written]:
    """Return the writer of Parquet; refuse where the package that writes it is not there."""
    try:
        from grilse.api.exports_parquet import as_parquet
    except ImportError:
        raise Declined(406, WITHOUT, field="format") from None
    return as_parquet
