"""A temperature for every placement-day, each with where it comes from and how sure it is."""

import numpy as np
import pytest

from grilse.science.estimation import Provenance, build_placement_days, fill_temperatures
from grilse.science.parameters import load_parameters

MEASURED, ON_A_LINE = 0, int(Provenance.TEMPERATURE_INTERPOLATED)
OF_SITE, OF_CLIMATE = int(Provenance.TEMPERATURE_OF_SITE), int(Provenance.TEMPERATURE_OF_CLIMATE)
ASSUMED = int(Provenance.TEMPERATURE_ASSUMED)
SITE_SD, CLIMATE_SD, NEAREST_SD, ASSUMED_SD = load_parameters("estimator")["temperature_sd"]
WALK = load_parameters("estimator")["temperature_walk"]


def fill_gaps(pens, days, measured, site, climate=None, sea=True, longest_gap=45):
    rows = build_placement_days(np.zeros(pens, dtype=np.int64), np.full(pens, days), 100)
    readings = np.full(pens * days, np.nan)
    readings[list(measured)] = list(measured.values())
    usual = np.full(pens * days, np.nan if climate is None else climate)
    return fill_temperatures(rows, readings, np.array(site), usual, np.full(pens, sea), longest_gap)


def test_days_between_two_measured_days_lie_on_a_line():
    temperature, _, flags = fill_gaps(1, 9, {2: 8.0, 6: 12.0}, [0], climate=6.0)
    assert temperature.tolist() == [6.0, 6.0, 8.0, 9.0, 10.0, 11.0, 12.0, 6.0, 6.0]
    assert flags.tolist() == [OF_CLIMATE] * 2 + [MEASURED] + [ON_A_LINE] * 3 + [MEASURED] + [OF_CLIMATE] * 2


def test_a_line_is_least_sure_in_its_middle_and_a_measured_day_is_certain():
    _, spread, _ = fill_gaps(1, 9, {0: 8.0, 8: 12.0}, [0])
    assert spread[[0, 8]].tolist() == [0.0, 0.0]
    assert spread[4] == pytest.approx(WALK * np.sqrt(4 * 4 / 8))
    assert spread.argmax() == 4
    np.testing.assert_allclose(spread, spread[::-1])


def test_a_gap_that_is_too_long_is_not_bridged():
    temperature, _, flags = fill_gaps(1, 9, {0: 8.0, 8: 12.0}, [0], climate=9.0, longest_gap=7)
    assert temperature[1:8].tolist() == [9.0] * 7
    assert flags[1:8].tolist() == [OF_CLIMATE] * 7


def test_the_chain_goes_from_the_site_over_the_climate_to_what_is_assumed():
    temperature, spread, flags = fill_gaps(2, 3, {0: 7.0, 1: 8.0}, [0, 0])
    assert temperature.tolist() == [7.0, 8.0, 8.0, 7.0, 8.0, 8.0]
    assert flags.tolist() == [MEASURED, MEASURED, ASSUMED, OF_SITE, OF_SITE, ASSUMED]
    nearest, assumed = NEAREST_SD, ASSUMED_SD
    assert spread.tolist() == [0.0, 0.0, nearest, SITE_SD, SITE_SD, assumed]
    temperature, spread, flags = fill_gaps(2, 3, {0: 7.0, 1: 8.0}, [0, 1], climate=9.5)
    assert temperature.tolist() == [7.0, 8.0, 9.5, 9.5, 9.5, 9.5]
    assert flags.tolist() == [MEASURED, MEASURED] + [OF_CLIMATE] * 4
    assert spread[2:].tolist() == [CLIMATE_SD] * 4


@pytest.mark.parametrize(("sea", "assumed"), [(True, 8.0), (False, 12.0)])
def test_where_nothing_is_known_the_water_is_assumed(sea, assumed):
    temperature, spread, flags = fill_gaps(1, 3, {}, [0], sea=sea)
    assert temperature.tolist() == [assumed] * 3
    assert spread.tolist() == [ASSUMED_SD] * 3
    assert flags.tolist() == [ASSUMED] * 3


def test_each_step_down_the_chain_is_less_sure():
    assert 0.0 < SITE_SD < CLIMATE_SD < NEAREST_SD < ASSUMED_SD
