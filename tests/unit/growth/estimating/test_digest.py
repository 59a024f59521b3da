"""The number by which a state is known to say the same."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grilse.growth.estimating.store import compute_digests

REAL = st.floats(width=32, allow_nan=True)
ROW = st.tuples(st.integers(-(2**62), 2**62), REAL, REAL)


def compute_row_digest(row):
    count, *real = row
    columns = {"count": np.array([count]), **{f"real{i}": np.float32([value]) for i, value in enumerate(real)}}
    return int(compute_digests(columns)[0])


@given(row=ROW, column=st.integers(1, 2), value=REAL)
def test_rows_that_differ_in_one_column_have_different_digests(row, column, value):
    other = (*row[:column], value, *row[column + 1 :])

    alike = np.array_equal(np.float32(row[1:]), np.float32(other[1:]), equal_nan=True)

    # Zero and minus zero are two values here.
    assert (compute_row_digest(row) == compute_row_digest(other)) == (alike and str(row[column]) == str(value))


def test_no_value_is_as_another_whatever_its_bits():
    quiet, signed = np.uint32([0x7FC0_0000, 0xFFC0_0001]).view(np.float32)

    assert compute_row_digest((5, quiet, 1.0)) == compute_row_digest((5, signed, 1.0))


def test_columns_have_their_places():
    assert compute_row_digest((5, 1.0, 2.0)) != compute_row_digest((5, 2.0, 1.0))
