"""Readings as CSV: a header, then a row on each line, with commas or semicolons between fields."""

import csv
from collections.abc import Iterator
from itertools import chain, compress

import numpy as np
from numpy.typing import NDArray

from grilse.environment.parameters import PARAMETERS
from grilse.environment.parsing.chunks import (
    COLUMNS_HINT,
    KNOWN_COLUMNS,
    LONG_FORMAT_COLUMNS,
    ByteSource,
    ReadingChunk,
    iter_lines,
)
from grilse.environment.parsing.errors import ReadingError, shorten_value
from grilse.errors import GrilseError


def iter_chunks(source: ByteSource) -> Iterator[ReadingChunk]:
    """Yield the rows of a CSV; its header names the columns, blank lines are skipped."""
    blocks = iter_lines(source)
    block = next(blocks, [])
    if not block:
        raise GrilseError(f"the file is empty: its first line has to name the columns; {COLUMNS_HINT}")
    delimiter = ";" if ";" in block[0] else ","
    names = _split_line(block[0], delimiter)
    refuse_names(names)
    first = 2
    for lines in chain([block[1:]], blocks):
        yield _build_chunk(lines, first, names, delimiter)
        first += len(lines)


def refuse_names(names: list[str]) -> None:
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


def _build_chunk(lines: list[str], first: int, names: list[str], delimiter: str) -> ReadingChunk:
    even, flat = _split_fields(lines, len(names), delimiter)
    columns = {name: flat[place :: len(names)] for place, name in enumerate(names)}
    if delimiter == ";":
        # Where semicolons separate the fields, a comma is the decimal mark.
        columns |= {name: [value.replace(",", ".") for value in columns[name]] for name in NUMBERS & set(names)}
    faults = [
        ReadingError(
            row=first + place, field="", value=shorten_value(lines[place]), detail=WRONG_WIDTH.format(len(names))
        )
        for place in np.flatnonzero(~even).tolist()
        if lines[place].strip()
    ]
    numbers = first + np.flatnonzero(even)
    return ReadingChunk(number=numbers, columns=columns, values_are_text=True, errors=faults, skipped_rows=len(faults))


def _split_fields(lines: list[str], width: int, delimiter: str) -> tuple[NDArray[np.bool_], list[str]]:
    """Return which lines have as many fields as the header, and their fields one after another."""
    if any('"' in line for line in lines):
        rows = [_split_line(line, delimiter) for line in lines]
        return _build_mask([len(row) == width for row in rows]), [
            field for row in rows if len(row) == width for field in row
        ]
    even = [line.count(delimiter) == width - 1 for line in lines]
    # One split of all lines creates a third of the objects of a split of each line.
    joined = delimiter.join(compress(lines, even))
    return _build_mask(even), joined.split(delimiter) if any(even) else []


def _build_mask(even: list[bool]) -> NDArray[np.bool_]:
    return np.array(even, np.bool_)


def _split_line(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [""])
    except csv.Error:
        return [line]


NUMBERS = {*PARAMETERS, "value"}
WRONG_WIDTH = "the header names {} columns: give each a field, empty where nothing was measured"
