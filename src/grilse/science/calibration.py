"""Estimate the bias of samples and counts from harvests, where every fish is weighed and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.parameters import load_priors


@dataclass(frozen=True, kw_only=True, slots=True)
class CalibrationPriors:
    """Prior spreads before any harvest; ``learning.toml`` states units and sources."""

    catch_bias_sd: float
    bias_between_sd: float
    loss_between_sd: float
    between_worth: float


@cache
def calibration_priors() -> CalibrationPriors:
    """Return the priors of ``learning.toml``, shared and frozen."""
    return load_priors(CalibrationPriors, "learning")


@dataclass(frozen=True, kw_only=True, slots=True)
class HarvestEvidence:
    """Pens of one batch at their first harvests, shape (pens,), and the samples before those, shape (samples,)."""

    pens: int
    """Number of pens whose harvest was weighed."""
    sampled: Floats
    """Mean weights of samples shortly before the harvest of those pens, g."""
    weighed: Floats
    """Weights on the days of the samples, estimated from the harvest, g."""
    ledger: Floats
    """Fish in the ledger on the day before."""
    missing: Floats
    """Fish of the ledger that were missing when the pen was emptied."""
    life: Floats
    """Share of `unrecorded_loss_days` that passed since the fish were counted in."""

    def estimate_catch_bias(self) -> float:
        """Return the logarithm of sampled over true weight, averaged over the samples; NaN without samples."""
        if not self.sampled.size:
            return float("nan")
        return float(np.log(np.mean(self.sampled / self.weighed)))

    def estimate_loss(self) -> float:
        """Return the unrecorded loss per life that explains the missing fish best; NaN without fish at risk."""
        there = (self.ledger > 0.0) & (self.life > 0.0)
        if not there.any():
            return float("nan")
        share, life = self.missing[there] / self.ledger[there], self.life[there]
        return float((share * life).sum() / (life * life).sum())


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanyMean:
    """Mean of a figure over a company's batches."""

    mean: float
    sd: float
    """SD of the mean."""
    between: float
    """SD between batches."""
    batches: int


def pool_batch_figures(
    figures: Sequence[float], *, prior: float, prior_sd: float, between: float, worth: float
) -> CompanyMean:
    """Return the mean of batches' figures, shrunk towards the prior the more, the fewer figures there are.

    Parameters
    ----------
    figures : one per batch; NaN is ignored. Without figures the prior is returned.
    prior, prior_sd : mean and SD before any batch.
    between, worth : prior SD between batches, and the number of batches that it weighs as much as.

    Source: normal mean with conjugate priors, Gelman et al. 2013, Bayesian Data Analysis, ch. 2 and 3.
    """
    known = np.array([figure for figure in figures if np.isfinite(figure)], dtype=np.float64)
    if not known.size:
        return CompanyMean(mean=prior, sd=prior_sd, between=between, batches=0)
    squares = worth * between**2 + float(((known - known.mean()) ** 2).sum())
    spread = squares / (worth + known.size - 1.0)
    precision = 1.0 / prior_sd**2 + known.size / spread
    mean = (prior / prior_sd**2 + float(known.sum()) / spread) / precision
    return CompanyMean(mean=mean, sd=float(precision**-0.5), between=float(np.sqrt(spread)), batches=int(known.size))
