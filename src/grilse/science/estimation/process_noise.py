"""Process noise: drift of the growth multipliers, and level shifts of weights."""

from dataclasses import replace

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation.batch_group import BatchGroup
from grilse.science.estimation.innovations import Innovation
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.smoother import MeanReversion, SmootherLog
from grilse.science.estimation.state_estimate import StateEstimate
from grilse.science.estimation.state_layout import StateLayout

WEEK = 7
LONGEST_GAP = 45
"""Most days between two records of a placement that count."""
MONTH = 30


class AdaptiveVariance:
    """A variance per batch: the prior's combined with observed squares, limited to a range."""

    def __init__(self, batches: int, prior: float, weight: float, factors: tuple[float, float]) -> None:
        """Begin with a prior that weighs as much as `weight` observations."""
        self.low, self.high = factors[0] * prior, factors[1] * prior
        self.weight = [weight] * batches
        self.squares = [weight * prior] * batches
        self.cached_variance: Floats | None = None

    def add_square(self, batch: int, weight: float, square: float) -> None:
        """Add a squared departure, or the mean of several with their weight."""
        self.squares[batch] += weight * square
        self.weight[batch] += weight
        self.cached_variance = None

    @property
    def variance(self) -> Floats:
        """Variance by batch; do not change it."""
        if self.cached_variance is None:
            means = (square / weight for square, weight in zip(self.squares, self.weight, strict=True))
            self.cached_variance = np.array([min(max(mean, self.low), self.high) for mean in means])
        return self.cached_variance


class ProcessNoise:
    """Process noise between segments, adapted to each batch's own past.

    Multipliers of some batches and their pens wander more than others, and some records jump more. The variance of the
    multiplier and of its pens around it combines the prior with observed squares; level shifts have the mean square
    per placement-day. All depend on earlier records only.
    """

    def __init__(self, group: BatchGroup, priors: Priors) -> None:
        """Begin with the priors, which weigh as much as months of one batch, or of one pen."""
        batches = group.batch_start.size
        self.batch, self.priors = group.placements.batch, priors
        self.batch_variance = AdaptiveVariance(
            batches, priors.batch_multiplier_sd**2, priors.batch_months, priors.scale_range
        )
        # Tanks of a hall share their water; weather, lice and disease differ between pens.
        pen_sd = np.where(group.placements.sea, priors.pen_multiplier_sd, priors.tank_multiplier_sd)
        self.pen_prior_variance = pen_sd**2
        self.pen_scale = AdaptiveVariance(batches, 1.0, priors.scale_months, priors.scale_range)
        self.shifted_variance, self.observed_days = [0.0] * batches, [priors.jump_days] * batches
        self.last_observed = group.placements.start.tolist()
        self.weekly_autocorrelation = priors.multiplier_autocorrelation**WEEK
        self.conversion_autocorrelation = float(0.5 ** (WEEK / priors.conversion_half_life))
        self.reversions: dict[int, tuple[MeanReversion, Floats]] = {}
        self.segment_variances: list[tuple[Floats, Floats, Floats]] = []

    def find_variances(self, active: Indices) -> tuple[Floats, Floats, Floats]:
        """Return variances of the batch's multiplier, of a pen's around it, and of level shifts per day."""
        return self._select_variances(
            self.batch_variance.variance, self.pen_scale.variance, self._compute_shift_variance(), active
        )

    def compute_pen_variance(self, active: Indices) -> Floats:
        """Return the variance of the multiplier of placements around their batch's."""
        return np.asarray(self.pen_prior_variance[active] * self.pen_scale.variance[self.batch[active]])

    def store_segment(self) -> int:
        """Store the current variances by batch and return the number of the segment that begins with them."""
        self.segment_variances.append(
            (self.batch_variance.variance, self.pen_scale.variance, self._compute_shift_variance())
        )
        return len(self.segment_variances) - 1

    def find_row_variances(self, segment: Indices, placement: Indices) -> tuple[Floats, Floats, Floats]:
        """Return `find_variances` as it was when the segments of rows began, shape (rows,)."""
        of_batch, of_pens, jumps = (np.array(column) for column in zip(*self.segment_variances, strict=True))
        return self._select_variances(of_batch, of_pens, jumps, placement, segment)

    def _select_variances(
        self, of_batch: Floats, of_pens: Floats, jumps: Floats, active: Indices, *segment: Indices
    ) -> tuple[Floats, Floats, Floats]:
        here = (*segment, self.batch[active])
        return of_batch[here], np.asarray(self.pen_prior_variance[active] * of_pens[here]), jumps[here]

    def _compute_shift_variance(self) -> Floats:
        return np.asarray(np.array(self.shifted_variance) / np.array(self.observed_days))

    def advance_week(self, state: StateEstimate, smoother_log: SmootherLog) -> None:
        """Apply a week of mean reversion and noise to multipliers and feed conversion."""
        reversion, offset = self._build_reversion(state.layout)
        state.mean -= offset
        reversion.predict(state.mean, state.covariance)
        state.mean += offset
        smoother_log.add(reversion)
        self._add_multiplier_noise(state)

    def _build_reversion(self, at: StateLayout) -> tuple[MeanReversion, Floats]:
        """Return the weekly factors of each part, and the values to which parts revert."""
        if at.pens not in self.reversions:
            factors, offset = np.ones(at.size), np.zeros(at.size)
            for part in (at.batch_multiplier, at.pen_multiplier):
                factors[part], offset[part] = self.weekly_autocorrelation, 1.0
            factors[at.feed_conversion] = self.conversion_autocorrelation
            self.reversions[at.pens] = MeanReversion.from_factors(factors), offset
        return self.reversions[at.pens]

    def _add_multiplier_noise(self, state: StateEstimate) -> None:
        """Add the noise that holds multipliers and feed conversion at their stationary variances."""
        at, covariance, part = state.layout, state.covariance, 1.0 - self.weekly_autocorrelation**2
        batch_noise = self.batch_variance.variance * part
        of_pen = batch_noise[:, None] * state.membership
        covariance[at.batch_multiplier, at.pen_multiplier] += of_pen
        covariance[at.pen_multiplier, at.batch_multiplier] += of_pen.T
        covariance[at.pen_multiplier, at.pen_multiplier] += state.membership.T @ of_pen
        diagonal = np.einsum("ii->i", covariance)
        diagonal[at.batch_multiplier] += batch_noise
        diagonal[at.pen_multiplier] += self.compute_pen_variance(state.active) * part
        diagonal[at.feed_conversion] += self.priors.conversion_sd**2 * (1.0 - self.conversion_autocorrelation**2)

    def open_level(self, state: StateEstimate, innovation: Innovation) -> Innovation:
        """Open the level of a placement for a record far from the expected one.

        Either the level shifted or the record is bad: the level gets as much variance as the jump, limited to that of
        level shifts, and the record half as much. The next record decides.
        """
        component = state.layout.root.start + innovation.position
        root, squared_innovation = innovation.expected, innovation.difference**2
        opened = min(squared_innovation, (root * self.priors.shift_sd / 3.0) ** 2)
        state.covariance[component, component] += opened
        innovation.observation.cross_covariance[component] += opened
        self.shifted_variance[int(state.batch[innovation.position])] += 9.0 * opened / root**2
        variance = innovation.variance + opened + squared_innovation / 2.0
        relative_gain = (innovation.relative_gain * innovation.variance + opened) / variance
        return replace(innovation, variance=variance, relative_gain=relative_gain, is_level_shift=True)

    def adapt_variances(self, state: StateEstimate, innovation: Innovation, day: int) -> None:
        """Adapt the variances to a record's departure of multipliers from their means."""
        placement, batch = int(state.active[innovation.position]), int(state.batch[innovation.position])
        pen, covariance = state.layout.pen_multiplier.start + innovation.position, state.covariance.item
        gap = day - self.last_observed[placement]
        share = min(gap, LONGEST_GAP) / MONTH
        of_batch, mean, of_pen = covariance(batch, batch), state.mean.item(batch), state.mean.item(pen)
        alone = covariance(pen, pen) - 2.0 * covariance(pen, batch) + of_batch
        self.pen_scale.add_square(
            batch, share, ((of_pen - mean) ** 2 + alone) / float(self.pen_prior_variance[placement])
        )
        mates = np.count_nonzero(state.membership[batch])
        self.batch_variance.add_square(batch, share / mates, (mean - 1.0) ** 2 + of_batch)
        self.observed_days[batch] += max(gap, 0)
        self.last_observed[placement] = day
