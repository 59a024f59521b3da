import numpy as np
import pytest

from grilse.science import temperature
from grilse.science.parameters import load_parameters


def test_the_faroese_year_follows_its_monthly_table():
    middle = (np.arange(12) + 0.5) * temperature.YEAR_DAYS / 12
    climate = temperature.sea_climatology("faroe", middle)
    assert climate == pytest.approx(load_parameters("climate")["months"]["faroe"], abs=0.1)


def test_the_stored_faroese_harmonics_are_those_of_the_table():
    climate = load_parameters("climate")
    mean, harmonics = temperature.harmonics_from_months(climate["months"]["faroe"])
    assert mean == pytest.approx(climate["sea"]["faroe"]["mean"], abs=1e-3)
    assert harmonics == pytest.approx(climate["sea"]["faroe"]["harmonics"], abs=1e-3)


def test_the_scottish_year_is_warmer_than_the_faroese_and_warmest_in_late_summer():
    days = np.arange(1, 366)
    scotland = temperature.sea_climatology("scotland", days)
    assert (scotland > temperature.sea_climatology("faroe", days)).all()
    assert 205 <= days[scotland.argmax()] <= 250


def test_hatcheries_are_colder_than_the_halls_after_them():
    days = np.arange(1, 366)
    assert temperature.freshwater_climatology(1, days) == pytest.approx(7.0, abs=0.5)
    assert temperature.freshwater_climatology(3, days) == pytest.approx(12.0, abs=0.5)


def test_an_unknown_climate_is_an_error():
    with pytest.raises(KeyError):
        temperature.sea_climatology("atlantis", 1)


def test_anomalies_keep_their_spread_and_their_memory():
    anomaly = temperature.ar1_anomalies(np.random.default_rng(1).standard_normal((4000, 20)), 0.9, 0.4)
    assert anomaly.std() == pytest.approx(0.4, rel=0.05)
    assert anomaly[:1].std() == pytest.approx(0.4, rel=0.5)
    assert (anomaly[1:] * anomaly[:-1]).mean() / anomaly.var() == pytest.approx(0.9, abs=0.02)


def test_a_longer_series_of_anomalies_begins_with_the_shorter_one():
    shocks = np.random.default_rng(1).standard_normal(300)
    assert (
        temperature.ar1_anomalies(shocks, 0.97, 0.4)[:200] == temperature.ar1_anomalies(shocks[:200], 0.97, 0.4)
    ).all()


def test_the_sea_remembers_its_anomaly_for_a_month():
    assert temperature.anomaly_autocorrelation() ** 7 == pytest.approx(0.817)


def test_days_since_1970_have_their_day_of_the_year():
    days = np.array(["2024-01-01", "2024-12-31", "2025-12-31"], "datetime64[D]").astype(np.int64)
    assert temperature.day_of_year(days).tolist() == [1, 366, 365]
