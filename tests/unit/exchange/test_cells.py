"""Cells of a CSV file into numbers, dates and times."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.textfiles.cells import NULL, parse_cells
from grilse.exchange.columns import PackageColumn


def build_column(kind):
    return PackageColumn("c", kind=kind)


@given(st.lists(st.dates(date(1970, 1, 1), date(2100, 1, 1))))
def test_a_date_is_its_days_since_1970(days):
    values, wrong = parse_cells(build_column("date"), [day.isoformat() for day in days])

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
    values, wrong = parse_cells(build_column("time"), [moment.isoformat() for moment in moments])

    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert values.tolist() == [(moment - epoch) // timedelta(microseconds=1) for moment in moments]
    assert not wrong


@pytest.mark.parametrize("cell", ["2024-05-31T12:00:00Z", "2024-05-31 12:00:00+00", "2024-05-31T14:00+02:00"])
def test_times_are_read_as_programs_write_them(cell):
    values, _ = parse_cells(build_column("time"), [cell])

    assert values[0] == np.datetime64("2024-05-31T12:00:00", "us").astype(int)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_a_number_comes_back_as_it_was(numbers):
    values, wrong = parse_cells(build_column("number"), [repr(number) for number in numbers])

    assert values.tolist() == numbers
    assert not wrong


@pytest.mark.parametrize(
    ("kind", "cell", "why"),
    [
        ("integer", "12.5", "not a whole number"),
        ("integer", "1_000", "not a whole number"),
        ("integer", "9" * 30, "not a whole number"),
        ("integer", "--3", "not a whole number"),
        ("number", "1,5", "not a number"),
        ("number", "nan", "not a number"),
        ("number", "1_0", "not a number"),
        ("number", "1e999", "too large"),
        ("number", "٣", "not a number"),
        ("date", "31.05.2024", "not a date like 2024-05-31"),
        ("date", "20240531", "not a date like 2024-05-31"),
        ("date", "2024-02-30", "no such day"),
        ("time", "2024-05-31T12:00:00", "not a UTC time like 2024-05-31T12:00:00Z"),
        ("time", "2024-05-31", "not a UTC time like 2024-05-31T12:00:00Z"),
        ("time", "2024-05-31T25:00:00Z", "not a UTC time like 2024-05-31T12:00:00Z"),
        ("text", "a\x01b", "holds a control character (code 1)"),
        ("text", "a\udcffb", "not UTF-8"),
    ],
)
def test_a_bad_cell_is_told_why_and_the_others_are_read(kind, cell, why):
    sound = {"integer": "7", "number": "7.5", "date": "2024-01-01", "time": "2024-01-01T00:00Z", "text": "a"}[kind]

    values, wrong = parse_cells(build_column(kind), [sound, cell, sound])

    assert wrong == {1: why}
    assert values[0] == values[2]


def test_a_blank_is_null_in_every_kind():
    assert parse_cells(build_column("integer"), ["", "5"])[0].tolist() == [NULL, 5]
    assert parse_cells(build_column("date"), [""])[0].tolist() == [NULL]
    assert parse_cells(build_column("time"), [""])[0].tolist() == [NULL]
    assert np.isnan(parse_cells(build_column("number"), ["", "5"])[0]).tolist() == [True, False]
    assert parse_cells(build_column("text"), [""])[0].tolist() == [""]
