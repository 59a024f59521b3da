"""When less feed than expected is an alarm, and what it answers."""

import numpy as np

from grilse.science.estimation.feed_alarms import detect_alarms, find_loss_spells, is_undisturbed, match_alarms

PEN = np.zeros(6, dtype=np.int64)
WEEKS = np.arange(6) * 7


def test_weeks_that_keep_falling_short_are_an_alarm_and_one_is_not():
    pens, days = detect_alarms(PEN, WEEKS, np.array([0.0, -0.1, -0.12, -0.1, 0.0, 0.0]))
    assert (pens.tolist(), days.tolist()) == ([0], [21])

    assert not detect_alarms(PEN, WEEKS, np.array([0.0, -0.1, 0.05, 0.03, -0.1, 0.05]))[1].size


def test_pens_are_summed_apart():
    pens, days = detect_alarms(np.arange(6) % 2, WEEKS, np.full(6, -0.12))

    assert not detect_alarms(np.arange(6), WEEKS, np.full(6, -0.12))[1].size
    assert days.size
    assert set(pens.tolist()) == {0, 1}


def test_a_loss_is_deep_and_lasts(story):
    story.through = 99
    story.pen()
    story.pen()
    rows = story.group().rows
    lost = np.zeros(rows.day.size)
    lost[90:110] = 0.2  # ten days in each of two pens: no loss lasts from one into the other
    lost[120:140] = 0.2
    lost[150:190] = 0.05

    assert find_loss_spells(rows, lost).tolist() == [[120, 139]]


def test_an_alarm_answers_its_own_pen_from_the_onset_on(story):
    story.through = 299
    story.pen()
    story.pen()
    rows = story.group().rows
    spells = np.array([[100, 120], [400, 420]])
    alarms = match_alarms(rows, spells, np.array([0, 0, 0, 1]), np.array([90, 114, 270, 250]))

    assert alarms.delay[0] == 14.0
    assert np.isnan(alarms.delay[1])
    assert (alarms.false_alarms, alarms.watched_days) == (3, 600)


def test_weeks_with_a_fast_or_new_fish_are_no_sign(story):
    story.through = 99
    pen = story.pen()
    story.fed = {(pen, day): 10.0 for day in range(100) if day != 50}
    days = np.array([13, 20, 27, 48, 55, 62, 69])

    assert is_undisturbed(story.group(), np.zeros(7, dtype=np.int64), days).tolist() == [
        False,
        False,
        True,
        True,
        False,
        False,
        True,
    ]
