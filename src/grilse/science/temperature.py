"""Temperature of water: climatology by day of year and anomalies that last for days. All in °C."""

from collections.abc import Sequence

import numpy as np

from grilse.science.arrays import FloatLike, Floats, Indices
from grilse.science.parameters import load_parameters

YEAR_DAYS = 365.25
LONGEST_YEAR = 366
_CLIMATE = load_parameters("climate")


def seasonal_harmonics(day_of_year: FloatLike) -> Floats:
    """Cosine and sine of once and twice a year.

    Parameters
    ----------
    day_of_year : 1 to 366, shape (n,) or a number.

    Returns
    -------
    Floats
        Shape (n, 4) or (4,).
    """
    angle = 2.0 * np.pi * np.asarray(day_of_year, dtype=np.float64) / YEAR_DAYS
    return np.stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)], axis=-1)


def harmonics_from_months(months: Sequence[float]) -> tuple[float, Floats]:
    """Mean and harmonics that fit twelve monthly means best.

    Parameters
    ----------
    months : 12 means, °C, January first.

    Returns
    -------
    tuple
        Mean, °C, and four harmonics, °C, as `seasonal_harmonics` orders them.

    Source: least squares at the middle of each month.
    """
    middle = (np.arange(12) + 0.5) * YEAR_DAYS / 12
    design = np.column_stack([np.ones(12), seasonal_harmonics(middle)])
    fit = np.linalg.lstsq(design, np.asarray(months, dtype=np.float64), rcond=None)[0]
    return float(fit[0]), np.asarray(fit[1:], dtype=np.float64)


def sea_climatology(climate: str, day_of_year: FloatLike) -> Floats:
    """Usual sea temperature of a climate.

    Parameters
    ----------
    climate : a table ``sea.<climate>`` of climate.toml, such as ``"scotland"``.
    day_of_year : 1 to 366, shape (n,) or a number.

    Returns
    -------
    Floats
        °C, shape of `day_of_year`.

    Raises
    ------
    KeyError
        If there is no such climate.

    Source: climate.toml.
    """
    place = _CLIMATE["sea"][climate]
    return np.asarray(place["mean"] + seasonal_harmonics(day_of_year) @ np.array(place["harmonics"]), dtype=np.float64)


def freshwater_climatology(stage: int, day_of_year: FloatLike) -> Floats:
    """Usual temperature of the controlled water of a hall.

    Parameters
    ----------
    stage : order of the stage; 1 is eggs and alevins.
    day_of_year : 1 to 366, shape (n,) or a number.

    Returns
    -------
    Floats
        °C, shape of `day_of_year`.

    Source: climate.toml, set points near 7 °C for eggs and 12 °C after.
    """
    water = _CLIMATE["freshwater"]
    angle = 2.0 * np.pi * (np.asarray(day_of_year) - water["hottest_day"]) / YEAR_DAYS
    swing = water["season"] * (0.25 if stage == 1 else 1.0)
    return np.asarray(water["eggs" if stage == 1 else "growing"] + swing * np.cos(angle), dtype=np.float64)


def ar1_anomalies(shocks: Floats, memory: float, sd: float) -> Floats:
    """Anomalies with a memory, of a constant spread from the first day.

    Parameters
    ----------
    shocks : standard normal, shape (days, ...).
    memory : correlation from one day to the next, 0 to below 1.
    sd : SD of the anomaly, in its own unit.

    Returns
    -------
    Floats
        Shape of `shocks`, unit of `sd`.

    Source: autoregressive process of order 1, stationary.
    """
    scaled = shocks * (sd * np.sqrt(1.0 - memory**2))
    scaled[:1] = shocks[:1] * sd
    return ar1_recursion(scaled, memory)


def ar1_recursion(shocks: Floats, keep: float) -> Floats:
    """Sum of shocks, of which a share is kept from one day to the next.

    Parameters
    ----------
    shocks : any unit, shape (days, ...).
    keep : share that a day leaves to the next, 0 to 1.

    Returns
    -------
    Floats
        Shape and unit of `shocks`.

    Source: linear recursion of order 1.
    """
    # scipy.signal takes a second to load, and what edits, serves or looks ahead draws no such sum.
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -keep], shocks, axis=0), dtype=np.float64)


def anomaly_autocorrelation() -> float:
    """Correlation of the sea's anomaly from one day to the next.

    Returns
    -------
    float
        The seventh root of the correlation from week to week.

    Source: climate.toml.
    """
    return float(_CLIMATE["memory"]["anomaly_weekly_correlation"] ** (1.0 / 7.0))


def day_of_year(days: Indices) -> Indices:
    """Day of the year of calendar days.

    Parameters
    ----------
    days : days since 1970-01-01, any shape.

    Returns
    -------
    Indices
        1 to 366, shape of `days`.
    """
    dates = days.astype("datetime64[D]")
    numbers: Indices = (dates - dates.astype("datetime64[Y]")).astype(np.int64) + 1
    return numbers


def interpolate_year(days: Indices, known_days: Floats, temperature: Floats) -> Floats:
    """Return the temperature on days of the year, °C, on straight lines between known ones, around the year's end.

    `days` has any shape; `known_days` are days of the year, and `temperature` theirs, both of shape (n,).
    """
    return np.asarray(np.interp(days, known_days, temperature, period=LONGEST_YEAR))
