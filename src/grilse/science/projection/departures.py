"""How a quantity departs from its usual course: by a part that lasts, and by waves that fade."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from grilse.science.arrays import Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class Habit:
    """How widely a quantity departs; in its own unit."""

    lasting_sd: float
    wave_sd: float
    memory: float
    """Correlation of the waves from one day to the next, 0 to below 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Departure:
    """What is believed of the lasting part and of the wave at the end of a day."""

    mean: Floats
    """Shape (2,)."""
    covariance: Floats
    """Shape (2, 2)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Steps ahead through which one departure goes on."""

    steps: int
    habit: Habit
    start: Departure
    """At the end of the day before the first step."""


def unseen(habit: Habit) -> Departure:
    """What is believed before anything was measured.

    Parameters
    ----------
    habit : how widely the quantity departs.

    Returns
    -------
    Departure
        Zero in the mean, of the habit's spread.
    """
    return Departure(mean=np.zeros(2), covariance=np.diag([habit.lasting_sd**2, habit.wave_sd**2]))


def seen(habit: Habit, departures: Floats, variance: Floats, days: int = 1) -> Departure:
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
    belief = unseen(habit)
    mean, covariance = belief.mean, belief.covariance
    keep = np.array([1.0, habit.memory**days])
    noise = np.diag([0.0, habit.wave_sd**2 * (1.0 - keep[1] ** 2)])
    for value, error in zip(departures.tolist(), variance.tolist(), strict=True):
        mean, covariance = keep * mean, keep[:, None] * covariance * keep + noise
        if np.isnan(value):
            continue
        with_sum = covariance.sum(axis=1)
        gain = with_sum / (with_sum.sum() + error)
        mean = mean + gain * (value - mean.sum())
        covariance = covariance - gain[:, None] * with_sum
    return Departure(mean=mean, covariance=covariance)


def drawn(stretches: Sequence[Stretch], step_days: int, members: int, random: Generator) -> Floats:
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
    return np.concatenate([_stretch(one, step_days, members, random) for one in stretches])


def _stretch(stretch: Stretch, step_days: int, members: int, random: Generator) -> Floats:
    root = matrix_root(stretch.start.covariance)
    shocks = random.standard_normal((2 + stretch.steps, members))
    lasting, wave = stretch.start.mean[:, None] + np.einsum("ij,jm->im", root, shocks[:2])
    keep = stretch.habit.memory**step_days
    wandering = stretch.habit.wave_sd * np.sqrt(1.0 - keep**2)
    path = np.empty((stretch.steps, members))
    for step, shock in enumerate(shocks[2:]):
        wave = keep * wave + wandering * shock
        path[step] = lasting + wave
    return path


def matrix_root(covariance: Floats) -> Floats:
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
