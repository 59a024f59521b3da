"""What a day leaves of the appetite before oxygen and handling have their say."""

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.parameters import load_parameters

_APPETITE = load_parameters("appetite")


def compute_sickness(lasting: float, waves: Floats) -> Floats:
    """Intensity of disease, 0 to 1, from the deviates of the log hazard.

    Outbreaks are waves; fish get used to what stays with the batch, so that counts only in part.
    """
    start, full = _APPETITE["sickness_start"], _APPETITE["sickness_full"]
    felt = waves + _APPETITE["sickness_lasting"] * lasting
    return np.clip((felt - start) / (full - start), 0.0, 1.0)


def compute_daily_appetite(sick: Floats, shocks: Floats) -> Floats:
    """Share of the appetite that disease and the weather of the day leave; `shocks` standard normal."""
    weather = 1.0 - _APPETITE["daily_sd"] * np.abs(shocks)
    return np.clip(weather * (1.0 - _APPETITE["sickness_loss"] * sick), 0.0, 1.0)


def compute_shock_decay() -> float:
    """Share of a shock that is left after a day."""
    return float(np.exp(-1.0 / _APPETITE["shock_memory_days"]))
