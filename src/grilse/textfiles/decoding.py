"""Bytes of a file into text: UTF-8, UTF-16 with its mark, Windows-1252 where stated; other kinds of file are named."""

import codecs
import io
import re
from collections.abc import Iterator
from typing import Protocol

from grilse.errors import GrilseError

BLOCK = 2**18
START = 4096
LONGEST_LINE = 2**16
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Names that files and people use, and the codec of each; UTF-16 without byte order needs its mark.
CODECS = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("utf-16le", "utf-16-le"), "utf-16-le"),
    **dict.fromkeys(("utf-16be", "utf-16-be"), "utf-16-be"),
    **dict.fromkeys(("windows-1252", "cp1252"), "cp1252"),
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1"), "latin-1"),
}
TITLES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}
KNOWN_ENCODINGS = "utf-8, utf-16, windows-1252 or iso-8859-1"
SAVE_AS = "save it as CSV UTF-8"
ARCHIVE = "unpack it, and import the CSV file in it"
TYPE_OFF = f"type the table into a spreadsheet, and {SAVE_AS}"
SIGNATURES = (
    (b"%PDF-", "a PDF", f"open the table in a spreadsheet and {SAVE_AS}"),
    (b"\xd0\xcf\x11\xe0", "a workbook (.xls)", SAVE_AS),
    (b"\x1f\x8b", "a gzip archive", ARCHIVE),
    (b"7z\xbc\xaf", "a 7z archive", ARCHIVE),
    (b"Rar!", "a RAR archive", ARCHIVE),
    (b"PAR1", "a Parquet file", "export it as CSV UTF-8"),
    (b"ARROW1", "an Arrow file", "export it as CSV UTF-8"),
    (b"{\\rtf", "a text document (RTF)", SAVE_AS),
    (b"BZh91AY&SY", "a bzip2 archive", ARCHIVE),
    (b"\xfd7zXZ", "an xz archive", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", ARCHIVE),
    (b"\x89PNG", "a picture", TYPE_OFF),
    (b"\xff\xd8\xff", "a picture", TYPE_OFF),
    (b"SQLite format 3", "a database (SQLite)", "export the table as CSV UTF-8"),
    (b"\xff\xfe\0\0", "UTF-32", SAVE_AS),
    (b"\0\0\xfe\xff", "UTF-32", SAVE_AS),
)
MARKUP = re.compile(r"\s*<[a-z!?]", re.IGNORECASE)
JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"])")
MIXED = re.compile(b"[\xc2\xc3][\x80-\xbf]")
"""A letter in UTF-8, which no other text has: two letters that no word has side by side."""
CONTROLS = re.compile("[\x80-\x9f]")  # letters in Windows-1252
SINGLE_BYTE = ("cp1252", "latin-1")
NUL_SHARE = 4  # more than a quarter of NUL: two bytes a letter


class TextFileError(GrilseError):
    """A file that cannot be read as a table: one line that says what it is and what to do."""

    def __init__(self, name: str, why: str, *, line: int = 0, column: str = "", value: str | None = None) -> None:
        self.name, self.why, self.line, self.column, self.value = name, why, line, column, value
        place = name + (f" line {line}" if line else "")
        cell = f": {column} '{value}'" if column else ""
        super().__init__(f"{place}{cell}: {why}" if line or cell else f"{place} {why}")


class ByteSource(Protocol):
    """The source of the bytes of a file."""

    def read(self, size: int, /) -> bytes:
        """Return at most the given number of bytes; none at the end."""


class TextSource:
    """The text of a file in blocks of complete lines, with LF as line end."""

    def __init__(self, name: str, source: ByteSource, encoding: str | None = None) -> None:
        self.name, self._source = name, source
        self._start = _read_start(source)
        _refuse_other_formats(name, self._start)
        self.codec, mark = find_codec(name, self._start, encoding)
        self._start = self._start[mark:]
        _refuse_markup(name, self._start[:START].decode(self.codec, "ignore"))
        self.is_complete = True
        """Whether the last line ends in a line break; known at the end."""

    def iter_blocks(self) -> Iterator[str]:
        """Yield the text, each block without the line break at its end."""
        rest = ""
        for text in self._iter_decoded():
            complete, newline, tail = text.rpartition("\n")
            if newline:
                yield rest + complete
                rest = tail
            else:
                rest += tail
            if len(rest) > LONGEST_LINE:
                raise TextFileError(self.name, f"has a line of more than {LONGEST_LINE // 1024} kB: is it a table?")
        if rest:
            self.is_complete = False
            yield rest

    def _iter_decoded(self) -> Iterator[str]:
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(self.codec)("strict"), translate=True)
        utf_8 = codecs.getincrementaldecoder("utf-8")("strict")
        may_be_utf_8, is_ascii, is_mixed, last = self.codec in SINGLE_BYTE, True, False, b""
        data = self._start
        while True:
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeDecodeError:
                raise TextFileError(self.name, describe_undecodable(self.codec)) from None
            if self.codec == "latin-1" and CONTROLS.search(text):
                raise TextFileError(self.name, "is not ISO-8859-1: state the encoding windows-1252")
            is_ascii = is_ascii and data.isascii()
            is_mixed = is_mixed or (self.codec in SINGLE_BYTE and MIXED.search(last + data) is not None)
            last = data[-1:]
            may_be_utf_8 = may_be_utf_8 and _can_decode(utf_8, data)
            if text:
                yield text
            if not data:
                break
            data = self._source.read(BLOCK)
        title = TITLES.get(self.codec, "ISO-8859-1")
        if may_be_utf_8 and not is_ascii:
            raise TextFileError(self.name, f"is UTF-8, but {title} is stated as its encoding: state utf-8")
        if is_mixed:
            raise TextFileError(self.name, f"has rows in UTF-8 and rows in {title}: {SAVE_AS}, with each letter right")


def _read_start(source: ByteSource) -> bytes:
    """Return the first bytes, enough for marks and signatures."""
    start = b""
    while len(start) < START and (data := source.read(BLOCK)):
        start += data
    return start


def _can_decode(decoder: codecs.IncrementalDecoder, data: bytes) -> bool:
    try:
        decoder.decode(data, final=not data)
    except UnicodeDecodeError:
        return False
    return True


def find_codec(name: str, start: bytes, encoding: str | None) -> tuple[str, int]:
    """Return the codec of a file, by its mark or as stated, and the length of the mark."""
    for mark, codec in MARKS:
        if start.startswith(mark):
            return codec, len(mark)
    codec = (encoding or "utf-8").strip().lower().replace("_", "-")
    if codec in ("utf-16", "utf16"):
        raise TextFileError(name, "has no byte order mark: state the encoding utf-16le or utf-16be")
    if codec not in CODECS:
        raise TextFileError(name, f"cannot be read in the encoding {encoding}: state {KNOWN_ENCODINGS}")
    if CODECS[codec] == "utf-8" and start.count(b"\0") * NUL_SHARE > len(start):
        raise TextFileError(name, f"is UTF-16 without a byte order mark, or no text: {SAVE_AS}")
    return CODECS[codec], 0


def describe_undecodable(codec: str) -> str:
    """Return why bytes cannot be text of a codec, and what to do."""
    title = TITLES[codec]
    way_out = ", or state its encoding, such as windows-1252" if codec == "utf-8" else ""
    return f"is not {title}: {SAVE_AS}{way_out}"


def _refuse_other_formats(name: str, start: bytes) -> None:
    """Refuse a file that is no text."""
    for signature, what, remedy in (*SIGNATURES, *_iter_zip_kinds(start)):
        if start.startswith(signature):
            raise TextFileError(name, f"is {what}, not CSV: {remedy}")


def _refuse_markup(name: str, text: str) -> None:
    """Refuse a text that is no table."""
    if MARKUP.match(text):
        raise TextFileError(name, "is a web page or XML, not CSV: download the file itself")
    if JSON.match(text):
        raise TextFileError(name, "is JSON, not CSV: export it as CSV UTF-8")


def _iter_zip_kinds(start: bytes) -> Iterator[tuple[bytes, str, str]]:
    """Yield what a ZIP file is: workbooks are ZIP files, too."""
    if b"opendocument.spreadsheet" in start[:200]:
        yield b"PK", "a workbook (.ods)", SAVE_AS
    elif b"[Content_Types].xml" in start[:START] or b"xl/" in start[:4096]:
        yield b"PK", "a workbook (.xlsx)", SAVE_AS
    yield b"PK\x03\x04", "a workbook or a ZIP archive", f"{SAVE_AS}, or {ARCHIVE.replace('it,', 'the archive,')}"
