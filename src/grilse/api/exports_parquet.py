"""Exports of lists as Parquet files, sent one row group at a time."""

import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

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


class ChunkBuffer(io.RawIOBase):
    """A file object that holds the written bytes until they are sent."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        """Return that the buffer can be written to."""
        return True

    def tell(self) -> int:
        """Return the number of bytes written so far, sent bytes included."""
        return self.size

    def write(self, data: Any) -> int:
        """Add bytes to the buffer."""
        self.chunks.append(bytes(data))
        self.size += len(self.chunks[-1])
        return len(self.chunks[-1])

    def drain_bytes(self) -> bytes:
        """Return the bytes written since the last call."""
        data, self.chunks = b"".join(self.chunks), []
        return data


def iter_parquet(query: ListQuery, chunks: Iterable[list[tuple[Any, ...]]]) -> Iterator[bytes]:
    """Yield the file, a row group at a time; lists and objects are JSON texts."""
    types = [get_field_types(query.listing)[name].value_type for name in query.fields]
    schema = pa.schema([(name, TYPES.get(kind, pa.string())) for name, kind in zip(query.fields, types, strict=True)])
    buffer = ChunkBuffer()
    with pq.ParquetWriter(buffer, schema) as file:
        for rows in _iter_row_groups(chunks):
            columns = zip(types, schema, zip(*rows, strict=True), strict=True)
            file.write_table(pa.table([_build_array(*column) for column in columns], schema))
            yield buffer.drain_bytes()
    yield buffer.drain_bytes()


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
