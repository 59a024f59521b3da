"""Arrays into the rows of PostgreSQL's binary COPY format."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.bulk.kinds import KINDS, absent
from grilse.bulk.table import Column, Table

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
CHUNK = 65_536  # rows encoded at once: a few megabytes, which the processor's cache holds

Columns = Mapping[str, NDArray[Any]]


def encode(table: Table, columns: Columns) -> Iterator[bytes]:
    """Yield the binary COPY stream of columns, in chunks.

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
    """Return the encoded rows; bytes that a null or a short text does not use are masked out."""
    size = len(arrays[0])
    layout: list[tuple[str, str | np.dtype[np.generic]]] = [("fields", ">i2")]
    for index, (column, values) in enumerate(zip(table.columns, arrays, strict=True)):
        layout.append((f"length{index}", ">i4"))
        layout.append((f"value{index}", _wire(column, values)))
    record = np.zeros(size, np.dtype(layout))
    record["fields"] = len(table.columns)
    keep = np.ones((size, record.dtype.itemsize), np.bool_)
    masked = False
    for index, (column, values) in enumerate(zip(table.columns, arrays, strict=True)):
        masked |= _fill(record, keep, index, column, values)
    if not masked:
        return record.tobytes()
    return record.view(np.uint8).reshape(size, -1)[keep].tobytes()


def _wire(column: Column, values: NDArray[Any]) -> np.dtype[np.generic]:
    if column.kind == "text":
        return np.dtype(f"S{max(values.dtype.itemsize, 1)}")
    return KINDS[column.kind].wire


def _fill(
    record: NDArray[np.void], keep: NDArray[np.bool_], index: int, column: Column, values: NDArray[Any]
) -> bool:
    """Write one column into the records; return whether some of its bytes are to be left out."""
    value, length = f"value{index}", f"length{index}"
    dtype, place = record.dtype.fields[value][:2]  # type: ignore[index]  # the layout has named fields
    gone = absent(values) if column.nullable else None
    if column.kind == "text":
        record[value] = values
        lengths = np.char.str_len(values).astype(np.int32)
        keep[:, place : place + dtype.itemsize] = np.arange(dtype.itemsize) < lengths[:, None]
        record[length] = lengths if gone is None else np.where(gone, -1, lengths)
        return True
    offset = KINDS[column.kind].offset
    record[value] = values - offset if offset else values
    record[length] = dtype.itemsize
    if gone is None or not gone.any():
        return False
    record[length][gone] = -1
    keep[:, place : place + dtype.itemsize] = ~gone[:, None]
    return True
