"""Cells of a CSV file into numbers, dates and times."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.textfiles.cells import NO_DATE, NO_TIME, NULL, SERIAL_REMEDY, CellFormats, parse_cells
from grilse.textfiles.number_format import SPACES, NumberFormat


@given(st.lists(st.dates(date(1970, 1, 1), date(2100, 1, 1))))
def test_a_date_is_its_days_since_1970(days):
    values, wrong = parse_cells("date", [day.isoformat() for day in days])

    assert values.astype("datetime64[D]").tolist() == days
    assert not wrong


@given(
    st.lists(
        st.datetimes(
            datetime(1970, 1, 2),  # noqa: DTZ001  # hypothesis takes the zone apart
            timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
        )
    )
)
def test_a_time_of_any_offset_is_its_microseconds_since_1970(moments):
    values, wrong = parse_cells("time", [moment.isoformat() for moment in moments])

    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert values.tolist() == [(moment - epoch) // timedelta(microseconds=1) for moment in moments]
    assert not wrong


WRITTEN_TIMES = [
    "2024-05-31T12:00:00Z",
    "2024-05-31 12:00:00+00",
    "2024-05-31T14:00+02:00",
    "2024-05-31T12:00:00.000000000Z",
    "2024-05-31 14:00:00,0 +0200",
    "2024-05-31T12:00:00-00:00",
]


@pytest.mark.parametrize("cell", WRITTEN_TIMES)
def test_times_are_read_as_programs_write_them(cell):
    values, _ = parse_cells("time", [cell])

    assert values[0] == np.datetime64("2024-05-31T12:00:00", "us").astype(int)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_a_number_comes_back_as_it_was(numbers):
    values, wrong = parse_cells("number", [repr(number) for number in numbers])

    assert values.tolist() == numbers
    assert not wrong


@pytest.mark.parametrize(
    ("kind", "cell", "why"),
    [
        ("integer", "12.5", "not a whole number"),
        ("integer", "1_000", "not a whole number"),
        ("integer", "9" * 30, "not a whole number"),
        ("integer", "--3", "not a whole number"),
        ("number", "1,5", "not a number: the decimal mark of the file is the point"),
        ("number", "nan", "not a number"),
        ("number", "1_0", "not a number"),
        ("number", "1e999", "too large"),
        ("number", "٣", "not a number"),
        ("date", "31.05.2024", "line 1 has a date like 2024-01-01: write all dates of the file one way"),
        ("date", "20240531", "not a date like 2024-05-31 or 31.05.2024"),
        ("date", "03/04/2025", "the day or the month may be first: write 2025-MM-DD"),
        ("date", "13/04/2025", "not a date like 2024-05-31 or 31.05.2024"),
        ("date", "45000", NO_DATE + SERIAL_REMEDY),
        ("date", "2024-02-30", "no such day"),
        ("time", "2024-05-31T12:00:00", NO_TIME),
        ("time", "2024-05-31", NO_TIME),
        ("time", "2024-05-31T25:00:00Z", NO_TIME),
        ("time", "2024-05-31T24:00:00Z", NO_TIME),
        ("time", "2024-05-31 12:00 PM", NO_TIME),
        ("time", "2024-05-31T12:00:00 Europe/Oslo", NO_TIME),
        ("time", "2024-05-31T12:00:00.1234567Z", NO_TIME),
        ("time", "20240531T120000Z", NO_TIME),
        ("date", "01.02.24", "not a date like 2024-05-31 or 31.05.2024"),
        ("date", "05.31.2024", "no such day"),
        ("text", "a\x01b", "holds a control character (code 1)"),
        ("text", "a\x85b", "holds a control character (code 133)"),
        ("text", "M\ufffdløy", "holds a letter that another program lost (code 65533)"),
        ("text", "#N/A", "is an error of a spreadsheet's formula: mend it, or leave the cell empty"),
        ("time", "31.05.2024 12:00", NO_TIME),
    ],
)
def test_a_bad_cell_is_told_why_and_the_others_are_read(kind, cell, why):
    sound = {"integer": "7", "number": "7.5", "date": "2024-01-01", "time": "2024-01-01T00:00Z", "text": "a"}[kind]

    values, wrong = parse_cells(kind, [sound, cell, sound])

    assert wrong == {1: why}
    assert values[0] == values[2]


def test_a_blank_is_null_in_every_kind():
    assert parse_cells("integer", ["", "5"])[0].tolist() == [NULL, 5]
    assert parse_cells("date", [""])[0].tolist() == [NULL]
    assert parse_cells("time", [""])[0].tolist() == [NULL]
    assert np.isnan(parse_cells("number", ["", "5"])[0]).tolist() == [True, False]
    assert parse_cells("text", [""])[0].tolist() == [""]


def test_dates_may_all_begin_with_the_day():
    formats = CellFormats()
    days, wrong = parse_cells("date", ["31.05.2024", "", "1.6.2024"], formats, [2, 3, 4])

    assert days.astype("datetime64[D]").tolist() == [date(2024, 5, 31), None, date(2024, 6, 1)]
    assert not wrong
    assert parse_cells("date", ["2024-06-02"], formats, [5])[1] == {
        0: "line 2 has a date like 31.05.2024: write all dates of the file one way"
    }


def test_a_count_may_have_thousands_marks_and_no_decimals():
    formats = CellFormats(NumberFormat(",", SPACES + "."))
    cells = ["12 000", "1.234.567", "1'234", "10,5", "10,0", "1e3"]
    counts, wrong = parse_cells("integer", cells, formats)

    assert counts[:3].tolist() == [12_000, 1_234_567, 1_234]
    assert set(wrong) == {3, 4, 5}
    assert {why.partition(":")[0] for why in wrong.values()} == {"not a whole number"}
