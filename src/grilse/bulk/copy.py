"""Write columns to tables by COPY, and read queries into columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import ClientCursor, Connection, Cursor, pq
from psycopg.adapt import Dumper

from grilse.bulk.binary import Columns, encode_array, encode_columns
from grilse.bulk.table import COLUMN_TYPES, Table

SEPARATOR = "\x1f"


def copy_in(connection: Connection[Any], table: Table, columns: Columns) -> int:
    """Append columns to a table by binary COPY and return the number of rows; one statement.

    Parameters
    ----------
    connection : of the role that owns the table; PostgreSQL refuses COPY under row-level security
    table : columns that are not given get their default
    columns : as in `grilse.bulk.binary.encode_columns`
    """
    written = table.select_columns(columns)
    names = ", ".join(f'"{column.name}"' for column in written.columns)
    with connection.cursor() as cursor:
        with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT binary)'.encode()) as copy:
            for chunk in encode_columns(written, columns):
                copy.write(chunk)
        return cursor.rowcount


@dataclass(frozen=True, slots=True)
class ArrayParameter:
    """An array in PostgreSQL's binary format; the statement casts it to its type."""

    data: bytes


class ArrayParameterDumper(Dumper):
    """Sends the bytes of an array as they are."""

    format = pq.Format.BINARY

    def dump(self, obj: ArrayParameter) -> bytes:
        """Return the bytes."""
        return obj.data


class ParameterRows:
    """Columns that a statement reads as rows, sent as one array parameter per column.

    Under row-level security COPY cannot write to the table itself, and the application role makes no temporary table.
    """

    def __init__(self, table: Table, columns: Columns) -> None:
        """Encode columns of a table; columns that are not given are not in the rows."""
        sent = table.select_columns(columns)
        arrays = ", ".join(f"%(rows_{column.name})s::{column.kind}[]" for column in sent.columns)
        self.names = ", ".join(f'"{column.name}"' for column in sent.columns)
        self.source = f"unnest({arrays}) AS a ({self.names})"
        """What stands after FROM; its alias is `a`."""
        self.parameters = {
            f"rows_{column.name}": ArrayParameter(encode_array(column, columns[column.name])) for column in sent.columns
        }

    def execute(
        self, connection: Connection[Any], statement: str, parameters: Mapping[str, Any] | None = None
    ) -> Cursor[Any]:
        """Execute a statement that reads `source`; one statement."""
        cursor = open_server_binding_cursor(connection)
        cursor.adapters.register_dumper(ArrayParameter, ArrayParameterDumper)
        used = {name: value for name, value in self.parameters.items() if f"%({name})s" in statement}
        return cursor.execute(statement.encode(), {**used, **(parameters or {})})


def read_columns(
    connection: Connection[Any], query: str, kinds: Mapping[str, str], parameters: Mapping[str, Any] | None = None
) -> dict[str, NDArray[Any]]:
    """Return the columns of a query, in the query's order, packed by the server; one statement.

    Parameters
    ----------
    query : a SELECT with named columns, and its ORDER BY if order matters
    kinds : the wanted columns and their kinds (`text` or a key of COLUMN_TYPES)
    parameters : for the query's `%(name)s`

    One (n,) array per column: integers in native byte order, floats with NaN for null, -1 for a null integer, dates as
    days and timestamps as microseconds since 1970, text as str objects.
    """
    [columns] = read_queries(connection, [(query, kinds)], parameters)
    return columns


def read_queries(
    connection: Connection[Any],
    queries: Sequence[tuple[str, Mapping[str, str]]],
    parameters: Mapping[str, Any] | None = None,
) -> list[dict[str, NDArray[Any]]]:
    """Return the columns of several queries as `read_columns` does those of one; one statement."""
    packed_queries = (
        f"(SELECT {', '.join(_pack_expression(*column) for column in kinds.items())} FROM ({query}) packed) query{i}"
        for i, (query, kinds) in enumerate(queries)
    )
    with open_server_binding_cursor(connection) as cursor:
        cursor.format = pq.Format.BINARY
        cursor.execute(f"SELECT * FROM {', '.join(packed_queries)}".encode(), parameters)
        values = iter(cursor.fetchone() or ())
    return [{name: _unpack_column(kind, next(values, None)) for name, kind in kinds.items()} for _, kinds in queries]


def open_server_binding_cursor(connection: Connection[Any]) -> Cursor[Any]:
    """Return a cursor that sends parameters separately from the text, so that the server may reuse its plan.

    Cursors of Django's connections write parameters into the text.
    """
    client = issubclass(connection.cursor_factory, ClientCursor)
    return Cursor(connection) if client else connection.cursor()


def _pack_expression(name: str, kind: str) -> str:
    if kind == "text":
        return f"string_agg(coalesce(\"{name}\", ''), E'\\x1f') AS \"{name}\""
    column_type = COLUMN_TYPES[kind]
    return f'string_agg({column_type.send_function}(coalesce("{name}", {column_type.null_literal})), \'\') AS "{name}"'


def _unpack_column(kind: str, value: bytes | str | None) -> NDArray[Any]:
    if kind == "text":
        return np.array([] if value is None else str(value).split(SEPARATOR), dtype=object)
    column_type = COLUMN_TYPES[kind]
    raw = np.frombuffer(value if isinstance(value, bytes) else b"", column_type.wire_dtype)
    native = raw.astype(column_type.wire_dtype.newbyteorder("="))
    return native + column_type.offset if column_type.offset else native
