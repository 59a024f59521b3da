"""Readings as CSV: a header, then a row on each line."""

from collections.abc import Iterator, Sequence

from grilse.environment.parameters import PARAMETERS
from grilse.environment.parsing.chunks import COLUMNS_HINT, KNOWN_COLUMNS, LONG_FORMAT_COLUMNS, ReadingChunk
from grilse.environment.parsing.errors import ReadingError, shorten_value
from grilse.errors import GrilseError
from grilse.textfiles.decoding import ByteSource
from grilse.textfiles.dialect import DETECT, FileDialect
from grilse.textfiles.number_format import NumberFormat
from grilse.textfiles.text_file import CellBlock, RewindableSource, TextFile

NAME = "the file"


def iter_chunks(source: ByteSource, dialect: FileDialect = DETECT) -> Iterator[ReadingChunk]:
    """Yield the rows of a CSV; its header names the columns, blank lines are skipped."""
    rewindable = RewindableSource(source)
    file = TextFile(NAME, rewindable, {name: name for name in KNOWN_COLUMNS}, dialect)
    if not file.header:
        raise GrilseError(f"the file is empty: its first line has to name the columns; {COLUMNS_HINT}")
    refuse_names(file.header)
    # Where commas separate the fields, a point is the decimal mark.
    file, numbers = file.open_with_format(rewindable, NUMBERS, ".")
    for block in file.iter_blocks():
        yield _build_chunk(file.header, block, numbers)


def refuse_names(names: Sequence[str]) -> None:
    """Refuse unknown columns, and a table without the required ones."""
    for name in names:
        if name not in KNOWN_COLUMNS:
            raise GrilseError(f"there is a column {shorten_value(name) or 'without a name'}: {COLUMNS_HINT}")
        if names.count(name) > 1:
            raise GrilseError(f"there are two columns {name}: leave one out")
    if not {"container", "at"} <= set(names):
        raise GrilseError(f"there is no column {'at' if 'container' in names else 'container'}: {COLUMNS_HINT}")
    if not (set(names) & set(PARAMETERS) or set(LONG_FORMAT_COLUMNS) <= set(names)):
        raise GrilseError(f"nothing is measured in this file: {COLUMNS_HINT}")


def _build_chunk(header: Sequence[str], block: CellBlock, numbers: NumberFormat) -> ReadingChunk:
    detail = WRONG_WIDTH.format(len(header))
    faults = [
        ReadingError(row=fault.line, field="", value=shorten_value(fault.text), detail=detail) for fault in block.faults
    ]
    return ReadingChunk(
        number=block.lines,
        columns=dict(zip(header, block.columns, strict=True)),
        numbers=numbers,
        errors=faults,
        skipped_rows=len(faults),
    )


NUMBERS = {*PARAMETERS, "value"}
WRONG_WIDTH = "the header names {} columns: give each a field, empty where nothing was measured"
