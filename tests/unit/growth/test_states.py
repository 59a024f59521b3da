"""States on a calendar, and their weeks."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.growth.states import PartWeek, add_mortality_rate, aggregate_weeks, build_daily_series
from grilse.science.estimation import Provenance

NAMES = ("count", "deaths", "temperature_c", "provenance")
MONDAY = date(2024, 1, 1)
CARRIED = int(Provenance.CARRIED_FORWARD)


def build_series(rows, first=MONDAY):
    days, *values = zip(*rows, strict=True)
    since = (first - date(1970, 1, 1)).days
    return build_daily_series([since + day for day in days], dict(zip(NAMES, values, strict=True)))


def test_nothing_lies_on_no_calendar():
    assert build_daily_series([], dict.fromkeys(NAMES)) is None


def test_a_missing_day_is_nan_in_every_column():
    states = build_series([(0, 10, 1, 8.0, 0), (2, 9, 0, 9.0, 1)])
    assert len(states) == 3
    assert states.last_date == date(2024, 1, 3)
    assert all(np.isnan(column[1]) for column in states.columns.values())


def test_a_null_is_nan():
    assert np.isnan(build_series([(0, 10, 1, None, 0)]).columns["temperature_c"][0])


def test_a_week_sums_deaths_averages_temperature_joins_flags_and_keeps_the_last_count():
    weeks = aggregate_weeks(build_series([(day, 100 - day, 2, float(day), 1 << (day % 2)) for day in range(9)]))
    assert weeks.first == date(2024, 1, 7)
    assert weeks.step == 7
    assert weeks.columns["deaths"].tolist() == [14, 4]
    assert weeks.columns["temperature_c"].tolist() == [3, 7.5]
    assert weeks.columns["count"].tolist() == [94, 92]
    assert weeks.columns["provenance"].tolist() == [3, 3]


@given(st.integers(0, 6), st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_weeks_keep_every_death_and_end_on_sunday(offset, deaths):
    rows = [(day, 1000, dead, 8.0, 0) for day, dead in enumerate(deaths)]
    weeks = aggregate_weeks(build_series(rows, MONDAY + timedelta(days=offset)))
    assert weeks.columns["deaths"].sum() == sum(deaths)
    assert weeks.first.weekday() == 6


def test_mortality_is_deaths_over_the_mean_number_at_risk():
    states = add_mortality_rate(build_series([(day, 1000, 10, 8.0, 0) for day in range(10)]))
    assert states.columns["mortality_pct_week"][-1] == pytest.approx(100 * 70 / 1035)


def test_the_rate_of_a_week_is_the_same_by_days_and_by_weeks():
    days = build_series([(day, 1000, 3, 8.0, 0) for day in range(14)])
    by_day = add_mortality_rate(days).columns["mortality_pct_week"]
    by_week = aggregate_weeks(add_mortality_rate(days)).columns["mortality_pct_week"]
    assert by_week.tolist() == pytest.approx([by_day[6], by_day[13]])


def test_a_week_without_states_has_no_rate():
    rate = add_mortality_rate(build_series([(0, 10, 1, 8.0, 0), (20, 9, 0, 9.0, 1)])).columns["mortality_pct_week"]
    assert np.isnan(rate[1:20]).all()


def test_a_week_that_is_not_over_has_the_values_of_its_last_day_and_the_mortality_of_seven():
    states = add_mortality_rate(build_series([(day, 1000 - day, 10, 8.0, 0) for day in range(10)]))
    weeks = aggregate_weeks(states)
    assert weeks.part_weeks == (PartWeek(sunday=date(2024, 1, 14), last=date(2024, 1, 10), days=3),)
    assert weeks.offsets.tolist() == [0, 3]
    assert weeks.columns["count"].tolist() == [994, 991]
    assert weeks.columns["mortality_pct_week"][-1] == states.columns["mortality_pct_week"][-1]


def test_a_week_that_begins_late_is_a_part_week_up_to_its_sunday():
    [week] = aggregate_weeks(build_series([(day, 10, 0, 8.0, 0) for day in range(11)], date(2024, 1, 4))).part_weeks
    assert week == PartWeek(sunday=date(2024, 1, 7), last=date(2024, 1, 7), days=4)


def test_a_week_has_the_values_of_its_last_day_with_records_and_all_deaths():
    flags = [0, 0, 0, CARRIED, CARRIED, CARRIED, CARRIED, CARRIED]
    weeks = aggregate_weeks(build_series([(day, 100 - day, 2, float(day), flag) for day, flag in enumerate(flags)]))
    assert weeks.columns["count"].tolist() == [98, 93]
    assert weeks.columns["deaths"].tolist() == [14, 2]
    assert weeks.is_carried.tolist() == [False, True]
    assert weeks.part_weeks[0] == PartWeek(sunday=date(2024, 1, 7), last=date(2024, 1, 3), days=3)
    assert weeks.last_recorded == 0


def test_without_records_nobody_counted_the_dead():
    states = add_mortality_rate(build_series([(day, 1000, 3, 8.0, CARRIED * (day > 4)) for day in range(9)]))
    assert np.isnan(states.columns["mortality_pct_week"]).tolist() == [False] * 5 + [True] * 4
    assert states.last_recorded == 4
