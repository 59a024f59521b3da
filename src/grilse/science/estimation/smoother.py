"""The steps of a filter pass, and the smoother that goes back through them.

The modified Bryson-Frazier smoother carries an adjoint vector a and matrix A back through the steps; the smoothed
estimate of a state P, m is P - P A P, m - P a. It inverts nothing, so a transfer that joins or splits placements is
one more linear map. Source: Bierman 1973, Fixed interval smoothing with discrete measurements.

The adjoint is stored as one symmetric matrix, (d + 1, d + 1): A, with a as its last row and column, since every step
transforms both alike. Its corner has no meaning.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.state_layout import StateLayout


class FilterStep(Protocol):
    """One change of the state estimate."""

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Return the adjoint before the step from the one after it, which is consumed."""


@dataclass(frozen=True, slots=True)
class GrowthStep:
    """Days of growth: a root has `root_sensitivity` to itself and `multiplier_sensitivity` to its multiplier."""

    layout: StateLayout
    root_sensitivity: Floats
    multiplier_sensitivity: Floats
    loss_exposure: Floats
    """By batch and placement, (b, k); 0 for a placement of another batch."""

    def predict(self, mean: Floats, covariance: Floats) -> None:
        """Predict covariance and mean over the days; the caller sets the means of the roots."""
        at = self.layout
        mean[at.count_offset] -= mean[at.unrecorded_loss] @ self.loss_exposure
        self._transform_rows(covariance)
        self._transform_rows(covariance.T)

    def _transform_rows(self, covariance: Floats) -> None:
        at = self.layout
        root = covariance[at.root]
        root *= self.root_sensitivity[:, None]
        root += self.multiplier_sensitivity[:, None] * covariance[at.pen_multiplier]
        covariance[at.count_offset] -= self.loss_exposure.T @ covariance[at.unrecorded_loss]

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Apply the transposed step."""
        self._transform_adjoint(adjoint)
        self._transform_adjoint(adjoint.T)
        return adjoint

    def _transform_adjoint(self, adjoint: Floats) -> None:
        at = self.layout
        root = adjoint[at.root]
        adjoint[at.pen_multiplier] += self.multiplier_sensitivity[:, None] * root
        root *= self.root_sensitivity[:, None]
        adjoint[at.unrecorded_loss] -= self.loss_exposure @ adjoint[at.count_offset]


@dataclass(frozen=True, slots=True)
class MeanReversion:
    """Parts of the state shrink towards zero, or are rescaled."""

    factors: Floats
    """Factor of each component, (d,)."""
    pair_factors: Floats
    """Factors of the covariance and of the adjoint, (d + 1, d + 1)."""

    @classmethod
    def from_factors(cls, factors: Floats) -> "MeanReversion":
        """Build the step from the factor of each component."""
        padded_factors = np.append(factors, 1.0)
        return cls(factors, padded_factors[:, None] * padded_factors)

    def predict(self, mean: Floats, covariance: Floats) -> None:
        """Scale mean and covariance."""
        mean *= self.factors
        covariance *= self.pair_factors[:-1, :-1]

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Apply the transposed step."""
        adjoint *= self.pair_factors
        return adjoint


@dataclass(frozen=True, slots=True)
class SequentialUpdate:
    """Updates from observations of a few components, one after the other."""

    indices: list[list[int]]
    coefficients: list[list[float]]
    """Derivative of each observation by each of its `indices`."""
    gain: list[Floats]
    innovation: list[float]
    variance: list[float]

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Add the information of the observations.

        Sequential updates equal a joint one with slopes L⁻¹H, where L holds the changes of later observations by
        earlier gains: those observations are independent.
        """
        n, size = len(self.gain), adjoint.shape[0]
        gain, variance = np.array(self.gain), np.array(self.variance)
        coefficients: Floats = np.zeros((n, size))
        for row, indices, by in zip(coefficients, self.indices, self.coefficients, strict=True):
            row[indices] = by
        if n > 1:
            moved = np.tril(coefficients[:, :-1] @ gain.T, -1)
            moved[np.diag_indices(n)] = 1.0
            coefficients = np.asarray(np.linalg.solve(moved, coefficients), dtype=np.float64)
        return _propagate_update(
            adjoint, coefficients, gain, np.diag(1.0 / variance), np.array(self.innovation) / variance
        )


@dataclass(frozen=True, slots=True)
class JointUpdate:
    """One update from several observations."""

    observation_matrix: Floats
    """(n, d)."""
    gain: Floats
    """(n, d)."""
    innovation: Floats
    inverse_covariance: Floats
    """Of the innovations, (n, n)."""

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Add the information of the observations."""
        coefficients = np.zeros((len(self.observation_matrix), adjoint.shape[0]))
        coefficients[:, :-1] = self.observation_matrix
        return _propagate_update(
            adjoint, coefficients, self.gain, self.inverse_covariance, self.inverse_covariance @ self.innovation
        )


def _propagate_update(
    adjoint: Floats, coefficients: Floats, gain: Floats, inverse_covariance: Floats, pull: Floats
) -> Floats:
    """Adjoint before an update: (I - KH)ᵀ A (I - KH) + Hᵀ S⁻¹ H, and (I - KH)ᵀ a - Hᵀ S⁻¹ e.

    `coefficients` (observation matrix) is H with a column of 0 for the vector, (n, d + 1), and `gain` is Kᵀ, (n, d).
    """
    projected = gain @ adjoint[:-1]
    quadratic = projected[:, :-1] @ gain.T + inverse_covariance
    projected -= 0.5 * (quadratic @ coefficients)
    projected[:, -1] += pull
    change = coefficients.T @ projected
    adjoint -= change
    adjoint -= change.T
    return adjoint


@dataclass(frozen=True, slots=True)
class LinearTransition:
    """The linear map of a day's movements, (after, before)."""

    matrix: Floats

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Apply the transposed map."""
        before = self.matrix.shape[1]
        result = np.zeros((before + 1, before + 1))
        pulled = self.matrix.T @ adjoint[:-1]
        result[:-1, :-1] = pulled[:, :-1] @ self.matrix
        result[:-1, -1] = result[-1, :-1] = pulled[:, -1]
        return result


@dataclass(frozen=True, slots=True)
class StateAugmentation:
    """New, independent components at the end of the state."""

    before: int

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Drop the new components, which nothing earlier depends on."""
        remaining = np.append(np.arange(self.before), -1)
        return np.asarray(adjoint[remaining[:, None], remaining])


@dataclass(slots=True)
class SmootherLog:
    """Steps of a pass, with marks where blocks of days begin."""

    steps: list["FilterStep | SmootherMark"] = field(default_factory=list)

    def add(self, step: "FilterStep | SmootherMark") -> None:
        """Append a step or mark."""
        self.steps.append(step)

    def add_update(
        self, indices: list[int], coefficients: list[float], gain: Floats, innovation: float, variance: float
    ) -> None:
        """Append an observation of a few components to the sequential update in progress."""
        last = self.steps[-1] if self.steps else None
        if not isinstance(last, SequentialUpdate):
            last = SequentialUpdate([], [], [], [], [])
            self.steps.append(last)
        last.indices.append(indices)
        last.coefficients.append(coefficients)
        last.gain.append(gain)
        last.innovation.append(innovation)
        last.variance.append(variance)


@dataclass(frozen=True, slots=True)
class SmootherMark:
    """A point at which the smoothed estimate is needed."""

    number: int
    mean: Floats
    covariance: Floats


def smooth_states(smoother_log: SmootherLog, size: int) -> dict[int, tuple[Floats, Floats]]:
    """Return the smoothed mean (d,) and covariance (d, d) at each mark of a pass, by its number.

    `size` is the length of the state after the last step.
    """
    adjoint = np.zeros((size + 1, size + 1))
    smoothed: dict[int, tuple[Floats, Floats]] = {}
    for step in reversed(smoother_log.steps):
        if isinstance(step, SmootherMark):
            correction = step.covariance @ adjoint[:-1]
            smoothed[step.number] = (
                step.mean - correction[:, -1],
                step.covariance - correction[:, :-1] @ step.covariance,
            )
        else:
            adjoint = step.propagate_adjoint(adjoint)
    return smoothed
