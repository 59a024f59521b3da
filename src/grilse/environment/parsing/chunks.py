"""Chunks of a file in any format: columns of fields that are not parsed yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.environment.parameters import PARAMETERS
from grilse.environment.parsing.errors import PayloadTooLarge, ReadingError
from grilse.errors import GrilseError
from grilse.textfiles.decoding import BLOCK, LONGEST_LINE, ByteSource
from grilse.textfiles.number_format import NumberFormat

COLUMN_NAMES = ("container", "at", *PARAMETERS)
LONG_FORMAT_COLUMNS = ("parameter", "value")
CONTAINER_ID = "container_id"
"""A column of exports: the id of the container that `container` names."""
KNOWN_COLUMNS = frozenset({*COLUMN_NAMES, *LONG_FORMAT_COLUMNS, CONTAINER_ID})
COLUMNS_HINT = f"a reading has container, at and any of {', '.join(PARAMETERS)}, or parameter and value"

MOST_BYTES = 64 * 2**20
MOST_ROWS = 2_000_000

FieldValues = list[Any] | NDArray[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingChunk:
    """Some rows of a file, in columns, shape (n,)."""

    number: NDArray[np.int64]
    """The number of the row in its file."""
    columns: Mapping[str, FieldValues]
    """By name; None, NaN or an empty text is a missing value."""
    numbers: NumberFormat | None = None
    """The format of numbers that are written as text."""
    errors: list[ReadingError] = field(default_factory=list)
    """Errors of the format."""
    skipped_rows: int = 0
    """Rows with such errors that are not in the columns."""


class LimitedSource:
    """A source that raises `PayloadTooLarge` beyond the limit of a request."""

    def __init__(self, source: ByteSource, most: int = MOST_BYTES) -> None:
        self._source, self._left, self._most = source, most, most

    def read(self, size: int, /) -> bytes:
        """Return at most the given number of bytes; none at the end."""
        data = self._source.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise build_too_large_error(self._most)
        return data


def build_too_large_error(most: int = MOST_BYTES) -> PayloadTooLarge:
    """Return the error of a file beyond the limit of a request."""
    return PayloadTooLarge(f"a file of more than {most / 2**20:g} MB: send it in parts")


def iter_lines(source: ByteSource) -> Iterator[list[str]]:
    """Yield blocks of lines of a text in UTF-8."""
    rest, mark = b"", "\ufeff"
    while block := source.read(BLOCK):
        complete, newline, rest = (rest + block).rpartition(b"\n")
        if len(rest) > LONGEST_LINE:
            raise PayloadTooLarge(f"a line of more than {LONGEST_LINE // 1024} kB: write one reading a line")
        if newline:
            yield _decode_lines(complete).removeprefix(mark).split("\n")
            mark = ""
    if rest:
        yield _decode_lines(rest).removeprefix(mark).split("\n")


def _decode_lines(block: bytes) -> str:
    try:
        return block.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise GrilseError("the file is not UTF-8: send it in UTF-8") from None
