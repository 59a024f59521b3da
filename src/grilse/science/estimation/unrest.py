"""What a filter cannot foresee: multipliers that wander, and levels that jump."""

from dataclasses import replace

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.belief import Belief
from grilse.science.estimation.layout import Layout
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places
from grilse.science.estimation.seen import Sight
from grilse.science.estimation.spread import Spread
from grilse.science.estimation.steps import Eased, Trail

WEEK = 7
LONGEST_GAP = 45
"""Days between two records of a placement that count, at most."""
MONTH = 30


class Unrest:
    """Noise between the chapters, and how large each batch's own past shows it to be.

    The growth of one batch wanders more than that of another, and so do its pens; its records jump. The
    spread of its multiplier, and that of its pens around it, is the prior's together with the mean square of
    what was seen; its levels jump by the mean square of the jumps in a placement-day. All follow from what
    lies before.
    """

    def __init__(self, group: Group, priors: Priors) -> None:
        """Begin with the priors, which weigh as months of one batch, or of one pen."""
        batches = group.batch_start.size
        self.batch, self.priors = group.placements.batch, priors
        self.of_batch = Spread(
            batches, priors.batch_multiplier_sd**2, priors.batch_months, priors.scale_range
        )
        # Tanks of a hall share their water; pens meet weather, lice and sickness each for itself.
        apart = np.where(group.placements.sea, priors.pen_multiplier_sd, priors.tank_multiplier_sd)
        self.apart = apart**2
        self.of_pens = Spread(batches, 1.0, priors.scale_months, priors.scale_range)
        self.jumped, self.days = [0.0] * batches, [priors.jump_days] * batches
        self.last_seen = group.placements.start.tolist()
        self.keep = priors.keep**WEEK
        self.conversion_keep = float(0.5 ** (WEEK / priors.conversion_half_life))
        self.eased: dict[int, Eased] = {}

    def of(self, standing: Places) -> tuple[Floats, Floats, Floats]:
        """Return variances of the batch's multiplier, of a pen around it, and of jumps a day."""
        batch = self.batch[standing]
        jumps = np.array(self.jumped) / np.array(self.days)
        return self.of_batch.variance()[batch], self.pen_variance(standing), jumps[batch]

    def pen_variance(self, standing: Places) -> Floats:
        """Return the variance of the multiplier of placements around their batch's."""
        return np.asarray(self.apart[standing] * self.of_pens.variance()[self.batch[standing]])

    def turn_week(self, belief: Belief, trail: Trail) -> None:
        """Let multipliers and feed conversion revert and wander by a week."""
        at, mean = belief.layout, belief.mean
        mean[at.multiplier] += (1.0 - self.keep) * (1.0 - mean[at.multiplier])
        mean[at.pen] += (1.0 - self.keep) * (1.0 - mean[at.pen])
        mean[at.conversion] *= self.conversion_keep
        eased = self._eased(at)
        belief.covariance *= eased.both
        trail.add(eased)
        self._wander(belief)

    def _eased(self, at: Layout) -> Eased:
        if at.pens not in self.eased:
            keep = np.ones(at.size)
            keep[at.multiplier], keep[at.pen] = self.keep, self.keep
            keep[at.conversion] = self.conversion_keep
            self.eased[at.pens] = Eased(keep, keep[:, None] * keep)
        return self.eased[at.pens]

    def _wander(self, belief: Belief) -> None:
        """Add the noise that keeps multipliers and feed conversion at their stationary variances."""
        at, covariance, part = belief.layout, belief.covariance, 1.0 - self.keep**2
        batch, together = self.batch[belief.standing], self.of_batch.variance() * part
        of_pen = (batch[:, None] == np.arange(at.batches)) * together
        covariance[at.pen, at.multiplier] += of_pen
        covariance[at.multiplier, at.pen] += of_pen.T
        covariance[at.pen, at.pen] += (batch[:, None] == batch) * together[batch]
        diagonal = np.einsum("ii->i", covariance)
        diagonal[at.multiplier] += together
        diagonal[at.pen] += self.pen_variance(belief.standing) * part
        diagonal[at.conversion] += self.priors.conversion_sd**2 * (1.0 - self.conversion_keep**2)

    def shift(self, belief: Belief, sight: Sight) -> Sight:
        """Open the level of a placement for a record far from what was expected.

        Either the level shifted or the record is bad: as much variance goes to the level as the jump has, as
        far as levels shift at all, and half as much to the record. The next record decides.
        """
        place = belief.layout.root.start + sight.place
        root, jump = sight.expected, sight.difference**2
        opened = min(jump, (root * self.priors.shift_sd / 3.0) ** 2)
        belief.covariance[place, place] += opened
        sight.sum_of.across[place] += opened
        self.jumped[int(self.batch[belief.standing[sight.place]])] += 9.0 * opened / root**2
        variance = sight.variance + opened + jump / 2.0
        pull = (sight.pull * sight.variance + opened) / variance
        return replace(sight, variance=variance, pull=pull, shifted=True)

    def heed(self, belief: Belief, sight: Sight, day: int) -> None:
        """Let a record tell how far multipliers depart from their means."""
        placement, at, mean = int(belief.standing[sight.place]), belief.layout, belief.mean
        gap = day - self.last_seen[placement]
        batch, pen = int(self.batch[placement]), at.pen.start + sight.place
        share = min(gap, LONGEST_GAP) / MONTH
        of_pen, of_batch = belief.covariance[pen], float(belief.covariance[batch, batch])
        alone = float(of_pen[pen]) - 2.0 * float(of_pen[batch]) + of_batch
        departed = float(mean[pen] - mean[batch]) ** 2 + alone
        self.of_pens.see(batch, share, departed / float(self.apart[placement]))
        mates = np.count_nonzero(self.batch[belief.standing] == batch)
        self.of_batch.see(batch, share / mates, float(mean[batch] - 1.0) ** 2 + of_batch)
        self.days[batch] += max(gap, 0)
        self.last_seen[placement] = day
