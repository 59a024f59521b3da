"""Weights and deaths that cannot be, that are unlikely, and that nobody asks about."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.stock import messages
from grilse.stock.plausibility import (
    find_expected_weights,
    find_highest_growth,
    find_unlikely_deaths,
    find_unlikely_differences,
    find_unlikely_meals,
    find_unlikely_shapes,
    find_unlikely_weights,
    judge_density,
    judge_gutted_weight,
)

NOTHING, ASKED, REFUSED = (False, False), (False, True), (True, False)


@pytest.mark.parametrize(
    ("kg", "count", "live_g", "measured", "verdict"),
    [
        (37_800, 10_000, 4500, True, NOTHING),
        (33_750, 10_000, 4500, True, NOTHING),
        (33_000, 10_000, 4500, True, ASKED),
        (44_500, 10_000, 4500, True, ASKED),
        (45_100, 10_000, 4500, True, REFUSED),
        (390_000, 10_000, 4500, True, REFUSED),
        (39, 10_000, 4500, True, REFUSED),
        # An estimate may be wrong by some 20 %.
        (45_100, 10_000, 4500, False, NOTHING),
        (60_000, 10_000, 4500, False, ASKED),
        (390_000, 10_000, 4500, False, ASKED),
        # Nobody knows what they weighed alive.
        (390_000, 10_000, np.nan, True, NOTHING),
        (0, 100, np.nan, True, REFUSED),
        (5, 0, np.nan, True, REFUSED),
        (0, 0, np.nan, True, NOTHING),
    ],
)
def test_gutted_fish_weigh_somewhat_less_than_live_ones(kg, count, live_g, measured, verdict):
    columns = (np.array([value]) for value in (kg, count, live_g, measured))
    assert tuple(bool(mask[0]) for mask in judge_gutted_weight(*columns)) == verdict
    assert tuple(map(bool, judge_gutted_weight(kg, count, live_g, measured))) == verdict


@pytest.mark.parametrize(
    ("grams", "sd", "is_unlikely"),
    [
        (1000, 0, False),
        (1340, 0, False),
        (745, 0, False),
        (1400, 0, True),
        (700, 0, True),
        (1400, 120, False),
        (1400, np.nan, True),
        (10_000, 500, True),
        (1, 0, True),
    ],
)
def test_fish_weigh_what_is_expected_of_them(grams, sd, is_unlikely):
    assert bool(find_unlikely_weights(grams, 1000, sd)) == is_unlikely


def test_a_weight_of_which_nothing_is_expected_is_accepted():
    assert not find_unlikely_weights(10, np.nan, np.nan)


def test_an_old_estimate_expects_what_fish_can_have_grown_to():
    grams, days = np.array([100.0, 900, 5000, 900, 900]), np.array([60, 60, 60, 7, 0])
    expected = find_expected_weights(grams, 500.0, days)
    assert expected[:2].tolist() == [500, 900]
    assert 1500 < expected[2] < 2200
    assert expected[3:].tolist() == pytest.approx([500, 500])
    assert np.isnan(find_expected_weights(900, np.nan, 0))


@pytest.mark.parametrize(
    ("sd_g", "k_factor", "is_unlikely"),
    [(300, 1.2, False), (700, 1.2, False), (800, 1.2, True), (np.nan, 0.3, True), (300, 12.0, True),
     (np.nan, np.nan, False), (np.inf, 1.2, False)],
)  # fmt: skip
def test_fish_of_a_pen_have_a_spread_and_a_shape(sd_g, k_factor, is_unlikely):
    assert bool(find_unlikely_shapes(1000, sd_g, k_factor)) == is_unlikely


def test_counts_differ_from_ledgers_by_some_fish():
    difference, most = np.array([49, -80, 500, 7501, -9000]), np.array([60, 100, 1000, 10_000, 10_000])
    assert find_unlikely_differences(difference, most).tolist() == [False, True, False, True, True]


def test_fish_need_water_and_eat_a_part_of_their_weight():
    impossible, unlikely = judge_density(np.array([25, 150, 151, 1000, 1001, np.nan]))
    assert impossible.tolist() == [False, False, False, False, True, False]
    assert unlikely.tolist() == [False, False, True, True, False, False]
    assert find_unlikely_meals(np.array([5000, 5001, 5]), np.array([1000, 1000, np.nan])).tolist() == [
        False,
        True,
        False,
    ]


def test_days_on_which_many_fish_die_are_found():
    dead, fish = np.array([49, 50, 101, 100, 5000]), np.array([60, 60, 1000, 1000, 5000])
    assert find_unlikely_deaths(dead, fish).tolist() == [False, True, True, False, True]


def test_fish_of_an_ounce_may_double_within_weeks_but_not_grow_tenfold():
    assert 60 < find_highest_growth(30, 14) < 90
    assert find_highest_growth(4500, 7) < 5000


@given(limit=st.floats(1e-3, 1e6), share=st.floats(1e-9, 1))
def test_a_sentence_tells_a_figure_from_the_limit_that_it_is_over(limit, share):
    value = limit * (1 + share)
    shown, allowed = (float(text.replace(",", "")) for text in messages.format_apart(value, limit))
    assert shown > allowed


@pytest.mark.parametrize(
    ("kg_m3", "limit", "shown"), [(25.04, 25.0, "25.04"), (26.0, 25.0, "26.0"), (0.144, 0.14, "0.144")]
)
def test_a_density_has_as_many_digits_as_tell_it_from_its_limit(kg_m3, limit, shown):
    text = messages.describe_density_excess("Pen 1", kg_m3, limit, date(2024, 5, 1), is_past=True)
    assert text.startswith(f"Pen 1 held {shown} kg/m³ on 2024-05-01, its limit is {limit:g}: correct the count")
    assert "move fewer fish" not in text


@given(st.sampled_from((75.0, 98.0, 100.0)), st.floats(-30, 30))
def test_a_share_that_is_not_usual_is_not_written_as_a_usual_one(limit, difference):
    share = limit + difference
    shown = float(messages.format_distinct(share, 75, 98, 100))
    assert (shown < limit, shown > limit) == (share < limit, share > limit)


def test_a_share_is_written_with_one_decimal_where_that_is_enough():
    assert messages.format_distinct(98.04, 75, 98, 100) == "98.04"
    assert messages.format_distinct(84.0, 75, 98, 100) == "84.0"
    assert messages.describe_gutted_weight("P", 20.003, 100, 200).endswith(
        "100.02 % of the 20 kg that they weighed alive"
    )
