"""What a company's own harvests have taught, by the day from which it may be used."""

from dataclasses import dataclass

from grilse.science.estimation.growth_base import GrowthBase


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelVersion:
    """A growth base with what was learned beside it; earlier days never know of it."""

    from_day: int
    """First day that uses it, days since 1970: all that it learned from was harvested before."""
    base: GrowthBase
    """Growth at multiplier 1."""
    catch_bias: float
    """Mean of the logarithm of sampled weight over true weight, the same in every sample of the company."""
    catch_bias_sd: float
    """What is not known of it."""
    unrecorded_loss: float
    """Part of the fish that a life loses unrecorded, per `Priors.unrecorded_loss_days`."""
    unrecorded_loss_sd: float
    """Spread of it between lives, with what is not known of its mean."""
