"""Columns as short JSON."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grilse.api.packing import decimals, one, runs, significant


def test_values_keep_their_significant_digits_and_whole_ones_lose_their_point():
    assert significant(np.array([1234.5678, 0.0123456, 2281449.0, np.nan]), 4) == [
        1235,
        0.01235,
        2281000,
        None,
    ]
    assert [type(value) for value in significant(np.array([8.0]), 3)] == [int]


def test_decimals_round_and_keep_null():
    assert decimals(np.array([7.04, np.nan]), 1) == [7, None]


def test_one_value_is_rounded_alike():
    assert one(5.43219, 4) == 5.432
    assert one(None, 4) is None


@given(st.lists(st.integers(0, 3), min_size=1, max_size=50))
def test_runs_unroll_to_what_they_were_made_of(flags):
    packed = runs(np.array(flags, dtype=np.float64))
    assert [value for value, length in packed for _ in range(length)] == flags
    assert all(a[0] != b[0] for a, b in pairwise(packed))
