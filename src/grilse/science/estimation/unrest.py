"""What a filter cannot foresee: multipliers that wander, and levels that jump."""

from dataclasses import replace

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.belief import Belief
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places
from grilse.science.estimation.seen import Sight
from grilse.science.estimation.steps import Eased, Trail

WEEK = 7
LONGEST_GAP = 45
"""Days between two records of a placement that count, at most."""
MONTH = 30


class Unrest:
    """Noise between the chapters, and how large each batch's own past shows it to be.

    A batch's growth may wander more than another's, and its records jump: the scale of its multipliers' noise
    is their mean square departure from 1 over the prior's, and its levels jump by the mean square of the jumps
    seen in a placement-day. Both follow from what lies before.
    """

    def __init__(self, group: Group, priors: Priors) -> None:
        """Begin with the prior, which weighs as much as `scale_months` of one pen."""
        batches = group.batch_start.size
        self.batch, self.priors = group.placements.batch, priors
        self.start = group.placements.start
        self.prior = priors.batch_multiplier_sd**2 + priors.pen_multiplier_sd**2
        self.weight = np.full(batches, priors.scale_months)
        self.departed = self.weight * self.prior
        self.jumped = np.zeros(batches)
        self.days = np.full(batches, priors.jump_days)
        self.last_seen = self.start.copy()
        self.keep = priors.keep**WEEK
        self.conversion_keep = float(0.5 ** (WEEK / priors.conversion_half_life))

    def of(self, standing: Places) -> tuple[Floats, Floats]:
        """Return the scale of the noise and the relative variance of jumps a day, by placement."""
        batch = self.batch[standing]
        return self._scale()[batch], (self.jumped / self.days)[batch]

    def _scale(self) -> Floats:
        low, high = self.priors.scale_range
        return np.minimum(np.maximum(self.departed / (self.weight * self.prior), low), high)

    def turn_week(self, belief: Belief, trail: Trail) -> None:
        """Let multipliers and feed conversion revert and wander by a week."""
        at = belief.layout
        keep = np.ones(at.size)
        keep[at.multiplier], keep[at.pen], keep[at.conversion] = self.keep, self.keep, self.conversion_keep
        belief.mean[at.multiplier] += (1.0 - self.keep) * (1.0 - belief.mean[at.multiplier])
        belief.mean[at.pen] += (1.0 - self.keep) * (1.0 - belief.mean[at.pen])
        belief.mean[at.conversion] *= self.conversion_keep
        belief.covariance *= keep
        belief.covariance *= keep[:, None]
        trail.add(Eased(keep))
        self._wander(belief)

    def _wander(self, belief: Belief) -> None:
        """Add the noise that keeps multipliers and feed conversion at their stationary variances."""
        at, covariance, priors = belief.layout, belief.covariance, self.priors
        batches = np.arange(at.batches)
        members = np.concatenate([batches, np.arange(at.pen.start, at.pen.stop)])
        batch = np.concatenate([batches, self.batch[belief.standing]])
        noise = self._scale()[batch] * (1.0 - self.keep**2)
        together = (batch[:, None] == batch) * (noise * priors.batch_multiplier_sd**2)
        covariance[members[:, None], members] += together
        pens = members[at.batches :]
        covariance[pens, pens] += noise[at.batches :] * priors.pen_multiplier_sd**2
        place = np.arange(at.conversion.start, at.conversion.stop)
        covariance[place, place] += priors.conversion_sd**2 * (1.0 - self.conversion_keep**2)

    def shift(self, belief: Belief, sight: Sight) -> Sight:
        """Open the level of a placement for a record far from what was expected.

        Either the level shifted or the record is bad: as much variance goes to the level as the jump has, as
        far as levels shift at all, and half as much to the record. The next record decides.
        """
        place = belief.layout.root.start + sight.place
        root = sight.expected
        jump = sight.difference**2
        opened = min(jump, (root * self.priors.shift_sd / 3.0) ** 2)
        belief.covariance[place, place] += opened
        self.jumped[self.batch[belief.standing[sight.place]]] += 9.0 * opened / root**2
        return replace(sight, variance=sight.variance + opened + jump / 2.0, shifted=True)

    def heed(self, belief: Belief, sight: Sight, day: int) -> None:
        """Let a record tell how far multipliers depart from 1."""
        placement = int(belief.standing[sight.place])
        gap = day - int(self.last_seen[placement])
        batch, part = int(self.batch[placement]), belief.layout.pen.start + sight.place
        share = min(gap, LONGEST_GAP) / MONTH
        departure = float(belief.mean[part]) - 1.0
        self.departed[batch] += share * (departure**2 + float(belief.covariance[part, part]))
        self.weight[batch] += share
        self.days[batch] += max(gap, 0)
        self.last_seen[placement] = day
