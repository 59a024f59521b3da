"""What samples, stockings and temperatures do to an estimate."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grilse.science.estimation import (
    Provenance,
    default_priors,
    estimate,
    filled_temperatures,
    placement_rows,
)


def has(states, flag):
    return (states.provenance & flag) > 0


def test_more_fish_weighed_leave_less_uncertainty(tell):
    spread = []
    for fish in (10, 30, 100, 1000):
        told = tell()
        told.stock(told.pen(), 1000)
        told.weigh(0, 20, 1000.0, fish)
        spread.append(estimate(told.group()).placements.mean_weight_sd[20])
    assert spread == sorted(spread, reverse=True)
    assert spread[0] > spread[-1] * 1.5
    # The catch bias is left however many are weighed.
    assert spread[-1] > 1000.0 * default_priors().catch_bias_sd


def test_a_stocking_without_weight_is_assumed_until_fish_are_weighed(story):
    story.stock(story.pen(), 1000)
    story.weigh(0, 30, 1000.0)
    states = estimate(story.group()).placements
    assumed = has(states, Provenance.WEIGHT_ASSUMED)
    assert assumed[:30].all()
    assert not assumed[30:].any()
    assert states.mean_weight_sd[29] > 0.5 * states.mean_weight[29]
    assert abs(states.mean_weight[30] / 1000.0 - 1.0) < 0.05


def test_a_sample_changes_no_earlier_day(tell):
    results = []
    for weights in ((700.0,), (700.0, 1500.0)):
        told = tell()
        told.stock(told.pen(), 1000, 500.0)
        for n, weight in enumerate(weights):
            told.weigh(0, 20 + 30 * n, weight)
        results.append(estimate(told.group()).placements)
    assert (results[0].mean_weight[:50] == results[1].mean_weight[:50]).all()
    assert results[0].mean_weight[50] != results[1].mean_weight[50]


def test_a_record_far_out_is_flagged_and_pulls_less_than_a_near_one(tell):
    moved = []
    for weight in (600.0, 700.0, 6000.0):
        told = tell()
        told.stock(told.pen(), 1000, 500.0)
        told.weigh(0, 5, weight)
        states = estimate(told.group()).placements
        moved.append(states.mean_weight[5])
        assert has(states, Provenance.OUTLIER)[5] == (weight == 6000.0)
    expected = estimate_without_sample(tell)
    assert moved[1] > moved[0] > expected
    assert abs(moved[2] / expected - 1.0) < abs(moved[1] / expected - 1.0)


def estimate_without_sample(tell):
    told = tell()
    told.stock(told.pen(), 1000, 500.0)
    return estimate(told.group()).placements.mean_weight[5]


def test_a_lasting_change_of_level_is_followed(story):
    story.stock(story.pen(), 1000, 500.0)
    for day in range(10, 100, 7):
        story.weigh(0, day, 500.0)
    states = estimate(story.group()).placements
    assert abs(states.mean_weight[-1] / 500.0 - 1.0) < 0.1
    assert states.multiplier[-1] < 0.5


def test_the_largest_fish_say_less_than_random_ones(tell):
    told, selected = tell(), tell()
    for one, selection in ((told, 0), (selected, 1)):
        one.stock(one.pen(), 1000)
        one.weigh(0, 20, 1200.0, 60, np.nan, selection)
    random, largest = estimate(told.group()).placements, estimate(selected.group()).placements
    assert largest.mean_weight[20] < random.mean_weight[20]
    assert (
        largest.mean_weight_sd[20] / largest.mean_weight[20]
        > random.mean_weight_sd[20] / random.mean_weight[20]
    )
    assert has(largest, Provenance.SAMPLE_SELECTED)[20]


def test_what_one_pen_shows_moves_its_neighbours_less(tell):
    told = tell()
    for _ in range(2):
        told.stock(told.pen(), 1000, 500.0)
    untouched = estimate(told.group()).placements.mean_weight.reshape(2, -1)[:, 40]
    told.weigh(0, 40, 900.0, 500)
    touched = estimate(told.group()).placements.mean_weight.reshape(2, -1)[:, 40]
    gain = touched / untouched - 1.0
    assert gain[0] > gain[1] > 0.0


def test_eggs_stay_eggs_and_become_fry_of_a_fifth_of_a_gram(story):
    story.warmth = 12.0
    story.stock(story.pen(stop=90, stage=1), 300_000, 0.1)
    states = estimate(story.group()).placements
    assert (states.mean_weight[:20] <= 0.1 + 1e-12).all()
    assert abs(states.mean_weight[-1] - 0.2) < 1e-9
    assert has(states, Provenance.BEFORE_FEEDING).all()


def test_feed_over_gain_is_the_trailing_ratio(story):
    pen = story.pen()
    story.stock(pen, 1000, 1000.0)
    for day in range(1, 101):
        story.fed[pen, day] = 10.0
    states = estimate(story.group()).placements
    gained = np.diff(states.mean_weight[[72, 100]])[0]
    assert abs(states.fcr[100] - 28 * 10.0 / gained) < 1e-6
    assert np.isnan(states.fcr[0])


def test_days_between_two_measured_days_lie_on_a_line():
    rows = placement_rows(np.array([0]), np.array([9]), 100)
    measured = np.full(9, np.nan)
    measured[[2, 6]] = 8.0, 12.0
    filled, flags = filled_temperatures(
        rows, measured, np.array([0]), np.full(9, 6.0), np.array([True]), longest_gap=45
    )
    assert filled.tolist() == [6.0, 6.0, 8.0, 9.0, 10.0, 11.0, 12.0, 6.0, 6.0]
    assert flags.tolist() == [4, 4, 0, 1, 1, 1, 0, 4, 4]


def test_a_container_without_readings_takes_those_of_its_site_then_the_nearest_then_the_usual():
    rows = placement_rows(np.array([0, 0, 0]), np.array([3, 3, 3]), 100)
    measured = np.full(9, np.nan)
    measured[[0, 1]] = 7.0, 8.0
    none = np.full(9, np.nan)
    filled, flags = filled_temperatures(
        rows, measured, np.array([0, 0, 1]), none, np.array([True, True, False]), longest_gap=45
    )
    assert filled.tolist() == [7.0, 8.0, 8.0, 7.0, 8.0, 8.0, 12.0, 12.0, 12.0]
    assert flags.tolist() == [0, 0, 8, 2, 2, 8, 8, 8, 8]


@given(
    weights=st.lists(st.floats(0.05, 9000.0), min_size=1, max_size=12),
    days=st.lists(st.integers(0, 100), min_size=12, max_size=12),
)
def test_any_weights_leave_finite_states_and_honest_spreads(tell, weights, days):
    told = tell()
    for _ in range(2):
        told.stock(told.pen(), 1000, 500.0)
    for weight, day in zip(weights, days, strict=False):
        told.weigh(day % 2, day, weight)
    states = estimate(told.group(), priors=replace(default_priors(), outlier_sigma=5.0)).placements
    assert np.isfinite(states.mean_weight).all()
    assert np.isfinite(states.mean_weight_sd).all()
    assert (states.mean_weight_sd > 0).all()
