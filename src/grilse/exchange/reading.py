"""A table's file into arrays, some thousand rows at a time."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from grilse.exchange import limits
from grilse.exchange.cells import BLANK, NULL, READERS, UNKNOWN, Cells, Values, read
from grilse.exchange.columns import Column, PackageTable
from grilse.exchange.problems import Problems, quoted
from grilse.exchange.rows import Rows
from grilse.stock import refusals

CHUNK = 4096  # rows: their cells stay in the processor's cache until they are converted
GRAMS = 1000  # in a kg
Chunk = tuple[list[list[str]], NDArray[np.int64]]  # rows, and the line on which each begins
Reader = Iterator[list[str]]


def read_table(
    table: PackageTable,
    path: Path,
    known: Mapping[str, Rows],
    problems: Problems,
    advance: Callable[[float], None],
) -> Rows:
    """Return the rows of a file; `known` has the tables that it may refer to. What is wrong is a problem."""
    reading = TableReader(table, path.name, known, problems)
    # Bytes that are no UTF-8 become lone surrogates, so that the cell they stand in can be named.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reading.read(Lines(file), advance)
    return reading.gathered()


def no_rows(table: PackageTable, known: Mapping[str, Rows], problems: Problems) -> Rows:
    """Return what a package says that does not bring the table."""
    return TableReader(table, f"{table.name}.csv", known, problems).gathered()


class Lines:
    """The lines of a file; keeps the last one, and makes NUL visible, which arrays would drop."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.last = "\n"
        self.count = 0
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        for line in self.file:
            self.last = line
            self.count += 1
            self.size += len(line)
            yield line.replace("\0", "\x01") if "\0" in line else line


@dataclass(slots=True)
class TableReader:
    """Reads one file into columns."""

    table: PackageTable
    file: str
    known: Mapping[str, Rows]
    problems: Problems
    chunks: dict[str, list[Values]] = field(default_factory=dict)
    lines: list[NDArray[np.int64]] = field(default_factory=list)
    readable: bool = True

    def read(self, lines: Lines, advance: Callable[[float], None]) -> None:
        """Read header and rows; a file that cannot be split into cells is read up to where it breaks."""
        rows = csv.reader(lines, strict=True)
        try:
            header = next(rows, [])
            self.readable = self.is_sound(header)
            if self.readable:
                self.read_rows(rows, header, lines, advance)
        except csv.Error as error:
            self.readable = False
            self.problems.add(self.file, lines.count, why=f"not CSV: {error}; the file may be cut off")
            return
        if not lines.last.endswith(("\n", "\r")):
            self.problems.add(
                self.file, lines.count, why="does not end in a line break: the file may be cut off"
            )

    def is_sound(self, header: list[str]) -> bool:
        """Return whether the header has the table's columns and no others."""
        before = self.problems.count
        if not header:
            self.problems.add(self.file, 1, why="has no header")
            return False
        for name in self.table.required:
            if name not in header:
                self.problems.add(self.file, 1, name, why="the column is missing")
        for name in header:
            if name not in self.table.by_name:
                known = ", ".join(self.table.by_name)
                self.problems.add(self.file, 1, name, why=f"no column of {self.table.name} ({known})")
            elif header.count(name) > 1:
                self.problems.add(self.file, 1, name, why="the column stands twice")
        return self.problems.count == before

    def read_rows(
        self, rows: Reader, header: list[str], lines: Lines, advance: Callable[[float], None]
    ) -> None:
        """Read the rows below the header."""
        width, size = len(header), 0
        while True:
            before = lines.count
            chunk = list(islice(rows, CHUNK))
            if not chunk:
                return
            self.take(header, *self.of_width(width, chunk, begins(chunk, before, lines.count)))
            advance(lines.size - size)
            size = lines.size

    def of_width(self, width: int, rows: list[list[str]], at: NDArray[np.int64]) -> Chunk:
        """Return the rows that have as many cells as the header; an empty line is none."""
        sizes = np.fromiter(map(len, rows), np.int64, len(rows))
        fits = sizes == width
        if fits.all():
            return rows, at
        for row in np.flatnonzero(~fits & (sizes > 0)):
            why = f"{sizes[row]} fields, the header has {width}"
            self.problems.add(self.file, int(at[row]), why=why)
        return [rows[row] for row in np.flatnonzero(fits)], at[fits]

    def take(self, header: list[str], rows: list[list[str]], at: NDArray[np.int64]) -> None:
        """Convert and keep some rows."""
        if not rows:
            return
        for name, cells in zip(header, zip(*rows, strict=True), strict=True):
            self.chunks.setdefault(name, []).append(self.converted(self.table.by_name[name], cells, at))
        self.lines.append(at)

    def converted(self, column: Column, cells: Cells, at: NDArray[np.int64]) -> Values:
        """Return the values of a column, with a problem for each cell that will not do."""
        if column.kind == "reference":
            values, wrong = self.referred(column, cells)
        else:
            values, wrong = sound(column, cells)
        if column.presence == "filled" and "" in cells:
            wrong.update((row, "must be given") for row, cell in enumerate(cells) if not cell)
        for row in sorted(wrong):
            self.problems.add(self.file, int(at[row]), column.name, cells[row], why=wrong[row])
        return stored(column, cells, values)

    def referred(self, column: Column, cells: Cells) -> tuple[Values, dict[int, str]]:
        """Return which row of the other table each cell names, and the cells that name none."""
        other = self.known[column.to]
        wrong = self.implied(other, cells) if other.table.implied else {}
        index = other.index
        values = np.array([index.get(cell, UNKNOWN) if cell else BLANK for cell in cells], np.int32)
        if not other.readable:  # which is told once, not for each row that refers to it
            return values, {}
        noun = other.table.named.replace("_", " ")
        unknown = np.flatnonzero(values == UNKNOWN).tolist()
        return values, {row: wrong.get(row, refusals.missing(noun, quoted(cells[row]))) for row in unknown}

    def implied(self, other: Rows, cells: Cells) -> dict[int, str]:
        """Add the rows that cells name, and return the cells that cannot be a name."""
        named = other.table.by_name[other.table.named]
        _, wrong = sound(named, cells)
        other.imply(cell for row, cell in enumerate(cells) if row not in wrong)
        return wrong

    def gathered(self) -> Rows:
        """Return what was read as one; columns that the file does not have are blank."""
        lines = np.concatenate(self.lines) if self.lines else np.empty(0, np.int64)
        columns: dict[str, Values] = {}
        for column in self.table.columns:
            parts = self.chunks.pop(column.name, None)
            columns[column.name] = np.concatenate(parts) if parts else blank(column, len(lines))
        rows = Rows(self.table, self.file, lines, columns, self.problems, self.readable)
        rows.others = {column.name: self.known[column.to] for column in self.table.columns if column.to}
        if self.table.named:
            rows.index = {name: row for row, name in enumerate(columns[self.table.named].tolist())}
        return rows


def sound(column: Column, cells: Cells) -> tuple[Values, dict[int, str]]:
    """Return the values of cells, and for each that cannot be read or is outside its limits why."""
    values, wrong = read(column, cells)
    for which, why in limits.outside(column, values):
        wrong.update((int(row), why) for row in np.flatnonzero(which))
    return values, wrong


def begins(rows: list[list[str]], before: int, after: int) -> NDArray[np.int64]:
    """Return the line on which each row begins, when `before` lines were read before them."""
    if after - before == len(rows):
        return np.arange(before + 1, after + 1)
    spans = [1 + sum(cell.count("\n") for cell in row) for row in rows]
    return before + 1 + np.cumsum([0, *spans[:-1]])


def stored(column: Column, cells: Cells, values: Values) -> Values:
    """Return values as they are kept: masses in grams, readings in single precision, defaults filled in."""
    if column.kind == "mass":
        with np.errstate(invalid="ignore"):  # what is far too large is a problem already
            grams = np.rint(np.nan_to_num(values) * GRAMS).astype(np.int64)
        return np.where(np.isnan(values), NULL, grams)
    if column.kind == "real":
        with np.errstate(over="ignore"):
            return values.astype(np.float32)
    if column.default and "" in cells:
        return np.where(values == READERS[column.kind].blank, default(column), values)
    return values


def blank(column: Column, size: int) -> Values:
    """Return a column that a file does not have."""
    if column.kind == "reference":
        return np.full(size, BLANK, np.int32)
    if column.kind in ("mass", "integer", "date", "time"):
        return np.full(size, default(column) if column.default else NULL, np.int64)
    if column.kind in ("number", "real"):
        return np.full(size, np.nan, np.float32 if column.kind == "real" else np.float64)
    return np.full(size, column.default, object)


def default(column: Column) -> str | int:
    """Return what a blank of the column stands for."""
    return int(column.default) if column.kind == "integer" else column.default
