"""What counts as near, and how sure that is."""

import numpy as np
import pytest

from grilse.science.accuracy import LEVELS, clustered_standard_error, interval_coverage, interval_needed, relative_error


def test_an_error_is_the_estimate_over_the_truth_less_one():
    np.testing.assert_allclose(relative_error(np.array([103.0, 95.0]), np.array([100.0, 100.0])), [0.03, -0.05])


@pytest.mark.parametrize(("sigmas", "level"), [(0.0, 1), (0.67, 50), (0.68, 51), (1.644, 90), (1.646, 91), (9.0, 100)])
def test_the_interval_that_just_holds_the_truth_is_known(sigmas, level):
    assert interval_needed(np.array([10.0]), np.array([2.0]), np.array([10.0 + 2.0 * sigmas]))[0] == level


def test_a_certain_estimate_holds_nothing_but_itself():
    needed = interval_needed(np.array([5.0, 5.0]), np.zeros(2), np.array([5.0, 6.0]))

    assert needed.tolist() == [1, LEVELS]


def test_nine_of_ten_normal_truths_lie_in_the_90_percent_interval():
    truth = np.random.default_rng(1).normal(0.0, 1.0, 100_000)
    needed = np.bincount(interval_needed(np.zeros(truth.size), np.ones(truth.size), truth), minlength=LEVELS + 1)

    assert interval_coverage(needed, 90) == pytest.approx(0.9, abs=0.005)
    assert interval_coverage(needed, LEVELS) == 1.0
    assert np.isnan(interval_coverage(np.zeros(LEVELS + 1, dtype=np.int64), 90))


def test_days_of_one_batch_are_not_so_many_witnesses():
    of_batch = np.array([0.02, -0.01, 0.03, 0.00])
    many, few = np.full(4, 1000), np.ones(4, dtype=np.int64)

    error = clustered_standard_error(of_batch * many, many)

    assert error == pytest.approx(clustered_standard_error(of_batch * few, few))
    assert error == pytest.approx(of_batch.std(ddof=1) / 2.0)
    assert np.isnan(clustered_standard_error(np.array([1.0, 0.0]), np.array([5, 0])))
