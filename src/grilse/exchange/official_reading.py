"""A published file into columns, whatever a spreadsheet made of its numbers and its header on the way."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import Cells, Values
from grilse.exchange.columns import Column, PackageTable
from grilse.exchange.problems import Problems
from grilse.exchange.reading import Chunk, Lines, TableReader, sound
from grilse.exchange.rows import Rows

DELIMITERS = ";,\t"
BLANKS = {"", "(null)", "null", "-", "–", "ukjent"}
GROUPED = re.compile(r"[+-]?\d{1,3}(\s\d{3})+([.,]\d+)?")
# 1 234,5 and 1.234,5 and 1,234.5 beside 1234.5; a single comma is the decimal one.
COMMA = re.compile(r"[+-]?\d*,\d+|[+-]?\d{1,3}(\.\d{3})+,\d+")
POINT = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")


def read_official(table: PackageTable, file: TextIO, name: str, delimiter: str, problems: Problems) -> Rows:
    """Return the rows of a file; what is wrong is a problem."""
    reading = OfficialReader(table, name, {}, problems, delimiter=delimiter)
    reading.read(Lines(file), lambda amount: None)
    return reading.gathered()


def delimiter_of(header: str) -> str:
    """Return what separates the cells of a header; a spreadsheet writes its own."""
    return max(DELIMITERS, key=header.count)


def titled(cell: str) -> str:
    """Return a title by which those of one column are the same: case and composition of letters are not."""
    return normalize("NFC", cell).strip().casefold()


@dataclass(slots=True, kw_only=True)
class OfficialReader(TableReader):
    """Reads a file that is not ours: titles in any letters, columns that are not kept, blanks with a name."""

    delimiter: str

    def read(self, lines: Lines, advance: Callable[[float], None]) -> None:
        """Read header and rows; a file that cannot be split into cells is read up to where it breaks."""
        rows = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            header = self.named(next(rows, []))
            self.readable = self.is_sound(header)
            if self.readable:
                self.read_rows(rows, header, lines, advance)
        except csv.Error as error:
            self.readable = False
            self.problems.add(self.file, lines.count, why=f"not CSV: {error}; the file may be cut off")

    def named(self, header: list[str]) -> list[str]:
        """Return the header with the titles as the format writes them, without the cells after the last."""
        titles = {titled(name): name for name in self.table.by_name}
        named = [titles.get(titled(cell), cell.strip()) for cell in header]
        while named and not named[-1]:
            named.pop()
        return named

    def is_sound(self, header: list[str]) -> bool:
        """Return whether the header has each of the table's columns once."""
        before = self.problems.count
        for name in self.table.required:
            if name not in header:
                self.problems.add(self.file, 1, name, why=f"the column is missing: {REMEDY}")
        for name in self.table.by_name:
            if header.count(name) > 1:
                self.problems.add(self.file, 1, name, why="the column stands twice: take one of them out")
        return self.problems.count == before

    def of_width(self, width: int, rows: list[list[str]], at: NDArray[np.int64]) -> Chunk:
        """Return the rows that have as many cells as the header; a separator after the last is none."""
        if any(len(row) > width for row in rows):
            rows = [row if any(row[width:]) else row[:width] for row in rows]
        # A line of nothing but separators is how a spreadsheet ends.
        filled = np.fromiter(map(any, rows), np.bool_, len(rows))
        if not filled.all():
            rows, at = [rows[row] for row in np.flatnonzero(filled)], at[filled]
        return TableReader.of_width(self, width, rows, at)

    def take(self, header: list[str], rows: list[list[str]], at: NDArray[np.int64]) -> None:
        """Convert and keep some rows, of the columns that the format has."""
        if not rows:
            return
        for name, cells in zip(header, zip(*rows, strict=True), strict=True):
            column = self.table.by_name.get(name)
            if column:
                self.chunks.setdefault(name, []).append(self.converted(column, cells, at))
        self.lines.append(at)

    def converted(self, column: Column, cells: Cells, at: NDArray[np.int64]) -> Values:
        """Return the values of a column, with a problem for each cell that will not do."""
        names = column.kind == "text" and column.name in self.table.key
        plain = plain_name if names else PLAIN[column.kind]
        said = {cell: plain(cell) for cell in set(cells)}
        values, wrong = sound(column, [said[cell] for cell in cells])
        if column.presence == "filled":
            wrong.update((row, "must be given") for row, cell in enumerate(cells) if not said[cell])
        for row in sorted(wrong):
            self.problems.add(self.file, int(at[row]), column.name, cells[row], why=wrong[row])
        return values


def plain_text(cell: str) -> str:
    """Return a text, blank where the file has a word for nothing."""
    text = normalize("NFC", cell).strip()
    return "" if text.casefold() in BLANKS else text


def plain_name(cell: str) -> str:
    """Return a text that names a row: case makes no other one of it."""
    return plain_text(cell).upper()


def plain_number(cell: str) -> str:
    """Return a number with a decimal point, or what stands there if it is none."""
    text = plain_text(cell)
    if GROUPED.fullmatch(text):
        text = "".join(text.split())
    if COMMA.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "") if POINT.fullmatch(text) else text


def plain_answer(cell: str) -> str:
    """Return Ja or Nei."""
    return plain_text(cell).capitalize()


PLAIN = {"integer": plain_number, "number": plain_number, "text": plain_text, "choice": plain_answer}
REMEDY = "download the file anew, as CSV"
