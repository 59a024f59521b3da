import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science import feeding

weights = st.floats(0.2, 8000)
temperatures = st.floats(3, 16)


@given(weights, temperatures, st.floats(0, 0.03))
def test_a_fish_with_full_appetite_gains_its_potential(weight, temperature, rate):
    _, gain = feeding.feed_intake_and_gain(weight, temperature, rate * weight, 1.0)
    assert gain == pytest.approx(rate * weight, rel=1e-9, abs=1e-9 * weight)


@given(weights, temperatures, st.floats(0, 0.03), st.floats(0, 1))
def test_no_fish_loses_more_than_three_thousandths_of_its_weight_a_day(weight, temperature, rate, appetite):
    eaten, gain = feeding.feed_intake_and_gain(weight, temperature, rate * weight, appetite)
    assert gain >= -0.003 * weight
    assert eaten >= 0


@pytest.mark.parametrize(("weight", "temperature"), [(1000.0, 10.0), (4000.0, 10.0), (500.0, 8.0)])
def test_a_fasting_fish_loses_a_tenth_to_two_tenths_of_a_per_cent_a_day(weight, temperature):
    eaten, gain = feeding.feed_intake_and_gain(weight, temperature, 0.01 * weight, 0.0)
    assert eaten == 0
    assert 0.0005 * weight < -gain < 0.002 * weight


@given(weights, temperatures, st.floats(0, 1))
def test_a_fish_that_eats_more_gains_no_less(weight, temperature, appetite):
    less = feeding.feed_intake_and_gain(weight, temperature, 0.01 * weight, appetite * 0.9)
    more = feeding.feed_intake_and_gain(weight, temperature, 0.01 * weight, appetite)
    assert more[0] >= less[0]
    assert more[1] >= less[1]


def test_a_kilogram_of_growth_costs_what_the_field_reports():
    for weight, rate, low, high in [(50.0, 0.018, 0.75, 0.90), (3000.0, 0.006, 1.02, 1.20)]:
        eaten, gain = feeding.feed_intake_and_gain(weight, 10.0, rate * weight, 1.0)
        assert low < eaten / gain < high


@given(st.floats(0, 1e6), st.floats(0, 0.2))
def test_what_is_delivered_less_its_waste_is_what_was_eaten(eaten, waste):
    assert feeding.delivered_feed(eaten, waste) * (1 - waste) == pytest.approx(eaten)


def test_feed_conversion_counts_the_growth_of_fish_that_died():
    conversions = feeding.biological_fcr(np.array([110.0, 10.0]), np.array([90.0, 0.0]), np.array([10.0, 0.0]))
    assert conversions[0] == pytest.approx(1.1)
    assert np.isnan(conversions[1])
