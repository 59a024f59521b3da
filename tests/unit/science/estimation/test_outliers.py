"""Weights far from what was expected: obeyed less, flagged, and judged by what follows."""

import numpy as np
import pytest

from grilse.science.estimation import OutlierVerdict, Provenance, default_priors, estimate_group
from grilse.science.estimation.weight_observations import WeightSource


def build_story(new_story, *weights):
    """A pen that was well known at 500 g, and what was weighed there later as (day, g)."""
    story = new_story()
    story.warmth = 0.0
    story.stock(story.pen(), 1000, 500.0)
    story.weigh(0, 3, 500.0, 500)
    for day, weight in weights:
        story.weigh(0, day, weight, 500)
    return estimate_group(story.group())


def test_a_record_far_out_pulls_less_than_a_near_one_for_each_gram_it_is_off(new_story):
    moved = {
        weight: build_story(new_story, (10, weight)).placements.mean_weight[10] - 500.0
        for weight in (520.0, 540.0, 6000.0)
    }
    assert moved[540.0] > moved[520.0] > 0.0
    assert moved[6000.0] / 5500.0 < 0.5 * moved[540.0] / 40.0


def test_a_record_at_ten_times_the_weight_does_not_make_fish_ten_times_as_heavy(new_story):
    states = build_story(new_story, (10, 5000.0)).placements
    assert states.mean_weight[10] < 1000.0
    # And the estimate says that it no longer knows.
    assert states.mean_weight_sd[10] > 3 * states.mean_weight_sd[9]


def test_a_flag_says_what_was_measured_and_what_was_expected(new_story):
    result = build_story(new_story, (10, 800.0))
    flagged = result.flagged_weights
    assert flagged.placement.tolist() == [0]
    assert flagged.day.tolist() == [10]
    assert flagged.record.tolist() == [WeightSource.SAMPLE]
    assert flagged.position.tolist() == [1]
    assert flagged.measured == pytest.approx([800.0])
    assert flagged.expected == pytest.approx([500.0], rel=0.01)
    assert (flagged.sigmas > default_priors().shift_sigma).all()
    flags = (result.placements.provenance & int(Provenance.OUTLIER)) > 0
    assert np.flatnonzero(flags).tolist() == [10]


def test_a_record_that_was_to_be_expected_is_not_flagged(new_story):
    result = build_story(new_story, (10, 510.0), (17, 495.0))
    assert result.flagged_weights.placement.size == 0
    assert result.innovations.day.tolist() == [3, 10, 17]
    assert (np.abs(result.innovations.sigmas) < 2.0).all()


def test_the_last_record_of_a_pen_leaves_its_verdict_open(new_story):
    assert build_story(new_story, (10, 800.0)).flagged_weights.verdict.tolist() == [OutlierVerdict.OPEN]


@pytest.mark.parametrize("weight", [300.0, 800.0, 5000.0])
def test_a_record_that_the_next_ones_contradict_is_bad(new_story, weight):
    result = build_story(new_story, (10, weight), (17, 505.0), (24, 500.0))
    assert result.flagged_weights.verdict[result.flagged_weights.day == 10].tolist() == [OutlierVerdict.BAD_RECORD]
    # The line comes back.
    assert result.placements.mean_weight[24] == pytest.approx(500.0, rel=0.05)


@pytest.mark.parametrize("weight", [330.0, 800.0])
def test_a_record_that_the_next_ones_confirm_is_a_shift_of_level(new_story, weight):
    result = build_story(new_story, (10, weight), (17, weight), (24, weight))
    assert result.flagged_weights.verdict[result.flagged_weights.day == 10].tolist() == [OutlierVerdict.LEVEL_SHIFT]
    assert result.placements.mean_weight[24] == pytest.approx(weight, rel=0.05)
    # In hindsight the level was the old one until shortly before and the new one from that day on.
    assert result.placements.smoothed_weight[10] == pytest.approx(weight, rel=0.05)
    assert result.placements.smoothed_weight[3] == pytest.approx(500.0, rel=0.05)


def test_a_lasting_change_of_growth_is_followed(story):
    story.stock(story.pen(), 1000, 500.0)
    for day in range(10, 100, 7):
        story.weigh(0, day, 500.0)
    states = estimate_group(story.group()).placements
    assert abs(states.mean_weight[-1] / 500.0 - 1.0) < 0.1
    assert states.multiplier[-1] < 0.5
