"""Readings as Arrow IPC: a stream, or the file that holds one."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grilse.environment.arriving.messages import Messages
from grilse.environment.arriving.parts import NARROW, Fields, Part, Source
from grilse.environment.arriving.refusals import Unreadable
from grilse.environment.arriving.separated import refuse_names
from grilse.environment.parameters import PARAMETERS
from grilse.errors import GrilseError

ROWS = 65_536
NUMBERS = {*PARAMETERS, NARROW[1]}


def parts(source: Source) -> Iterator[Part]:
    """Yield the rows of Arrow IPC, some at a time."""
    pa = _pyarrow()
    first = 1
    try:
        with pa.ipc.open_stream(pa.PythonFile(Messages(source), "r")) as reader:
            refuse_names(reader.schema.names)
            for field in reader.schema:
                _refuse_type(pa, field.name, field.type)
            for batch in reader:
                batch.validate(full=True)
                for start in range(0, batch.num_rows, ROWS):
                    yield _part(pa, batch.slice(start, ROWS), first + start)
                first += batch.num_rows
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        # Names that are no UTF-8, lengths that no machine has: what is broken breaks in many ways.
        why = [*str(error).splitlines(), ""][0]
        raise GrilseError(f"this is no Arrow IPC stream or file: {why}") from None


def _pyarrow() -> Any:
    try:
        import pyarrow as pa  # type: ignore[import-untyped]  # published without types
    except ImportError:
        raise Unreadable("Arrow needs pyarrow on the server: pip install 'grilse[parquet]'") from None
    return pa


def _refuse_type(pa: Any, name: str, kind: Any) -> None:
    """Refuse a column of a type that says nothing of its name."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    text, whole = _is_text(pa, kind), pa.types.is_integer(kind)
    if name in NUMBERS and not (whole or pa.types.is_floating(kind)):
        raise GrilseError(f"{name} is of type {kind}: it has to be of numbers")
    if name == "at" and not text and not (pa.types.is_timestamp(kind) and kind.tz):
        raise GrilseError(
            f"at is of type {kind}: it has to be a timestamp with a time zone, or ISO 8601 text"
        )
    if name == "container" and not (text or whole):
        raise GrilseError(f"container is of type {kind}: it has to be of names or ids")
    if name == NARROW[0] and not text:
        raise GrilseError(f"parameter is of type {kind}: it has to be of names")


def _is_text(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _part(pa: Any, batch: Any, first: int) -> Part:
    columns = {name: _fields(pa, name, batch.column(name)) for name in batch.schema.names}
    return Part(number=np.arange(first, first + batch.num_rows), columns=columns)


def _fields(pa: Any, name: str, column: Any) -> Fields:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if name in NUMBERS:
        return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False))
    if pa.types.is_timestamp(column.type):
        # Not a time is the least number, as numpy has it.
        instants = column.cast(pa.timestamp("us", tz="UTC"), safe=False).to_numpy(zero_copy_only=False)
        return np.asarray(instants.astype("datetime64[us]").astype(np.int64))
    return list(column.to_pylist())
