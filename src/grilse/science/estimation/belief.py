"""The joint Gaussian over all placements of a group that stand on a day, and how measurements change it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dger

from grilse.science.arrays import Floats
from grilse.science.estimation.layout import Layout, layout
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Places
from grilse.science.estimation.steps import SeenTogether, Trail
from grilse.science.estimation.versions import Version


@dataclass(slots=True)
class Belief:
    """Mean (d,) and covariance (d, d) of the state that `layout` describes."""

    layout: Layout
    standing: Places
    """Positions of the placements, shape (k,)."""
    batch: Places
    """Of the placements."""
    members: Floats
    """1 where a placement is of a batch, else 0, (b, k)."""
    mean: Floats
    covariance: Floats
    degree_days: Floats
    known: NDArray[np.bool_]
    """Whether any weight of these fish was ever measured or stated."""

    def see(self, trail: Trail, sum_of: "SumOf", difference: float, variance: float) -> None:
        """Take in one measurement of a sum of parts.

        Parameters
        ----------
        trail : remembers the step.
        sum_of : what was measured.
        difference : measured less expected.
        variance : of the difference, measurement error included.
        """
        gain = sum_of.across / variance
        self.mean += gain * difference
        dger(-1.0, sum_of.across, gain, a=self.covariance.T, overwrite_a=1)
        trail.see(sum_of.parts, sum_of.slope, gain, difference, variance)

    def sum_of(self, parts: list[int], slope: list[float]) -> "SumOf":
        """Return what is believed of a sum of parts."""
        by = np.array(slope)
        across = by @ self.covariance.take(parts, axis=0)
        return SumOf(parts, slope, across, float(by @ across[parts]))

    def see_together(
        self, trail: Trail, slope: Floats, across: Floats, difference: Floats, variance: Floats
    ) -> None:
        """Take in measurements with independent errors.

        Parameters
        ----------
        trail : remembers the step.
        slope, across : and its product with the covariance, (n, d).
        difference, variance : measured less expected, and the errors' variances, shape (n,).
        """
        inner = across @ slope.T
        inner.reshape(-1)[:: variance.size + 1] += variance
        inverse = np.asarray(np.linalg.inv(inner), dtype=np.float64)
        gain = inverse @ across
        self.mean += difference @ gain
        self.covariance -= across.T @ gain
        trail.add(SeenTogether(slope, gain, difference, inverse))


@dataclass(slots=True)
class SumOf:
    """A sum of a few parts of the state, each times a slope."""

    parts: list[int]
    slope: list[float]
    across: Floats
    """Its covariance with the state, (d,)."""
    variance: float


def nothing_known(batches: int, priors: Priors, version: Version | None) -> Belief:
    """Belief before the first fish arrive: what is shared, each from its prior or from what was learned."""
    nothing = layout(batches, 0)
    mean, spread = np.zeros(nothing.size), np.zeros(nothing.size)
    mean[nothing.multiplier], spread[nothing.multiplier] = 1.0, priors.batch_multiplier_sd
    mean[nothing.loss] = version.unrecorded_loss if version else priors.unrecorded_loss
    spread[nothing.loss] = version.unrecorded_loss_sd if version else priors.unrecorded_loss_sd
    spread[nothing.conversion] = priors.conversion_sd
    mean[nothing.company] = version.catch_bias if version else 0.0
    spread[nothing.company] = version.catch_bias_sd if version else priors.company_bias_sd
    return Belief(
        layout=nothing,
        standing=np.zeros(0, dtype=np.int64),
        batch=np.zeros(0, dtype=np.int64),
        members=np.zeros((batches, 0)),
        mean=mean,
        covariance=np.diag(spread**2),
        degree_days=np.zeros(0),
        known=np.zeros(0, dtype=np.bool_),
    )
