"""Text files as spreadsheets, loggers and other programs write them."""

import codecs
import io

import pytest

from grilse.textfiles import decoding
from grilse.textfiles.decoding import TextFileError
from grilse.textfiles.dialect import DETECT, build_dialect
from grilse.textfiles.text_file import RewindableSource, TextFile

TITLES = {name: name for name in ("pen", "kg", "note")}


def read_file(content, dialect=DETECT, **options):
    """Return the file and its rows, each with its line."""
    content = content if isinstance(content, bytes) else content.encode()
    file = TextFile("pens.csv", io.BytesIO(content), TITLES, dialect, **options)
    blocks = list(file.iter_blocks())
    rows = [
        (int(line), *cells)
        for block in blocks
        for line, *cells in zip(block.lines.tolist(), *block.columns, strict=True)
    ]
    return file, rows, [(fault.line, fault.why) for block in blocks for fault in block.faults]


def read_rows(content, dialect=DETECT, **options):
    """Return the rows of a file without faults."""
    _, rows, faults = read_file(content, dialect, **options)
    assert faults == []
    return rows


def test_a_plain_file_is_read():
    file, rows, faults = read_file("pen,kg\nA,1\nB,2\n")

    assert (file.header, file.delimiter, file.is_complete) == (["pen", "kg"], ",", True)
    assert rows == [(2, "A", "1"), (3, "B", "2")]
    assert faults == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_line_ends_and_encodings_are_detected(delimiter, line_end, encoding):
    lines = [delimiter.join(cells) for cells in (("pen", "kg"), ("Måløy", "1"), ("Ås", ""))]
    content = (line_end.join(lines) + line_end).encode(encoding)

    assert read_rows(content) == [(2, "Måløy", "1"), (3, "Ås", "")]


@pytest.mark.parametrize("encoding", ["cp1252", "windows-1252", "Windows_1252", "iso-8859-1", "latin1"])
def test_a_stated_encoding_is_followed(encoding):
    content = "pen,kg\nMåløy,1\n".encode("latin-1")

    assert read_rows(content, build_dialect(encoding, None)) == [(2, "Måløy", "1")]


WRONG_ENCODINGS = [
    ("Måløy".encode("cp1252"), None, "pens.csv is not UTF-8: save it as CSV UTF-8, or state its encoding, such as"),
    ("Måløy".encode(), "cp1252", "pens.csv is UTF-8, but Windows-1252 is stated as its encoding: state utf-8"),
    (b"\x81", "cp1252", "pens.csv is not Windows-1252: save it as CSV UTF-8"),
    (b"\x80", "latin-1", "pens.csv is not ISO-8859-1: state the encoding windows-1252"),
    (
        "Måløy\nB,2\nM\0".encode().replace(b"\0", b"\xe5"),
        "cp1252",
        "pens.csv has rows in UTF-8 and rows in Windows-1252",
    ),
    (b"x", "utf-16", "pens.csv has no byte order mark: state the encoding utf-16le or utf-16be"),
    (b"x", "mac-roman", "pens.csv cannot be read in the encoding mac-roman: state utf-8, utf-16, windows-1252"),
]


@pytest.mark.parametrize(("name", "encoding", "why"), WRONG_ENCODINGS)
def test_text_of_another_encoding_is_refused_in_one_line(name, encoding, why):
    with pytest.raises(TextFileError) as refused:
        read_rows(b"pen,kg\n" + name + b",1\n", build_dialect(encoding, None))

    assert str(refused.value).startswith(why)
    assert "\n" not in str(refused.value)


def test_utf_16_without_its_mark_is_named():
    with pytest.raises(TextFileError, match="is UTF-16 without a byte order mark"):
        read_rows("pen,kg\nA,1\n".encode("utf-16-le"))
    assert read_rows("pen,kg\nA,1\n".encode("utf-16-le"), build_dialect("utf-16le", None)) == [(2, "A", "1")]


OTHER_FILES = {
    b"PK\x03\x04\x14\x00[Content_Types].xml": "is a workbook (.xlsx), not CSV: save it as CSV UTF-8",
    b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet": "is a workbook (.ods), not CSV",
    b"PK\x03\x04pens.csv": "is a workbook or a ZIP archive, not CSV: save it as CSV UTF-8, or unpack the archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1": "is a workbook (.xls), not CSV",
    b"%PDF-1.7": "is a PDF, not CSV: open the table in a spreadsheet",
    b"\x1f\x8b\x08": "is a gzip archive, not CSV: unpack it",
    b"  <!DOCTYPE html>": "is a web page or XML, not CSV: download the file itself",
    b'{"pen": 1}': "is JSON, not CSV",
    b"PAR1\x15": "is a Parquet file, not CSV",
    b"BZh91AY&SY": "is a bzip2 archive, not CSV",
    b"\xfd7zXZ\0": "is an xz archive, not CSV",
    b"\x28\xb5\x2f\xfd": "is a Zstandard archive, not CSV",
    b"\x89PNG\r\n": "is a picture, not CSV: type the table into a spreadsheet, and save it as CSV UTF-8",
    b"\xff\xd8\xff\xe0": "is a picture, not CSV",
    b"SQLite format 3\0": "is a database (SQLite), not CSV",
    "pen,kg\n".encode("utf-32"): "is UTF-32, not CSV: save it as CSV UTF-8",
    b"\r\n<div><table>": "is a web page or XML, not CSV",
    "<html><table>".encode("utf-16"): "is a web page or XML, not CSV",
    b'[\n  {"pen": 1}\n]': "is JSON, not CSV",
    '{\t"pen": 1}'.encode("utf-16"): "is JSON, not CSV",
}


@pytest.mark.parametrize("content", OTHER_FILES)
def test_a_file_of_another_kind_is_named_with_the_way_out(content):
    with pytest.raises(TextFileError) as refused:
        read_rows(content)

    assert str(refused.value).startswith(f"pens.csv {OTHER_FILES[content]}")


def test_lines_above_the_header_are_titles():
    file, rows, _ = read_file("Pens of the site;;\nSource: us;;\n;;\npen;kg;note\nA;1;\n")

    assert (file.header, file.header_line) == (["pen", "kg", "note"], 4)
    assert rows == [(5, "A", "1", "")]
    assert read_rows("sep=;\npen;kg\nA;1\n") == [(3, "A", "1")]


def test_rows_and_columns_without_content_are_none():
    assert read_rows("pen,kg,,\nA,1,,\nB,2\n,,,\n \t,,,\n\n,,\n") == [(2, "A", "1"), (3, "B", "2")]


def test_spaces_around_a_cell_are_no_part_of_it():
    assert read_rows("pen,kg\n A,1 \nB\u00a0 ,\u20092\n") == [(2, "A", "1"), (3, "B", "2")]
    assert read_rows('pen\tkg\n" A\t"\t 1\nB 1 \t\n') == [(2, "A", "1"), (3, "B 1", "")]


def test_nobody_has_to_see_what_is_invisible_in_a_title():
    assert read_file("\ufeff\ufeffpen,k\u00adg\u200b\nA,1\n")[0].header == ["pen", "kg"]


def test_lines_of_nothing_but_separators_are_counted(monkeypatch):
    monkeypatch.setattr(decoding, "START", 4)
    monkeypatch.setattr(decoding, "BLOCK", 64)
    blank = ";\n\n \u00a0;\t\n" * 100

    assert read_rows(f"pen;kg\nA;1\n{blank}B;2\n{blank}") == [(2, "A", "1"), (303, "B", "2")]


def test_a_row_of_another_width_is_named_and_the_others_are_read():
    _, rows, faults = read_file("pen,kg\nA,1,x\nB,2\nC\n")

    assert rows == [(3, "B", "2")]
    assert faults == [(2, "3 fields, the header has 2"), (4, "1 fields, the header has 2")]


def test_a_cell_beyond_an_empty_title_is_not_dropped():
    assert read_file("pen,kg,\nA,1,lost\n")[2] == [(2, "3 fields, the header has 2")]


def test_a_letter_and_its_accent_are_one_letter_in_titles_and_cells():
    decomposed = "Ba\u030as 1"
    file = TextFile("f", io.BytesIO(f"ve\u0301kt\n{decomposed}\n".encode()), {"v\u00e9kt": "kg"})

    assert file.header == ["kg"]
    assert next(file.iter_blocks()).columns == [["B\u00e5s 1"]]


def test_a_letter_that_composes_to_a_separator_separates_nothing():
    # NFC of the Greek question mark is the semicolon.
    assert read_rows("pen;kg\nA\u037eB;1\n") == [(2, "A;B", "1")]


def test_quoted_cells_hold_separators_line_breaks_and_quotes():
    content = 'pen,kg\n"A,1",2\n"B\n""x""",3\nC,4\n'

    assert read_rows(content) == [(2, "A,1", "2"), (3, 'B\n"x"', "3"), (5, "C", "4")]


def test_a_quote_that_is_not_closed_is_named_by_its_end():
    with pytest.raises(TextFileError, match=r"line 4: not CSV: unexpected end .* begins on line 3, or the file may be"):
        read_rows('pen,kg\nA,1\n"B,2\nC,3\n')


def test_a_missing_line_break_at_the_end_is_known():
    assert not read_file("pen,kg\nA,1")[0].is_complete
    assert not read_file("pen,kg")[0].is_complete


def test_a_line_without_an_end_is_refused():
    with pytest.raises(TextFileError, match="has a line of more than 64 kB"):
        read_rows("pen\n" + "x" * 100_000)


class SlowSource(io.BytesIO):
    """Returns some bytes at a time, however many are asked for."""

    def __init__(self, content, size):
        super().__init__(content)
        self.size = size

    def read(self, _=-1):
        return super().read(self.size)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_rows_are_the_same_however_the_bytes_come(monkeypatch, size, encoding):
    monkeypatch.setattr(decoding, "START", 4)
    lines = ["Title", "pen;kg", *(f'"Må\r\nløy {row}";{row},5' for row in range(40)), ";", "Ås;0"]
    content = ("\r\n".join(lines) + "\r\n").encode(encoding)
    source = RewindableSource(SlowSource(content, size))

    file = TextFile("f", source, TITLES)
    file, numbers = file.open_with_format(source, ["kg"], ".")
    rows = [row for block in file.iter_blocks() for row in zip(block.lines.tolist(), *block.columns, strict=True)]

    assert numbers.decimal == ","
    assert rows[:2] == [(3, "Må\nløy 0", "0,5"), (5, "Må\nløy 1", "1,5")]
    assert rows[-1] == (84, "Ås", "0")
    assert len(rows) == 41


def test_a_byte_order_mark_is_no_part_of_the_first_title():
    assert read_file(codecs.BOM_UTF8 + b"pen,kg\n")[0].header == ["pen", "kg"]
