"""Appetite of a day before the effects of oxygen and handling."""

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.parameters import load_parameters

_APPETITE = load_parameters("appetite")


def compute_sickness(lasting: float, waves: Floats) -> Floats:
    """Return the intensity of disease, 0 to 1, from the deviates of the log hazard.

    Outbreaks are waves; the lasting deviate of the batch counts in part, because fish adapt to it.
    """
    start, full = _APPETITE["sickness_start"], _APPETITE["sickness_full"]
    felt = waves + _APPETITE["sickness_lasting"] * lasting
    return np.clip((felt - start) / (full - start), 0.0, 1.0)


def compute_daily_appetite(sick: Floats, shocks: Floats) -> Floats:
    """Return the share of the appetite after disease and weather; `shocks` are standard normal."""
    weather = 1.0 - _APPETITE["daily_sd"] * np.abs(shocks)
    return np.clip(weather * (1.0 - _APPETITE["sickness_loss"] * sick), 0.0, 1.0)


def compute_shock_decay() -> float:
    """Return the share of a shock that remains after a day."""
    return float(np.exp(-1.0 / _APPETITE["shock_memory_days"]))
