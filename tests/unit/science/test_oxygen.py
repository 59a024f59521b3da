import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science import oxygen


@pytest.mark.parametrize(("temperature", "salinity", "expected"), [(0, 0, 14.62), (15, 0, 10.08), (10, 35, 9.02)])
def test_water_holds_the_published_oxygen(temperature, salinity, expected):
    assert oxygen.oxygen_solubility(temperature, salinity) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("temperature", "limit"), [(7, 42), (19, 76)])
def test_appetite_is_full_above_the_published_limits(temperature, limit):
    assert oxygen.appetite_limit(temperature) == pytest.approx(limit)
    assert oxygen.appetite_share(limit + 0.1, temperature) == 1
    assert oxygen.appetite_share(limit * 0.9, temperature) == pytest.approx(0.9)


@given(st.floats(0, 25), st.floats(2, 18), st.floats(0, 1), st.booleans())
def test_oxygen_falls_with_fish_warmth_and_feeding(density, temperature, appetite, sea):
    here = oxygen.oxygen_saturation(density, temperature, appetite, sea=sea)
    assert oxygen.oxygen_saturation(density + 1, temperature, appetite, sea=sea) < here
    assert oxygen.oxygen_saturation(density, temperature + 1, appetite, sea=sea) <= here
    assert oxygen.oxygen_saturation(density, temperature, 1.0, sea=sea) <= here
