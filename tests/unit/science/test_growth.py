import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science import growth

weights = st.floats(0.2, 8000)
temperatures = st.floats(0.5, 15)
coefficients = st.floats(0.5, 4)


@pytest.mark.parametrize(
    ("weight", "tgc", "degree_days", "expected"),
    [(100, 2.75, 10, 101.788), (100, 2.75, 1000, 403.84), (50, 2.5, 300, 87.18)],
)
def test_the_coefficient_gives_the_published_weights(weight, tgc, degree_days, expected):
    # The last digit of the printed value is rounded.
    assert growth.tgc_weight(weight, tgc, degree_days) == pytest.approx(expected, abs=5e-3)


@given(weights, coefficients, temperatures)
def test_thirty_steps_of_a_day_are_one_step_of_thirty(weight, tgc, temperature):
    path = growth.tgc_path(weight, tgc, np.full(30, temperature))
    assert path[-1] == pytest.approx(growth.tgc_weight(weight, tgc, 30 * temperature), rel=1e-12)


@given(weights, coefficients, st.lists(temperatures, min_size=2, max_size=60))
def test_fish_in_water_above_zero_never_shrink(weight, tgc, series):
    path = growth.tgc_path(weight, tgc, np.array(series))
    assert (np.diff(path) > 0).all()


@given(weights, coefficients, st.floats(10, 3000))
def test_the_coefficient_is_found_again_from_two_weights(weight, tgc, degree_days):
    last = growth.tgc_weight(weight, tgc, degree_days)
    assert growth.achieved_tgc(weight, last, degree_days) == pytest.approx(tgc, rel=1e-9)


def test_the_norwegian_rate_gives_the_published_gains_at_ten_degrees():
    gains = np.expm1(growth.nvi_log_rate(np.array([0.1, 0.5, 1, 2, 4]), 10.0)) * 100
    assert gains == pytest.approx([1.58, 1.04, 0.80, 0.57, 0.34], abs=5e-3)


def test_the_norwegian_rate_gives_the_published_coefficients_at_ten_degrees():
    weight = np.array([100.0, 500, 1000, 2000, 4000])
    after = weight * np.exp(growth.nvi_log_rate(weight / 1000, 10.0))
    assert growth.achieved_tgc(weight, after, 10.0) == pytest.approx([2.43, 2.73, 2.67, 2.39, 1.79], abs=5e-3)


@given(st.floats(100, 3000), st.floats(4, 14))
def test_the_extended_rate_is_the_norwegian_one_inside_its_range(weight, temperature):
    inside = growth.nvi_log_rate(weight / 1000, temperature)
    assert growth.sea_log_rate(weight, temperature) == pytest.approx(inside, rel=1e-12)


@given(st.floats(20, 9000), st.floats(-1, 25))
def test_the_extended_rate_is_never_negative(weight, temperature):
    assert growth.sea_log_rate(weight, temperature) >= 0


@given(st.floats(20, 9000), temperatures)
def test_a_smaller_fish_grows_faster_in_proportion(weight, temperature):
    smaller = growth.sea_log_rate(weight * 0.9, temperature)
    assert smaller >= growth.sea_log_rate(weight, temperature) * 0.999


@pytest.mark.parametrize("temperature", [0.0, 20.0, 23.0])
def test_nothing_grows_in_ice_or_in_heat(temperature):
    assert growth.sea_log_rate(1000.0, temperature) == 0


def test_growth_falls_with_the_cube_root_of_weight_above_three_kilograms():
    ratio = growth.sea_log_rate(6000.0, 10.0) / growth.sea_log_rate(3000.0, 10.0)
    assert ratio == pytest.approx(0.5 ** (1 / 3), rel=1e-12)


def test_drift_comes_back_to_its_mean():
    shocks = np.zeros(600)
    shocks[0] = 1.0
    path = growth.multiplier_drift(shocks, 0.01, 120.0)
    assert path[0] == pytest.approx(0.01)
    assert path[120] == pytest.approx(0.01 / np.e)
