import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science import eggs


@pytest.mark.parametrize(("temperature", "degree_days"), [(6.0, 502), (8.0, 498)])
def test_eggs_hatch_after_the_published_degree_days(temperature, degree_days):
    assert eggs.hatch_days(temperature) * temperature == pytest.approx(degree_days, abs=1)


@given(st.floats(2, 11))
def test_warm_eggs_hatch_sooner(temperature):
    assert eggs.hatch_days(temperature + 0.5) < eggs.hatch_days(temperature)


def test_eyed_eggs_at_seven_degrees_first_feed_near_day_79():
    weight = eggs.yolk_weight(np.full(100, 7.0))
    assert int(np.argmax(weight >= 0.2)) == pytest.approx(79, abs=2)


@given(st.lists(st.floats(4, 10), min_size=5, max_size=120))
def test_eggs_and_alevins_keep_or_gain_weight_between_egg_and_first_feeding(series):
    weight = eggs.yolk_weight(np.array(series))
    assert (np.diff(weight) >= 0).all()
    assert weight.min() >= 0.1
    assert weight.max() <= 0.2


def test_an_egg_stays_an_egg_until_it_hatches():
    temperature = np.full(60, 7.0)
    eggs_left = eggs.hatch_progress(temperature) < 1
    assert (eggs.yolk_weight(temperature)[eggs_left] == 0.1).all()
    assert 30 <= eggs_left.sum() <= 40
