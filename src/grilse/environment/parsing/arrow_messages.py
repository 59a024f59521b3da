"""The messages of Arrow IPC, each checked before it is unpacked."""

import struct
from dataclasses import dataclass

from grilse.environment.parsing.chunks import MOST_BYTES, build_too_large_error
from grilse.errors import GrilseError
from grilse.textfiles.decoding import ByteSource

FILE = b"ARROW1\0\0"  # the start of a file; a stream follows, then an index
MARK = b"\xff\xff\xff\xff"
MOST_METADATA = 2**20
MOST_UNPACKED = 4 * MOST_BYTES
"""Bytes that the compressed parts of all messages unpack to."""
# Positions of fields in the tables of Arrow's Message.fbs.
HEADER_TYPE, HEADER, BODY = 1, 2, 3
DICTIONARY, ROWS = 2, 3
DATA = 1  # the rows of a dictionary
BUFFERS, COMPRESSION = 2, 3
NOT_ARROW = "this is no Arrow IPC stream or file"


class ArrowMessageReader:
    """A stream of messages that refuses one that unpacks to more than the limit of a request.

    Compressed rows may be a thousandth of their size, and Arrow allocates memory before it checks them.
    """

    closed = False

    def __init__(self, source: ByteSource) -> None:
        self._source, self._ready, self._ended, self._unpacked = source, b"", False, 0
        start = self._read_exactly(len(FILE))
        # A file is a stream between two magic strings.
        self._next = b"" if start == FILE else start

    def read(self, size: int = -1) -> bytes:
        """Return the given number of bytes, fewer at the end."""
        while (size < 0 or len(self._ready) < size) and not self._ended:
            self._ready += self._read_message()
        size = len(self._ready) if size < 0 else size
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    def close(self) -> None:
        """Mark the reader as closed; the source stays open."""
        self.closed = True

    def _read_message(self) -> bytes:
        """Return the next complete message after a check of its unpacked size."""
        head = self._next or self._read_exactly(8)
        self._next = b""
        mark, length = head[:4], int.from_bytes(head[4:8], "little")
        if len(head) < 8 or mark != MARK or not length:
            self._ended = True
            return head if mark == MARK else b""
        if length > MOST_METADATA:
            raise GrilseError(NOT_ARROW)
        metadata = self._read_exactly(length)
        try:
            message = ArrowMessage.from_metadata(metadata)
        except (struct.error, IndexError, ValueError):
            raise GrilseError(NOT_ARROW) from None
        if message.body > MOST_BYTES:
            raise build_too_large_error()
        body = self._read_exactly(message.body)
        size = message.compute_unpacked_size(body)
        self._unpacked += size
        if size > MOST_BYTES or self._unpacked > MOST_UNPACKED:
            raise build_too_large_error(MOST_BYTES if size > MOST_BYTES else MOST_UNPACKED)
        return head + metadata + body

    def _read_exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (more := self._source.read(size - len(data))):
            data += more
        return data


@dataclass(frozen=True, slots=True)
class ArrowMessage:
    """The metadata of a message about its body."""

    body: int
    """Its size in bytes."""
    buffers: tuple[int, ...]
    """The start of each compressed buffer."""

    @classmethod
    def from_metadata(cls, metadata: bytes) -> "ArrowMessage":
        """Read the metadata of a message."""
        root = FlatbufferTable(metadata, _unpack_number(metadata, 0, "I"))
        kind, size = root.read_number(HEADER_TYPE, "B"), root.read_number(BODY, "q")
        if size < 0:
            raise ValueError(NOT_ARROW)
        rows = root.read_table(HEADER) if kind in (DICTIONARY, ROWS) else None
        if rows is not None and kind == DICTIONARY:
            rows = rows.read_table(DATA)
        if rows is None or rows.read_table(COMPRESSION) is None:
            return cls(size, ())
        return cls(size, tuple(rows.read_starts(BUFFERS)))

    def compute_unpacked_size(self, body: bytes) -> int:
        """Return the bytes that the body unpacks to: each compressed buffer begins with its unpacked size."""
        sizes = (_unpack_number(body, start, "q") for start in self.buffers if start + 8 <= len(body))
        return sum(size for size in sizes if size > 0)


@dataclass(frozen=True, slots=True)
class FlatbufferTable:
    """A table of a flatbuffer: an offset list locates its fields."""

    raw: bytes
    at: int

    def read_number(self, field: int, form: str) -> int:
        """Return a number, 0 where it is left out."""
        place = self._find_field_offset(field)
        return _unpack_number(self.raw, self.at + place, form) if place else 0

    def read_table(self, field: int) -> "FlatbufferTable | None":
        """Return a table inside this one."""
        place = self._find_field_offset(field)
        return FlatbufferTable(self.raw, self._follow_offset(self.at + place)) if place else None

    def read_starts(self, field: int) -> list[int]:
        """Return the first number of each pair of 64-bit numbers in a list."""
        place = self._find_field_offset(field)
        if not place:
            return []
        at = self._follow_offset(self.at + place)
        length = _unpack_number(self.raw, at, "I")
        if length * 16 > len(self.raw):
            raise ValueError(NOT_ARROW)
        return [_unpack_number(self.raw, at + 4 + 16 * i, "q") for i in range(length)]

    def _find_field_offset(self, field: int) -> int:
        places = self.at - _unpack_number(self.raw, self.at, "i")
        size = _unpack_number(self.raw, places, "H")
        offset = 4 + 2 * field
        return _unpack_number(self.raw, places + offset, "H") if offset < size else 0

    def _follow_offset(self, at: int) -> int:
        return at + _unpack_number(self.raw, at, "I")


def _unpack_number(raw: bytes, at: int, form: str) -> int:
    if at < 0:
        raise ValueError(NOT_ARROW)
    return int(struct.unpack_from(f"<{form}", raw, at)[0])
