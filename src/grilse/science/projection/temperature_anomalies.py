"""How far the water departs from the usual."""

import numpy as np

from grilse.science.parameters import load_parameters
from grilse.science.projection.anomalies import AnomalyModel
from grilse.science.temperature import anomaly_autocorrelation


def sea_anomaly_model(sd: float) -> AnomalyModel:
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
    values = load_parameters("projection")["sea"]
    spread = values["unknown_sd"] if np.isnan(sd) else sd
    lasting = values["lasting_share"]
    return AnomalyModel(
        persistent_sd=spread * float(np.sqrt(lasting)),
        ar1_sd=spread * float(np.sqrt(1.0 - lasting)),
        autocorrelation=anomaly_autocorrelation(),
    )


def land_anomaly_model() -> AnomalyModel:
    """How a hall departs from the set point of its stage.

    Returns
    -------
    Habit
        °C.

    Source: projection.toml.
    """
    values = load_parameters("projection")["land"]
    return AnomalyModel(persistent_sd=values["lasting_sd"], ar1_sd=values["wave_sd"], autocorrelation=values["memory"])
