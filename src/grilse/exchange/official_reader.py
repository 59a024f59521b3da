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
from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.problems import Problems
from grilse.exchange.reader import Chunk, CountedLines, TableReader, validate_cells
from grilse.exchange.rows import TableRows

DELIMITERS = ";,\t"
BLANKS = {"", "(null)", "null", "-", "–", "ukjent"}
GROUPED = re.compile(r"[+-]?\d{1,3}(\s\d{3})+([.,]\d+)?")
# 1 234,5 and 1.234,5 and 1,234.5 beside 1234.5; a single comma is the decimal one.
COMMA = re.compile(r"[+-]?\d*,\d+|[+-]?\d{1,3}(\.\d{3})+,\d+")
POINT = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")


def read_official(table: PackageTable, file: TextIO, name: str, delimiter: str, problems: Problems) -> TableRows:
    """Return the rows of a file; what is wrong is a problem."""
    reading = OfficialReader(table, name, {}, problems, delimiter=delimiter)
    reading.read(CountedLines(file), lambda amount: None)
    return reading.build_table_rows()


def detect_delimiter(header: str) -> str:
    """Return what separates the cells of a header; a spreadsheet writes its own."""
    return max(DELIMITERS, key=header.count)


def normalize_title(cell: str) -> str:
    """Return a title by which those of one column are the same: case and composition of letters are not."""
    return normalize("NFC", cell).strip().casefold()


@dataclass(slots=True, kw_only=True)
class OfficialReader(TableReader):
    """Reads a file that is not ours: titles in any letters, columns that are not kept, blanks with a name."""

    delimiter: str

    def read(self, lines: CountedLines, advance: Callable[[float], None]) -> None:
        """Read header and rows; a file that cannot be split into cells is read up to where it breaks."""
        rows = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            header = self.normalize_header(next(rows, []))
            self.readable = self.is_valid_header(header)
            if self.readable:
                self.read_rows(rows, header, lines, advance)
        except csv.Error as error:
            self.readable = False
            self.problems.add(self.file, lines.count, why=f"not CSV: {error}; the file may be cut off")

    def normalize_header(self, header: list[str]) -> list[str]:
        """Return the header with the titles as the format writes them, without the cells after the last."""
        titles = {normalize_title(name): name for name in self.table.columns_by_name}
        named = [titles.get(normalize_title(cell), cell.strip()) for cell in header]
        while named and not named[-1]:
            named.pop()
        return named

    def is_valid_header(self, header: list[str]) -> bool:
        """Return whether the header has each of the table's columns once."""
        before = self.problems.count
        for name in self.table.required_columns:
            if name not in header:
                self.problems.add(self.file, 1, name, why=f"the column is missing: {DOWNLOAD_AGAIN}")
        for name in self.table.columns_by_name:
            if header.count(name) > 1:
                self.problems.add(self.file, 1, name, why="the column stands twice: take one of them out")
        return self.problems.count == before

    def select_full_rows(self, width: int, rows: list[list[str]], at: NDArray[np.int64]) -> Chunk:
        """Return the rows that have as many cells as the header; a separator after the last is none."""
        if any(len(row) > width for row in rows):
            rows = [row if any(row[width:]) else row[:width] for row in rows]
        # A line of nothing but separators is how a spreadsheet ends.
        filled = np.fromiter(map(any, rows), np.bool_, len(rows))
        if not filled.all():
            rows, at = [rows[row] for row in np.flatnonzero(filled)], at[filled]
        return TableReader.select_full_rows(self, width, rows, at)

    def add_rows(self, header: list[str], rows: list[list[str]], at: NDArray[np.int64]) -> None:
        """Convert and keep some rows, of the columns that the format has."""
        if not rows:
            return
        for name, cells in zip(header, zip(*rows, strict=True), strict=True):
            column = self.table.columns_by_name.get(name)
            if column:
                self.chunks.setdefault(name, []).append(self.convert_cells(column, cells, at))
        self.lines.append(at)

    def convert_cells(self, column: PackageColumn, cells: Cells, at: NDArray[np.int64]) -> Values:
        """Return the values of a column, with a problem for each cell that will not do."""
        names = column.kind == "text" and column.name in self.table.key
        plain = normalize_name if names else NORMALIZERS[column.kind]
        plain_cells = {cell: plain(cell) for cell in set(cells)}
        values, wrong = validate_cells(column, [plain_cells[cell] for cell in cells])
        if column.presence == "filled":
            wrong.update((row, "must be given") for row, cell in enumerate(cells) if not plain_cells[cell])
        for row in sorted(wrong):
            self.problems.add(self.file, int(at[row]), column.name, cells[row], why=wrong[row])
        return values


def normalize_text(cell: str) -> str:
    """Return a text, blank where the file has a word for nothing."""
    text = normalize("NFC", cell).strip()
    return "" if text.casefold() in BLANKS else text


def normalize_name(cell: str) -> str:
    """Return a text that names a row: case makes no other one of it."""
    return normalize_text(cell).upper()


def normalize_number(cell: str) -> str:
    """Return a number with a decimal point, or what stands there if it is none."""
    text = normalize_text(cell)
    if GROUPED.fullmatch(text):
        text = "".join(text.split())
    if COMMA.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "") if POINT.fullmatch(text) else text


def normalize_answer(cell: str) -> str:
    """Return Ja or Nei."""
    return normalize_text(cell).capitalize()


NORMALIZERS = {
    "integer": normalize_number,
    "number": normalize_number,
    "text": normalize_text,
    "choice": normalize_answer,
}
DOWNLOAD_AGAIN = "download the file anew, as CSV"
