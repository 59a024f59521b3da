"""Arrays into the rows of PostgreSQL's binary COPY format."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.bulk.kinds import KINDS, absent
from grilse.bulk.table import Column, Table

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
MANY = 65_536  # shapes that two bytes can number
CHUNK = 65_536  # rows encoded at once: a few megabytes, which the processor's cache holds

Columns = Mapping[str, NDArray[Any]]


def encode(table: Table, columns: Columns) -> Iterator[bytes]:
    """Yield the binary COPY stream of columns, in chunks; within a chunk, rows of one shape come together.

    Parameters
    ----------
    table : the table, with exactly the columns to be written
    columns : one (n,) array a column. Dates are days and timestamps microseconds since 1970 (integers
        or datetime64); a nullable column is null where `grilse.bulk.kinds.absent` says so.

    Raises
    ------
    ValueError
        If a column is missing, too many or of another length.
    """
    rows = _length(table, columns)
    prepared = [_prepare(column, columns[column.name]) for column in table.columns]
    yield HEADER
    for start in range(0, rows, CHUNK):
        yield _rows(table, [values[start : start + CHUNK] for values in prepared])
    yield TRAILER


def _length(table: Table, columns: Columns) -> int:
    names = [column.name for column in table.columns]
    if set(names) != set(columns):
        raise ValueError(f"{table.name} wants columns {sorted(names)}, got {sorted(columns)}")
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"{table.name}: columns of different lengths {sorted(lengths)}")
    return lengths.pop() if lengths else 0


def _prepare(column: Column, values: NDArray[Any]) -> NDArray[Any]:
    if column.kind == "text":
        return np.char.encode(values, "utf-8") if values.dtype.kind == "U" else values
    if values.dtype.kind == "M":
        unit = "datetime64[D]" if column.kind == "date" else "datetime64[us]"
        return values.astype(unit).astype(np.int64)
    return values


def _rows(table: Table, arrays: list[NDArray[Any]]) -> bytes:
    """Return the encoded rows, those of one shape together: they differ in values only, not in layout."""
    sizes = [_sizes(column, values) for column, values in zip(table.columns, arrays, strict=True)]
    return b"".join(
        _alike(
            table,
            [values[rows] for values in arrays],
            [int(size[rows[0]]) if isinstance(size, np.ndarray) else size for size in sizes],
        )
        for rows in _by_shape(len(arrays[0]), [size for size in sizes if isinstance(size, np.ndarray)])
    )


def _sizes(column: Column, values: NDArray[Any]) -> NDArray[np.int64] | int:
    """Return the bytes that each value takes, -1 where it is null; one number where all take the same."""
    if column.kind == "text":
        sizes = np.char.str_len(values).astype(np.int64)
    elif column.nullable:
        sizes = np.full(len(values), KINDS[column.kind].wire.itemsize, np.int64)
    else:
        return KINDS[column.kind].wire.itemsize
    if column.nullable:
        sizes[absent(values)] = -1
    return sizes


def _by_shape(rows: int, sizes: list[NDArray[np.int64]]) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each combination of sizes, in their order."""
    shape, shapes = np.zeros(rows, np.int64), 1
    for size in sizes:
        least, span = int(size.min()), int(np.ptp(size)) + 1
        if span > 1:
            shape, shapes = shape * span + (size - least), shapes * span
        if shapes > MANY:
            # Numbered anew, so that no product of widths overflows.
            found, shape = np.unique(shape, return_inverse=True)
            shapes = found.size
    # Narrow numbers are sorted by counting.
    order = np.argsort(shape.astype(np.uint16) if shapes <= MANY else shape, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(shape[order])) + 1)


def _alike(table: Table, arrays: list[NDArray[Any]], sizes: list[int]) -> bytes:
    """Return the encoded rows of one shape."""
    layout: list[tuple[str, str | np.dtype[np.generic]]] = [("fields", ">i2")]
    for index, (column, size) in enumerate(zip(table.columns, sizes, strict=True)):
        layout.append((f"length{index}", ">i4"))
        if size > 0:
            layout.append((f"value{index}", f"S{size}" if column.kind == "text" else KINDS[column.kind].wire))
    record = np.empty(len(arrays[0]), np.dtype(layout))
    record["fields"] = len(table.columns)
    for index, (column, values, size) in enumerate(zip(table.columns, arrays, sizes, strict=True)):
        record[f"length{index}"] = size
        if size > 0:
            offset = 0 if column.kind == "text" else KINDS[column.kind].offset
            record[f"value{index}"] = values - offset if offset else values
    return record.tobytes()
