"""Exports of lists as Parquet files."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from gzip import GzipFile
from typing import IO, Any

import pyarrow as pa  # type: ignore[import-untyped]  # published without types
from pyarrow import parquet as pq

from grilse.listing.field_types import get_field_types
from grilse.listing.listing import ListQuery

ROW_GROUP_SIZE = 20_000
"""The approximate number of rows in a row group; small row groups are slow to read."""
TYPES = {
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    str: pa.string(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


def write_parquet(query: ListQuery, chunks: Iterable[list[tuple[Any, ...]]], file: IO[bytes] | GzipFile) -> None:
    """Write the file, a row group at a time; lists and objects are JSON texts."""
    types = [get_field_types(query.listing)[name].value_type for name in query.fields]
    schema = pa.schema([(name, TYPES.get(kind, pa.string())) for name, kind in zip(query.fields, types, strict=True)])
    with pq.ParquetWriter(file, schema) as writer:
        for rows in _iter_row_groups(chunks):
            columns = zip(types, schema, zip(*rows, strict=True), strict=True)
            writer.write_table(pa.table([_build_array(*column) for column in columns], schema))


def _iter_row_groups(chunks: Iterable[list[tuple[Any, ...]]]) -> Iterator[list[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = []
    for chunk in chunks:
        rows += chunk
        if len(rows) >= ROW_GROUP_SIZE:
            yield rows
            rows = []
    if rows:
        yield rows


def _build_array(kind: type, field: Any, values: tuple[Any, ...]) -> Any:
    if kind not in TYPES:
        values = tuple(None if value is None else json.dumps(value) for value in values)
    return pa.array(values, field.type)
