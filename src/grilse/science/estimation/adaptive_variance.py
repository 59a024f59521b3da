"""A variance that each batch's own past corrects."""

import numpy as np

from grilse.science.arrays import Floats


class AdaptiveVariance:
    """A variance of each batch: the prior's together with what was seen, within a range."""

    def __init__(self, batches: int, prior: float, weight: float, factors: tuple[float, float]) -> None:
        """Begin with a prior that weighs as much as `weight` of what will be seen."""
        self.low, self.high = factors[0] * prior, factors[1] * prior
        self.weight = [weight] * batches
        self.squares = [weight * prior] * batches
        self.cached_variance: Floats | None = None

    def add_square(self, batch: int, weight: float, square: float) -> None:
        """Take in a squared departure, or the mean of several by their weight."""
        self.squares[batch] += weight * square
        self.weight[batch] += weight
        self.cached_variance = None

    @property
    def variance(self) -> Floats:
        """Of each batch; not to be changed."""
        if self.cached_variance is None:
            means = (square / weight for square, weight in zip(self.squares, self.weight, strict=True))
            self.cached_variance = np.array([min(max(mean, self.low), self.high) for mean in means])
        return self.cached_variance
