"""Random files: the reader raises no error but its own, and reads no value that a plain reader does not read.

Some hundred files with every run of the tests; `make fuzz` reads files for ten minutes (GRILSE_FUZZ_SECONDS).
"""

import io
import os
import time
from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.plain_reader import Refused, read_plainly

from grilse.textfiles import decoding
from grilse.textfiles.cells import NULL, NUMBERS, CellFormats, parse_cells
from grilse.textfiles.decoding import TextFileError
from grilse.textfiles.dialect import build_dialect
from grilse.textfiles.text_file import RewindableSource, TextFile

SECONDS = float(os.environ.get("GRILSE_FUZZ_SECONDS", "0"))
EXAMPLES = 1000 if SECONDS else 300
KINDS = {"pen": "text", "kg": "number", "count": "integer", "day": "date"}
NUMBER_COLUMNS = {name for name, kind in KINDS.items() if kind in NUMBERS}


def write_number(random):
    """Return a number as somebody might write it, or something like one."""
    digits = [str(random.randrange(10 ** random.randint(1, 4)))]
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        digits += [random.choice(" .,'\u00a0\u202f\u2019"), f"{random.randrange(1000):03}"]
    if random.random() < 0.5:
        digits += [random.choice(".,"), str(random.randrange(10 ** random.randint(1, 4)))[: random.randint(0, 4)]]
    if random.random() < 0.1:
        digits += [random.choice("eE"), random.choice(["", "+", "-"]), str(random.randrange(400))]
    sign = random.choice(["", "", "", "-", "+", " ", "\u2212", "- "])
    return sign + "".join(digits) + random.choice(["", "", " ", "\u00a0", "\u2009", "", "%", " kg", ")"])


def write_date(random):
    """Return a date as somebody might write it."""
    day = date(1970, 1, 1) + timedelta(days=random.randrange(50_000))
    shape = random.choice(
        ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%y-%m-%d", "%Y%m%d", "%d.%m.%y", "%m/%d/%Y", "%Y/%m/%d"]
    )
    rare = [
        "2024-02-30",
        "31.4.2024",
        "45000",
        "2024-05-31T00:00",
        "2024\u201105\u201131",
        " 2024-05-31\u00a0",
        "24:00",
    ]
    return random.choice([day.strftime(shape), f"{day.day}.{day.month}.{day.year}", random.choice(rare)])


def write_junk(random):
    """Return a few letters of any kind."""
    letters = "a1,.;-+ \t\"'\n\r\0\x1f\x85\u0301\u030a\u2028\u037e\u212båÅ٣½Ã¥#\ufeff\u200b\u00ad\u2212\u00a0(%<"
    return "".join(random.choice(letters) for _ in range(random.randint(0, 5)))


WORDS = ["#N/A", "#REF!", "#div/0!", "Total", "# note", "true", "0x1F", "1e5", "(5)", "5-", "12 %", "=1+1", "'5", "-A"]
RANDOM = Random(1 if not SECONDS else None)
# A large stock, since drawing each letter of each cell is slow.
NUMBERS_WRITTEN = [write_number(RANDOM) for _ in range(20_000)]
WHOLE = [str(RANDOM.randrange(-(10**6), 10 ** RANDOM.randint(1, 20))) for _ in range(5_000)]
DATES = st.sampled_from([write_date(RANDOM) for _ in range(5_000)])
NAMES = st.sampled_from(
    [
        "Pen 1",
        "Ba\u030as",
        "Bås",
        "Måløy",
        'a"b',
        '"a',
        "a\nb",
        "a,b",
        "a;b",
        "a\tb",
        "\u037e",
        "\u212b",
        " x ",
        "",
        " ",
    ]
)
JUNK = st.sampled_from(
    [write_junk(RANDOM) for _ in range(5_000)] + ["", "-", "(null)", "kg", "pen", "nan", "inf", *WORDS]
)
CELLS = {
    "text": NAMES | JUNK,
    "number": st.sampled_from(NUMBERS_WRITTEN) | st.sampled_from(WHOLE) | JUNK,
    "integer": st.sampled_from(WHOLE) | st.sampled_from(NUMBERS_WRITTEN) | JUNK,
    "date": DATES | JUNK,
}


def quote_cell(cell, delimiter):
    """Return a cell as CSV has it."""
    needs_quotes = any(letter in cell for letter in f'{delimiter}\n\r"')
    return '"' + cell.replace('"', '""') + '"' if needs_quotes else cell


@st.composite
def write_files(draw):
    """A file as spreadsheets write it, with a stated encoding and decimal mark or none; some are spoilt."""
    names = draw(st.permutations(list(KINDS)))[: draw(st.integers(1, 4))]
    delimiter, line_end = draw(st.sampled_from(",;\t")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    extra = delimiter * draw(st.sampled_from([0, 0, 0, 1, 2]))
    # In most files numbers are written one way.
    mark = draw(st.sampled_from([".", ",", None]))
    lines = draw(st.lists(st.sampled_from(["Pens", "Pens;;", "", ",,", "sep=;", '"a\nb"']), max_size=2))
    lines.append(
        delimiter.join(draw(st.sampled_from([name, name, name, f" {name}", f"\ufeff{name}\u00a0"])) for name in names)
        + extra
    )
    for _ in range(draw(st.integers(0, 8))):
        cells = [draw(CELLS[KINDS[name]]) for name in names]
        if mark:
            other = {".": ",", ",": "."}[mark]
            cells = [
                cell.replace(other, mark) if KINDS[name] in NUMBERS else cell
                for name, cell in zip(names, cells, strict=True)
            ]
        lines.append(delimiter.join(quote_cell(cell, delimiter) for cell in cells) + extra)
        if draw(st.integers(0, 5)) == 0:
            lines.append(draw(st.sampled_from(["", delimiter * (len(names) - 1), " ", "x", delimiter * 9])))
    text = line_end.join(lines) + draw(st.sampled_from([line_end, line_end, ""]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"]))
    content = text.encode(encoding, "replace")
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(content)))
        content = content[:place] + draw(st.binary(max_size=3)) + content[place + draw(st.integers(0, 3)) :]
    stated = draw(st.sampled_from([None, None, encoding if encoding in ("cp1252", "latin-1") else None, "cp1252"]))
    return content, stated, draw(st.sampled_from([None, None, None, ".", ","]))


class Pieces(io.BytesIO):
    """Returns a few bytes at a time."""

    def __init__(self, content, size):
        super().__init__(content)
        self.size = size

    def read(self, _=-1):
        return super().read(self.size)


def read_quickly(content, encoding, decimal, size):
    """Return what the reader of Grilse makes of a file, as the plain one returns it."""
    source = RewindableSource(Pieces(content, size))
    file = TextFile("f.csv", source, {name: name for name in KINDS}, build_dialect(encoding, decimal))
    if not file.header or any(name not in KINDS or file.header.count(name) > 1 for name in file.header):
        raise TextFileError("f.csv", "header")
    file, numbers = file.open_with_format(source, NUMBER_COLUMNS, ".")
    formats, rows = CellFormats(numbers), []
    for block in file.iter_blocks():
        rows += [(fault.line, None) for fault in block.faults]
        columns = {}
        for name, cells in zip(file.header, block.columns, strict=True):
            values, wrong = parse_cells(KINDS[name], cells, formats, block.lines)
            columns[name] = [
                None if row in wrong else convert_value(KINDS[name], value) for row, value in enumerate(values.tolist())
            ]
        rows += [
            (line, {name: values[row] for name, values in columns.items()})
            for row, line in enumerate(block.lines.tolist())
        ]
    return sorted(rows, key=lambda row: row[0])


def convert_value(kind, value):
    if kind == "date":
        return "" if value == NULL else np.datetime64(value, "D").item()
    if kind == "integer":
        return "" if value == NULL else value
    return "" if value != value else value


def is_other_format(content):
    """Whether the reader names a file as one of another kind, which the plain reader does not."""
    try:
        decoding.TextSource("f.csv", io.BytesIO(content))
    except TextFileError as error:
        return "UTF-8 is stated" not in str(error)
    return False


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Blocks of a few bytes, so that rows go over their ends."""
    monkeypatch.setattr(decoding, "START", 8)


def test_a_random_file_is_read_as_a_plain_reader_reads_it():
    started, count = time.monotonic(), 0
    while not count or time.monotonic() - started < SECONDS:
        compare_readers()
        count += EXAMPLES
    print(f"{count:,} random files in {time.monotonic() - started:.0f} s")  # noqa: T201  # pytest -s shows it


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not SECONDS,
)
@given(written=write_files(), size=st.sampled_from([3, 16, 64, 4096]))
def compare_readers(written, size):
    content, encoding, decimal = written
    try:
        read = read_quickly(content, encoding, decimal, size)
    except TextFileError:
        read = None
    try:
        expected = read_plainly(content, KINDS, NUMBER_COLUMNS, encoding=encoding, decimal=decimal)
    except Refused:
        expected = None
    event("refused" if read is None else "read")
    if read is None and expected is not None and is_other_format(content):
        return
    assert read == expected, content


VALUES = st.integers(0, 10**9) | st.floats(0, 10**9, width=32).map(lambda value: round(value, 3))


@settings(max_examples=min(EXAMPLES, 300), deadline=None)
@given(
    values=st.lists(VALUES, min_size=1, max_size=6),
    decimal=st.sampled_from(".,"),
    group=st.sampled_from(["", " ", "\u00a0", "'", "other"]),
)
def test_a_number_written_one_way_is_read_as_it_was_meant_or_asked_about(values, decimal, group):
    other = {".": ",", ",": "."}[decimal]
    group = other if group == "other" else group
    cells = [f"{value:,}".replace(",", "g").replace(".", decimal).replace("g", group) for value in values]
    content = ("pen;kg\n" + "".join(f"x;{cell}\n" for cell in cells)).encode()
    try:
        read = read_quickly(content, None, None, 64)
    except TextFileError:
        read = read_quickly(content, None, decimal, 64)

    assert [row["kg"] for _, row in read] == [float(value) for value in values]
