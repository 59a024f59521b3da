"""Minutes of business: over at a moment that as many lie before, whatever the clocks of the zone do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grilse.errors import GrilseError
from grilse.helpdesk.business_hours import (
    MINUTE,
    Calendar,
    compute_due_time,
    count_minutes,
    format_period,
    split_periods,
)

ZONES = tuple(ZoneInfo(name) for name in ("Europe/London", "Atlantic/Faroe", "UTC"))
# Clocks that change at midnight, back to midnight, and by half an hour.
ODD_ZONES = tuple(
    ZoneInfo(name) for name in ("Africa/Cairo", "America/Havana", "Atlantic/Azores", "Australia/Lord_Howe")
)
DAY, NIGHT = (time(8), time(16)), (time(0, 30), time(1, 45))
WEEK = ((DAY,),) * 5 + ((), ())
# The clocks of both zones change on 29 March and 25 October of 2026, at 01:00 UTC.
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)

times = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
periods = st.tuples(st.integers(0, 6), times, times).filter(lambda period: period[1].hour != period[2].hour)
weeks = st.lists(periods, min_size=1, max_size=12).map(split_periods)
CHANGES = (SPRING, AUTUMN, *map(date.fromisoformat, ("2026-03-08", "2026-04-24", "2026-10-04", "2026-10-30")))
near_a_change = st.sampled_from(CHANGES).flatmap(
    lambda day: st.integers(-3 * 24 * 60, 3 * 24 * 60).map(
        lambda minute: datetime.combine(day, time(1), UTC) + minute * MINUTE
    )
)
calendars = st.builds(
    Calendar,
    zone=st.sampled_from((*ZONES, *ODD_ZONES)),
    hours=st.just(()) | st.just(WEEK) | weeks,
    holidays=st.frozensets(st.dates(date(2026, 3, 26), date(2026, 4, 5)), max_size=4),
)


@settings(max_examples=50)
@given(near_a_change, st.integers(0, 2_000), calendars)
def test_as_many_minutes_lie_before_the_moment_at_which_they_are_over(start, minutes, calendar):
    assert count_minutes(start, compute_due_time(start, minutes, calendar), calendar) == minutes


@settings(max_examples=50)
@given(near_a_change, near_a_change, calendars)
def test_what_lies_between_is_over_at_the_end_or_at_the_last_work_before_it(one, other, calendar):
    start, end = sorted((one, other))
    over = compute_due_time(start, count_minutes(start, end, calendar), calendar)
    assert over <= end
    assert count_minutes(over, end, calendar) == 0


@settings(max_examples=50)
@given(near_a_change, st.integers(1, 1_000), st.integers(1, 1_000), calendars)
def test_a_wait_in_two_parts_is_as_long_as_in_one(start, first, second, calendar):
    halfway = compute_due_time(start, first, calendar)
    assert compute_due_time(halfway, second, calendar) == compute_due_time(start, first + second, calendar)


@settings(max_examples=50)
@given(near_a_change, st.integers(0, 10_000), st.sampled_from(ZONES))
def test_a_company_without_hours_works_around_the_clock(start, minutes, zone):
    assert compute_due_time(start, minutes, Calendar(zone=zone)) == start + minutes * MINUTE


@settings(max_examples=50)
@given(near_a_change, near_a_change, calendars)
def test_no_minute_is_counted_that_a_plain_walk_over_the_clock_does_not_find(one, other, calendar):
    start, end = sorted((one, other))
    end = min(end, start + timedelta(days=1))
    working = walk_over_the_clock(calendar, start)
    walked = sum(start + minute * MINUTE in working for minute in range(int((end - start) / MINUTE)))
    assert count_minutes(start, end, calendar) == walked


@settings(max_examples=30)
@given(near_a_change, st.integers(1, 900), calendars)
def test_a_wait_is_over_after_as_many_minutes_of_a_plain_walk(start, minutes, calendar):
    working = sorted(moment for moment in walk_over_the_clock(calendar, start) if moment >= start)
    assume(len(working) >= minutes)
    assert compute_due_time(start, minutes, calendar) == working[minutes - 1] + MINUTE


def walk_over_the_clock(calendar, start):
    """Return the working minutes of the days around a time and after it.

    A period begins when the clock of its day first shows its start or later, and ends when it first shows its end or
    later, or another day.
    """
    working = set()
    first = start - timedelta(days=1, minutes=start.hour * 60 + start.minute)
    moments = [first + minute * MINUTE for minute in range(4 * 24 * 60)]
    clock = [moment.astimezone(calendar.zone).replace(tzinfo=None) for moment in moments]
    for day in {shown.date() for shown in clock} - calendar.holidays:
        here = [place for place, shown in enumerate(clock) if shown.date() == day]
        for opens, closes in calendar.hours[day.weekday()] if calendar.hours else [(time.min, time.min)]:
            begins = next((place for place in here if clock[place].time() >= opens), len(clock))
            ends = next((place for place in here if closes > time.min and clock[place].time() >= closes), here[-1] + 1)
            working.update(moments[begins:ends])
    return working


@pytest.mark.parametrize("zone", ZONES[:2])
@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_the_day_of_a_change_is_an_hour_shorter_or_longer(zone, day, hours):
    begins = datetime.combine(day, time.min, zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, zone)
    assert count_minutes(begins, ends, Calendar(zone=zone)) == hours * 60


@pytest.mark.parametrize("zone", ZONES[:2])
def test_hours_are_those_of_the_wall_before_and_after_a_change(zone):
    friday = datetime(2026, 3, 27, 15, 30, tzinfo=zone)
    calendar = Calendar(zone=zone, hours=WEEK)
    assert compute_due_time(friday, 60, calendar) == datetime(2026, 3, 30, 8, 30, tzinfo=zone)
    assert compute_due_time(friday, 60, calendar) - friday.astimezone(UTC) == timedelta(days=2, hours=16)


def test_a_night_of_a_change_counts_what_the_clock_shows():
    calendar = Calendar(zone=ZONES[0], hours=((NIGHT,),) * 7)
    worked = {
        day: count_minutes(*(datetime.combine(day, time(hour), UTC) for hour in (0, 12)), calendar)
        for day in (date(2026, 1, 10), SPRING)
    }
    assert worked == {date(2026, 1, 10): 75, SPRING: 30}


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [(time(0, 30), time(1, 30), 30), (time(1, 30), time(3), 60), (time(1, 15), time(1, 45), 0)],
)
def test_a_time_that_the_clock_skips_is_the_moment_at_which_it_does(opens, closes, minutes):
    calendar = Calendar(zone=ZONES[0], hours=(((opens, closes),),) * 7)
    midnight = datetime.combine(SPRING, time.min, UTC)
    assert count_minutes(midnight, midnight + timedelta(hours=20), calendar) == minutes


def test_a_holiday_is_passed_over():
    calendar = Calendar(zone=ZONES[2], hours=WEEK, holidays=frozenset({date(2026, 5, 1)}))
    thursday = datetime(2026, 4, 30, 15, tzinfo=UTC)
    assert compute_due_time(thursday, 90, calendar) == datetime(2026, 5, 4, 8, 30, tzinfo=UTC)


def test_what_is_over_when_work_ends_is_over_then_and_not_on_the_next_day():
    calendar = Calendar(zone=ZONES[2], hours=WEEK)
    assert compute_due_time(datetime(2026, 5, 4, 15, tzinfo=UTC), 60, calendar) == datetime(2026, 5, 4, 16, tzinfo=UTC)


def test_a_wait_that_never_ends_is_refused():
    calendar = Calendar(zone=ZONES[2], hours=split_periods([(0, time(8), time(8, 1))]))
    with pytest.raises(GrilseError, match="100,000 business minutes take more than ten years"):
        compute_due_time(datetime(2026, 5, 4, tzinfo=UTC), 100_000, calendar)


class WinterTimeCalendar(Calendar):
    """A calendar with a planted fault: it keeps the offset of January all the year."""

    def _convert_to_utc(self, day, at):
        offset = datetime(2026, 1, 1, tzinfo=self.zone).utcoffset()
        return datetime.combine(day, at, UTC) - offset


def test_a_calendar_that_does_not_know_summer_time_is_found_out():
    planted = WinterTimeCalendar(zone=ZONES[0], hours=WEEK)
    assert compute_due_time(datetime(2026, 7, 1, 7, tzinfo=UTC), 60, planted) != datetime(2026, 7, 1, 8, tzinfo=UTC)
    moments = [datetime(2026, 3, 28, 12, tzinfo=UTC) + timedelta(hours=hours) for hours in range(24)]
    counted = [count_minutes(moment, moment + timedelta(days=1), planted) for moment in moments]
    working = walk_over_the_clock(planted, moments[0])
    walked = [sum(moment + minute * MINUTE in working for minute in range(24 * 60)) for moment in moments]
    assert counted != walked


def test_nobody_works_during_lunch_and_the_night_shift_goes_on_after_midnight():
    week = split_periods(
        [(0, time(9), time(13)), (0, time(14), time(18)), (1, time(22), time(6)), (6, time(23), time(1))]
    )
    calendar = Calendar(zone=ZONES[2], hours=week)
    monday = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert compute_due_time(monday, 120, calendar) == datetime(2026, 5, 4, 15, tzinfo=UTC)
    assert compute_due_time(monday, 300, calendar) == datetime(2026, 5, 4, 18, tzinfo=UTC)
    assert compute_due_time(monday, 301, calendar) == datetime(2026, 5, 5, 22, 1, tzinfo=UTC)
    assert compute_due_time(monday, 300 + 8 * 60, calendar) == datetime(2026, 5, 6, 6, tzinfo=UTC)
    assert count_minutes(monday, monday + timedelta(days=7), calendar) == 5 * 60 + 8 * 60 + 2 * 60 + 3 * 60


def test_a_holiday_ends_the_night_shift_at_its_midnight():
    week = split_periods([(weekday, time(22), time(6)) for weekday in range(7)])
    calendar = Calendar(zone=ZONES[2], hours=week, holidays=frozenset({date(2026, 5, 1)}))
    evening = datetime(2026, 4, 30, 22, tzinfo=UTC)
    assert count_minutes(evening, evening + timedelta(days=2), calendar) == 2 * 60 + 6 * 60


def test_a_day_until_24_is_open_until_midnight():
    calendar = Calendar(zone=ZONES[2], hours=split_periods([(2, time(0), time(0))]))
    wednesday = datetime(2026, 5, 6, tzinfo=UTC)
    assert count_minutes(wednesday - timedelta(days=1), wednesday + timedelta(days=3), calendar) == 24 * 60
    assert format_period(time(0), time(0)) == "00:00–24:00"
