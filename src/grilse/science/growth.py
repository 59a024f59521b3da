"""Growth of salmon: the thermal growth coefficient and the Norwegian log rate, extended.

Weights are grams, temperatures °C, times days.
"""

import numpy as np

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import ar1_recursion

_GROWTH = load_parameters("growth")
_SCALE: float = _GROWTH["tgc_scale"]


def tgc_weight(weight: FloatLike, tgc: FloatLike, degree_days: FloatLike) -> Floats:
    """Weight after a time at a thermal growth coefficient.

    Parameters
    ----------
    weight : g, any shape.
    tgc : g^(1/3) per 1000 degree-days, broadcast with `weight`.
    degree_days : °C d over the time, broadcast with `weight`.

    Returns
    -------
    Floats
        Weight, g, of the broadcast shape. One step of 30 days equals 30 steps of one.

    Source: Iwama & Tautz 1981; Cho 1992.
    """
    root = np.cbrt(weight) + np.asarray(tgc) / _SCALE * np.asarray(degree_days)
    return np.asarray(root**3, dtype=np.float64)


def tgc_path(weight: FloatLike, tgc: FloatLike, temperature: Floats) -> Floats:
    """Weight at the end of each day of a series of daily temperatures.

    Parameters
    ----------
    weight : g at the start, shape ``temperature.shape[1:]`` or a number.
    tgc : g^(1/3) per 1000 degree-days, broadcast with `temperature` (days first).
    temperature : °C, shape (days, ...).

    Returns
    -------
    Floats
        Weight, g, shape of `temperature`.

    Source: Iwama & Tautz 1981; Cho 1992.
    """
    gained = np.cumsum(np.asarray(tgc) / _SCALE * temperature, axis=0)
    return np.asarray((np.cbrt(weight) + gained) ** 3, dtype=np.float64)


def achieved_tgc(first: FloatLike, last: FloatLike, degree_days: FloatLike) -> Floats:
    """Thermal growth coefficient that leads from one weight to another; inverse of `tgc_weight`.

    Parameters
    ----------
    first, last : g, broadcast together.
    degree_days : °C d between them, above 0.

    Returns
    -------
    Floats
        g^(1/3) per 1000 degree-days.

    Source: Iwama & Tautz 1981.
    """
    return np.asarray((np.cbrt(last) - np.cbrt(first)) * _SCALE / degree_days, dtype=np.float64)


def nvi_log_rate(weight_kg: FloatLike, temperature: FloatLike) -> Floats:
    """Log growth rate of Norwegian pen fish, as published; useless above 6 kg.

    Parameters
    ----------
    weight_kg : **kg**, any shape.
    temperature : °C, broadcast with `weight_kg`.

    Returns
    -------
    Floats
        ln per day: a day multiplies the weight by e^rate.

    Source: Norwegian Veterinary Institute.
    """
    log_weight = np.log(weight_kg)
    warmth = np.asarray(temperature, dtype=np.float64)
    monthly = (
        _GROWTH["nvi_intercept"]
        + _GROWTH["nvi_log_weight"] * log_weight
        + _GROWTH["nvi_temperature"] * warmth
        + _GROWTH["nvi_interaction"] * warmth * log_weight
    )
    return np.asarray(monthly / _GROWTH["nvi_month_days"], dtype=np.float64)


def sea_log_rate(weight: FloatLike, temperature: FloatLike) -> Floats:
    """Norwegian log rate extended to every weight and temperature.

    Inside 0.1 to 3 kg and 4 to 14 °C it is `nvi_log_rate`. Outside these weights growth follows W^(2/3);
    below 4 °C it falls in proportion to temperature, between 16 and 20 °C to nothing.

    Parameters
    ----------
    weight : g, any shape.
    temperature : °C, broadcast with `weight`.

    Returns
    -------
    Floats
        ln per day, never negative inside the stated ranges.

    Source: Norwegian Veterinary Institute; the extension is chosen.
    """
    low, high = _GROWTH["nvi_weight_range_kg"]
    cold, warm = _GROWTH["nvi_temperature_range"]
    kilograms = np.asarray(weight) / 1000.0
    inside = np.minimum(np.maximum(kilograms, low), high)
    warmth = np.minimum(np.maximum(temperature, cold), warm)
    chill = np.minimum(np.maximum(np.asarray(temperature) / cold, 0.0), 1.0)
    heat = np.minimum(np.maximum((_GROWTH["lethal_heat"] - np.asarray(temperature)) / 4.0, 0.0), 1.0)
    rate = nvi_log_rate(inside, warmth) * np.cbrt(inside / kilograms) * chill * heat
    return np.asarray(rate, dtype=np.float64)


def potential_gain(weight: FloatLike, log_rate: FloatLike) -> Floats:
    """Gain of one day at full appetite.

    Parameters
    ----------
    weight : g, any shape.
    log_rate : ln per day, broadcast with `weight`.

    Returns
    -------
    Floats
        g per fish and day.
    """
    return np.asarray(np.asarray(weight) * np.expm1(log_rate), dtype=np.float64)


def multiplier_drift(shocks: Floats, daily_sd: float, memory_days: float) -> Floats:
    """Path of a log multiplier that wanders and comes back.

    Parameters
    ----------
    shocks : standard normal, shape (days, ...); the first day adds its shock to zero.
    daily_sd : ln per sqrt(day).
    memory_days : days over which a deviation falls to 1/e.

    Returns
    -------
    Floats
        ln, shape of `shocks`.

    Source: Ornstein-Uhlenbeck process, exact at daily steps.
    """
    return ar1_recursion(daily_sd * shocks, np.exp(-1.0 / memory_days))
