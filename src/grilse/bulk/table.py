"""Tables, their columns in the order in which they are written, and the types of these in arrays and binary COPY."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connections, models
from numpy.typing import NDArray

EPOCH_DAYS = 10957  # from 1970-01-01 to 2000-01-01, where PostgreSQL counts from
EPOCH_MICROSECONDS = EPOCH_DAYS * 86_400_000_000


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A fixed-width type: its big-endian binary form, the offset subtracted on writing, and how SQL sends it."""

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
VARIABLE_WIDTH = ("text", "texts")  # variable length; a `texts` value is its words in sequence

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


def convert_times(values: NDArray[Any], kind: str) -> NDArray[Any]:
    """Return datetime64 as the integers of its kind: days of dates, otherwise microseconds; others unchanged."""
    if values.dtype.kind != "M":
        return values
    return values.astype("datetime64[D]" if kind == "date" else "datetime64[us]").astype(np.int64)


def find_nulls(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where a nullable column, shape (n,), is null: NaN in floats, negative in integers, empty in text."""
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    zero = np.zeros((), values.dtype)
    return np.asarray(values == zero if values.dtype.kind in "SU" else values < zero)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its name, its kind (of COLUMN_TYPES or VARIABLE_WIDTH) and whether it may be null."""

    name: str
    kind: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its columns."""

    name: str
    columns: tuple[TableColumn, ...]

    @classmethod
    def from_model(cls, model: type[models.Model]) -> "Table":
        """Return the table of a Django model; raises KeyError if a column has a type that is not copied in bulk."""
        return cls(model._meta.db_table, tuple(_iter_columns(model)))

    def select_columns(self, names: Iterable[str]) -> "Table":
        """Return the table with only the named columns, in the table's order."""
        selected = set(names)
        unknown = selected - {column.name for column in self.columns}
        if unknown:
            raise KeyError(f"{self.name} has no column {', '.join(sorted(unknown))}")
        return Table(self.name, tuple(column for column in self.columns if column.name in selected))


def _iter_columns(model: type[models.Model]) -> Iterable[TableColumn]:
    owner = connections["owner"]
    for field in model._meta.concrete_fields:
        db_type = str(field.db_type(owner)) if field.column else ""
        if not db_type or db_type == "jsonb" or db_type == "None":
            continue
        yield TableColumn(str(field.column), _find_column_type(db_type), field.null)


def _find_column_type(db_type: str) -> str:
    if db_type.startswith(("varchar", "text")):
        return "texts" if db_type.endswith("[]") else "text"
    return DJANGO_TYPES[db_type.split("(")[0]]
