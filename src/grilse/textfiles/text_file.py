"""A delimited text file: its header, found below title lines, and its rows as blocks of columns."""

import csv
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from typing import Protocol
from unicodedata import is_normalized, normalize

import numpy as np
from numpy.typing import NDArray

from grilse.line_texts import BLANKS
from grilse.textfiles.decoding import LONGEST_LINE, ByteSource, TextFileError, TextSource
from grilse.textfiles.dialect import DELIMITERS, DETECT, FileDialect
from grilse.textfiles.number_format import NumberFormat, NumberMarks, build_number_format

HEADER_LINES = 20
"""The header is among the first lines."""
QUOTE_REMEDY = "close each quote, and double those within a cell,"
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
"""Characters within a title that nobody sees: a soft hyphen, a space without width, a second byte order mark."""
Lines = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that does not fit the header."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class CellBlock:
    """Some rows: the line on which each begins, and the cells of each column."""

    lines: Lines
    columns: list[list[str]]
    size: int
    """Characters in the file."""
    faults: list[RowFault] = field(default_factory=list)


class SeekableSource(ByteSource, Protocol):
    """A source that can begin again."""

    def seek(self, offset: int, /) -> object:
        """Begin again at the start."""


class RewindableSource:
    """A stream that can be read from its start once more, while `keep` is true."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._read: list[bytes] = []
        self._again: deque[bytes] = deque()
        self.keep = True

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; none at the end."""
        if self._again:
            return self._again.popleft()
        data = self._source.read(size)
        if self.keep:
            self._read.append(data)
        return data

    def seek(self, _: int, /) -> None:
        """Begin again at the start."""
        self._again = deque(filter(None, self._read))


class TextFile:
    """Reads a file once; `titles` are the names of columns by how a header may write them."""

    def __init__(
        self,
        name: str,
        source: ByteSource,
        titles: Mapping[str, str],
        dialect: FileDialect = DETECT,
        *,
        fold: Callable[[str], str] = str,
    ) -> None:
        self.name, self.dialect = name, dialect
        self._titles, self._fold = {fold(title): name for title, name in titles.items()}, fold
        self._text = TextSource(name, source, dialect.encoding)
        self._blocks = self._text.iter_blocks()
        self._unread: list[str] = []
        self._find_header()

    @property
    def is_complete(self) -> bool:
        """Return whether the last line ends in a line break; known after the last block."""
        return self._text.is_complete

    @property
    def last_line(self) -> int:
        """Return the number of lines that have been read."""
        return self._next_line - 1

    def open_with_format(
        self, source: SeekableSource, names: Collection[str], decimal: str | None
    ) -> tuple["TextFile", NumberFormat]:
        """Return the file at its first row, and the format of the numbers in some columns.

        `decimal` is the default of comma-separated files. Where the cells have to show the format, the file is read
        twice.
        """
        stated = self.dialect.decimal or (decimal if self.delimiter == "," else None)
        if stated:
            if isinstance(source, RewindableSource):
                source.keep = False
            return self, build_number_format(stated, self.dialect.group)
        marks = NumberMarks(self.name)
        places = [(place, name) for place, name in enumerate(self.header) if name in names]
        for block in self.iter_blocks():
            for place, name in places:
                marks.add_cells(name, block.columns[place], block.lines)
        numbers = marks.decide()
        source.seek(0)
        return TextFile(self.name, source, self._titles, self.dialect, fold=self._fold), numbers

    def iter_blocks(self) -> Iterator[CellBlock]:
        """Yield the rows below the header; rows without content are none."""
        if not self.header:
            return
        if self._rest is not None:
            yield from self._split_block(self._rest)
        while (text := self._read_block()) is not None:
            yield from self._split_block(text)

    def _find_header(self) -> None:
        """Find the line with the most known titles among the first lines, and what separates its cells."""
        text = self._read_first_lines()
        best = (-1, 0, 0)
        self.delimiter, self.header_line, end = self.dialect.delimiter or ",", 1, 0
        cells: list[str] = []
        for delimiter in [self.dialect.delimiter] if self.dialect.delimiter else DELIMITERS:
            for first, last, row in _iter_first_rows(text, delimiter):
                known = sum(self._normalize_title(cell) in self._titles for cell in row)
                rank = (known, -first, len(row))
                if _has_content(row) and rank > best:
                    best, cells = rank, row
                    self.delimiter, self.header_line, end = delimiter, first, last
        while cells and not cells[-1].strip():
            cells.pop()
        titles = map(self._normalize_title, cells)
        self.header = [self._titles.get(title, cell.strip()) for title, cell in zip(titles, cells, strict=True)]
        self._next_line = end + 1
        self._rest = text.split("\n", end)[-1] if text.count("\n") >= end else None

    def _read_first_lines(self) -> str:
        parts: list[str] = []
        while sum(part.count("\n") + 1 for part in parts) <= HEADER_LINES:
            part = self._read_block()
            if part is None:
                break
            parts.append(part)
        return "\n".join(parts)

    def _read_block(self) -> str | None:
        """Return what was left of a block with quotes, else the next block; None at the end."""
        return self._unread.pop() if self._unread else next(self._blocks, None)

    def _normalize_title(self, cell: str) -> str:
        return self._fold(normalize("NFC", cell.translate(INVISIBLE)).strip())

    def _split_block(self, text: str) -> Iterator[CellBlock]:
        first, delimiter = self._next_line, self.delimiter
        if not text.strip(BLANKS + delimiter + "\n"):
            self._next_line += text.count("\n") + 1
            return
        if '"' in text:
            rows, lines = self._parse_quoted(text)
            yield self._fit_rows(rows, lines, len(text))
            return
        split = text.split("\n")
        self._next_line += len(split)
        lines = np.arange(first, first + len(split))
        width, separators = len(self.header), len(self.header) - 1
        if _may_have_blank_rows(text, delimiter) or set(map(str.count, split, repeat(delimiter))) != {separators}:
            yield self._fit_rows([line.split(delimiter) for line in split], lines, len(text))
            return
        # One split of all lines creates a third of the objects of a split of each line.
        flat = _normalize_cells(text, text.replace("\n", delimiter).split(delimiter), delimiter)
        yield CellBlock(lines, [flat[place::width] for place in range(width)], len(text))

    def _parse_quoted(self, text: str) -> tuple[list[list[str]], Lines]:
        """Return the rows of a block with quotes; a quoted cell may go on in the following blocks."""
        lines, first = deque(text.split("\n")), self._next_line
        block_lines = len(lines)
        reader = csv.reader(self._iter_lines(lines), delimiter=self.delimiter, strict=True)
        rows: list[list[str]] = []
        starts: list[int] = []
        start = first
        self._row_size = 0
        try:
            for row in reader:
                rows.append(row)
                starts.append(start)
                start = first + reader.line_num
                self._row_size = 0
                if not lines:
                    break
                if start - first > block_lines:
                    self._unread.append("\n".join(lines))
                    break
        except csv.Error as error:
            why = f"not CSV: {error}; {QUOTE_REMEDY} in the row that begins on line {start}, or the file may be cut off"
            raise TextFileError(self.name, why, line=first + reader.line_num - 1) from None
        self._next_line = start
        return rows, np.array(starts, np.int64)

    def _iter_lines(self, lines: deque[str]) -> Iterator[str]:
        while True:
            while lines:
                line = lines.popleft() + "\n"
                self._row_size += len(line)
                if self._row_size > LONGEST_LINE:
                    why = f"has a row of more than {LONGEST_LINE // 1024} kB: is a quotation mark missing?"
                    raise TextFileError(self.name, why)
                yield line
            following = self._read_block()
            if following is None:
                return
            lines.extend(following.split("\n"))

    def _fit_rows(self, rows: list[list[str]], lines: Lines, size: int) -> CellBlock:
        """Return the rows with as many cells as the header; rows without content are skipped."""
        width = len(self.header)
        faults: list[RowFault] = []
        fitting: list[list[str]] = []
        places: list[int] = []
        for place, row in enumerate(rows):
            if not _has_content(row):
                continue
            if len(row) == width or (len(row) > width and not _has_content(row[width:])):
                fitting.append(row[:width])
                places.append(place)
            else:
                why = f"{len(row)} fields, the header has {width}"
                faults.append(RowFault(int(lines[place]), self.delimiter.join(row), why))
        columns = [_normalize_cells("\n".join(cells), list(cells), "\n") for cells in zip(*fitting, strict=True)]
        return CellBlock(lines[places], columns or [[] for _ in range(width)], size, faults)


def _iter_first_rows(text: str, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first rows, each with its first and its last line."""
    reader = csv.reader((line + "\n" for line in text.split("\n")), delimiter=delimiter)
    first = 1
    try:
        for row in reader:
            yield first, reader.line_num, row
            first = reader.line_num + 1
            if first > HEADER_LINES:
                return
    except csv.Error:
        return


def _has_content(row: list[str]) -> bool:
    return any(cell.strip(BLANKS) for cell in row)


def _may_have_blank_rows(text: str, delimiter: str) -> bool:
    """Return whether a line begins as one without content does."""
    around = f"\n{text}\n"
    return any(f"\n{letter}" in around for letter in (delimiter, "\n", *_find_spaces(text)))


def _find_spaces(text: str) -> list[str]:
    """Return the kinds of spaces in a text; one letter is found faster than two."""
    return [space for space in (" \t" if text.isascii() else BLANKS) if space in text]


def _normalize_cells(text: str, cells: list[str], delimiter: str) -> list[str]:
    """Return the cells of a text without the spaces around them, in NFC: a letter and its accent may come as two."""
    around = f"\n{text}\n"
    edges = (f"{delimiter}{{0}}", "\n{0}", f"{{0}}{delimiter}", "{0}\n")
    spaces = (space for space in _find_spaces(text) if space != delimiter)
    if any(edge.format(space) in around for space in spaces for edge in edges):
        cells = [cell.strip(BLANKS) for cell in cells]
    if text.isascii() or is_normalized("NFC", text):
        return cells
    return [normalize("NFC", cell) for cell in cells]
