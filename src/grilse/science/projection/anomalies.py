"""How a quantity departs from its usual course: by a part that lasts, and by waves that fade."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from grilse.science.arrays import Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import anomaly_autocorrelation


@dataclass(frozen=True, kw_only=True, slots=True)
class AnomalyModel:
    """How widely a quantity departs; in its own unit."""

    persistent_sd: float
    ar1_sd: float
    autocorrelation: float
    """Correlation of the waves from one day to the next, 0 to below 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnomalyState:
    """What is believed of the lasting part and of the wave at the end of a day."""

    mean: Floats
    """Shape (2,)."""
    covariance: Floats
    """Shape (2, 2)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnomalySegment:
    """Steps ahead through which one departure goes on."""

    steps: int
    model: AnomalyModel
    start: AnomalyState
    """At the end of the day before the first step."""


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


def prior_anomaly(model: AnomalyModel) -> AnomalyState:
    """What is believed before anything was measured.

    Parameters
    ----------
    habit : how widely the quantity departs.

    Returns
    -------
    Departure
        Zero in the mean, of the habit's spread.
    """
    return AnomalyState(mean=np.zeros(2), covariance=np.diag([model.persistent_sd**2, model.ar1_sd**2]))


def filter_anomaly(model: AnomalyModel, departures: Floats, variance: Floats, days: int = 1) -> AnomalyState:
    """What is believed after the quantity was measured.

    Parameters
    ----------
    habit : how widely the quantity departs.
    departures : measured minus usual, oldest first, NaN where not measured, shape (n,).
    variance : of the measurement, shape (n,).
    days : from one measurement to the next.

    Returns
    -------
    Departure
        At the last of the measurements.

    Source: Kalman filter of a constant and a stationary autoregressive process of order 1.
    """
    prior = prior_anomaly(model)
    mean, covariance = prior.mean, prior.covariance
    keep = np.array([1.0, model.autocorrelation**days])
    noise = np.diag([0.0, model.ar1_sd**2 * (1.0 - keep[1] ** 2)])
    for value, error in zip(departures.tolist(), variance.tolist(), strict=True):
        mean, covariance = keep * mean, keep[:, None] * covariance * keep + noise
        if np.isnan(value):
            continue
        with_sum = covariance.sum(axis=1)
        gain = with_sum / (with_sum.sum() + error)
        mean = mean + gain * (value - mean.sum())
        covariance = covariance - gain[:, None] * with_sum
    return AnomalyState(mean=mean, covariance=covariance)


def draw_anomalies(segments: Sequence[AnomalySegment], step_days: int, members: int, random: Generator) -> Floats:
    """Draw how the quantity departs in each member.

    Parameters
    ----------
    stretches : one after another.
    step_days : length of a step, d.
    members : size of the ensemble.
    random : the batch's stream.

    Returns
    -------
    Floats
        Departure at the end of each step, shape (steps, members); its waves fade, its lasting part stays.
    """
    return np.concatenate([_draw_segment(segment, step_days, members, random) for segment in segments])


def _draw_segment(segment: AnomalySegment, step_days: int, members: int, random: Generator) -> Floats:
    root = matrix_square_root(segment.start.covariance)
    shocks = random.standard_normal((2 + segment.steps, members))
    lasting, wave = segment.start.mean[:, None] + np.einsum("ij,jm->im", root, shocks[:2])
    keep = segment.model.autocorrelation**step_days
    wandering = segment.model.ar1_sd * np.sqrt(1.0 - keep**2)
    path = np.empty((segment.steps, members))
    for step, shock in enumerate(shocks[2:]):
        wave = keep * wave + wandering * shock
        path[step] = lasting + wave
    return path


def matrix_square_root(covariance: Floats) -> Floats:
    """Symmetric square root of a covariance.

    Parameters
    ----------
    covariance : shape (n, n); what rounding left below zero counts as zero.

    Returns
    -------
    Floats
        Shape (n, n); times its transpose it is the covariance.
    """
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2.0)
    return np.asarray(np.einsum("ij,j,kj->ik", vectors, np.sqrt(np.maximum(values, 0.0)), vectors))
