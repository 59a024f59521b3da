import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science import harvest


def test_gutting_takes_seventeen_per_cent():
    assert harvest.gutted_weight(5000.0) == pytest.approx(4150.0)


@given(st.floats(1000, 9000), st.floats(0.1, 0.3))
def test_size_classes_share_all_fish(weight, cv):
    shares = harvest.size_shares(weight, cv)
    assert shares.sum() == pytest.approx(1.0)
    assert (shares >= 0).all()


def test_most_fish_of_five_kilograms_gut_to_three_to_five():
    shares = harvest.size_shares(np.array([5000.0, 6000.0]), 0.2)
    assert shares.shape == (2, 10)
    assert shares[0, 3:5].sum() > 0.7
    assert shares[1, 3:5].sum() < shares[0, 3:5].sum()


@given(st.floats(0, 1))
def test_grades_share_all_fish_and_most_are_superior(quality):
    shares = harvest.grade_shares(quality)
    assert shares.sum() == pytest.approx(1.0)
    assert 0.80 - 1e-12 <= shares[0] <= 0.93 + 1e-12
    assert (shares >= 0).all()
