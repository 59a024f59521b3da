"""Mortality: hazards with a heavy tail, risks, and deaths by delousing.

A hazard is deaths per fish at risk and time; a risk is the share of the fish that die. Arguments broadcast together,
and the result has the broadcast shape.
"""

import numpy as np

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters

_MORTALITY = load_parameters("mortality")
_DELOUSING = _MORTALITY["delousing"]


def daily_hazard(monthly: FloatLike) -> Floats:
    """Return the hazard per day of a hazard per month of 30.44 days."""
    return np.asarray(np.asarray(monthly) / _MORTALITY["month_days"], dtype=np.float64)


def mortality_risk(hazard: FloatLike) -> Floats:
    """Return the share that dies under a hazard summed over time, at least 0: 1 - e^(-hazard)."""
    return np.asarray(-np.expm1(-np.asarray(hazard)), dtype=np.float64)


def cumulative_hazard(share: FloatLike) -> Floats:
    """Return the hazard summed over time under which a share (0 to below 1) dies; the inverse of `mortality_risk`."""
    return np.asarray(-np.log1p(-np.asarray(share)), dtype=np.float64)


def lognormal_hazard(
    median: FloatLike, deviate: FloatLike, cap: FloatLike, log_sd: float = _MORTALITY["log_sd"]
) -> Floats:
    """Return a log-normal hazard, 1/month.

    `median` and the upper limit `cap` are 1/month, `deviate` is the standard normal deviate of batch, time and pen
    together, and `log_sd` the spread, ln.

    Source: Persson et al. 2021, doi:10.1111/jfd.13560.
    """
    return np.asarray(np.minimum(np.asarray(median) * np.exp(log_sd * np.asarray(deviate)), cap), dtype=np.float64)


def delousing_mortality(
    method: int, deviate: FloatLike, temperature: FloatLike, weight: FloatLike, sickness: FloatLike
) -> Floats:
    """Return the share of the fish that a delousing kills, at most 15 %.

    `method` is 0 thermal, 1 mechanical, 2 freshwater or 3 bath; `deviate` the standard normal deviate of the event;
    `temperature` °C; `weight` g; `sickness` 0 to 1.

    Source: median 0.8 % and its spread from Norwegian delousings; the effects of fish and water are chosen.
    """
    log_ratio = (
        np.log(_DELOUSING["factor"][method])
        + _DELOUSING["log_sd"] * np.asarray(deviate)
        + _DELOUSING["warmth"] * (np.asarray(temperature) - 10.0)
        + _DELOUSING["size"] * np.log(np.asarray(weight) / 2500.0)
        + _DELOUSING["sickness"] * np.asarray(sickness)
    )
    return np.asarray(np.minimum(_DELOUSING["median"] * np.exp(log_ratio), _DELOUSING["cap"]), dtype=np.float64)
