"""Columns as short JSON."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grilse.api.rounding import encode_runs, round_decimals, round_significant


def test_values_keep_their_significant_digits_and_whole_ones_lose_their_point():
    assert round_significant(np.array([1234.5678, 0.0123456, 2281449.0, np.nan]), 4) == [1235, 0.01235, 2281000, None]
    assert [type(value) for value in round_significant(np.array([8.0]), 3)] == [int]


@given(st.floats(1e-6, 1e9), st.integers(2, 6))
def test_a_rounded_value_is_written_with_no_more_than_its_digits(value, digits):
    [rounded] = round_significant(np.array([value]), digits)
    assert rounded == float(f"{rounded:.{digits}g}")
    assert abs(rounded - value) <= 0.5000001 * 10 ** (np.floor(np.log10(value)) + 1 - digits)


def test_zero_and_negative_values_stay_themselves():
    assert round_significant(np.array([0.0, -1234.5]), 3) == [0, -1230]


def test_decimals_round_and_keep_null():
    assert round_decimals(np.array([7.04, np.nan]), 1) == [7, None]


def test_a_list_with_null_is_taken_too():
    assert round_significant([5.43219, None], 4) == [5.432, None]
    assert round_significant([], 4) == []


@given(st.lists(st.integers(0, 3), min_size=1, max_size=50))
def test_runs_unroll_to_what_they_were_made_of(flags):
    packed = encode_runs(np.array(flags, dtype=np.float64))
    assert [value for value, length in packed for _ in range(length)] == flags
    assert all(a[0] != b[0] for a, b in pairwise(packed))
