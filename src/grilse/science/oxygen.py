"""Oxygen in water and the need of fish.

Temperatures are °C, saturations %. Arguments broadcast together, and the result has the broadcast shape.
"""

import numpy as np

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters

_OXYGEN = load_parameters("oxygen")
_KELVIN = 273.15


def oxygen_solubility(temperature: FloatLike, salinity: FloatLike = 0.0) -> Floats:
    """Return the oxygen that water holds at one atmosphere, mg/L: 14.62 in fresh water at 0 °C, 10.08 at 15 °C.

    `temperature` is 0 to 40 °C, `salinity` ‰.

    Source: Benson & Krause 1984 (APHA 4500-O).
    """
    kelvin = np.asarray(temperature, dtype=np.float64) + _KELVIN
    fresh = (
        -139.34411 + 1.575701e5 / kelvin - 6.642308e7 / kelvin**2 + 1.243800e10 / kelvin**3 - 8.621949e11 / kelvin**4
    )
    salt = np.asarray(salinity) * (1.7674e-2 - 10.754 / kelvin + 2140.7 / kelvin**2)
    return np.asarray(np.exp(fresh - salt), dtype=np.float64)


def appetite_limit(temperature: FloatLike) -> Floats:
    """Return the saturation above which appetite is full: 42 % at 7 °C, 76 % at 19 °C, linear between and beyond.

    Source: Remen et al. 2016, doi:10.1016/j.aquaculture.2016.07.037.
    """
    cold, warm = _OXYGEN["limit_temperature"]
    low, high = _OXYGEN["limit_saturation"]
    return np.asarray(low + (high - low) / (warm - cold) * (np.asarray(temperature) - cold), dtype=np.float64)


def appetite_share(saturation: FloatLike, temperature: FloatLike) -> Floats:
    """Return the share of appetite that the oxygen leaves: 1 above `appetite_limit`, in proportion below it.

    Source: Remen et al. 2016; the fall below the limit is chosen.
    """
    left = np.asarray(saturation) / appetite_limit(temperature)
    return np.asarray(np.minimum(np.maximum(left, 0.0), 1.0), dtype=np.float64)


def oxygen_saturation(density: FloatLike, temperature: FloatLike, appetite: FloatLike, *, sea: bool) -> Floats:
    """Return the saturation among the fish, before the noise of the day.

    `density` is kg/m³, `appetite` 0 to 1 (a feeding fish takes twice as much as a fasting one); `sea` is a pen,
    otherwise an oxygenated tank.

    Source: chosen; falls with temperature, biomass and feeding.
    """
    place = "sea" if sea else "tank"
    rest = _OXYGEN["resting_share"]
    consumption = np.asarray(density) * (np.asarray(temperature) / 10.0) * (rest + (1.0 - rest) * np.asarray(appetite))
    return np.asarray(_OXYGEN[f"{place}_open"] - _OXYGEN[f"{place}_draw"] * consumption, dtype=np.float64)
