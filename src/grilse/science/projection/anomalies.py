"""Departure of a quantity from its typical course: a lasting part plus an autoregressive part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from grilse.science.arrays import Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import anomaly_autocorrelation


@dataclass(frozen=True, kw_only=True, slots=True)
class AnomalyModel:
    """Spread of a quantity around its typical course, in its own unit."""

    persistent_sd: float
    ar1_sd: float
    autocorrelation: float
    """Correlation of the autoregressive part from one day to the next, 0 to below 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnomalyState:
    """Estimate of the lasting and the autoregressive part at the end of a day."""

    mean: Floats
    """Shape (2,)."""
    covariance: Floats
    """Shape (2, 2)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnomalySegment:
    """Coming steps over which one anomaly continues."""

    steps: int
    model: AnomalyModel
    start: AnomalyState
    """At the end of the day before the first step."""


def sea_anomaly_model(sd: float) -> AnomalyModel:
    """Return the anomaly model of a sea area's temperature, °C.

    `sd` is the SD of the temperature about its profile, °C; NaN where there is no profile.

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
    """Return the anomaly model of a hall's temperature about the set point of its stage, °C.

    Source: projection.toml.
    """
    values = load_parameters("projection")["land"]
    return AnomalyModel(persistent_sd=values["lasting_sd"], ar1_sd=values["wave_sd"], autocorrelation=values["memory"])


def prior_anomaly(model: AnomalyModel) -> AnomalyState:
    """Return the state before any measurement: zero in the mean, with the model's spread."""
    return AnomalyState(mean=np.zeros(2), covariance=np.diag([model.persistent_sd**2, model.ar1_sd**2]))


def filter_anomaly(model: AnomalyModel, departures: Floats, variance: Floats, days: int = 1) -> AnomalyState:
    """Return the state at the last of several measurements.

    Parameters
    ----------
    model : prior spread of the quantity.
    departures : measured minus typical, oldest first, NaN where not measured, shape (n,).
    variance : of the measurement error, shape (n,).
    days : from one measurement to the next.

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
    """Return the anomaly of each member at the end of each step, shape (steps, members).

    The autoregressive part fades over the segments, which follow each other; `step_days` is the length of a step, and
    `random` the stream of the batch.
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
    """Return the symmetric square root of a covariance, shape (n, n).

    Eigenvalues that rounding left below zero count as zero.
    """
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2.0)
    return np.asarray(np.einsum("ij,j,kj->ik", vectors, np.sqrt(np.maximum(values, 0.0)), vectors))
