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
        self.eased: dict[int, tuple[Eased, Floats]] = {}
        self.kept: list[tuple[Floats, Floats, Floats]] = []

    def of(self, standing: Places) -> tuple[Floats, Floats, Floats]:
        """Return variances of the batch's multiplier, of a pen around it, and of jumps a day."""
        return self._of(self.of_batch.variance, self.of_pens.variance, self._jumps(), standing)

    def pen_variance(self, standing: Places) -> Floats:
        """Return the variance of the multiplier of placements around their batch's."""
        return np.asarray(self.apart[standing] * self.of_pens.variance[self.batch[standing]])

    def keep_chapter(self) -> int:
        """Keep the variances of now, by batch, and return the number of the chapter that begins with them."""
        self.kept.append((self.of_batch.variance, self.of_pens.variance, self._jumps()))
        return len(self.kept) - 1

    def of_rows(self, chapter: Places, placement: Places) -> tuple[Floats, Floats, Floats]:
        """Return what `of` was for placements as chapters began, shape (rows,)."""
        of_batch, of_pens, jumps = (np.array(one) for one in zip(*self.kept, strict=True))
        return self._of(of_batch, of_pens, jumps, placement, chapter)

    def _of(
        self, of_batch: Floats, of_pens: Floats, jumps: Floats, standing: Places, *chapter: Places
    ) -> tuple[Floats, Floats, Floats]:
        here = (*chapter, self.batch[standing])
        return of_batch[here], np.asarray(self.apart[standing] * of_pens[here]), jumps[here]

    def _jumps(self) -> Floats:
        return np.asarray(np.array(self.jumped) / np.array(self.days))

    def turn_week(self, belief: Belief, trail: Trail) -> None:
        """Let multipliers and feed conversion revert and wander by a week."""
        eased, rest = self._eased(belief.layout)
        belief.mean -= rest
        eased.forward(belief.mean, belief.covariance)
        belief.mean += rest
        trail.add(eased)
        self._wander(belief)

    def _eased(self, at: Layout) -> tuple[Eased, Floats]:
        """What a week leaves of each part, and where it comes to rest."""
        if at.pens not in self.eased:
            keep, rest = np.ones(at.size), np.zeros(at.size)
            for part in (at.multiplier, at.pen):
                keep[part], rest[part] = self.keep, 1.0
            keep[at.conversion] = self.conversion_keep
            self.eased[at.pens] = Eased.to(keep), rest
        return self.eased[at.pens]

    def _wander(self, belief: Belief) -> None:
        """Add the noise that keeps multipliers and feed conversion at their stationary variances."""
        at, covariance, part = belief.layout, belief.covariance, 1.0 - self.keep**2
        together = self.of_batch.variance * part
        of_pen = together[:, None] * belief.members
        covariance[at.multiplier, at.pen] += of_pen
        covariance[at.pen, at.multiplier] += of_pen.T
        covariance[at.pen, at.pen] += belief.members.T @ of_pen
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
        self.jumped[int(belief.batch[sight.place])] += 9.0 * opened / root**2
        variance = sight.variance + opened + jump / 2.0
        pull = (sight.pull * sight.variance + opened) / variance
        return replace(sight, variance=variance, pull=pull, shifted=True)

    def heed(self, belief: Belief, sight: Sight, day: int) -> None:
        """Let a record tell how far multipliers depart from their means."""
        placement, batch = int(belief.standing[sight.place]), int(belief.batch[sight.place])
        pen, covariance = belief.layout.pen.start + sight.place, belief.covariance.item
        gap = day - self.last_seen[placement]
        share = min(gap, LONGEST_GAP) / MONTH
        of_batch, mean, of_pen = covariance(batch, batch), belief.mean.item(batch), belief.mean.item(pen)
        alone = covariance(pen, pen) - 2.0 * covariance(pen, batch) + of_batch
        self.of_pens.see(batch, share, ((of_pen - mean) ** 2 + alone) / float(self.apart[placement]))
        mates = np.count_nonzero(belief.members[batch])
        self.of_batch.see(batch, share / mates, (mean - 1.0) ** 2 + of_batch)
        self.days[batch] += max(gap, 0)
        self.last_seen[placement] = day
