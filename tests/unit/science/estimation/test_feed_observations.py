"""What meals say of growth."""

import numpy as np
import pytest

from grilse.science.estimation import Provenance, estimate_group
from grilse.science.parameters import load_parameters

USUAL = 10.0
"""kg a day, about what 1000 fish of 1 kg eat at 10 °C."""


def estimate_fed_pen(new_story, kilograms, days, *, weighed=True):
    story = new_story()
    story.stock(story.pen(), 1000, 1000.0)
    story.feed(0, days, kilograms)
    if weighed:
        story.weigh(0, 30, 1330.0, 500)
    return estimate_group(story.group())


def test_feed_over_gain_is_the_trailing_ratio(new_story):
    states = estimate_fed_pen(new_story, USUAL, range(1, 101), weighed=False).placements
    assert np.isnan(states.fcr[0])
    # Gain is that of the days themselves, not of what was learned between them.
    gained = np.diff(states.mean_weight)[73:100].sum()
    assert states.fcr[100] == pytest.approx(28 * USUAL / gained, rel=0.1)


def test_a_day_without_a_meal_among_fed_days_is_a_fast(new_story):
    days = [day for day in range(101) if day not in (50, 51)]
    states = estimate_fed_pen(new_story, USUAL, days, weighed=False).placements
    gained = np.diff(states.mean_weight)
    assert gained[[49, 50]].tolist() == [0.0, 0.0]
    assert gained[51] > 5.0
    fasted = np.flatnonzero(states.provenance & int(Provenance.FASTED))
    assert fasted.tolist() == [50, 51]


def test_weekly_written_meals_are_no_fasts(new_story):
    weekly = estimate_fed_pen(new_story, 7 * USUAL, range(6, 101, 7), weighed=False).placements
    never = estimate_fed_pen(new_story, 0.0, [], weighed=False).placements
    assert not (weekly.provenance & int(Provenance.FASTED)).any()
    np.testing.assert_array_equal(weekly.mean_weight, never.mean_weight)
    assert (np.diff(never.mean_weight) > 0).all()


def test_a_pen_whose_feeding_ends_is_not_starved_for_good(new_story):
    states = estimate_fed_pen(new_story, USUAL, range(40), weighed=False).placements
    gained = np.diff(states.mean_weight)
    assert gained[39] == 0.0
    assert (gained[60:] > 0).all()


@pytest.mark.parametrize(("share", "sign"), [(0.5, -1), (1.6, 1)])
def test_weeks_of_less_or_more_feed_move_the_multiplier_with_them(new_story, share, sign):
    usual, other = (
        estimate_fed_pen(new_story, kilograms, range(101)).placements for kilograms in (USUAL, share * USUAL)
    )
    moved = (other.multiplier - usual.multiplier) * sign
    # Nothing is concluded before the first week is over.
    assert (moved[:6] == 0.0).all()
    assert (moved[13:] > 0.02).all()
    assert ((other.mean_weight - usual.mean_weight) * sign)[-1] > 0.0


def test_a_week_of_feed_is_flagged_and_listed(new_story):
    result = estimate_fed_pen(new_story, USUAL, range(101))
    days = np.flatnonzero(result.placements.provenance & int(Provenance.FED))
    assert days.tolist() == list(range(6, 101, 7))
    assert result.feed_innovations.day.tolist() == days.tolist()
    assert (result.feed_innovations.placement == 0).all()


def test_feed_makes_growth_surer_between_weights(new_story):
    with_feed, without = (
        estimate_fed_pen(new_story, kilograms, days).placements for kilograms, days in ((USUAL, range(101)), (0.0, []))
    )
    assert with_feed.mean_weight_sd[-1] < 0.9 * without.mean_weight_sd[-1]
    assert with_feed.smoothed_weight_sd[60] < 0.95 * without.smoothed_weight_sd[60]


def test_a_spilled_load_says_little_of_growth(new_story):
    results = []
    for spilled in (0.0, 100.0, 1000.0):
        story = new_story()
        story.stock(story.pen(), 1000, 1000.0)
        story.feed(0, range(101), USUAL)
        story.fed[0, 52] += spilled
        results.append(estimate_group(story.group()).placements.multiplier[55])
    usual, some, much = results
    assert usual < some
    assert much - usual < 3 * (some - usual)


def test_conversion_is_learned_from_weights(new_story):
    """Fish that eat half as much again for each gram, as their weights show, are not taken to grow faster."""
    plain = new_story()
    plain.stock(plain.pen(), 1000, 1000.0)
    weight = estimate_group(plain.group()).placements.mean_weight
    gain = np.diff(weight, prepend=weight[0])
    apart = {}
    for weighed in (False, True):
        multipliers = []
        for share in (1.0, 1.5):
            story = new_story()
            story.stock(story.pen(), 1000, 1000.0)
            for day in range(1, 101):
                story.feed(0, [day], share * 1.1 * gain[day])
            for day in range(7, 100, 14) if weighed else ():
                story.weigh(0, day, float(weight[day]), 5000)
            multipliers.append(estimate_group(story.group()).placements.multiplier)
        apart[weighed] = multipliers[1] - multipliers[0]
    assert (apart[False][60:] > 0.1).all()
    assert apart[True][60:].mean() < 0.75 * apart[False][60:].mean()


@pytest.mark.parametrize(("stage", "weight"), [(2, 0.2), (3, 6.0), (6, 100.0)])
def test_fish_that_eat_what_their_growth_takes_grow_as_expected(new_story, stage, weight):
    plain, story = new_story(), new_story()
    for pen_story in (plain, story):
        pen_story.warmth = 12.0
        pen_story.stock(pen_story.pen(stage=stage), 100_000, weight)
    grown = estimate_group(plain.group()).placements.mean_weight
    values = load_parameters("estimator")
    ratio = np.interp(np.cbrt(grown), np.cbrt(values["conversion_weight"]), values["conversion"])
    for day, kilograms in enumerate(np.diff(grown, prepend=grown[0]) * 100 * ratio):
        story.feed(0, [day], float(kilograms))
    states = estimate_group(story.group()).placements
    np.testing.assert_allclose(states.multiplier, 1.0, atol=0.005)
    np.testing.assert_allclose(states.mean_weight, grown, rtol=0.005)
