"""Each rule on planted figures: raised at its threshold, not raised just below it."""

import numpy as np
import pytest

from grilse.attention import rules


def at(*values):
    return np.array(values, dtype=np.float64)


def test_an_excess_is_raised_at_its_threshold_and_severe_at_the_second():
    judged = rules.judge_excess(at(0.99, 1.0, 2.99, 3.0, np.nan), np.full(5, 1.0), np.full(5, 3.0))

    assert judged.raised.tolist() == [False, True, True, True, False]
    assert judged.severe.tolist() == [False, False, False, True, False]
    assert judged.score[1:4].tolist() == [1.0, 2.99, 3.0]


def test_a_shortfall_is_raised_below_its_threshold_and_scored_by_how_far():
    judged = rules.judge_shortfall(at(60.0, 59.9, 30.0, 0.0, np.nan), np.full(5, 60.0), np.full(5, 45.0))

    assert judged.raised.tolist() == [False, True, True, True, False]
    assert judged.severe.tolist() == [False, False, True, True, False]
    assert judged.score[2] == 2.0
    assert np.isfinite(judged.score[3])


def test_a_course_is_raised_on_the_day_it_is_expected_to_reach_its_threshold():
    ahead = rules.project_exponential(at(90.0, 90.0, 100.0), at(0.01, 0.001, -0.01), 14)
    judged = rules.judge_course(
        at(90.0, 90.0, 100.0), np.full(3, 100.0), np.full(3, 110.0), ahead, np.full((3, 1), 100)
    )

    assert judged.raised.tolist() == [True, False, True]
    # 90 grows by a ninth at 1 % a day in 10.5 days.
    assert judged.days_ahead[0] == 11
    assert np.isnan(judged.days_ahead[1:]).all()


def test_a_threshold_that_falls_ahead_is_reached_by_a_steady_figure():
    limit_ahead = np.array([[0.5] * 6 + [0.2] * 8])
    judged = rules.judge_course(at(0.3), at(0.5), at(0.5), np.full((1, 14), 0.3), limit_ahead)

    assert judged.raised.all()
    assert judged.days_ahead.tolist() == [7.0]


def test_lice_that_double_every_two_weeks_grow_at_that_rate_and_falling_ones_do_not():
    weeks = 0.4 * 2.0 ** (np.arange(4) / 2)
    growth = rules.fit_lice_growth(np.stack([weeks - rules.LICE_FLOOR, weeks[::-1], [np.nan, np.nan, 0.1, 0.4]]))

    assert growth[0] == pytest.approx(np.log(2) / 14)
    assert growth[1:].tolist() == [0.0, 0.0]


def test_a_jump_of_few_lice_is_no_trend_of_a_doubling_every_day():
    assert rules.fit_lice_growth(at(0.0, 0.0, 0.0, 1.0)[None, :])[0] == rules.FASTEST_LICE_GROWTH


def test_growth_is_that_between_the_first_and_last_known_day():
    course = 100 * np.exp(0.02 * np.arange(15.0))
    course[[0, 3]] = np.nan

    assert rules.fit_daily_growth(np.stack([course, np.full(15, np.nan)])).tolist() == pytest.approx([0.02, 0.0])


def test_mortality_is_raised_above_its_own_band():
    judged = rules.judge_mortality(at(0.5, 0.5), at(0.4, 0.6), np.full(2, 1.0), np.full(2, 3.0))

    assert judged.raised.tolist() == [True, False]


def test_mortality_of_a_week_rolls_over_the_days():
    deaths, count = np.zeros((1, 10)), np.full((1, 10), 1000.0)
    deaths[0, 4] = 70

    rolled = rules.roll_mortality(deaths, count, 7)
    assert rolled.shape == (1, 4)
    assert rolled[0] == pytest.approx(100 * (1 - np.exp(-70 / 1005)))
    assert rules.roll_mortality(np.roll(deaths, -5), count, 7)[0, 0] == 0


def test_drift_is_raised_behind_the_plan_and_twice_as_far_ahead_and_keeps_its_sign():
    judged = rules.judge_drift(at(-25.0, -24.9, 26.0, 50.0), np.full(4, 25.0), np.full(4, 40.0))

    assert judged.raised.tolist() == [True, False, False, True]
    assert judged.figure.tolist() == [-25.0, -24.9, 26.0, 50.0]
    assert judged.threshold[[0, 3]].tolist() == [-25.0, 50.0]


def test_what_is_due_is_raised_before_its_day_and_severe_after_it():
    judged = rules.judge_lateness(at(4, 3, 0, -1), np.full(4, 3.0), np.zeros(4))

    assert judged.raised.tolist() == [False, True, True, True]
    assert judged.severe.tolist() == [False, False, False, True]
    assert (np.diff(judged.score[1:]) > 0).all()


def test_an_alarm_is_open_for_its_days():
    judged = rules.judge_recent(at(0, 14, 15, np.nan), np.full(4, 14.0))

    assert judged.raised.tolist() == [True, True, False, False]
    assert judged.score[0] > judged.score[1] == 1.0


def test_a_delay_of_any_length_is_raised_where_none_is_allowed():
    judged = rules.judge_delay(at(0.0, 0.01, 7.0), np.zeros(3), np.full(3, 7.0))

    assert judged.raised.tolist() == [False, True, True]
    assert judged.severe.tolist() == [False, False, True]
    assert judged.score[2] == 2.0


def test_a_sensor_is_silent_when_it_misses_more_than_its_usual_interval():
    daily, weekly = np.full(36, 48.0), np.where(np.arange(36) % 7 == 0, 1.0, np.nan)
    silent, never = daily.copy(), np.full(36, np.nan)
    silent[-2:] = np.nan

    judged = rules.judge_silence(np.stack([daily, weekly, silent, never]), np.full(4, 2.0), np.full(4, 7.0))
    assert judged.raised.tolist() == [False, False, True, True]
    assert judged.figure.tolist() == [0.0, 0.0, 2.0, 36.0]
    # With one reading a week, a week without one is usual.
    weekly[-7:] = np.nan
    assert not rules.judge_silence(weekly[None, :], at(2.0), at(7.0)).raised[0]


def test_the_worst_figure_of_a_group_is_the_severe_one_with_the_highest_score():
    judged = rules.judge_excess(at(1.5, 3.5, 3.2, 0.5, 2.0), np.full(5, 1.0), at(9, 9, 3, 9, 9))
    worst, cases, watched = rules.find_worst(judged, np.array([0, 0, 0, 1, 2]), 4)

    assert worst.tolist() == [2, -1, 4, -1]
    assert cases.tolist() == [3, 0, 1, 0]
    assert watched.tolist() == [3, 1, 1, 0]
