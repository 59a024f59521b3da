"""How far water and losses depart from the usual, before and after a look at the records."""

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.parameters import load
from grilse.science.projection.departures import Departure, Habit, seen
from grilse.science.temperature import anomaly_memory

DAYS_A_WEEK = 7


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


def loss_habit() -> Habit:
    """How the log hazard that all pens of a batch share departs from the mean over batches.

    Returns
    -------
    Habit
        ln.

    Source: Persson 2021: log-SD 1.0, 70 % of the variance between batches; projection.toml.
    """
    lasting, waves = _loss_variances()
    values = load("projection")["losses"]
    return Habit(
        lasting_sd=float(np.sqrt(lasting)),
        wave_sd=float(np.sqrt(waves * (1.0 - values["own_share"]))),
        memory=float(np.exp(-1.0 / values["wave_memory_days"])),
    )


def pen_loss_sd() -> float:
    """SD of the waves that a pen has for itself.

    Returns
    -------
    float
        ln; their memory is that of `loss_habit`.

    Source: projection.toml.
    """
    return float(np.sqrt(_loss_variances()[1] * load("projection")["losses"]["own_share"]))


def loss_departure(lost: Floats, usual: Floats) -> Departure:
    """What the recorded losses of the last weeks say of a batch.

    Parameters
    ----------
    lost : fish that died or were culled each week, oldest first, shape (weeks,).
    usual : fish that the mean over batches would have lost, at least 0, shape (weeks,).

    Returns
    -------
    Departure
        Of the log hazard, ln, shrunk to the mean over batches where few fish were to be lost.

    Source: log of a Poisson count; a log-normal hazard has its mean half its log-variance above its median.
    """
    habit = loss_habit()
    ratio = np.log((lost + 0.5) / (usual + 0.5)) + sum(_loss_variances()) / 2.0
    return seen(habit, ratio, pen_loss_sd() ** 2 / 4.0 + 1.0 / (usual + 0.5), DAYS_A_WEEK)


def usual_factor(departure: Floats) -> Floats:
    """Hazard over the mean over batches.

    Parameters
    ----------
    departure : of the log hazard, batch and pen together, ln, any shape.

    Returns
    -------
    Floats
        1 in the mean.

    Source: mean of a log-normal distribution.
    """
    return np.asarray(np.exp(departure - sum(_loss_variances()) / 2.0))


def _loss_variances() -> tuple[float, float]:
    mortality = load("mortality")
    total, lasting = mortality["log_sd"] ** 2, mortality["between_batches"]
    return total * lasting, total * (1.0 - lasting)
