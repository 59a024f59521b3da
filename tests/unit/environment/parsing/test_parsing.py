"""Files of readings as three formats bring them: the same rows understood, and each wrong one named."""

import io
import json
from contextlib import suppress
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.environment.containers import KnownContainers
from grilse.environment.parsing import arrow, csv_lines, json_lines
from grilse.environment.parsing.chunks import LimitedSource, iter_lines
from grilse.environment.parsing.errors import MAX_LISTED, PayloadTooLarge, ReadingErrors
from grilse.environment.parsing.rows import parse_chunk
from grilse.errors import GrilseError

KNOWN = KnownContainers(
    ids={"P1": 1, "P2": 2, 1: 1, 2: 2, "1": 1, "2": 2},
    ambiguous={"P3": ["Bay/P3", "Loch/P3"]},
    zones={1: "UTC", 2: "Australia/Hobart"},
)
AT = "2025-06-01T06:00:00Z"
MICROS = 1_748_757_600_000_000
ROW = {"container": "P1", "at": AT, "temperature_c": 8.25, "ph": 8}


def parse_parts(parts):
    """What is understood of a file: rows, and faults as row, field and what is wrong."""
    read = [parse_chunk(part, KNOWN) for part in parts]
    rows = [
        (container, at, {name: float(column[i]) for name, column in part.measured.items() if column[i] == column[i]})
        for part in read
        for i, (container, at) in enumerate(zip(part.container.tolist(), part.at.tolist(), strict=True))
    ]
    return rows, [(fault.row, fault.field, fault.detail) for part in read for fault in part.errors]


def parse_json(*rows):
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    return parse_parts(json_lines.iter_chunks(io.BytesIO("\n".join(lines).encode())))


def parse_csv(text):
    return parse_parts(csv_lines.iter_chunks(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def build_table(**columns):
    given = {
        "container": pa.array(["P1", "P2"]).dictionary_encode(),
        "at": pa.array([datetime(2025, 6, 1, 6, tzinfo=UTC)] * 2, pa.timestamp("us", tz="UTC")),
        "temperature_c": pa.array([8.25, None], pa.float32()),
        "ph": pa.array([8, 7]),
    }
    return pa.table({name: column for name, column in (given | columns).items() if column is not None})


def format_arrow(rows, writer=pa.ipc.new_stream, compression=None):
    sink = io.BytesIO()
    with writer(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as to:
        to.write_table(rows)
    return sink.getvalue()


def parse_arrow(raw):
    return parse_parts(arrow.iter_chunks(io.BytesIO(raw)))


TWO = [(1, MICROS, {"temperature_c": 8.25, "ph": 8}), (2, MICROS, {"ph": 7})]


def test_three_formats_say_the_same():
    second = {"container": 2, "at": "2025-06-01T08:00:00+02:00", "ph": 7}

    assert parse_json(ROW, "", second) == (TWO, [])
    assert parse_csv(f"container,at,temperature_c,ph\nP1,{AT},8.25,8\r\n\nP2,{AT},,7\n") == (TWO, [])
    assert parse_csv(f'\ufeffcontainer;at;temperature_c;ph\n"P1";{AT};8,25;8\nP2;{AT};;7') == (TWO, [])
    for writer in (pa.ipc.new_stream, pa.ipc.new_file):
        for compression in (None, "lz4", "zstd"):
            assert parse_arrow(format_arrow(build_table(), writer, compression)) == (TWO, [])


def test_a_row_may_name_its_parameter():
    narrow = {"container": "P1", "at": AT, "parameter": "ph", "value": 7.5}
    expected = [(1, MICROS, {"ph": 7.5})]

    assert parse_json(narrow)[0] == expected
    assert parse_json(narrow, ROW)[0] == [*expected, TWO[0]]
    assert parse_csv(f"container,at,parameter,value\nP1,{AT},ph,7.5\n")[0] == expected
    rows = build_table(temperature_c=None, ph=None, parameter=pa.array(["ph", "ph"]), value=pa.array([7.5, None]))
    assert parse_arrow(format_arrow(rows))[0] == [*expected, (2, MICROS, {})]


WRONG = {
    "there is no container Q9": {"container": "Q9"},
    "there is no container True": {"container": True},
    "name the container of the reading": {"container": None},
    "2025-06-01T06:00 is no time with its offset from UTC": {"at": "2025-06-01T06:00"},
    "1717 is no time with its offset from UTC": {"at": 1717},
    "say when it was measured": {"at": None},
    "2999-01-01 is later than tomorrow": {"at": "2999-01-01T00:00Z"},
    "1902-01-01 is before 1970: check the year": {"at": "1902-01-01T00:00Z"},
    "temperature_c of 99: it has to be from -3 to 40": {"temperature_c": 99},
    "temperature_c of 1e+300: it has to be from -3 to 40": {"temperature_c": 1e300},
    "temperature_c of warm: it has to be a number, or left out": {"temperature_c": "warm"},
    "temperature_c of True: it has to be a number, or left out": {"temperature_c": True},
    "ph of []: it has to be a number": {"ph": []},
    "colour is unknown: a reading has container, at and any of temperature_c": {"colour": "red"},
    "turbidity is no parameter: it is one of temperature_c": {"parameter": "turbidity", "value": 3},
    "name the parameter of the value: one of temperature_c": {"value": 3},
}


@pytest.mark.parametrize("why", WRONG)
def test_a_wrong_row_is_named_and_the_others_are_not(why):
    rows, [(row, field, detail)] = parse_json(ROW, ROW | WRONG[why], ROW)

    assert rows == [TWO[0]] * 2
    assert row == 2
    assert field in WRONG[why] or field == "parameter"
    assert detail.startswith(why)


@pytest.mark.parametrize(
    "line", ["{", "[1]", "7", "NaN", '{"ph": NaN}', "{} {}", "[" * 50_000, "\ud800".encode("utf-8", "replace").decode()]
)
def test_a_line_that_is_no_object_is_named(line):
    rows, faults = parse_json(ROW, line)

    assert rows == [TWO[0]]
    assert faults == [(2, "", "this is no JSON object: write one object a line")]


@pytest.mark.parametrize("repeated", ['"ph": 7, "ph": 8', '"ph" :7, "p\\u0068": 7', '"ph": "7", "ph": 8'])
def test_a_field_that_is_there_twice_is_named(repeated):
    quoted = '"container": "P\\u0031"'
    rows, [fault] = parse_json(f'{{{quoted}, "at": "{AT}", {repeated}}}', ROW)

    assert rows == [TWO[0]]
    assert fault == (1, "ph", "ph is there twice: leave one out")


def test_half_a_character_can_be_shown():
    _, [fault] = parse_json(f'{{"container": "\\ud800", "at": "{AT}"}}')
    assert fault == (1, "container", "there is no container ?")


def test_faults_of_csv_are_named_by_line():
    rows, faults = parse_csv(
        f"container,at,temperature_c\nP1,{AT},8\nP1,{AT}\nP1,{AT},8.x\nP1,,9\n,{AT},7\nP1,{AT},1_0\nP1,{AT},nan\n"
    )
    assert sorted(row for row, _, _ in faults) == [3, 4, 5, 6, 7, 8]
    assert rows == [(1, MICROS, {"temperature_c": 8})]
    assert faults[0][2] == "the header names 3 columns: give each a field, empty where nothing was measured"


FILES = {
    "there is a column colour: a reading has container, at": f"container,at,colour\nP1,{AT},red",
    "there is a column without a name": "container,,at,ph\n",
    "there are two columns ph": "container,at,ph,ph\n",
    "there is no column at": "container,ph\n",
    "nothing is measured in this file": "container,at\n",
    "the file is empty": "",
}


@pytest.mark.parametrize("why", FILES)
def test_a_header_that_says_nothing_is_refused(why):
    with pytest.raises(GrilseError, match=why):
        parse_csv(FILES[why])


TABLES = {
    "at is of type timestamp.us.: it has to be a timestamp with a time zone": {
        "at": pa.array([0, 1], pa.timestamp("us"))
    },
    "ph is of type string: it has to be of numbers": {"ph": pa.array(["8", "7"])},
    "container is of type double": {"container": pa.array([1.0, 2.0])},
    "there is no column at": {"at": None},
}


@pytest.mark.parametrize("why", TABLES)
def test_a_table_of_the_wrong_types_is_refused(why):
    with pytest.raises(GrilseError, match=why):
        parse_arrow(format_arrow(build_table(**TABLES[why])))


def test_what_a_table_lacks_is_named_by_row():
    times = pa.array([None, datetime(2200, 1, 1, tzinfo=UTC)], pa.timestamp("ns", tz="Europe/Oslo"))
    _, faults = parse_arrow(format_arrow(build_table(at=times)))

    assert [(row, field) for row, field, _ in faults] == [(1, "at"), (2, "at")]
    assert "later than tomorrow" in faults[1][2]


@given(st.binary(max_size=200), st.integers(0, 2_000), st.booleans())
def test_a_broken_table_is_refused_or_read(noise, place, compressed):
    raw = format_arrow(build_table(), compression="zstd" if compressed else None)
    for broken in (noise, raw[:place], raw[:place] + noise + raw[place + len(noise) :]):
        with suppress(GrilseError):
            parse_arrow(broken)


def test_a_table_that_unpacks_to_more_than_a_request_is_refused_before_it_does():
    many = 20_000_000
    rows = pa.table({"container": np.zeros(many, np.int64), "at": pa.nulls(many, pa.string()), "ph": np.zeros(many)})
    raw = format_arrow(rows, compression="zstd")

    assert len(raw) < 1_000_000
    with pytest.raises(PayloadTooLarge, match="send it in parts"):
        parse_arrow(raw)


def test_a_file_larger_than_a_request_is_refused():
    source = LimitedSource(io.BytesIO(b"x\n" * 100), 150)
    with pytest.raises(PayloadTooLarge, match="send it in parts"):
        list(iter_lines(source))


def test_a_line_without_an_end_is_refused():
    with pytest.raises(PayloadTooLarge, match="one reading a line"):
        list(iter_lines(io.BytesIO(b"x" * 100_000)))


@given(st.lists(st.text(alphabet="a\u00e9\u2028 ", max_size=5), min_size=1, max_size=9), st.integers(1, 7))
def test_lines_are_the_same_however_they_come(lines, size):
    raw = "\n".join(lines).encode()

    class Slow:
        def __init__(self):
            self.left = raw

        def read(self, _):
            chunk, self.left = self.left[:size], self.left[size:]
            return chunk

    lines_read = [line for some in iter_lines(Slow()) for line in some]
    assert lines_read == (raw.decode().removesuffix("\n").split("\n") if raw else [])


def test_all_faults_are_counted_and_the_first_listed():
    rows, faults = 3_000, ReadingErrors()
    text = "container,at,ph\n" + f"P1,{AT},99\n" * rows
    for part in csv_lines.iter_chunks(io.BytesIO(text.encode())):
        faults.add(parse_chunk(part, KNOWN).errors)

    assert faults.count == rows
    assert [fault.row for fault in faults.listed] == list(range(2, MAX_LISTED + 2))


def test_a_name_as_an_export_writes_it_is_known():
    known = KnownContainers(ids={"-1": 7, "=A": 8, "'@": 9, "@": 10, "Bås": 11, 11: 11}, ambiguous={}, zones={})

    assert [known.find_id(name) for name in ("'-1", "-1", "'=A", "'@", "'1")] == [7, 7, 8, 9, None]
    assert [known.find_id(name) for name in ("Ba\u030as", " Bås\u00a0", 11, True, 11.0)] == [11, 11, 11, None, None]


def test_a_name_that_looks_like_a_known_one_is_told_from_it():
    _, [(_, _, why)] = parse_csv(f"container,at,ph\n\u04201,{AT},8\n")
    assert why == "there is no container \u04201; 'P1' has other letters, case or spaces"


def test_a_name_that_two_sites_have_is_refused_with_both():
    _, faults = parse_csv(f"container,at,ph\nP3,{AT},8\n")
    assert faults == [(2, "container", "several sites have a container P3: write Bay/P3 or Loch/P3")]


def test_a_time_is_too_late_if_its_day_is_later_than_tomorrow_where_it_was_measured(monkeypatch):
    today = {"UTC": date(2025, 6, 1), "Australia/Hobart": date(2025, 6, 2)}
    monkeypatch.setattr("grilse.environment.parameters.get_today", today.__getitem__)
    monkeypatch.setattr("grilse.stock.rules.get_today", today.__getitem__)
    late = "2025-06-03T10:00:00+10:00"
    rows, faults = parse_csv(
        f"container,at,ph\nP1,2025-06-03T00:00:00Z,8\nP2,{late},8\nP2,2025-06-04T00:00:00+10:00,8\n"
    )
    assert [container for container, _, _ in rows] == [2]
    assert faults == [
        (2, "at", "2025-06-03 is later than tomorrow (UTC): enter it when it has happened"),
        (4, "at", "2025-06-04 is later than tomorrow (Australia/Hobart): enter it when it has happened"),
    ]
