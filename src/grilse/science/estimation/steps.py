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
from grilse.science.estimation.layout import Layout


class Step(Protocol):
    """One change of a belief."""

    def back(self, after: Floats) -> Floats:
        """Adjoint before the step from the one after it, which is used up."""


@dataclass(frozen=True, slots=True)
class Grown:
    """Days of growth: x keeps `lift` of itself, gains `push` of its multiplier; `lost` fish go."""

    layout: Layout
    lift: Floats
    push: Floats
    lost: Floats
    """By batch and placement, (b, k); of a placement in another batch none."""

    def forward(self, mean: Floats, covariance: Floats) -> None:
        """Carry covariance and mean over the days; the means of the roots are the caller's."""
        at = self.layout
        mean[at.fish] -= mean[at.loss] @ self.lost
        self._spread(covariance)
        self._spread(covariance.T)

    def _spread(self, covariance: Floats) -> None:
        at = self.layout
        root = covariance[at.root]
        root *= self.lift[:, None]
        root += self.push[:, None] * covariance[at.pen]
        covariance[at.fish] -= self.lost.T @ covariance[at.loss]

    def back(self, after: Floats) -> Floats:
        """Transpose of the days."""
        self._pull(after)
        self._pull(after.T)
        return after

    def _pull(self, adjoint: Floats) -> None:
        at = self.layout
        root = adjoint[at.root]
        adjoint[at.pen] += self.push[:, None] * root
        root *= self.lift[:, None]
        adjoint[at.loss] -= self.lost @ adjoint[at.fish]


@dataclass(frozen=True, slots=True)
class Eased:
    """Parts of the state shrink, or change their scale."""

    keep: Floats
    """What is left of each, (d,)."""
    both: Floats
    """Of the covariance of two, and of the adjoint, (d + 1, d + 1)."""

    @classmethod
    def to(cls, keep: Floats) -> "Eased":
        """Shrink each part to what is kept of it."""
        wide = np.append(keep, 1.0)
        return cls(keep, wide[:, None] * wide)

    def forward(self, mean: Floats, covariance: Floats) -> None:
        """Shrink mean and covariance."""
        mean *= self.keep
        covariance *= self.both[:-1, :-1]

    def back(self, after: Floats) -> Floats:
        """Transpose of the shrinking."""
        after *= self.both
        return after


@dataclass(frozen=True, slots=True)
class Seen:
    """Measurements of a few parts of the state, taken in one after the other."""

    parts: list[list[int]]
    slope: list[list[float]]
    """Change of what is measured by each of `parts`."""
    gain: list[Floats]
    innovation: list[float]
    variance: list[float]

    def back(self, after: Floats) -> Floats:
        """Add what the measurements say.

        One after the other is as all at once with slopes L⁻¹H, where L is what each earlier gain moved later
        measurements by: they are independent of each other then.
        """
        n, size = len(self.gain), after.shape[0]
        gain, variance = np.array(self.gain), np.array(self.variance)
        slope: Floats = np.zeros((n, size))
        for row, parts, by in zip(slope, self.parts, self.slope, strict=True):
            row[parts] = by
        if n > 1:
            moved = np.tril(slope[:, :-1] @ gain.T, -1)
            moved[np.diag_indices(n)] = 1.0
            slope = np.asarray(np.linalg.solve(moved, slope), dtype=np.float64)
        return _told(after, slope, gain, np.diag(1.0 / variance), np.array(self.innovation) / variance)


@dataclass(frozen=True, slots=True)
class SeenTogether:
    """Several measurements at once."""

    slope: Floats
    """(n, d)."""
    gain: Floats
    """(n, d)."""
    innovation: Floats
    inverse: Floats
    """Of their covariance, (n, n)."""

    def back(self, after: Floats) -> Floats:
        """Add what the measurements say."""
        slope = np.zeros((len(self.slope), after.shape[0]))
        slope[:, :-1] = self.slope
        return _told(after, slope, self.gain, self.inverse, self.inverse @ self.innovation)


def _told(after: Floats, slope: Floats, gain: Floats, inverse: Floats, pull: Floats) -> Floats:
    """Adjoint before measurements: (I - KH)ᵀ A (I - KH) + Hᵀ S⁻¹ H, and (I - KH)ᵀ a - Hᵀ S⁻¹ e.

    `slope` is H with a column of 0 for the vector, (n, d + 1), and `gain` is Kᵀ, (n, d).
    """
    told = gain @ after[:-1]
    both = told[:, :-1] @ gain.T + inverse
    told -= 0.5 * (both @ slope)
    told[:, -1] += pull
    change = slope.T @ told
    after -= change
    after -= change.T
    return after


@dataclass(frozen=True, slots=True)
class Mapped:
    """The linear map of a day's moves, (after, before)."""

    map: Floats

    def back(self, after: Floats) -> Floats:
        """Transpose of the map."""
        before = self.map.shape[1]
        result = np.zeros((before + 1, before + 1))
        pulled = self.map.T @ after[:-1]
        result[:-1, :-1] = pulled[:, :-1] @ self.map
        result[:-1, -1] = result[-1, :-1] = pulled[:, -1]
        return result


@dataclass(frozen=True, slots=True)
class Widened:
    """New, independent parts at the end of the state."""

    before: int

    def back(self, after: Floats) -> Floats:
        """Forget the new parts: nothing earlier knows of them."""
        kept = np.append(np.arange(self.before), -1)
        return np.asarray(after[kept[:, None], kept])


@dataclass(slots=True)
class Trail:
    """Steps of a pass, with a mark where a span of days begins."""

    steps: list["Step | Mark"] = field(default_factory=list)

    def add(self, step: "Step | Mark") -> None:
        """Append a step."""
        self.steps.append(step)

    def see(
        self, parts: list[int], slope: list[float], gain: Floats, innovation: float, variance: float
    ) -> None:
        """Append a measurement of a few parts of the state to those just before it."""
        last = self.steps[-1] if self.steps else None
        if not isinstance(last, Seen):
            last = Seen([], [], [], [], [])
            self.steps.append(last)
        last.parts.append(parts)
        last.slope.append(slope)
        last.gain.append(gain)
        last.innovation.append(innovation)
        last.variance.append(variance)


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
    adjoint = np.zeros((size + 1, size + 1))
    seen: dict[int, tuple[Floats, Floats]] = {}
    for step in reversed(trail.steps):
        if isinstance(step, Mark):
            told = step.covariance @ adjoint[:-1]
            seen[step.number] = (step.mean - told[:, -1], step.covariance - told[:, :-1] @ step.covariance)
        else:
            adjoint = step.back(adjoint)
    return seen
