"""Bands of mortality: quantiles of weeks by weight class and season, and of the site's own weeks."""

from datetime import date

import numpy as np
import pytest

from grilse.attention import mortality_bands as bands
from grilse.science.days import to_epoch_day

DAY = date(2025, 2, 14)


def build_weeks(mortality, *, days_ago=30, weight_g=2500.0, site=3):
    """Return weeks of pens, all as long ago."""
    n = len(mortality)
    return bands.PenWeeks(
        site=np.full(n, site),
        last_day=np.full(n, to_epoch_day(DAY) - days_ago),
        weight_g=np.full(n, weight_g),
        mortality_pct=np.array(mortality, dtype=np.float64),
    )


def find_upper(found, *, weight_g=2500.0, site=3, quarter=0):
    number = bands.number_bands(np.array([weight_g]), np.array([quarter]))
    return found.find_upper(number, np.array([site]))[0]


def test_the_band_is_the_higher_of_company_and_site():
    found = bands.compute_bands(build_weeks(np.linspace(0, 1.4, 101)), DAY)

    # 98 % of the weeks of the company, 95 % of those of the site.
    assert find_upper(found) == pytest.approx(1.372)
    assert find_upper(found, quarter=2) == pytest.approx(1.33)
    assert find_upper(found, quarter=2, site=4) == bands.DEFAULT_UPPER_PCT


def test_no_band_is_above_what_nobody_calls_usual():
    found = bands.compute_bands(build_weeks(np.linspace(0, 4, 101)), DAY)

    assert find_upper(found) == bands.MOST_UPPER_PCT
    assert find_upper(found, quarter=2) == bands.MOST_UPPER_PCT


def test_weeks_of_the_future_and_of_the_judged_week_do_not_count():
    calm, outbreak = np.full(60, 0.2), np.full(600, 5.0)
    both = [build_weeks(calm), build_weeks(outbreak, days_ago=6)]
    weeks = bands.PenWeeks(
        **{name: np.concatenate([getattr(part, name) for part in both]) for name in bands.PenWeeks.__slots__}
    )

    assert find_upper(bands.compute_bands(weeks, DAY)) == pytest.approx(0.2)


def test_a_site_is_judged_by_its_last_year():
    found = bands.compute_bands(build_weeks(np.full(60, 0.4), days_ago=400), DAY)

    assert found.site == {}
    assert find_upper(found) == pytest.approx(0.4)


def test_few_weeks_make_no_band_and_quiet_ones_no_band_of_nothing():
    assert find_upper(bands.compute_bands(build_weeks(np.full(49, 0.4)), DAY)) == bands.DEFAULT_UPPER_PCT
    assert find_upper(bands.compute_bands(build_weeks(np.zeros(60)), DAY)) == bands.LEAST_UPPER_PCT
    assert bands.compute_bands(build_weeks([]), DAY) == bands.MortalityBands(company={}, site={})


def test_weights_and_seasons_have_bands_of_their_own():
    numbers = bands.number_bands(np.array([0.5, 0.5, 1.0, 5000.0]), np.array([0, 3, 0, 0]))

    assert len(set(numbers.tolist())) == 4
    days = np.array([to_epoch_day(date(2025, month, 1)) for month in (1, 3, 4, 12)])
    assert bands.find_quarters(days).tolist() == [0, 0, 1, 3]
