"""A part of a file as its format gives it: columns of fields, nothing understood yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from grilse.environment.arriving.refusals import Fault, TooMuch
from grilse.environment.parameters import PARAMETERS

NAMES = ("container", "at", *PARAMETERS)
NARROW = ("parameter", "value")
KNOWN = frozenset({*NAMES, *NARROW})
NAMED = f"a reading has container, at and any of {', '.join(PARAMETERS)}, or parameter and value"

MOST_BYTES = 64 * 2**20
MOST_ROWS = 2_000_000
BLOCK = 2**18
LONGEST_LINE = 2**16

Fields = list[Any] | NDArray[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Some rows of a file, in columns, shape (n,)."""

    number: NDArray[np.int64]
    """Of the row in its file."""
    columns: Mapping[str, Fields]
    """By name; None, NaN or an empty text where there is nothing."""
    text: bool = False
    """Whether numbers are written as text."""
    faults: list[Fault] = field(default_factory=list)
    """Found already."""
    unread: int = 0
    """Rows with such faults that are not among the columns."""


class Source(Protocol):
    """Where the bytes of a file come from."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""


class Limited:
    """A source that ends with a refusal where it is larger than a request may be."""

    def __init__(self, source: Source, most: int = MOST_BYTES) -> None:
        self._source, self._left, self._most = source, most, most

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        found = self._source.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise too_large(self._most)
        return found


def too_large(most: int = MOST_BYTES) -> TooMuch:
    """Return the refusal of a file that is larger than a request may be."""
    return TooMuch(f"a file of more than {most / 2**20:g} MB: send it in parts")


def lines_of(source: Source) -> Iterator[list[str]]:
    """Yield the lines of a text, some at a time; what is no UTF-8 shows as such."""
    rest, mark = b"", "\ufeff"
    while block := source.read(BLOCK):
        whole, newline, rest = (rest + block).rpartition(b"\n")
        if len(rest) > LONGEST_LINE:
            raise TooMuch(f"a line of more than {LONGEST_LINE // 1024} kB: write one reading a line")
        if newline:
            yield _lines(whole).removeprefix(mark).split("\n")
            mark = ""
    if rest:
        yield _lines(rest).removeprefix(mark).split("\n")


def _lines(block: bytes) -> str:
    return block.decode("utf-8", "replace").replace("\r\n", "\n")
