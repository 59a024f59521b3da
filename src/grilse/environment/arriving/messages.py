"""The messages of Arrow IPC, each looked at before it is unpacked."""

import struct
from dataclasses import dataclass

from grilse.environment.arriving.parts import MOST_BYTES, Source, too_large
from grilse.errors import GrilseError

FILE = b"ARROW1\0\0"  # what a file begins with; a stream follows, then what finds its parts again
MARK = b"\xff\xff\xff\xff"
MOST_METADATA = 2**20
# Places in the tables of Arrow's Message.fbs.
HEADER_TYPE, HEADER, BODY = 1, 2, 3
DICTIONARY, ROWS = 2, 3
DATA = 1  # the rows of a dictionary
BUFFERS, COMPRESSION = 2, 3
NO_ARROW = "this is no Arrow IPC stream or file"


class Messages:
    """A stream of messages of which none unpacks to more than a request may hold.

    Compressed rows may be a thousandth of their size, and Arrow sets memory aside before it looks.
    """

    closed = False

    def __init__(self, source: Source) -> None:
        self._source, self._ready, self._ended = source, b"", False
        start = self._exactly(len(FILE))
        # A file is a stream between two marks.
        self._next = b"" if start == FILE else start

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer at the end."""
        while (size < 0 or len(self._ready) < size) and not self._ended:
            self._ready += self._message()
        size = len(self._ready) if size < 0 else size
        found, self._ready = self._ready[:size], self._ready[size:]
        return found

    def close(self) -> None:
        """Let the source be."""
        self.closed = True

    def _message(self) -> bytes:
        """Return the next message whole, once it is known what it unpacks to."""
        head = self._next or self._exactly(8)
        self._next = b""
        mark, length = head[:4], int.from_bytes(head[4:8], "little")
        if len(head) < 8 or mark != MARK or not length:
            self._ended = True
            return head if mark == MARK else b""
        if length > MOST_METADATA:
            raise GrilseError(NO_ARROW)
        metadata = self._exactly(length)
        try:
            message = Message.of(metadata)
        except (struct.error, IndexError, ValueError):
            raise GrilseError(NO_ARROW) from None
        if message.body > MOST_BYTES:
            raise too_large()
        body = self._exactly(message.body)
        if message.unpacked(body) > MOST_BYTES:
            raise too_large()
        return head + metadata + body

    def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size and (more := self._source.read(size - len(found))):
            found += more
        return found


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says about its body."""

    body: int
    """Its size in bytes."""
    buffers: tuple[int, ...]
    """Where the buffers begin that are compressed."""

    @classmethod
    def of(cls, metadata: bytes) -> "Message":
        """Read the metadata of a message."""
        root = Fields(metadata, _number(metadata, 0, "I"))
        kind, size = root.number(HEADER_TYPE, "B"), root.number(BODY, "q")
        if size < 0:
            raise ValueError(NO_ARROW)
        rows = root.table(HEADER) if kind in (DICTIONARY, ROWS) else None
        if rows is not None and kind == DICTIONARY:
            rows = rows.table(DATA)
        if rows is None or rows.table(COMPRESSION) is None:
            return cls(size, ())
        return cls(size, tuple(rows.starts(BUFFERS)))

    def unpacked(self, body: bytes) -> int:
        """Return the bytes that the body unpacks to: each compressed buffer begins with its own number."""
        sizes = (_number(body, start, "q") for start in self.buffers if start + 8 <= len(body))
        return sum(size for size in sizes if size > 0)


@dataclass(frozen=True, slots=True)
class Fields:
    """A table of a flatbuffer: fields found by way of a list of their places."""

    raw: bytes
    at: int

    def number(self, field: int, form: str) -> int:
        """Return a number, 0 where it is left out."""
        place = self._place(field)
        return _number(self.raw, self.at + place, form) if place else 0

    def table(self, field: int) -> "Fields | None":
        """Return a table inside this one."""
        place = self._place(field)
        return Fields(self.raw, self._followed(self.at + place)) if place else None

    def starts(self, field: int) -> list[int]:
        """Return the first number of each pair of 64-bit numbers in a list."""
        place = self._place(field)
        if not place:
            return []
        at = self._followed(self.at + place)
        length = _number(self.raw, at, "I")
        if length * 16 > len(self.raw):
            raise ValueError(NO_ARROW)
        return [_number(self.raw, at + 4 + 16 * i, "q") for i in range(length)]

    def _place(self, field: int) -> int:
        places = self.at - _number(self.raw, self.at, "i")
        size = _number(self.raw, places, "H")
        offset = 4 + 2 * field
        return _number(self.raw, places + offset, "H") if offset < size else 0

    def _followed(self, at: int) -> int:
        return at + _number(self.raw, at, "I")


def _number(raw: bytes, at: int, form: str) -> int:
    if at < 0:
        raise ValueError(NO_ARROW)
    return int(struct.unpack_from(f"<{form}", raw, at)[0])
