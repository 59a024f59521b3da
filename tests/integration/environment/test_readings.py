"""Readings sent by interfaces: each is stored once, the later value replaces, a day is summarised when it is over."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.edited_farm import at, on

from grilse.environment.actions import Readings, record_readings, withdraw_container_readings
from grilse.environment.models import DailyEnvironment, Reading, ReadingChange
from grilse.errors import GrilseError
from grilse.stock import hooks


@pytest.fixture
def announced_changes(monkeypatch):
    """What is announced, beside the estimates that answer it."""
    announcements = []
    monkeypatch.setattr(hooks, "change_handlers", [announcements.append])
    return announcements


def build_readings(farm, times, celsius, where="P1", **others):
    columns = {"temperature_c": celsius, **others}
    return Readings(
        container=np.full(len(times), farm.containers[where]),
        at=np.array([time.replace(tzinfo=None) for time in times], "datetime64[us]"),
        measured={name: np.array(values, float) for name, values in columns.items()},
    )


def find_summary(farm, day, where="P1"):
    return DailyEnvironment.objects.filter(container=farm.containers[where], date=day).first()


def test_a_day_is_summarised_and_its_placements_are_announced(farm, acting, announced_changes):
    assert record_readings(build_readings(farm, [at(33, 6), at(33, 18)], [8.0, 9.0])) == 2

    day = find_summary(farm, on(33))
    assert (day.temperature_mean, day.temperature_min, day.temperature_max, day.temperature_n) == (8.5, 8, 9, 2)
    assert announced_changes == [{farm.placements["A/P1"]: on(33)}]


def test_the_same_reading_twice_is_one_reading(farm, acting, announced_changes):
    record_readings(build_readings(farm, [at(33, 6)], [8.1]))

    assert record_readings(build_readings(farm, [at(33, 6)], [8.1])) == 0
    assert record_readings(build_readings(farm, [at(33, 6)] * 2, [8.1, 8.1])) == 0
    assert len(announced_changes) == 1
    assert Reading.objects.filter(container=farm.containers["P1"], at=at(33, 6)).count() == 1


def test_a_later_value_replaces_and_missing_values_stay(farm, acting, announced_changes):
    record_readings(build_readings(farm, [at(33, 6)], [8.1], oxygen_pct=[91.0]))
    record_readings(build_readings(farm, [at(33, 6)], [8.4]))

    row = Reading.objects.get(container=farm.containers["P1"], at=at(33, 6))
    assert (round(row.temperature_c, 3), row.oxygen_pct) == (8.4, 91)


def test_the_later_of_two_values_in_one_request_is_stored(farm, acting, announced_changes):
    record_readings(build_readings(farm, [at(33, 6)] * 3, [8.1, 8.6, np.nan]))

    assert round(find_summary(farm, on(33)).temperature_mean, 3) == 8.6


def test_many_readings_are_one_announcement(farm, acting, announced_changes):
    times = [at(day, hour) for day in range(30, 40) for hour in (1, 13)]
    several = build_readings(farm, times, [8.0] * len(times))

    record_readings(several)

    assert announced_changes == [{farm.placements["A/P1"]: on(30)}]


def test_oxygen_moves_no_estimate(farm, acting, announced_changes):
    record_readings(build_readings(farm, [at(34, 6)], [np.nan], oxygen_pct=[88.0]))

    assert find_summary(farm, on(34)).oxygen_mean == 88
    assert not announced_changes


def test_today_waits_until_it_is_over(farm, acting, announced_changes, monkeypatch):
    now = datetime.now(UTC)
    record_readings(build_readings(farm, [now], [7.5]))
    assert find_summary(farm, now.date()) is None
    assert not announced_changes

    from grilse.environment import daily_summaries

    monkeypatch.setattr(daily_summaries, "get_now", lambda: now + timedelta(days=1))
    record_readings(build_readings(farm, [now + timedelta(days=1)], [7.7]))
    assert find_summary(farm, now.date()).temperature_mean == 7.5
    assert announced_changes == [{farm.placements["A/P1"]: now.date()}]


def test_a_reading_that_was_never_made_is_withdrawn_and_its_day_with_it(farm, acting, announced_changes):
    record_readings(build_readings(farm, [at(33, 6)], [8.1]))

    times = np.array([at(33, 6).replace(tzinfo=None)], "datetime64[us]")
    assert withdraw_container_readings(farm.containers["P1"], times, "of another pen") == 1
    assert withdraw_container_readings(farm.containers["P1"], times, "of another pen") == 0
    assert find_summary(farm, on(33)) is None
    assert len(announced_changes) == 2


def test_a_withdrawal_says_why(farm, acting):
    with pytest.raises(GrilseError, match="say why"):
        withdraw_container_readings(
            farm.containers["P1"], np.array([at(34).replace(tzinfo=None)], "datetime64[us]"), " "
        )


def list_changes():
    return [
        (round(row.temperature_c, 3), row.oxygen_pct, row.withdrawn, row.user_id, row.reason)
        for row in ReadingChange.objects.order_by("pk")
    ]


def test_the_previous_value_is_stored_with_user_and_reason(farm, acting, announced_changes):
    record_readings(build_readings(farm, [at(33, 6)], [8.1], oxygen_pct=[91.0]))
    assert list_changes() == []

    record_readings(build_readings(farm, [at(33, 6)], [8.4]))
    times = np.array([at(33, 6).replace(tzinfo=None)], "datetime64[us]")
    withdraw_container_readings(farm.containers["P1"], times, "probe out of the water")

    assert list_changes() == [(8.1, 91, False, farm.user, ""), (8.4, 91, True, farm.user, "probe out of the water")]


def test_change_history_cannot_be_changed(farm, acting, announced_changes):
    record_readings(build_readings(farm, [at(33, 6), at(33, 6)], [8.1, 8.1]))
    record_readings(build_readings(farm, [at(33, 6)], [8.4]))

    assert ReadingChange.objects.update(reason="another") == 0
    assert ReadingChange.objects.all().delete()[0] == 0
    assert len(list_changes()) == 1


def test_where_nothing_was_measured_there_is_no_reading(farm, acting):
    assert record_readings(build_readings(farm, [at(33, 6)], [np.nan])) == 0
    assert not Reading.objects.filter(container=farm.containers["P1"], at=at(33, 6)).exists()


REFUSED = {
    "temperature_c of 41: it has to be from -3 to 40": ([at(33)], [41.0]),
    "later than tomorrow": ([datetime.now(UTC) + timedelta(days=2)], [8.0]),
    "1969-12-31 is before 1970: check the year": ([datetime(1969, 12, 31, tzinfo=UTC)], [8.0]),
    "of different lengths": ([at(33)], [8.0, 9.0]),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_reading_that_cannot_be_is_refused(farm, acting, why):
    with pytest.raises(GrilseError, match=why):
        record_readings(build_readings(farm, *REFUSED[why]))


def test_a_container_or_parameter_that_is_not_known_is_refused(farm, acting):
    with pytest.raises(GrilseError, match="there is no container 999999"):
        record_readings(
            Readings(container=np.array([999_999]), at=np.array([on(3)], "datetime64[us]"), measured={"ph": [7]})
        )
    with pytest.raises(GrilseError, match="a reading is of one or more of temperature_c, oxygen_pct"):
        record_readings(build_readings(farm, [at(33)], [8.0], mood=[3]))
