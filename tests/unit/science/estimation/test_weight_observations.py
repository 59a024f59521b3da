"""What weighed fish do to an estimate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science.estimation import Provenance, WeighingMethod, default_priors, estimate_group


def has_flag(states, flag):
    return (states.provenance & flag) > 0


def test_more_fish_weighed_leave_less_uncertainty(new_story):
    spread = []
    for fish in (10, 30, 100, 1000):
        story = new_story()
        story.stock(story.pen(), 1000)
        story.weigh(0, 20, 1000.0, fish)
        spread.append(estimate_group(story.group()).placements.mean_weight_sd[20])
    assert spread == sorted(spread, reverse=True)
    assert spread[0] > spread[-1] * 1.5
    # The catch bias is left however many are weighed.
    assert spread[-1] > 1000.0 * default_priors().catch_bias_sd


def test_a_camera_says_more_than_a_net(new_story):
    spread = []
    for method in (WeighingMethod.HAND, WeighingMethod.CAMERA):
        story = new_story()
        story.stock(story.pen(), 1000)
        story.weigh(0, 20, 1000.0, 5000, method=method)
        spread.append(estimate_group(story.group()).placements.mean_weight_sd[20])
    assert spread[1] < spread[0] * 0.7


def test_a_stocking_without_weight_is_assumed_until_fish_are_weighed(story):
    story.stock(story.pen(), 1000)
    story.weigh(0, 30, 1000.0)
    states = estimate_group(story.group()).placements
    spread = states.mean_weight_sd / states.mean_weight
    assert (spread[:30] > 0.4).all()
    assert spread[30] < 0.1
    assert abs(states.mean_weight[30] / 1000.0 - 1.0) < 0.05
    assert has_flag(states, Provenance.WEIGHT_ASSUMED)[:28].all()
    assert not has_flag(states, Provenance.WEIGHT_ASSUMED)[35:].any()


def test_a_sample_moves_every_later_day_and_no_earlier_one(new_story):
    results = []
    for weight in (None, 60.0):
        story = new_story()
        story.stock(story.pen(stage=3), 1000, 25.0)
        if weight:
            story.weigh(0, 30, weight)
        results.append(estimate_group(story.group()).placements)
    without, with_it = results
    assert (with_it.mean_weight[:30] == without.mean_weight[:30]).all()
    assert (with_it.mean_weight_sd[:30] == without.mean_weight_sd[:30]).all()
    assert (with_it.mean_weight[30:] > without.mean_weight[30:] * 1.1).all()


def test_a_sample_of_60_g_where_41_6_were_expected_lifts_the_line_for_good(new_story):
    results = []
    for weighed in (False, True):
        story = new_story()
        # Fish that stood still would weigh 41.6 g on day 10; cold water lets nothing grow before or after.
        story.warmth = 0.0
        story.stock(story.pen(stage=3), 1000, 41.6)
        if weighed:
            story.weigh(0, 10, 60.0)
        results.append(estimate_group(story.group()).placements.mean_weight)
    np.testing.assert_allclose(results[0], 41.6)
    assert (results[1][10:] > 46.0).all()
    assert results[1][-1] == pytest.approx(results[1][10], rel=1e-9)


def test_hindsight_moves_with_a_late_sample_where_the_line_as_known_stands(new_story):
    results = []
    for weights in ((700.0,), (700.0, 1500.0)):
        story = new_story()
        pen, _ = story.pen(), story.pen()
        for pen_number in range(2):
            story.stock(pen_number, 1000, 500.0)
        for n, weight in enumerate(weights):
            story.weigh(pen, 20 + 30 * n, weight)
        results.append(estimate_group(story.group()).batches)
    early, late = results
    for name in ("mean_weight", "mean_weight_sd", "biomass", "biomass_sd", "count_estimate", "multiplier"):
        assert getattr(early, name)[:50].tobytes() == getattr(late, name)[:50].tobytes(), name
    assert (late.smoothed_weight[1:50] > early.smoothed_weight[1:50]).all()


def test_the_largest_fish_say_less_than_random_ones(new_story):
    story, selected = new_story(), new_story()
    for pen_story, selection in ((story, 0), (selected, 1)):
        pen_story.stock(pen_story.pen(), 1000)
        pen_story.weigh(0, 20, 1200.0, 60, np.nan, selection)
    random, largest = estimate_group(story.group()).placements, estimate_group(selected.group()).placements
    assert largest.mean_weight[20] < random.mean_weight[20]
    assert largest.mean_weight_sd[20] / largest.mean_weight[20] > random.mean_weight_sd[20] / random.mean_weight[20]
    assert has_flag(largest, Provenance.SAMPLE_SELECTED)[20]


def test_what_one_pen_shows_moves_its_neighbours_less(new_story):
    story = new_story()
    for _ in range(2):
        story.stock(story.pen(), 1000, 500.0)
    untouched = estimate_group(story.group()).placements.mean_weight.reshape(2, -1)[:, 40]
    story.weigh(0, 40, 800.0, 500)
    touched = estimate_group(story.group()).placements.mean_weight.reshape(2, -1)[:, 40]
    gain = touched / untouched - 1.0
    assert gain[0] > gain[1] > 0.0


def test_eggs_stay_eggs_and_become_fry_of_a_fifth_of_a_gram(story):
    story.warmth = 12.0
    story.stock(story.pen(stop=90, stage=1), 300_000, 0.1)
    states = estimate_group(story.group()).placements
    assert (states.mean_weight[:20] <= 0.1 + 1e-12).all()
    assert abs(states.mean_weight[-1] - 0.2) < 1e-9
    assert has_flag(states, Provenance.BEFORE_FEEDING).all()


def test_an_uncertain_temperature_leaves_an_uncertain_weight(new_story):
    spread, weight = [], []
    for doubt in (0.0, 1.0, 3.0):
        story = new_story()
        story.doubt = doubt
        story.stock(story.pen(), 1000, 500.0)
        result = estimate_group(story.group()).placements
        spread.append(result.mean_weight_sd[-1])
        weight.append(result.mean_weight[-1])
    assert weight[0] == weight[1] == weight[2]
    assert spread[0] < spread[1] < spread[2]


@given(
    weights=st.lists(st.floats(0.05, 9000.0), min_size=1, max_size=12),
    days=st.lists(st.integers(0, 100), min_size=12, max_size=12),
)
def test_any_weights_leave_finite_states_and_honest_spreads(new_story, weights, days):
    story = new_story()
    for _ in range(2):
        story.stock(story.pen(), 1000, 500.0)
    for weight, day in zip(weights, days, strict=False):
        story.weigh(day % 2, day, weight)
    states = estimate_group(story.group()).placements
    for name in ("mean_weight", "mean_weight_sd", "smoothed_weight", "smoothed_weight_sd"):
        values = getattr(states, name)
        assert np.isfinite(values).all(), name
        assert (values > 0).all(), name
