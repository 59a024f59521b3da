"""The joint Gaussian over all placements of a group that stand on a day, and how measurements change it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.layout import Layout, layout
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Places
from grilse.science.estimation.steps import Seen, SeenTogether, Trail
from grilse.science.estimation.versions import Version


@dataclass(slots=True)
class Belief:
    """Mean (d,) and covariance (d, d) of the state that `layout` describes."""

    layout: Layout
    standing: Places
    """Positions of the placements, shape (k,)."""
    mean: Floats
    covariance: Floats
    degree_days: Floats
    known: NDArray[np.bool_]
    """Whether any weight of these fish was ever measured or stated."""

    def innovation(self, parts: Places, slope: Floats, difference: float, sd: float) -> tuple[float, float]:
        """Return a measurement's difference from what was expected, and the variance of it."""
        within = self.covariance[parts[:, None], parts]
        return difference, float(slope @ within @ slope) + sd * sd

    def see(self, trail: Trail, parts: Places, slope: Floats, difference: float, variance: float) -> None:
        """Take in one measurement.

        Parameters
        ----------
        trail : remembers the step.
        parts, slope : positions in the state that it depends on, and by how much, shape (n,).
        difference : measured less expected.
        variance : of the difference, measurement error included.
        """
        across = self.covariance[:, parts] @ slope
        gain = across / variance
        self.mean += gain * difference
        self.covariance -= gain[:, None] * across
        trail.add(Seen(parts, slope, gain, difference, variance))

    def see_together(self, trail: Trail, slope: Floats, difference: Floats, variance: Floats) -> None:
        """Take in measurements with independent errors.

        Parameters
        ----------
        trail : remembers the step.
        slope : (n, d).
        difference, variance : measured less expected, and the errors' variances, shape (n,).
        """
        across = self.covariance @ slope.T
        inner = slope @ across
        inner[np.diag_indices_from(inner)] += variance
        inverse = np.asarray(np.linalg.inv(inner), dtype=np.float64)
        gain = across @ inverse
        self.mean += gain @ difference
        self.covariance -= gain @ across.T
        trail.add(SeenTogether(slope, gain, difference, inverse))


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
        mean=mean,
        covariance=np.diag(spread**2),
        degree_days=np.zeros(0),
        known=np.zeros(0, dtype=np.bool_),
    )
