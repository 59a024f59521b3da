"""Figures as fine as they can bear."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.growth.estimating.store import round_counts, round_spreads, round_values

VALUES = st.floats(1e-4, 1e9)


@given(VALUES)
def test_five_figures_of_a_value_and_three_of_a_deviation_stay(number):
    values = np.array([number])

    assert np.abs(round_values(values) / values - 1) <= 5.1e-5
    assert np.abs(round_spreads(values) / values - 1) <= 5.1e-3
    assert values * (1 - 1.01e-4) <= round_counts(values) <= values


@given(VALUES)
def test_what_was_rounded_stays(number):
    once = round_values(np.array([number]))

    assert round_values(once) == once
    assert round_spreads(round_spreads(once)) == round_spreads(once)


@pytest.mark.parametrize("exact", [147.3, 53.333, 2015.1, 80.0, 306_090.0, 0.0, 10_000.0])
def test_what_has_no_more_figures_is_as_it_was(exact):
    assert round_values(np.array([exact])) == exact


def test_whole_fish_are_as_many_as_they_were():
    counts = np.array([0.0, 7.0, 10_000.0, 99_999.0, 306_090.0, 3_200_000.0])

    assert (round_counts(counts) == counts).all()
    assert np.isnan(round_spreads(np.array([np.nan])))
