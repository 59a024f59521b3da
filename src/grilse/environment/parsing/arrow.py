"""Readings as Arrow IPC: a stream or a file."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grilse.environment.parameters import PARAMETERS
from grilse.environment.parsing.arrow_messages import ArrowMessageReader
from grilse.environment.parsing.chunks import CONTAINER_ID, LONG_FORMAT_COLUMNS, FieldValues, ReadingChunk
from grilse.environment.parsing.csv_lines import refuse_names
from grilse.environment.parsing.errors import PayloadTooLarge, UnsupportedFormat
from grilse.errors import GrilseError
from grilse.textfiles.decoding import ByteSource

ROWS = 65_536
MOST_TEXT = 1_000
NUMBERS = {*PARAMETERS, LONG_FORMAT_COLUMNS[1]}


def iter_chunks(source: ByteSource) -> Iterator[ReadingChunk]:
    """Yield the rows of Arrow IPC, some at a time."""
    pa = _import_pyarrow()
    first = 1
    try:
        with pa.ipc.open_stream(pa.PythonFile(ArrowMessageReader(source), "r")) as reader:
            refuse_names(reader.schema.names)
            for field in reader.schema:
                _refuse_type(pa, field.name, field.type)
            for batch in reader:
                batch.validate(full=True)
                _refuse_long_texts(pa, batch)
                for start in range(0, batch.num_rows, ROWS):
                    yield _build_chunk(pa, batch.slice(start, ROWS), first + start)
                first += batch.num_rows
    except MemoryError:  # one of Arrow is an ArrowException, too
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        # Broken files raise many errors: names that are not UTF-8, impossible lengths.
        why = [*str(error).splitlines(), ""][0]
        raise GrilseError(f"this is no Arrow IPC stream or file: {why}") from None
    finally:
        pa.default_memory_pool().release_unused()


def _import_pyarrow() -> Any:
    try:
        import pyarrow as pa  # type: ignore[import-untyped]  # published without types
        import pyarrow.compute  # type: ignore[import-untyped]
    except ImportError:
        raise UnsupportedFormat("Arrow needs pyarrow on the server: pip install 'grilse[parquet]'") from None
    return pa


def _refuse_type(pa: Any, name: str, kind: Any) -> None:
    """Refuse a column whose type does not fit its name."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    text, is_integer = _is_text(pa, kind), pa.types.is_integer(kind)
    if name in NUMBERS and not (is_integer or pa.types.is_floating(kind)):
        raise GrilseError(f"{name} is of type {kind}: it has to be of numbers")
    if name == "at" and not text and not (pa.types.is_timestamp(kind) and kind.tz):
        raise GrilseError(f"at is of type {kind}: it has to be a timestamp with a time zone, or ISO 8601 text")
    if name in ("container", CONTAINER_ID) and not (text or is_integer):
        raise GrilseError(f"{name} is of type {kind}: it has to be of names or ids")
    if name == LONG_FORMAT_COLUMNS[0] and not text:
        raise GrilseError(f"parameter is of type {kind}: it has to be of names")


def _refuse_long_texts(pa: Any, batch: Any) -> None:
    """Refuse a text that no name or time has: a dictionary may repeat it in every row."""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        texts = column.dictionary if pa.types.is_dictionary(column.type) else column
        if _is_text(pa, texts.type) and (pa.compute.max(pa.compute.binary_length(texts)).as_py() or 0) > MOST_TEXT:
            raise PayloadTooLarge(f"{name} has a text of more than {MOST_TEXT:,} bytes: write a name or a time")


def _is_text(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _build_chunk(pa: Any, batch: Any, first: int) -> ReadingChunk:
    columns = {name: _convert_column(pa, name, batch.column(name)) for name in batch.schema.names}
    return ReadingChunk(number=np.arange(first, first + batch.num_rows), columns=columns)


def _convert_column(pa: Any, name: str, column: Any) -> FieldValues:
    if pa.types.is_dictionary(column.type):
        if _is_text(pa, column.type.value_type):
            # The rows share the texts of the dictionary.
            texts = [*column.dictionary.to_pylist(), None]
            return [texts[-1 if place is None else place] for place in column.indices.to_pylist()]
        column = column.dictionary_decode()
    if name in NUMBERS:
        return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False))
    if pa.types.is_timestamp(column.type):
        # NaT is the smallest number in numpy.
        instants = column.cast(pa.timestamp("us", tz="UTC"), safe=False).to_numpy(zero_copy_only=False)
        return np.asarray(instants.astype("datetime64[us]").astype(np.int64))
    return list(column.to_pylist())
