"""What the filter does to a belief, kept so that hindsight can walk back through it.

Hindsight is the modified Bryson-Frazier smoother: an adjoint vector and matrix go back through the steps, and
a belief P, m seen from the end is P - P A P, m - P a. It inverts nothing, so that a transfer that joins or
splits placements is one more linear map. Source: Bierman 1973.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.layout import Layout
from grilse.science.estimation.records import Places


@dataclass(slots=True)
class Adjoint:
    """What the days after say: vector a, shape (d,), and matrix A, shape (d, d)."""

    vector: Floats
    matrix: Floats


class Step(Protocol):
    """One change of a belief."""

    def back(self, after: Adjoint) -> Adjoint:
        """Adjoint before the step from the one after it."""


@dataclass(frozen=True, slots=True)
class Grown:
    """Days of growth: x keeps `lift` of itself, gains `push` of its multiplier; `lost` fish go."""

    layout: Layout
    batch: Places
    lift: Floats
    push: Floats
    lost: Floats

    def forward(self, mean: Floats, covariance: Floats) -> None:
        """Carry covariance and mean over the days; the means of the roots are the caller's."""
        at = self.layout
        loss = at.loss.start + self.batch
        mean[at.fish] -= self.lost * mean[loss]
        self._spread(covariance, loss)
        self._spread(covariance.T, loss)

    def _spread(self, covariance: Floats, loss: Places) -> None:
        at = self.layout
        covariance[at.root] *= self.lift[:, None]
        covariance[at.root] += self.push[:, None] * covariance[at.pen]
        covariance[at.fish] -= self.lost[:, None] * covariance[loss]

    def back(self, after: Adjoint) -> Adjoint:
        """Transpose of the days."""
        self._pull(after.vector[:, None])
        self._pull(after.matrix)
        self._pull(after.matrix.T)
        return after

    def _pull(self, adjoint: Floats) -> None:
        at = self.layout
        adjoint[at.pen] += self.push[:, None] * adjoint[at.root]
        adjoint[at.root] *= self.lift[:, None]
        lost = self.lost[:, None] * adjoint[at.fish]
        for batch in range(at.batches):
            adjoint[at.loss.start + batch] -= lost[self.batch == batch].sum(axis=0)


@dataclass(frozen=True, slots=True)
class Eased:
    """Parts of the state shrink, or change their scale."""

    keep: Floats
    """What is left of each, (d,), and of the covariance of two, (d, d)."""
    both: Floats

    def back(self, after: Adjoint) -> Adjoint:
        """Transpose of the shrinking."""
        after.vector *= self.keep
        after.matrix *= self.both
        return after


@dataclass(frozen=True, slots=True)
class Seen:
    """One measurement of a few parts of the state."""

    parts: Places
    slope: Floats
    """Change of what is measured by each of `parts`."""
    gain: Floats
    innovation: float
    variance: float

    def back(self, after: Adjoint) -> Adjoint:
        """Add what the measurement says."""
        vector, matrix, parts, slope = after.vector, after.matrix, self.parts, self.slope
        told = matrix @ self.gain
        vector[parts] -= slope * (self.gain @ vector + self.innovation / self.variance)
        across = slope[:, None] * told
        matrix[parts] -= across
        matrix[:, parts] -= across.T
        both = float(self.gain @ told) + 1.0 / self.variance
        matrix[parts[:, None], parts] += both * (slope[:, None] * slope)
        return after


@dataclass(frozen=True, slots=True)
class SeenTogether:
    """Several measurements at once."""

    slope: Floats
    """(n, d)."""
    gain: Floats
    """(d, n)."""
    innovation: Floats
    inverse: Floats
    """Of their covariance, (n, n)."""

    def back(self, after: Adjoint) -> Adjoint:
        """Add what the measurements say."""
        pulled = after.vector - self.slope.T @ (self.gain.T @ after.vector + self.inverse @ self.innovation)
        told = after.matrix @ self.gain
        half = after.matrix - told @ self.slope
        matrix = half - self.slope.T @ (self.gain.T @ half)
        matrix += self.slope.T @ (self.inverse @ self.slope)
        return Adjoint(pulled, matrix)


@dataclass(frozen=True, slots=True)
class Mapped:
    """The linear map of a day's moves, (after, before)."""

    map: Floats

    def back(self, after: Adjoint) -> Adjoint:
        """Transpose of the map."""
        return Adjoint(self.map.T @ after.vector, self.map.T @ after.matrix @ self.map)


@dataclass(frozen=True, slots=True)
class Widened:
    """New, independent parts at the end of the state."""

    before: int

    def back(self, after: Adjoint) -> Adjoint:
        """Forget the new parts: nothing earlier knows of them."""
        return Adjoint(after.vector[: self.before].copy(), after.matrix[: self.before, : self.before].copy())


@dataclass(slots=True)
class Trail:
    """Steps of a pass, with a mark where a span of days begins."""

    steps: list["Step | Mark"] = field(default_factory=list)

    def add(self, step: "Step | Mark") -> None:
        """Append a step."""
        self.steps.append(step)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place at which hindsight is wanted."""

    number: int
    mean: Floats
    covariance: Floats


def hindsight(trail: Trail, size: int) -> dict[int, tuple[Floats, Floats]]:
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
    adjoint = Adjoint(np.zeros(size), np.zeros((size, size)))
    seen: dict[int, tuple[Floats, Floats]] = {}
    for step in reversed(trail.steps):
        if isinstance(step, Mark):
            mean = step.mean - step.covariance @ adjoint.vector
            covariance = step.covariance - step.covariance @ adjoint.matrix @ step.covariance
            seen[step.number] = (mean, covariance)
        else:
            adjoint = step.back(adjoint)
    return seen
