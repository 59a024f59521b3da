"""Deaths: hazards with a heavy tail, risks, and what delousing costs.

A hazard is deaths per fish at risk and time; a risk is the share of the fish that die in it.
"""

import numpy as np

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters

_MORTALITY = load_parameters("mortality")
_DELOUSING = _MORTALITY["delousing"]


def daily_hazard(monthly: FloatLike) -> Floats:
    """Hazard per day of a hazard per month.

    Parameters
    ----------
    monthly : 1/month of 30.44 days, any shape.

    Returns
    -------
    Floats
        1/d.
    """
    return np.asarray(np.asarray(monthly) / _MORTALITY["month_days"], dtype=np.float64)


def mortality_risk(hazard: FloatLike) -> Floats:
    """Share that dies under a hazard added up over time.

    Parameters
    ----------
    hazard : hazard times time, at least 0, any shape.

    Returns
    -------
    Floats
        1 - e^(-hazard), 0 to below 1.
    """
    return np.asarray(-np.expm1(-np.asarray(hazard)), dtype=np.float64)


def cumulative_hazard(share: FloatLike) -> Floats:
    """Hazard, added up over time, under which a share dies; inverse of `mortality_risk`.

    Parameters
    ----------
    share : 0 to below 1, any shape.

    Returns
    -------
    Floats
        -ln(1 - share).
    """
    return np.asarray(-np.log1p(-np.asarray(share)), dtype=np.float64)


def lognormal_hazard(
    median: FloatLike, deviate: FloatLike, cap: FloatLike, log_sd: float = _MORTALITY["log_sd"]
) -> Floats:
    """Log-normal monthly hazard.

    Parameters
    ----------
    median : 1/month, broadcast with the rest.
    deviate : standard normal deviate of batch, time and pen together.
    cap : 1/month, largest hazard.
    log_sd : ln, spread.

    Returns
    -------
    Floats
        1/month.

    Source: Persson 2021.
    """
    return np.asarray(np.minimum(np.asarray(median) * np.exp(log_sd * np.asarray(deviate)), cap), dtype=np.float64)


def delousing_mortality(
    method: int, deviate: FloatLike, temperature: FloatLike, weight: FloatLike, sickness: FloatLike
) -> Floats:
    """Share of the fish that a delousing kills.

    Parameters
    ----------
    method : 0 thermal, 1 mechanical, 2 freshwater, 3 bath.
    deviate : standard normal deviate of the event.
    temperature : °C; weight : g; sickness : 0 to 1; all broadcast together.

    Returns
    -------
    Floats
        Share, at most 15 %.

    Source: median 0.8 % and its spread from Norwegian delousings; the condition of fish and water is chosen.
    """
    log_ratio = (
        np.log(_DELOUSING["factor"][method])
        + _DELOUSING["log_sd"] * np.asarray(deviate)
        + _DELOUSING["warmth"] * (np.asarray(temperature) - 10.0)
        + _DELOUSING["size"] * np.log(np.asarray(weight) / 2500.0)
        + _DELOUSING["sickness"] * np.asarray(sickness)
    )
    return np.asarray(np.minimum(_DELOUSING["median"] * np.exp(log_ratio), _DELOUSING["cap"]), dtype=np.float64)
