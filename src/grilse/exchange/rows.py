"""The rows of a table as read: an array for each column, and the line of each row in its file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.columns import PackageTable
from grilse.exchange.problems import Problems
from grilse.farm.site_names import index_site_names, join_site_name
from grilse.textfiles.cells import BLANK, NULL, Values


@dataclass(slots=True)
class TableRows:
    """The rows of one table; `columns` has every column of the table, blank where the file has none."""

    table: PackageTable
    file: str
    lines: NDArray[np.int64]
    columns: dict[str, Values]
    problems: Problems
    readable: bool = True  # false: the file broke off, or its header was wrong
    row_by_name: dict[str, int] = field(default_factory=dict)  # of the column that names a row
    ambiguous: dict[str, list[str]] = field(default_factory=dict)  # the rows of the names that several sites have
    utc_offsets: dict[str, NDArray[np.int16]] = field(default_factory=dict)  # minutes, of times as the file writes them
    referenced_tables: dict[str, "TableRows"] = field(default_factory=dict)  # the table that each reference is to

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, column: str) -> Values:
        return self.columns[column]

    def is_filled(self, column: str) -> NDArray[np.bool_]:
        """Return in which rows a column is not blank."""
        values = self.columns[column]
        if values.dtype.kind == "f":
            return ~np.isnan(values)
        if values.dtype.kind == "O":
            return values != ""
        return values != (BLANK if self.table.columns_by_name[column].kind == "reference" else NULL)

    def add_problems(self, which: NDArray[np.bool_] | Iterable[int], column: str, why: str, value: str = "") -> None:
        """Add a problem for each of some rows."""
        rows = np.flatnonzero(which) if isinstance(which, np.ndarray) else which
        for row in rows:
            shown = value or self.format_cell(int(row), column)
            self.problems.add(self.file, int(self.lines[row]), column, shown, why=why)

    def format_cell(self, row: int, column: str) -> str:
        """Return a cell as its file writes it."""
        if not column or not self.is_filled(column)[row]:
            return ""
        value, kind = self.columns[column][row], self.table.columns_by_name[column].kind
        if kind == "reference":
            return self.get_reference_name(column, int(value)) if value >= 0 else ""
        if kind == "date":
            return str(np.datetime64(int(value), "D"))
        if kind == "time":
            offsets = self.utc_offsets.get(column)
            return format_time(int(value), 0 if offsets is None else int(offsets[row]))
        if kind == "mass":
            return f"{value / 1000:.3f}".rstrip("0").rstrip(".")
        return np.format_float_positional(value, trim="-") if kind in ("number", "real") else str(value)

    def get_reference_name(self, column: str, row: int) -> str:
        """Return the name of the row that a reference is to."""
        other = self.referenced_tables[column]
        return other.get_label(row)

    def get_label(self, row: int) -> str:
        """Return how references write the name of a row: with its site where the name alone is ambiguous."""
        name = str(self.columns[self.table.name_column][row])
        if not self.table.site_columns or (self.row_by_name.get(name, row) == row and name not in self.ambiguous):
            return name
        paths = [join_site_name(site, name) for site in self.get_sites(row)]
        return next((path for path in paths if self.row_by_name.get(path) == row), paths[-1])

    def get_path(self, row: int) -> str:
        """Return the name of a row with its site and that of its site."""
        *_, site = self.get_sites(row)
        name = str(self.columns[self.table.name_column][row])
        return join_site_name(site, name) if self.table.site_columns else name

    def get_sites(self, row: int) -> list[str]:
        """Return the names of the site of a row, first the one that references write, last the longest."""
        for column in self.table.site_columns:
            sites, site = self.referenced_tables[column], int(self.columns[column][row])
            if site >= 0:
                name = str(sites.columns[sites.table.name_column][site])
                return [sites.get_label(site), name, sites.get_path(site)]
        return [""]

    def index_names(self) -> None:
        """Index the rows by the names that references to them use."""
        names = self.columns[self.table.name_column].tolist()
        if not self.table.site_columns:
            self.row_by_name = {name: row for row, name in enumerate(names)}
            return
        sites = [self.get_sites(row) for row in range(len(names))]
        self.row_by_name, self.ambiguous = index_site_names(names, sites)

    def add_named_rows(self, cells: Iterable[str]) -> None:
        """Add a row for each name that is not there yet."""
        new = [name for name in dict.fromkeys(cells) if name and name not in self.row_by_name]
        for name in new:
            self.row_by_name[name] = len(self.row_by_name)
        if not new:
            return
        named = self.table.name_column
        self.lines = np.concatenate([self.lines, np.zeros(len(new), np.int64)])
        for name, values in self.columns.items():
            more = np.array(new, object) if name == named else np.full(len(new), "", object)
            self.columns[name] = np.concatenate([values, more])


def format_time(at: int, offset_minutes: int) -> str:
    """Return a time, microseconds since 1970, with its offset from UTC."""
    shown = str(np.datetime64(at + offset_minutes * 60_000_000, "us")).replace(".000000", "")
    hours, minutes = divmod(abs(offset_minutes), 60)
    return f"{shown}{'-' if offset_minutes < 0 else '+'}{hours:02}:{minutes:02}" if offset_minutes else f"{shown}Z"


Tables = Mapping[str, TableRows]
