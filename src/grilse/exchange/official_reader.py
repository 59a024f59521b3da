"""Reads a published file into columns, also after a spreadsheet changed its numbers and header."""

from dataclasses import dataclass

from grilse.exchange.columns import PackageColumn
from grilse.exchange.reader import TableReader
from grilse.textfiles.cells import Cells
from grilse.textfiles.text_file import SeekableSource, TextFile

NULLS = {"", "(null)", "null", "-", "–", "ukjent"}


@dataclass(slots=True)
class OfficialReader(TableReader):
    """Reads a published file: titles in any case, columns that are not stored, words for null, no last line break."""

    decimal_default: str | None = None
    other_columns: tuple[str, ...] = ()
    """Columns of the format that are not stored."""

    def open_file(self, source: SeekableSource) -> TextFile:
        """Return the file at its first row."""
        return TextFile(self.file, source, {name: name for name in self.known_columns}, self.dialect, fold=str.casefold)

    @property
    def known_columns(self) -> tuple[str, ...]:
        """Return the columns that a file of the format may have."""
        return *self.table.columns_by_name, *self.other_columns

    def check_end(self, file: TextFile) -> None:
        """Accept a file without a line break at its end."""

    def normalize_cells(self, column: PackageColumn, cells: Cells) -> Cells:
        """Return cells in the format of a package."""
        is_name = column.kind == "text" and column.name in self.table.key
        texts = {cell: normalize_text(cell) for cell in set(cells)}
        if is_name or column.kind == "choice":
            change_case = str.upper if is_name else str.capitalize
            texts = {cell: change_case(text) for cell, text in texts.items()}
        return [texts[cell] for cell in cells]


def normalize_text(cell: str) -> str:
    """Return a text, blank where the file has a word for null."""
    text = cell.strip()
    return "" if text.casefold() in NULLS else text
