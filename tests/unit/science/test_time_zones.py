"""Days of times in time zones, whatever the clocks of the zone do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science.time_zones import compute_local_days, convert_to_utc, get_day_start

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Ahead of Greenwich and behind it, with half hours, with clocks that change at midnight, and none that change.
ZONES = (
    "Australia/Hobart", "America/Santiago", "America/Vancouver", "America/St_Johns", "Atlantic/Azores",
    "Atlantic/Faroe", "Australia/Lord_Howe", "Asia/Kolkata", "UTC",
)  # fmt: skip
times = st.integers(0, 80 * 365 * 86_400_000_000)


@given(st.lists(st.tuples(times, st.sampled_from(range(len(ZONES)))), min_size=1, max_size=40))
def test_the_day_is_that_of_the_clock_on_the_wall(rows):
    at, zone = np.array(rows, np.int64).T
    expected = [(EPOCH + MICROSECOND * t).astimezone(ZoneInfo(ZONES[z])).date() for t, z in rows]
    days = compute_local_days(at, ZONES, zone)
    assert [date(1970, 1, 1) + timedelta(days=day) for day in days.tolist()] == expected


@pytest.mark.parametrize("zone", ZONES)
def test_every_second_around_a_change_of_clocks_is_of_its_day(zone):
    hours = np.arange(2 * 365 * 24, dtype=np.int64) * 3600 + int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
    at = (hours[:, None] + np.array([-1, 0, 1])).ravel() * 1_000_000
    moments = [(EPOCH + MICROSECOND * t).astimezone(ZoneInfo(zone)).date() for t in at.tolist()]
    expected = [(day - date(1970, 1, 1)).days for day in moments]
    assert compute_local_days(at, [zone], np.zeros(len(at), np.int64)).tolist() == expected


@given(times, st.sampled_from(ZONES))
def test_a_time_on_the_wall_is_found_again(at, zone):
    here = (EPOCH + MICROSECOND * at).astimezone(ZoneInfo(zone))
    local = (here.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
    utc, exists = convert_to_utc(np.array([local]), zone)
    assert exists.all()
    assert utc[0] == (here.replace(fold=0).astimezone(UTC) - EPOCH) // MICROSECOND


def test_the_hour_that_summer_time_skips_does_not_exist():
    local = np.array(["2026-03-29T01:30"], "datetime64[us]").astype(np.int64)
    utc, exists = convert_to_utc(local, "Europe/London")
    assert not exists.any()
    assert utc[0] == local[0]


def test_missing_times_stay_far_away():
    least = np.iinfo(np.int64).min
    assert compute_local_days(np.array([least]), ["Australia/Hobart"], np.zeros(1, np.int64))[0] < -100_000_000


def test_a_day_starts_where_it_is():
    assert get_day_start(date(2024, 5, 1), "Australia/Hobart") == datetime(2024, 4, 30, 14, tzinfo=UTC)
