"""What harvests, which weigh and count every fish, say of the samples and counts before them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.parameters import load_priors


@dataclass(frozen=True, kw_only=True, slots=True)
class CalibrationPriors:
    """What is believed before any harvest; see ``learning.toml``."""

    catch_bias_sd: float
    bias_between_sd: float
    loss_between_sd: float
    between_worth: float


def calibration_priors() -> CalibrationPriors:
    """Return the priors of ``learning.toml``, shared and frozen."""
    return load_priors(CalibrationPriors, "learning")


@dataclass(frozen=True, kw_only=True, slots=True)
class HarvestEvidence:
    """Pens of one batch at the first harvest of each, shape (pens,), and samples before it, (samples,)."""

    pens: int
    """Pens whose harvest was weighed."""
    sampled: Floats
    """Mean weights of samples soon before the harvest of those pens, g."""
    weighed: Floats
    """What the fish weighed on the samples' days, known from the harvest, g."""
    ledger: Floats
    """Fish in the ledger the day before."""
    missing: Floats
    """Fish of them that turned out not to be there when the pen was empty."""
    life: Floats
    """How much of `unrecorded_loss_days` passed since the fish were counted in."""

    def estimate_catch_bias(self) -> float:
        """Logarithm of sampled over true weight, of all samples; NaN where there are none."""
        if not self.sampled.size:
            return float("nan")
        return float(np.log(np.mean(self.sampled / self.weighed)))

    def estimate_loss(self) -> float:
        """Loss per life that explains the missing best; NaN where no pen says."""
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
    """Of the mean."""
    between: float
    """Spread between batches."""
    batches: int


def pool_batch_figures(
    figures: Sequence[float], *, prior: float, prior_sd: float, between: float, worth: float
) -> CompanyMean:
    """Mean of batches' figures, drawn to the prior the less, the more of them there are.

    Parameters
    ----------
    figures : one a batch; NaN says nothing.
    prior, prior_sd : the mean before any batch.
    between : spread between batches before any.
    worth : batches that `between` is worth.

    Returns
    -------
    Shared
        The prior where there are no figures.

    Source: normal mean with conjugate priors, Gelman et al. 2013, ch. 2 and 3.
    """
    known = np.array([figure for figure in figures if np.isfinite(figure)], dtype=np.float64)
    if not known.size:
        return CompanyMean(mean=prior, sd=prior_sd, between=between, batches=0)
    squares = worth * between**2 + float(((known - known.mean()) ** 2).sum())
    spread = squares / (worth + known.size - 1.0)
    precision = 1.0 / prior_sd**2 + known.size / spread
    mean = (prior / prior_sd**2 + float(known.sum()) / spread) / precision
    return CompanyMean(mean=mean, sd=float(precision**-0.5), between=float(np.sqrt(spread)), batches=int(known.size))
