"""Temperature of water, °C: typical temperature by day of year, and anomalies that last for days."""

from collections.abc import Sequence

import numpy as np

from grilse.science.arrays import FloatLike, Floats, Indices
from grilse.science.parameters import load_parameters

YEAR_DAYS = 365.25
LONGEST_YEAR = 366
_CLIMATE = load_parameters("climate")


def seasonal_harmonics(day_of_year: FloatLike) -> Floats:
    """Return cosine and sine of one and of two cycles a year at a day of the year, 1 to 366; shape (n, 4) or (4,)."""
    angle = 2.0 * np.pi * np.asarray(day_of_year, dtype=np.float64) / YEAR_DAYS
    return np.stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)], axis=-1)


def harmonics_from_months(months: Sequence[float]) -> tuple[float, Floats]:
    """Return the mean and the four harmonics, as `seasonal_harmonics` orders them, that fit 12 monthly means best, °C.

    Source: least squares at the middle of each month.
    """
    middle = (np.arange(12) + 0.5) * YEAR_DAYS / 12
    design = np.column_stack([np.ones(12), seasonal_harmonics(middle)])
    fit = np.linalg.lstsq(design, np.asarray(months, dtype=np.float64), rcond=None)[0]
    return float(fit[0]), np.asarray(fit[1:], dtype=np.float64)


def sea_climatology(climate: str, day_of_year: FloatLike) -> Floats:
    """Return the typical sea temperature of a climate, °C, in the shape of `day_of_year` (1 to 366).

    Raises KeyError unless `climate` is a table ``sea.<climate>`` of climate.toml, such as ``"scotland"``.
    """
    place = _CLIMATE["sea"][climate]
    return np.asarray(place["mean"] + seasonal_harmonics(day_of_year) @ np.array(place["harmonics"]), dtype=np.float64)


def freshwater_climatology(stage: int, day_of_year: FloatLike) -> Floats:
    """Return the typical temperature of a hall's controlled water, °C, in the shape of `day_of_year` (1 to 366).

    `stage` is the order of the stage; 1 is eggs and alevins.

    Source: climate.toml, set points near 7 °C for eggs and 12 °C after.
    """
    water = _CLIMATE["freshwater"]
    angle = 2.0 * np.pi * (np.asarray(day_of_year) - water["hottest_day"]) / YEAR_DAYS
    swing = water["season"] * (0.25 if stage == 1 else 1.0)
    return np.asarray(water["eggs" if stage == 1 else "growing"] + swing * np.cos(angle), dtype=np.float64)


def ar1_anomalies(shocks: Floats, memory: float, sd: float) -> Floats:
    """Return anomalies of a constant SD `sd` from standard normal `shocks`, both of shape (days, ...).

    `memory` is the correlation from one day to the next, 0 to below 1.

    Source: stationary autoregressive process of order 1.
    """
    scaled = shocks * (sd * np.sqrt(1.0 - memory**2))
    scaled[:1] = shocks[:1] * sd
    return ar1_recursion(scaled, memory)


def ar1_recursion(shocks: Floats, keep: float) -> Floats:
    """Return the sums of shocks of which a share `keep`, 0 to 1, remains from one day to the next, shape (days, ...).

    Source: linear recursion of order 1.
    """
    # Imported here: scipy.signal takes a second to load, and edits, requests and projections never call this.
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -keep], shocks, axis=0), dtype=np.float64)


def anomaly_autocorrelation() -> float:
    """Return the correlation of the sea's anomaly from day to day: the seventh root of that from week to week.

    Source: climate.toml.
    """
    return float(_CLIMATE["memory"]["anomaly_weekly_correlation"] ** (1.0 / 7.0))


def day_of_year(days: Indices) -> Indices:
    """Return the days of the year, 1 to 366, of days since 1970-01-01, in the same shape."""
    dates = days.astype("datetime64[D]")
    numbers: Indices = (dates - dates.astype("datetime64[Y]")).astype(np.int64) + 1
    return numbers


def interpolate_year(days: Indices, known_days: Floats, temperature: Floats) -> Floats:
    """Return the temperature on days of the year, °C, by linear interpolation between known days, across the new year.

    `days` has any shape; `known_days` are days of the year with a known `temperature`, both of shape (n,).
    """
    return np.asarray(np.interp(days, known_days, temperature, period=LONGEST_YEAR))
