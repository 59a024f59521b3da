"""Reads the file of a table into arrays, some thousand rows at a time."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from grilse.exchange import column_limits
from grilse.exchange.cells import BLANK, NULL, PARSERS, UNKNOWN, Cells, Values, parse_cells, read_utc_offsets
from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.problems import Problems, quote_cell
from grilse.exchange.rows import TableRows
from grilse.farm.site_names import describe_ambiguous_name
from grilse.row_validation import describe_missing

CHUNK = 4096  # rows: their cells stay in the processor's cache until they are converted
GRAMS = 1000  # in a kg
Chunk = tuple[list[list[str]], NDArray[np.int64]]  # rows, and the line on which each begins
CsvRows = Iterator[list[str]]


def read_table(
    table: PackageTable,
    path: Path,
    referenced_tables: Mapping[str, TableRows],
    problems: Problems,
    advance: Callable[[float], None],
) -> TableRows:
    """Return the rows of a file, which may refer to `referenced_tables`; each fault becomes a problem."""
    reading = TableReader(table, path.name, referenced_tables, problems)
    # Bytes that are not UTF-8 become lone surrogates, so that the problem can name their cell.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reading.read(CountedLines(file), advance)
    return reading.build_table_rows()


def build_empty_table(table: PackageTable, referenced_tables: Mapping[str, TableRows], problems: Problems) -> TableRows:
    """Return a table without rows, for a package that has no file of it."""
    return TableReader(table, f"{table.name}.csv", referenced_tables, problems).build_table_rows()


class CountedLines:
    """The lines of a file; remembers the last one, and replaces NUL, which arrays would drop."""

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
    referenced_tables: Mapping[str, TableRows]
    problems: Problems
    chunks: dict[str, list[Values]] = field(default_factory=dict)
    lines: list[NDArray[np.int64]] = field(default_factory=list)
    utc_offsets: dict[str, list[NDArray[np.int16]]] = field(default_factory=dict)
    readable: bool = True
    delimiter: str = ","

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
        else:
            self.check_end(lines)

    def check_end(self, lines: CountedLines) -> None:
        """Add a problem for a file that is cut off within a line."""
        if not lines.last.endswith(("\n", "\r")):
            self.problems.add(self.file, lines.count, why="does not end in a line break: the file may be cut off")

    def normalize_header(self, header: list[str]) -> list[str]:
        """Return the header with the names of the table's columns."""
        return header

    def is_valid_header(self, header: list[str]) -> bool:
        """Return whether the header has the table's columns and no others."""
        before = self.problems.count
        if not header:
            self.problems.add(self.file, 1, why="has no header")
            return False
        for name in self.table.required_columns:
            if name not in header:
                self.problems.add(self.file, 1, name, why="the column is missing")
        for name in header:
            if name not in self.table.columns_by_name:
                known = ", ".join(self.table.columns_by_name)
                self.problems.add(self.file, 1, name, why=f"no column of {self.table.name} ({known})")
            elif header.count(name) > 1:
                self.problems.add(self.file, 1, name, why="the column is there twice")
        return self.problems.count == before

    def read_rows(
        self, rows: CsvRows, header: list[str], lines: CountedLines, advance: Callable[[float], None]
    ) -> None:
        """Read the rows below the header."""
        width, size = len(header), 0
        while True:
            before = lines.count
            chunk = list(islice(rows, CHUNK))
            if not chunk:
                return
            self.add_rows(header, *self.select_full_rows(width, chunk, compute_first_lines(chunk, before, lines.count)))
            advance(lines.size - size)
            size = lines.size

    def select_full_rows(self, width: int, rows: list[list[str]], at: NDArray[np.int64]) -> Chunk:
        """Return the rows that have as many cells as the header; empty lines are skipped."""
        sizes = np.fromiter(map(len, rows), np.int64, len(rows))
        fits = sizes == width
        if fits.all():
            return rows, at
        for row in np.flatnonzero(~fits & (sizes > 0)):
            why = f"{sizes[row]} fields, the header has {width}"
            self.problems.add(self.file, int(at[row]), why=why)
        return [rows[row] for row in np.flatnonzero(fits)], at[fits]

    def add_rows(self, header: list[str], rows: list[list[str]], at: NDArray[np.int64]) -> None:
        """Convert and store some rows, of the columns that the table has."""
        if not rows:
            return
        for name, cells in zip(header, zip(*rows, strict=True), strict=True):
            column = self.table.columns_by_name.get(name)
            if column:
                self.chunks.setdefault(name, []).append(self.convert_cells(column, cells, at))
        self.lines.append(at)

    def convert_cells(self, column: PackageColumn, cells: Cells, at: NDArray[np.int64]) -> Values:
        """Return the values of a column, with a problem for each invalid cell."""
        texts = self.normalize_cells(column, cells)
        if column.kind == "reference":
            values, wrong = self.resolve_references(column, texts)
        else:
            values, wrong = validate_cells(column, texts)
        if column.presence == "filled" and "" in texts:
            wrong.update((row, "must be given") for row, text in enumerate(texts) if not text)
        for row in sorted(wrong):
            self.problems.add(self.file, int(at[row]), column.name, cells[row], why=wrong[row])
        if column.kind == "time":
            self.utc_offsets.setdefault(column.name, []).append(read_utc_offsets(texts))
        return convert_stored_values(column, texts, values)

    def normalize_cells(self, column: PackageColumn, cells: Cells) -> Cells:
        """Return cells in the format of a package."""
        return cells

    def resolve_references(self, column: PackageColumn, cells: Cells) -> tuple[Values, dict[int, str]]:
        """Return which row of the other table each cell names, and the cells that name none."""
        other = self.referenced_tables[column.references]
        wrong = self.add_implied_rows(other, cells) if other.table.created_by_reference else {}
        index = other.row_by_name
        values = np.array([index.get(cell, UNKNOWN) if cell else BLANK for cell in cells], np.int32)
        if not other.readable:  # reported once, not for each row that refers to it
            return values, {}
        noun = other.table.name_column.replace("_", " ")
        unknown = np.flatnonzero(values == UNKNOWN).tolist()
        return values, {row: wrong.get(row) or describe_unknown(other, noun, cells[row]) for row in unknown}

    def add_implied_rows(self, other: TableRows, cells: Cells) -> dict[int, str]:
        """Add the rows that cells name, and return the cells that cannot be a name."""
        named = other.table.columns_by_name[other.table.name_column]
        _, wrong = validate_cells(named, cells)
        other.add_named_rows(cell for row, cell in enumerate(cells) if row not in wrong)
        return wrong

    def build_table_rows(self) -> TableRows:
        """Return all rows; columns that the file does not have are blank."""
        lines = np.concatenate(self.lines) if self.lines else np.empty(0, np.int64)
        columns: dict[str, Values] = {}
        for column in self.table.columns:
            parts = self.chunks.pop(column.name, None)
            columns[column.name] = np.concatenate(parts) if parts else build_blank_column(column, len(lines))
        rows = TableRows(self.table, self.file, lines, columns, self.problems, self.readable)
        rows.referenced_tables = {
            column.name: self.referenced_tables[column.references] for column in self.table.columns if column.references
        }
        if self.table.name_column:
            rows.index_names()
        rows.utc_offsets = {name: np.concatenate(parts) for name, parts in self.utc_offsets.items()}
        return rows


def validate_cells(column: PackageColumn, cells: Cells) -> tuple[Values, dict[int, str]]:
    """Return the values of cells, and why a cell cannot be read or is outside its limits."""
    values, wrong = parse_cells(column, cells)
    for which, why in column_limits.iter_violations(column, values):
        wrong.update((int(row), why) for row in np.flatnonzero(which))
    return values, wrong


def describe_unknown(other: TableRows, noun: str, name: str) -> str:
    """Say that a reference names no row, or that several rows have its name."""
    paths = other.ambiguous.get(name)
    return describe_ambiguous_name(noun, name, paths) if paths else describe_missing(noun, quote_cell(name))


def compute_first_lines(rows: list[list[str]], before: int, after: int) -> NDArray[np.int64]:
    """Return the line on which each row begins, when `before` lines were read before them."""
    if after - before == len(rows):
        return np.arange(before + 1, after + 1)
    spans = [1 + sum(cell.count("\n") for cell in row) for row in rows]
    return before + 1 + np.cumsum([0, *spans[:-1]])


def convert_stored_values(column: PackageColumn, cells: Cells, values: Values) -> Values:
    """Return values as they are stored: masses in grams, readings in single precision, defaults filled in."""
    if column.kind == "mass":
        with np.errstate(invalid="ignore"):  # a value that is far too large is a problem already
            grams = np.rint(np.nan_to_num(values) * GRAMS).astype(np.int64)
        return np.where(np.isnan(values), NULL, grams)
    if column.kind == "real":
        with np.errstate(over="ignore"):
            return values.astype(np.float32)
    if column.default and "" in cells:
        return np.where(values == PARSERS[column.kind].blank, get_default(column), values)
    return values


def build_blank_column(column: PackageColumn, size: int) -> Values:
    """Return a column that a file does not have."""
    if column.kind == "reference":
        return np.full(size, BLANK, np.int32)
    if column.kind in ("mass", "integer", "date", "time"):
        return np.full(size, get_default(column) if column.default else NULL, np.int64)
    if column.kind in ("number", "real"):
        return np.full(size, np.nan, np.float32 if column.kind == "real" else np.float64)
    return np.full(size, column.default, object)


def get_default(column: PackageColumn) -> str | int:
    """Return the value of a blank cell of the column."""
    return int(column.default) if column.kind == "integer" else column.default
