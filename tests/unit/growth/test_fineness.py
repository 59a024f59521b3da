"""Figures as fine as they can bear."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grilse.growth.fineness import borne, borne_below, figures

VALUES = st.floats(0.01, 1e9)


@given(VALUES, st.floats(1e-6, 0.5))
def test_a_value_is_off_by_less_than_a_hundredth_of_its_deviation(value, share):
    value, sd = np.array([value]), np.array([value * share])

    assert np.abs(borne(value, sd) - value) <= sd / 100
    assert value - sd / 60 <= borne_below(value, sd) <= value


@given(VALUES, st.floats(1e-6, 0.5))
def test_what_was_rounded_stays(value, share):
    value, sd = np.array([value]), np.array([value * share])

    assert borne(borne(value, sd), sd) == borne(value, sd)
    assert figures(figures(sd)) == figures(sd)
    assert np.abs(figures(sd) / sd - 1) <= 1 / 512


def test_an_exact_value_stays_as_it_is():
    assert borne(np.array([306_090.0]), np.zeros(1)) == 306_090
    assert borne_below(np.array([306_090.0]), np.zeros(1)) == 306_090
    assert np.isnan(figures(np.array([np.nan])))
