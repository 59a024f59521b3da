"""Sorting, repeats and look-ups of keys of several columns."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grilse.exchange.sorting import find_repeats, find_rows

PAIRS = st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 4)), max_size=30)


def build_columns(pairs):
    return [np.array([pair[place] for pair in pairs], np.int64) for place in (0, 1)]


@given(PAIRS)
def test_every_row_but_the_first_of_its_key_is_a_repeat(pairs):
    later, first = find_repeats(build_columns(pairs))

    assert sorted(zip(later.tolist(), first.tolist(), strict=True)) == [
        (row, pairs.index(pair)) for row, pair in enumerate(pairs) if pairs.index(pair) < row
    ]


@given(PAIRS, PAIRS)
def test_a_key_is_found_where_it_stands_or_nowhere(keys, wanted):
    keys = list(dict.fromkeys(keys))

    places = find_rows(build_columns(keys), build_columns(wanted))

    assert places.tolist() == [keys.index(pair) if pair in keys else -1 for pair in wanted]


def test_texts_are_keys_too():
    names = np.array(["b", "a", "b"], object)

    later, first = find_repeats([names])

    assert (later.tolist(), first.tolist()) == ([2], [0])
