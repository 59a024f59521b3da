"""Growth of salmon: thermal growth coefficient (TGC), and the Norwegian log rate and its extension.

Weights are g, temperatures °C, times days, TGC g^(1/3) per 1000 degree-days. Arguments broadcast together, and the
result has the broadcast shape.
"""

import numpy as np

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import ar1_recursion

_GROWTH = load_parameters("growth")
_SCALE: float = _GROWTH["tgc_scale"]


def tgc_weight(weight: FloatLike, tgc: FloatLike, degree_days: FloatLike) -> Floats:
    """Return the weight after some degree-days (°C d) at a TGC; one step of 30 days equals 30 steps of one day.

    Source: Iwama & Tautz 1981, doi:10.1139/f81-087; Cho 1992, Aquaculture 100: 107-123.
    """
    root = np.cbrt(weight) + np.asarray(tgc) / _SCALE * np.asarray(degree_days)
    return np.asarray(root**3, dtype=np.float64)


def tgc_path(weight: FloatLike, tgc: FloatLike, temperature: Floats) -> Floats:
    """Return the weight at the end of each day of daily temperatures, shape (days, ...), starting from `weight`.

    Source: Iwama & Tautz 1981; Cho 1992.
    """
    gained = np.cumsum(np.asarray(tgc) / _SCALE * temperature, axis=0)
    return np.asarray((np.cbrt(weight) + gained) ** 3, dtype=np.float64)


def achieved_tgc(first: FloatLike, last: FloatLike, degree_days: FloatLike) -> Floats:
    """Return the TGC that leads from one weight to another over degree-days above 0; the inverse of `tgc_weight`.

    Source: Iwama & Tautz 1981.
    """
    return np.asarray((np.cbrt(last) - np.cbrt(first)) * _SCALE / degree_days, dtype=np.float64)


def nvi_log_rate(weight_kg: FloatLike, temperature: FloatLike) -> Floats:
    """Return the log growth rate of Norwegian pen fish as published, ln per day; `weight_kg` is **kg**, at most 6.

    A day multiplies the weight by e^rate.

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
    """Return the Norwegian log rate extended to every weight and temperature, ln per day.

    Inside 0.1 to 3 kg and 4 to 14 °C it is `nvi_log_rate`. Outside these weights growth follows W^(2/3); below 4 °C it
    falls in proportion to temperature, between 16 and 20 °C to nothing. It is never negative inside the stated ranges.

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
    """Return the gain of one day at full appetite, g per fish, at a log rate in ln per day."""
    return np.asarray(np.asarray(weight) * np.expm1(log_rate), dtype=np.float64)


def multiplier_drift(shocks: Floats, daily_sd: float, memory_days: float) -> Floats:
    """Return the path of a log multiplier that drifts and reverts to 0, ln, shape (days, ...) as `shocks`.

    Parameters
    ----------
    shocks : standard normal; the first day adds its shock to zero.
    daily_sd : ln per sqrt(day).
    memory_days : days in which a deviation falls to 1/e.

    Source: Ornstein-Uhlenbeck process, exact at daily steps.
    """
    return ar1_recursion(daily_sd * shocks, np.exp(-1.0 / memory_days))
