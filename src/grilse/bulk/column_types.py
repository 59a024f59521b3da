"""How the column types of PostgreSQL look in an array and on the wire."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPOCH_DAYS = 10957  # from 1970-01-01 to 2000-01-01, where PostgreSQL counts from
EPOCH_MICROSECONDS = EPOCH_DAYS * 86_400_000_000


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A fixed-width type: its big-endian wire form, what to take off on the way in, how SQL sends it."""

    wire_dtype: np.dtype[np.generic]
    offset: int
    send_function: str
    null_literal: str


COLUMN_TYPES = {
    "int2": ColumnType(np.dtype(">i2"), 0, "int2send", "'-1'"),
    "int4": ColumnType(np.dtype(">i4"), 0, "int4send", "'-1'"),
    "int8": ColumnType(np.dtype(">i8"), 0, "int8send", "'-1'"),
    "float4": ColumnType(np.dtype(">f4"), 0, "float4send", "'NaN'"),
    "float8": ColumnType(np.dtype(">f8"), 0, "float8send", "'NaN'"),
    "date": ColumnType(np.dtype(">i4"), EPOCH_DAYS, "date_send", "'infinity'"),
    "timestamptz": ColumnType(np.dtype(">i8"), EPOCH_MICROSECONDS, "timestamptz_send", "'infinity'"),
    "time": ColumnType(np.dtype(">i8"), 0, "time_send", "'24:00'"),
    "bool": ColumnType(np.dtype("?"), 0, "boolsend", "false"),
    "uuid": ColumnType(np.dtype("S16"), 0, "uuid_send", "'00000000-0000-0000-0000-000000000000'"),
}
VARIABLE_WIDTH = ("text", "texts")  # as long as what they hold; texts come as their words, one after the other

DJANGO_TYPES = {
    "smallint": "int2",
    "integer": "int4",
    "bigint": "int8",
    "real": "float4",
    "double precision": "float8",
    "date": "date",
    "timestamp with time zone": "timestamptz",
    "time": "time",
    "boolean": "bool",
    "uuid": "uuid",
}


def find_nulls(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where a nullable column has no value: NaN in floats, below zero in integers, empty in text.

    Parameters
    ----------
    values : (n,) array of floats, integers, bytes or str

    Returns
    -------
    (n,) array of bool
    """
    if values.dtype.kind == "f":
        none: NDArray[np.bool_] = np.isnan(values)
        return none
    if values.dtype.kind in "SU":
        empty: NDArray[np.bool_] = values == np.zeros((), values.dtype)
        return empty
    below: NDArray[np.bool_] = values < np.zeros((), values.dtype)
    return below
