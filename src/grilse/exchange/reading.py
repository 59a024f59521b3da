"""A table's file into arrays, some ten thousand rows at a time."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from grilse.exchange import limits
from grilse.exchange.cells import BLANK, NULL, READERS, UNKNOWN, Cells, Values, read
from grilse.exchange.columns import Column, PackageTable
from grilse.exchange.problems import Problems
from grilse.exchange.rows import Rows
from grilse.exchange.tables import TABLES

CHUNK = 65_536
GRAMS = 1000  # in a kg
Advance = Callable[[str, int, int], None]  # file, bytes read, bytes in all


class Lines:
    """The lines of a file, with the last one kept, and NUL made visible: arrays would drop it."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.last = "\n"

    def __iter__(self) -> Iterator[str]:
        for line in self.file:
            self.last = line
            yield line.replace("\0", "\x01") if "\0" in line else line


@dataclass(slots=True)
class TableReader:
    """Reads one file; `known` has the tables read before it, which it may refer to."""

    table: PackageTable
    path: Path
    known: dict[str, Rows]
    problems: Problems
    chunks: dict[str, list[Values]] = field(default_factory=dict)
    lines: list[NDArray[np.int64]] = field(default_factory=list)

    def read(self, advance: Advance) -> Rows:
        """Return the rows; what is wrong with them is among the problems."""
        # Bytes that are no UTF-8 become lone surrogates, so that the cell they stand in can be named.
        with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            lines = Lines(file)
            rows = csv.reader(lines, strict=True)
            try:
                self.read_rows(rows, lambda: advance(self.path.name, file.buffer.raw.tell(), size))  # type: ignore[attr-defined]  # an opened file has a raw one
            except csv.Error as error:
                self.blame(rows.line_num, why=f"cannot be read as CSV: {error}; the file may be cut off")
            else:
                if not lines.last.endswith(("\n", "\r")):
                    self.blame(rows.line_num, why="does not end in a line break: the file may be cut off")
        return self.gathered()
