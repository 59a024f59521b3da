"""A list as a Parquet file whose pieces are sent as they are written."""

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
"""Rows of a row group, about; small ones are read slowly."""
TYPES = {
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    str: pa.string(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


class ChunkBuffer(io.RawIOBase):
    """Takes what a file is made of, and forgets it once it is sent."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        """Tell that it can be written."""
        return True

    def tell(self) -> int:
        """Return how much was written, sent or not."""
        return self.size

    def write(self, piece: Any) -> int:
        """Keep a piece until it is taken."""
        self.pieces.append(bytes(piece))
        self.size += len(self.pieces[-1])
        return len(self.pieces[-1])

    def drain_bytes(self) -> bytes:
        """Return what was written since the last time."""
        chunk, self.pieces = b"".join(self.pieces), []
        return chunk


def iter_parquet(query: ListQuery, pieces: Iterable[list[tuple[Any, ...]]]) -> Iterator[bytes]:
    """Yield the file, a row group at a time; lists and objects are JSON texts."""
    of = [get_field_types(query.listing)[name].value_type for name in query.fields]
    schema = pa.schema([(name, TYPES.get(kind, pa.string())) for name, kind in zip(query.fields, of, strict=True)])
    sent = ChunkBuffer()
    with pq.ParquetWriter(sent, schema) as file:
        for rows in _iter_row_groups(pieces):
            columns = zip(of, schema, zip(*rows, strict=True), strict=True)
            file.write_table(pa.table([_build_array(*column) for column in columns], schema))
            yield sent.drain_bytes()
    yield sent.drain_bytes()


def _iter_row_groups(pieces: Iterable[list[tuple[Any, ...]]]) -> Iterator[list[tuple[Any, ...]]]:
    held: list[tuple[Any, ...]] = []
    for piece in pieces:
        held += piece
        if len(held) >= ROW_GROUP_SIZE:
            yield held
            held = []
    if held:
        yield held


def _build_array(kind: type, field: Any, values: tuple[Any, ...]) -> Any:
    if kind not in TYPES:
        values = tuple(None if value is None else json.dumps(value) for value in values)
    return pa.array(values, field.type)
