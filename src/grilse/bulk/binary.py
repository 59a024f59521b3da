"""Encode arrays as rows of PostgreSQL's binary COPY format."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg.postgres import types

from grilse.bulk.table import COLUMN_TYPES, VARIABLE_WIDTH, Table, TableColumn, convert_times, find_nulls

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
MAX_SHAPES = 65_536  # as many as two bytes can number
CHUNK_ROWS = 65_536  # rows encoded at once: a few megabytes, which fit into the processor's cache
MIN_ROWS_PER_SHAPE = 16  # rows per shape below which padding is faster
PADDED_CHUNK_BYTES = 1 << 24  # bytes of rows that are padded at once
VARCHAR_OID = 1043  # PostgreSQL's id of the type

Columns = Mapping[str, NDArray[Any]]


def encode_columns(table: Table, columns: Columns) -> Iterator[bytes]:
    """Yield the binary COPY stream of columns, in chunks; within a chunk, rows of one shape may come together.

    Parameters
    ----------
    table : the table, with exactly the columns to be written
    columns : one (n,) array per column. Dates are days and timestamps microseconds since 1970 (integers or
        datetime64), times of day microseconds; a nullable column is null where
        `grilse.bulk.table.find_nulls` is true. Lists of texts are words separated by blanks, or
        encoded by `encode_text_lists`; uuids are their 16 bytes.

    Raises ValueError if a column is missing, unknown or of another length.
    """
    rows = _count_rows(table, columns)
    prepared = [_prepare_column(column, columns[column.name]) for column in table.columns]
    yield HEADER
    for start in range(0, rows, CHUNK_ROWS):
        yield _encode_rows(table, [values[start : start + CHUNK_ROWS] for values in prepared])
    yield TRAILER


def encode_array(column: TableColumn, values: NDArray[Any]) -> bytes:
    """Return a column's values, shape (n,), as one array of PostgreSQL's binary format; nulls as in `encode_columns`.

    Raises ValueError for lists of texts, which are no elements of an array.
    """
    if column.kind == "texts":
        raise ValueError(f"column {column.name} holds lists, which an array parameter cannot hold")
    prepared, rows = _prepare_column(column, values), len(values)
    sizes = _measure_sizes(column, prepared)
    if isinstance(sizes, np.ndarray):
        elements = b"".join(
            _encode_elements(column, prepared[start : start + CHUNK_ROWS], sizes[start : start + CHUNK_ROWS])
            for start in range(0, rows, CHUNK_ROWS)
        )
    else:
        kind = COLUMN_TYPES[column.kind]
        record = np.empty(rows, [("length", ">i4"), ("value", kind.wire_dtype)])
        record["length"], record["value"] = sizes, prepared - kind.offset if kind.offset else prepared
        elements = record.tobytes()
    dimensions = struct.pack(">ii", rows, 1) if rows else b""
    return struct.pack(">iiI", 1 if rows else 0, 1, types[column.kind].oid) + dimensions + elements


def _encode_elements(column: TableColumn, values: NDArray[Any], sizes: NDArray[np.int64]) -> bytes:
    """Return values of different sizes, each after its size."""
    padded, size = _widen_column(column, values, sizes)
    used = _mask_used_bytes(padded.shape[1], size)
    return padded[used].tobytes()


def _count_rows(table: Table, columns: Columns) -> int:
    names = [column.name for column in table.columns]
    if set(names) != set(columns):
        raise ValueError(f"{table.name} wants columns {sorted(names)}, got {sorted(columns)}")
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"{table.name}: columns of different lengths {sorted(lengths)}")
    return lengths.pop() if lengths else 0


def _prepare_column(column: TableColumn, values: NDArray[Any]) -> NDArray[Any]:
    if column.kind == "text":
        return np.char.encode(values, "utf-8") if values.dtype.kind == "U" else values
    if column.kind == "texts":
        return encode_text_lists(values) if values.dtype.kind == "U" else values
    return convert_times(values, column.kind)


def encode_text_lists(values: NDArray[np.str_]) -> NDArray[np.bytes_]:
    """Return lists of words separated by blanks as the arrays that PostgreSQL reads."""
    return np.array([_encode_text_list(text.encode().split()) for text in values.tolist()], np.bytes_)


def _encode_text_list(words: Sequence[bytes]) -> bytes:
    """Return an array of texts; one without elements has no dimension."""
    head = struct.pack(">iii", 1 if words else 0, 0, VARCHAR_OID)
    size = struct.pack(">ii", len(words), 1) if words else b""
    return head + size + b"".join(struct.pack(">i", len(word)) + word for word in words)


def _encode_rows(table: Table, arrays: list[NDArray[Any]]) -> bytes:
    """Encode rows, those of one shape together: they differ in values only, not in layout."""
    sizes = [_measure_sizes(column, values) for column, values in zip(table.columns, arrays, strict=True)]
    rows = len(arrays[0])
    shapes = list(_group_by_shape(rows, [size for size in sizes if isinstance(size, np.ndarray)]))
    if len(shapes) * MIN_ROWS_PER_SHAPE > rows:
        return b"".join(_encode_padded(table, arrays, sizes))
    return b"".join(
        _encode_same_shape(
            table,
            [values[rows] for values in arrays],
            [int(size[rows[0]]) if isinstance(size, np.ndarray) else size for size in sizes],
        )
        for rows in shapes
    )


def _encode_padded(table: Table, arrays: list[NDArray[Any]], sizes: list[NDArray[np.int64] | int]) -> Iterator[bytes]:
    """Yield rows of many shapes: padded to the widest, then stripped of the padding."""
    rows = len(arrays[0])
    parts = [
        _widen_column(column, values, np.broadcast_to(np.asarray(size), rows))
        for column, values, size in zip(table.columns, arrays, sizes, strict=True)
    ]
    fields = np.full((rows, 1), len(table.columns), ">i2").view(np.uint8)
    width = 2 + sum(values.shape[1] for values, _ in parts)
    for start in range(0, rows, step := max(1, PADDED_CHUNK_BYTES // width)):
        own = slice(start, start + step)
        padded = np.concatenate([fields[own], *(values[own] for values, _ in parts)], axis=1)
        used = np.ones(padded.shape, np.bool_)
        used[:, 2:] = np.concatenate([_mask_used_bytes(values.shape[1], size[own]) for values, size in parts], axis=1)
        yield padded[used].tobytes()


def _widen_column(
    column: TableColumn, values: NDArray[Any], size: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return a column's bytes, preceded by their length, and the number of bytes that each row uses."""
    length = size.astype(">i4")[:, None].view(np.uint8)
    if column.kind in VARIABLE_WIDTH:
        wire = np.ascontiguousarray(values)
    else:
        kind = COLUMN_TYPES[column.kind]
        wire = np.ascontiguousarray(values - kind.offset if kind.offset else values, kind.wire_dtype)
    body = wire[:, None].view(np.uint8) if wire.dtype.itemsize else np.empty((len(size), 0), np.uint8)
    return np.concatenate([length, body], axis=1), 4 + np.maximum(size, 0)


def _mask_used_bytes(width: int, size: NDArray[np.int64]) -> NDArray[np.bool_]:
    used: NDArray[np.bool_] = np.arange(width) < size[:, None]
    return used


def _measure_sizes(column: TableColumn, values: NDArray[Any]) -> NDArray[np.int64] | int:
    """Return the size of each value in bytes, -1 where it is null; one number where all are equal."""
    if column.kind in VARIABLE_WIDTH:
        sizes = np.char.str_len(values).astype(np.int64)
    elif column.nullable:
        sizes = np.full(len(values), COLUMN_TYPES[column.kind].wire_dtype.itemsize, np.int64)
    else:
        return COLUMN_TYPES[column.kind].wire_dtype.itemsize
    if column.nullable:
        sizes[find_nulls(values)] = -1
    return sizes


def _group_by_shape(rows: int, sizes: list[NDArray[np.int64]]) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each combination of sizes, in their order."""
    shape, shapes = np.zeros(rows, np.int64), 1
    for size in sizes:
        least, span = int(size.min()), int(np.ptp(size)) + 1
        if span > 1:
            shape, shapes = shape * span + (size - least), shapes * span
        if shapes > MAX_SHAPES:
            # Renumbered, so that no product of widths overflows.
            distinct, shape = np.unique(shape, return_inverse=True)
            shapes = distinct.size
    # numpy sorts 16-bit integers by counting.
    order = np.argsort(shape.astype(np.uint16) if shapes <= MAX_SHAPES else shape, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(shape[order])) + 1)


def _encode_same_shape(table: Table, arrays: list[NDArray[Any]], sizes: list[int]) -> bytes:
    """Encode the rows of one shape."""
    layout: list[tuple[str, str | np.dtype[np.generic]]] = [("fields", ">i2")]
    for index, (column, size) in enumerate(zip(table.columns, sizes, strict=True)):
        layout.append((f"length{index}", ">i4"))
        if size > 0:
            wire = f"S{size}" if column.kind in VARIABLE_WIDTH else COLUMN_TYPES[column.kind].wire_dtype
            layout.append((f"value{index}", wire))
    record = np.empty(len(arrays[0]), np.dtype(layout))
    record["fields"] = len(table.columns)
    for index, (column, values, size) in enumerate(zip(table.columns, arrays, sizes, strict=True)):
        record[f"length{index}"] = size
        if size > 0:
            offset = 0 if column.kind in VARIABLE_WIDTH else COLUMN_TYPES[column.kind].offset
            record[f"value{index}"] = values - offset if offset else values
    return record.tobytes()
