"""What the filter does to a belief, kept so that hindsight can walk back through it.

Hindsight is the modified Bryson-Frazier smoother: an adjoint vector and matrix go back through the steps, and
a belief P, m seen from the end is P - P A P, m - P a. It inverts nothing, so that a transfer that joins or
splits placements is one more linear map. Source: Bierman 1973.

The adjoint is kept as one symmetric matrix, (d + 1, d + 1): A, and a as its last row and column, since every
step does the same to both. What stands in the corner says nothing.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.state_layout import StateLayout


class FilterStep(Protocol):
    """One change of a belief."""

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Adjoint before the step from the one after it, which is used up."""


@dataclass(frozen=True, slots=True)
class GrowthStep:
    """Days of growth: x keeps `root_sensitivity` of itself and gains `multiplier_sensitivity` of its multiplier."""

    layout: StateLayout
    root_sensitivity: Floats
    multiplier_sensitivity: Floats
    loss_exposure: Floats
    """By batch and placement, (b, k); of a placement in another batch none."""

    def predict(self, mean: Floats, covariance: Floats) -> None:
        """Carry covariance and mean over the days; the means of the roots are the caller's."""
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
        """Transpose of the days."""
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
    """Parts of the state shrink, or change their scale."""

    factors: Floats
    """What is left of each, (d,)."""
    pair_factors: Floats
    """Of the covariance of two, and of the adjoint, (d + 1, d + 1)."""

    @classmethod
    def from_factors(cls, factors: Floats) -> "MeanReversion":
        """Shrink each part to what is kept of it."""
        padded_factors = np.append(factors, 1.0)
        return cls(factors, padded_factors[:, None] * padded_factors)

    def predict(self, mean: Floats, covariance: Floats) -> None:
        """Shrink mean and covariance."""
        mean *= self.factors
        covariance *= self.pair_factors[:-1, :-1]

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Transpose of the shrinking."""
        adjoint *= self.pair_factors
        return adjoint


@dataclass(frozen=True, slots=True)
class SequentialUpdate:
    """Measurements of a few parts of the state, taken in one after the other."""

    indices: list[list[int]]
    coefficients: list[list[float]]
    """Change of what is measured by each of `indices`."""
    gain: list[Floats]
    innovation: list[float]
    variance: list[float]

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Add what the measurements say.

        One after the other is as all at once with slopes L⁻¹H, where L is what each earlier gain moved later
        measurements by: they are independent of each other then.
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
    """Several measurements at once."""

    observation_matrix: Floats
    """(n, d)."""
    gain: Floats
    """(n, d)."""
    innovation: Floats
    inverse_covariance: Floats
    """Of their covariance, (n, n)."""

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Add what the measurements say."""
        coefficients = np.zeros((len(self.observation_matrix), adjoint.shape[0]))
        coefficients[:, :-1] = self.observation_matrix
        return _propagate_update(
            adjoint, coefficients, self.gain, self.inverse_covariance, self.inverse_covariance @ self.innovation
        )


def _propagate_update(
    adjoint: Floats, coefficients: Floats, gain: Floats, inverse_covariance: Floats, pull: Floats
) -> Floats:
    """Adjoint before measurements: (I - KH)ᵀ A (I - KH) + Hᵀ S⁻¹ H, and (I - KH)ᵀ a - Hᵀ S⁻¹ e.

    `slope` (observation matrix) is H with a column of 0 for the vector, (n, d + 1), and `gain` is Kᵀ, (n, d).
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
    """The linear map of a day's moves, (after, before)."""

    matrix: Floats

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Transpose of the map."""
        before = self.matrix.shape[1]
        result = np.zeros((before + 1, before + 1))
        pulled = self.matrix.T @ adjoint[:-1]
        result[:-1, :-1] = pulled[:, :-1] @ self.matrix
        result[:-1, -1] = result[-1, :-1] = pulled[:, -1]
        return result


@dataclass(frozen=True, slots=True)
class StateAugmentation:
    """New, independent parts at the end of the state."""

    before: int

    def propagate_adjoint(self, adjoint: Floats) -> Floats:
        """Forget the new parts: nothing earlier knows of them."""
        remaining = np.append(np.arange(self.before), -1)
        return np.asarray(adjoint[remaining[:, None], remaining])


@dataclass(slots=True)
class SmootherLog:
    """Steps of a pass, with a mark where a span of days begins."""

    steps: list["FilterStep | SmootherMark"] = field(default_factory=list)

    def add(self, step: "FilterStep | SmootherMark") -> None:
        """Append a step."""
        self.steps.append(step)

    def add_update(
        self, indices: list[int], coefficients: list[float], gain: Floats, innovation: float, variance: float
    ) -> None:
        """Append a measurement of a few parts of the state to those just before it."""
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
    """A place at which hindsight is wanted."""

    number: int
    mean: Floats
    covariance: Floats


def smooth_states(smoother_log: SmootherLog, size: int) -> dict[int, tuple[Floats, Floats]]:
    """Walk back through the steps of a pass.

    Parameters
    ----------
    trail : steps in the order in which the filter took them.
    size : length of the state after the last.

    Returns
    -------
    dict
        Mean (d,) and covariance (d, d) in hindsight at each mark, by its number.

    Source: Bierman 1973, Fixed interval smoothing with discrete measurements.
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
