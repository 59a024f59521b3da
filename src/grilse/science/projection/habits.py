"""How far the water departs from the usual."""

import numpy as np

from grilse.science.parameters import load
from grilse.science.projection.departures import Habit
from grilse.science.temperature import anomaly_memory


def sea_habit(sd: float) -> Habit:
    """How a sea area departs from the usual temperature.

    Parameters
    ----------
    sd : of the temperature about its profile, °C; NaN where no profile is known.

    Returns
    -------
    Habit
        °C.

    Source: projection.toml; memory from climate.toml.
    """
    values = load("projection")["sea"]
    spread = values["unknown_sd"] if np.isnan(sd) else sd
    lasting = values["lasting_share"]
    return Habit(
        lasting_sd=spread * float(np.sqrt(lasting)),
        wave_sd=spread * float(np.sqrt(1.0 - lasting)),
        memory=anomaly_memory(),
    )


def land_habit() -> Habit:
    """How a hall departs from the set point of its stage.

    Returns
    -------
    Habit
        °C.

    Source: projection.toml.
    """
    values = load("projection")["land"]
    return Habit(lasting_sd=values["lasting_sd"], wave_sd=values["wave_sd"], memory=values["memory"])
