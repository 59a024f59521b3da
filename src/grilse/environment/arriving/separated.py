"""Readings as CSV: a header, then a row a line, between commas or semicolons."""

import csv
from collections.abc import Iterator
from itertools import chain, compress

import numpy as np
from numpy.typing import NDArray

from grilse.environment.arriving.parts import KNOWN, NAMED, NARROW, Part, Source, lines_of
from grilse.environment.arriving.refusals import Fault, shown
from grilse.environment.parameters import PARAMETERS
from grilse.errors import GrilseError


def parts(source: Source) -> Iterator[Part]:
    """Yield the rows of a CSV; its header names the columns, and blank lines are none."""
    blocks = lines_of(source)
    block = next(blocks, [])
    if not block:
        raise GrilseError(f"the file is empty: its first line has to name the columns; {NAMED}")
    delimiter = ";" if ";" in block[0] else ","
    names = _quoted(block[0], delimiter)
    refuse_names(names)
    first = 2
    for lines in chain([block[1:]], blocks):
        yield _part(lines, first, names, delimiter)
        first += len(lines)


def refuse_names(names: list[str]) -> None:
    """Refuse columns that no reading has, and a table without those that each needs."""
    for name in names:
        if name not in KNOWN:
            raise GrilseError(f"there is a column {shown(name) or 'without a name'}: {NAMED}")
        if names.count(name) > 1:
            raise GrilseError(f"there are two columns {name}: leave one out")
    if not {"container", "at"} <= set(names):
        raise GrilseError(f"there is no column {'at' if 'container' in names else 'container'}: {NAMED}")
    if not (set(names) & set(PARAMETERS) or set(NARROW) <= set(names)):
        raise GrilseError(f"nothing is measured in this file: {NAMED}")


def _part(lines: list[str], first: int, names: list[str], delimiter: str) -> Part:
    even, flat = _fields(lines, len(names), delimiter)
    columns = {name: flat[place :: len(names)] for place, name in enumerate(names)}
    if delimiter == ";":
        # Where semicolons divide the fields, commas do numbers.
        columns |= {
            name: [value.replace(",", ".") for value in columns[name]] for name in NUMBERS & set(names)
        }
    faults = [
        Fault(row=first + place, field="", value=shown(lines[place]), detail=UNEVEN.format(len(names)))
        for place in np.flatnonzero(~even).tolist()
        if lines[place].strip()
    ]
    numbers = first + np.flatnonzero(even)
    return Part(number=numbers, columns=columns, text=True, faults=faults, unread=len(faults))


def _fields(lines: list[str], width: int, delimiter: str) -> tuple[NDArray[np.bool_], list[str]]:
    """Return which lines have as many fields as the header, and their fields one after another."""
    if any('"' in line for line in lines):
        rows = [_quoted(line, delimiter) for line in lines]
        return _are([len(row) == width for row in rows]), [
            field for row in rows if len(row) == width for field in row
        ]
    even = [line.count(delimiter) == width - 1 for line in lines]
    # One split of all lines makes a third of the objects that a split of each would.
    joined = delimiter.join(compress(lines, even))
    return _are(even), joined.split(delimiter) if any(even) else []


def _are(even: list[bool]) -> NDArray[np.bool_]:
    return np.array(even, np.bool_)


def _quoted(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [""])
    except csv.Error:
        return [line]


NUMBERS = {*PARAMETERS, "value"}
UNEVEN = "the header names {} columns: give each a field, empty where nothing was measured"
