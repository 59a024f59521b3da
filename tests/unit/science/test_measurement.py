import numpy as np
import pytest

from grilse.science import measurement


@pytest.mark.parametrize(("fish", "error"), [(30, 0.089), (100, 0.049)])
def test_hand_samples_err_as_much_as_their_size_says(fish, error):
    assert 1.96 * measurement.sample_sd(fish) == pytest.approx(error, abs=1e-3)


def test_a_catch_bias_stays_however_many_fish_are_weighed():
    means = measurement.sample_mean(np.random.default_rng(2), np.full(20_000, 1000.0), 1_000_000)
    assert means.std() / 1000 == pytest.approx(0.03, rel=0.05)


def test_a_lasting_bias_moves_the_mean():
    means = measurement.sample_mean(np.random.default_rng(2), np.full(20_000, 1000.0), 100, bias=np.log(1.02))
    assert means.mean() == pytest.approx(1020, rel=2e-3)


def test_counters_show_whole_fish_and_never_fewer_than_none():
    counted = measurement.counter_reading(np.random.default_rng(2), np.array([0, 1, 100_000]), 0.02)
    assert counted[0] == 0
    assert counted[2] == pytest.approx(100_000, rel=0.1)
    assert counted.dtype == np.int64
    assert (counted >= 0).all()


def test_a_fish_of_100_g_and_20_cm_has_a_condition_of_1_25():
    assert measurement.condition_factor(np.array([100.0, 125.0]), 20.0).tolist() == [1.25, 1.5625]
