import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science import mortality
from grilse.science.parameters import load_parameters


@given(st.floats(0, 0.9))
def test_a_risk_and_its_hazard_are_inverse(share):
    assert mortality.mortality_risk(mortality.cumulative_hazard(share)) == pytest.approx(share, abs=1e-12)


@given(st.floats(0, 0.1), st.integers(1, 60))
def test_hazards_of_days_add_up_to_the_risk_of_the_time(hazard, days):
    survivors = (1 - mortality.mortality_risk(hazard)) ** days
    assert 1 - survivors == pytest.approx(mortality.mortality_risk(hazard * days), abs=1e-12)


def test_the_tail_is_heavy_and_capped():
    assert mortality.lognormal_hazard(0.0045, 0.0, 0.1) == pytest.approx(0.0045)
    assert mortality.lognormal_hazard(0.0045, 2.0, 0.1) == pytest.approx(0.0045 * np.exp(2))
    assert mortality.lognormal_hazard(0.0045, 9.0, 0.1) == 0.1


def test_a_month_of_daily_hazards_is_the_hazard_of_the_month():
    assert mortality.daily_hazard(0.01) * 30.44 == pytest.approx(0.01)


def test_thermal_delousing_kills_most_and_baths_least():
    tolls = [float(mortality.delousing_mortality(method, 0.0, 10.0, 2500.0, 0.0)) for method in range(4)]
    assert tolls == sorted(tolls, reverse=True)
    shares = load_parameters("lice")["control"]["method_share"]
    assert np.exp(np.dot(shares, np.log(tolls))) == pytest.approx(0.008, rel=0.05)


@pytest.mark.parametrize("worse", [(15.0, 2500.0, 0.0), (10.0, 5000.0, 0.0), (10.0, 2500.0, 1.0)])
def test_delousing_is_worse_in_warm_water_and_for_large_or_sick_fish(worse):
    usual = mortality.delousing_mortality(0, 0.0, 10.0, 2500.0, 0.0)
    assert mortality.delousing_mortality(0, 0.0, *worse) > usual


@pytest.mark.parametrize("table", ["sea_causes", "freshwater_causes"])
def test_causes_share_all_deaths(table):
    assert sum(load_parameters("mortality")[table].values()) == pytest.approx(1.0)
