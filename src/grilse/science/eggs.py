"""Eggs and alevins: from the eyed egg to the first feed. Weights are grams, temperatures °C."""

import numpy as np

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters

_EGGS = load_parameters("eggs")


def hatch_days(temperature: FloatLike) -> Floats:
    """Days from fertilisation to the hatch of half the eggs at a constant temperature.

    Parameters
    ----------
    temperature : °C, above -11, any shape.

    Returns
    -------
    Floats
        Days; 502 degree-days at 6 °C, 498 at 8.

    Source: Crisp 1981, log10 D = 5.1908 - 2.6562 log10(T + 11).
    """
    log_days = _EGGS["crisp_intercept"] + _EGGS["crisp_slope"] * np.log10(
        np.asarray(temperature) + _EGGS["crisp_shift"]
    )
    return np.asarray(10.0**log_days, dtype=np.float64)


def hatch_progress(temperature: Floats) -> Floats:
    """Progress of eyed eggs towards hatch at the end of each day; 1 is hatch.

    Parameters
    ----------
    temperature : °C, shape (days, ...), from the day on which eyed eggs arrive.

    Returns
    -------
    Floats
        Share of the development since fertilisation, shape of `temperature`.

    Source: Crisp 1981 with the share of each day added up.
    """
    arrived = _EGGS["eyed_degree_days"] / (temperature[:1] * hatch_days(temperature[:1]))
    return np.asarray(arrived + np.cumsum(1.0 / hatch_days(temperature), axis=0), dtype=np.float64)


def yolk_weight(temperature: Floats) -> Floats:
    """Weight of eggs and alevins, which do not feed, at the end of each day.

    Parameters
    ----------
    temperature : °C, shape (days, ...), from the day on which eyed eggs arrive.

    Returns
    -------
    Floats
        g, shape of `temperature`: 0.1 until hatch, then evenly with degree-days to 0.2 at first feeding.

    Source: degree-days to first feeding as in hatcheries, 290 to 320.
    """
    degree_days = np.cumsum(np.where(hatch_progress(temperature) >= 1.0, temperature, 0.0), axis=0)
    absorbed = np.minimum(degree_days / _EGGS["first_feeding_degree_days"], 1.0)
    gain = _EGGS["first_feeding_weight"] - _EGGS["egg_weight"]
    return np.asarray(_EGGS["egg_weight"] + gain * absorbed, dtype=np.float64)
