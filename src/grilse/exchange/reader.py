"""Reads the file of a table into arrays, some thousand rows at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grilse.exchange import column_limits
from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.problems import Problems, quote_cell
from grilse.exchange.rows import TableRows
from grilse.farm.site_names import describe_ambiguous_name, describe_lookalikes
from grilse.row_validation import describe_missing
from grilse.textfiles.cells import (
    BLANK,
    NULL,
    NUMBERS,
    PARSERS,
    UNKNOWN,
    CellFormats,
    Cells,
    Values,
    parse_cells,
    read_utc_offsets,
)
from grilse.textfiles.decoding import TextFileError
from grilse.textfiles.dialect import DETECT, FileDialect
from grilse.textfiles.text_file import CellBlock, SeekableSource, TextFile

GRAMS = 1000  # in a kg
SEPARATED = "separated by commas, semicolons or tabs: is it the file that is meant?"


def read_table(
    table: PackageTable,
    path: Path,
    referenced_tables: Mapping[str, TableRows],
    problems: Problems,
    advance: Callable[[float], None],
    dialect: FileDialect = DETECT,
) -> TableRows:
    """Return the rows of a file, which may refer to `referenced_tables`; each fault becomes a problem."""
    reading = TableReader(table, path.name, referenced_tables, problems, dialect=dialect)
    with path.open("rb") as source:
        reading.read(source, advance)
    return reading.build_table_rows()


def build_empty_table(
    table: PackageTable, referenced_tables: Mapping[str, TableRows], problems: Problems, *, readable: bool = True
) -> TableRows:
    """Return a table without rows, for a package that has no file of it, or none that can be read."""
    return TableReader(table, f"{table.name}.csv", referenced_tables, problems, readable=readable).build_table_rows()


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
    dialect: FileDialect = DETECT
    formats: CellFormats = field(default_factory=CellFormats)
    decimal_default: str | None = "."
    """The decimal mark of comma-separated files."""

    def read(self, source: SeekableSource, advance: Callable[[float], None]) -> None:
        """Read header and rows; a file that cannot be read is one problem, without what follows from it."""
        before = self.problems.copy()
        try:
            file = self.open_file(source)
            self.readable = self.is_valid_header(file)
            if self.readable:
                self.read_rows(file, source, advance)
        except TextFileError as error:
            self.readable = False
            self.problems.restore(before)
            self.problems.add(self.file, error.line, error.column, error.value, why=error.why.removeprefix("is "))

    def open_file(self, source: SeekableSource) -> TextFile:
        """Return the file at its first row."""
        return TextFile(self.file, source, {name: name for name in self.known_columns}, self.dialect)

    def is_valid_header(self, file: TextFile) -> bool:
        """Return whether the header has the table's columns and no others."""
        before, header = self.problems.count, file.header
        if not set(header) & set(self.known_columns):
            what = "has none of the columns" if header else "has no header: it has to name the columns"
            why = f"{what} of {self.table.name} ({', '.join(self.known_columns)}), {SEPARATED}"
            self.problems.add(self.file, file.header_line, why=why)
            return False
        for name in self.table.required_columns:
            if name not in header:
                self.problems.add(self.file, file.header_line, name, why="the column is missing")
        for name in dict.fromkeys(header):
            if name not in self.known_columns:
                why = f"no column of {self.table.name} ({', '.join(self.known_columns)})"
                self.problems.add(self.file, file.header_line, name or "a column without a title", why=why)
            elif header.count(name) > 1:
                self.problems.add(self.file, file.header_line, name, why="the column is there twice")
        return self.problems.count == before

    @property
    def known_columns(self) -> tuple[str, ...]:
        """Return the columns that a file of the table may have."""
        return tuple(self.table.columns_by_name)

    def read_rows(self, file: TextFile, source: SeekableSource, advance: Callable[[float], None]) -> None:
        """Read the rows below the header."""
        numbers = [column.name for column in self.table.columns if column.kind in NUMBERS]
        file, self.formats.numbers = file.open_with_format(source, numbers, self.decimal_default)
        for block in file.iter_blocks():
            for fault in block.faults:
                self.problems.add(self.file, fault.line, why=fault.why)
            self.add_rows(file.header, block)
            advance(block.size)
        self.check_end(file)

    def check_end(self, file: TextFile) -> None:
        """Add a problem for a file that is cut off within a line."""
        if not file.is_complete:
            why = (
                "does not end in a line break: the file may be cut off; if it is complete, add a line break at its end"
            )
            self.problems.add(self.file, file.last_line, why=why)

    def add_rows(self, header: Sequence[str], block: CellBlock) -> None:
        """Convert and store some rows, of the columns that the table has."""
        if not len(block.lines):
            return
        for name, cells in zip(header, block.columns, strict=True):
            column = self.table.columns_by_name.get(name)
            if column:
                self.chunks.setdefault(name, []).append(self.convert_cells(column, cells, block.lines))
        self.lines.append(block.lines)

    def convert_cells(self, column: PackageColumn, cells: Cells, at: NDArray[np.int64]) -> Values:
        """Return the values of a column, with a problem for each invalid cell."""
        texts = self.normalize_cells(column, cells)
        if column.kind == "reference":
            values, wrong = self.resolve_references(column, texts)
        else:
            values, wrong = validate_cells(column, texts, self.formats, at)
        if column.presence == "filled" and not all(texts):
            wrong.update((row, "must be given") for row, text in enumerate(texts) if not text)
        for row in sorted(wrong):
            self.problems.add(self.file, int(at[row]), column.name, cells[row], why=wrong[row])
        if column.kind == "time":
            self.utc_offsets.setdefault(column.name, []).append(read_utc_offsets(texts))
        return convert_stored_values(column, values)

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
        looks = describe_lookalikes((cells[row] for row in unknown), index) if unknown else {}
        return values, {
            row: wrong.get(row) or describe_unknown(other, noun, cells[row]) + looks.get(cells[row], "")
            for row in unknown
        }

    def add_implied_rows(self, other: TableRows, cells: Cells) -> dict[int, str]:
        """Add the rows that cells name, and return the cells that cannot be a name."""
        named = other.table.columns_by_name[other.table.name_column]
        _, wrong = validate_cells(named, cells, self.formats, range(len(cells)))
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


def validate_cells(
    column: PackageColumn, cells: Cells, formats: CellFormats, lines: Sequence[int] | Values
) -> tuple[Values, dict[int, str]]:
    """Return the values of cells, and why a cell cannot be read or is outside its limits."""
    values, wrong = parse_cells(column.kind, cells, formats, lines)
    for which, why in column_limits.iter_violations(column, values):
        wrong.update((int(row), why) for row in np.flatnonzero(which))
    return values, wrong


def describe_unknown(other: TableRows, noun: str, name: str) -> str:
    """Say that a reference names no row, or that several rows have its name."""
    paths = other.ambiguous.get(name)
    return describe_ambiguous_name(noun, name, paths) if paths else describe_missing(noun, quote_cell(name))


def convert_stored_values(column: PackageColumn, values: Values) -> Values:
    """Return values as they are stored: masses in grams, readings in single precision, defaults filled in."""
    if column.kind == "mass":
        with np.errstate(invalid="ignore"):  # a value that is far too large is a problem already
            grams = np.rint(np.nan_to_num(values) * GRAMS).astype(np.int64)
        return np.where(np.isnan(values), NULL, grams)
    if column.kind == "real":
        with np.errstate(over="ignore"):
            return values.astype(np.float32)
    if column.default:
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
