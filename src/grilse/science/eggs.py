"""Eggs and alevins from the eyed egg to first feeding. Weights are g, temperatures °C; arrays begin with the days."""

import numpy as np

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters

_EGGS = load_parameters("eggs")


def hatch_days(temperature: FloatLike) -> Floats:
    """Return the days from fertilisation to the hatch of half the eggs at a constant temperature, above -11 °C.

    Any shape; 502 degree-days at 6 °C, 498 at 8 °C.

    Source: Crisp 1981, Freshwater Biology 11: 361-368, log10 D = 5.1908 - 2.6562 log10(T + 11).
    """
    log_days = _EGGS["crisp_intercept"] + _EGGS["crisp_slope"] * np.log10(
        np.asarray(temperature) + _EGGS["crisp_shift"]
    )
    return np.asarray(10.0**log_days, dtype=np.float64)


def hatch_progress(temperature: Floats) -> Floats:
    """Return the progress towards hatch at the end of each day since eyed eggs arrived; 1 is hatch.

    A share of the whole development since fertilisation; `temperature` and the result have shape (days, ...).

    Source: Crisp 1981, with the share of each day added up.
    """
    arrived = _EGGS["eyed_degree_days"] / (temperature[:1] * hatch_days(temperature[:1]))
    return np.asarray(arrived + np.cumsum(1.0 / hatch_days(temperature), axis=0), dtype=np.float64)


def yolk_weight(temperature: Floats) -> Floats:
    """Return the weight of eggs and alevins at the end of each day since eyed eggs arrived.

    `temperature` and the result have shape (days, ...). The weight is 0.1 g until hatch, then rises evenly with
    degree-days to 0.2 g at first feeding.

    Source: degree-days to first feeding as in hatcheries, 290 to 320.
    """
    degree_days = np.cumsum(np.where(hatch_progress(temperature) >= 1.0, temperature, 0.0), axis=0)
    absorbed = np.minimum(degree_days / _EGGS["first_feeding_degree_days"], 1.0)
    gain = _EGGS["first_feeding_weight"] - _EGGS["egg_weight"]
    return np.asarray(_EGGS["egg_weight"] + gain * absorbed, dtype=np.float64)
