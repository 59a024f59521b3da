"""Reads a published file into columns, also after a spreadsheet changed its numbers and header."""

import re
from dataclasses import dataclass
from typing import TextIO
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import Cells
from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.problems import Problems
from grilse.exchange.reader import Chunk, CountedLines, TableReader
from grilse.exchange.rows import TableRows

DELIMITERS = ";,\t"
BLANKS = {"", "(null)", "null", "-", "–", "ukjent"}
GROUPED = re.compile(r"[+-]?\d{1,3}(\s\d{3})+([.,]\d+)?")
# 1 234,5 and 1.234,5 and 1,234.5 beside 1234.5; a single comma is the decimal one.
COMMA = re.compile(r"[+-]?\d*,\d+|[+-]?\d{1,3}(\.\d{3})+,\d+")
POINT = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")


def read_official(table: PackageTable, file: TextIO, name: str, delimiter: str, problems: Problems) -> TableRows:
    """Return the rows of a file; each error becomes a problem."""
    reading = OfficialReader(table, name, {}, problems, delimiter=delimiter)
    reading.read(CountedLines(file), lambda amount: None)
    return reading.build_table_rows()


def detect_delimiter(header: str) -> str:
    """Return the delimiter of a header; spreadsheets use different ones."""
    return max(DELIMITERS, key=header.count)


def normalize_title(cell: str) -> str:
    """Return a title without differences in case and Unicode composition."""
    return normalize("NFC", cell).strip().casefold()


@dataclass(slots=True)
class OfficialReader(TableReader):
    """Reads a foreign file: titles in any case, columns that are not stored, words for blanks, no last line break."""

    def check_end(self, lines: CountedLines) -> None:
        """Accept a file without a line break at its end."""

    def normalize_header(self, header: list[str]) -> list[str]:
        """Return the header with the titles of the format, without empty cells at its end."""
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
                self.problems.add(self.file, 1, name, why="the column is there twice: take one of them out")
        return self.problems.count == before

    def select_full_rows(self, width: int, rows: list[list[str]], at: NDArray[np.int64]) -> Chunk:
        """Return the rows that have as many cells as the header; an empty cell after the last is dropped."""
        if any(len(row) > width for row in rows):
            rows = [row if any(row[width:]) else row[:width] for row in rows]
        # A spreadsheet may end with lines of delimiters only.
        filled = np.fromiter(map(any, rows), np.bool_, len(rows))
        if not filled.all():
            rows, at = [rows[row] for row in np.flatnonzero(filled)], at[filled]
        return TableReader.select_full_rows(self, width, rows, at)

    def normalize_cells(self, column: PackageColumn, cells: Cells) -> Cells:
        """Return cells in the format of a package."""
        is_name = column.kind == "text" and column.name in self.table.key
        normalize_cell = normalize_name if is_name else NORMALIZERS[column.kind]
        texts = {cell: normalize_cell(cell) for cell in set(cells)}
        return [texts[cell] for cell in cells]


def normalize_text(cell: str) -> str:
    """Return a text, blank where the file has a word for nothing."""
    text = normalize("NFC", cell).strip()
    return "" if text.casefold() in BLANKS else text


def normalize_name(cell: str) -> str:
    """Return a text that names a row, in capitals: names differ by more than case."""
    return normalize_text(cell).upper()


def normalize_number(cell: str) -> str:
    """Return a number with a decimal point, or the text if it is no number."""
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
