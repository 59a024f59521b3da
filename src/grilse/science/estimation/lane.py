"""One group on its way through the filter: its ledger, its observations and what becomes of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.base import GrowthBase
from grilse.science.estimation.belief import nothing_known, through_moves
from grilse.science.estimation.course import Course, course
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.mixing import Mixer
from grilse.science.estimation.observations import Provenance, observations
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places


@dataclass(frozen=True, kw_only=True, slots=True)
class Filtered:
    """What the filter says at the end of each placement-day, shape (rows,), and of each batch-day."""

    root: Floats
    """g^(1/3)."""
    root_variance: Floats
    multiplier: Floats
    gain: Floats
    """g per fish that day."""
    degree_days: Floats
    flags: Places
    joint_variance: Floats
    """kg²: variance of a batch's biomass from weights alone, shape (batches, days)."""
    first: int
    """First day of `joint_variance`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ends:
    """Ends of the days of a span, (days, k)."""

    starts: Floats
    """Cube root of weight at the start of each day."""
    roots: Floats
    multipliers: Floats
    covariances: Floats
    """(days, k, k)."""
    known: NDArray[np.bool_]


class Lane:
    """One group's pass; `belief` is what is believed at the end of the last day passed."""

    def __init__(self, group: Group, stand: Stand, base: GrowthBase, priors: Priors) -> None:
        """Prepare the pass; `stand` holds the fish per row."""
        self.group, self.stand, self.base, self.priors = group, stand, base, priors
        self.seen = observations(group, priors)
        self.first, last = int(group.rows.day.min()), int(group.rows.day.max())
        self.days = last + 1 - self.first
        self.mixer = Mixer(group)
        self.boundaries = self.mixer.boundaries(last)
        self.belief = nothing_known(group, priors)
        self.row_at_zero = group.rows.offset[:-1] - group.placements.start
        root, variance, multiplier, gain, degree_days = np.zeros((5, group.rows.day.size))
        self.out = Filtered(
            root=root,
            root_variance=variance,
            multiplier=multiplier,
            gain=gain,
            degree_days=degree_days,
            flags=group.temperature_flags.copy(),
            joint_variance=np.zeros((group.batch_start.size, self.days)),
            first=self.first,
        )

    @property
    def batches(self) -> int:
        """Batches of the group."""
        return int(self.group.batch_start.size)

    def widest(self) -> int:
        """Most placements that ever stand on one day."""
        start, stop = self.group.placements.start, self.group.placements.stop
        return max(int(np.count_nonzero((start <= day) & (day < stop))) for day in self.boundaries)

    def move(self, day: int, until: int) -> Course:
        """Take the belief through the movements of a day; return what the days until the next bring."""
        self.observe(day, before_moves=1)
        standing = self.belief.standing
        fish = self.stand.count[self.row_at_zero[standing] + day - 1]
        mixture = self.mixer.mix(day, standing, np.maximum(fish, 0).astype(np.float64))
        self.belief = through_moves(self.belief, mixture, self.group, self.priors)
        rows = self.rows(self.belief.standing, day, until)
        ahead = course(self.group, self.base, self.priors, self.belief, mixture, self.group.temperature[rows])
        if rows.size:
            self.out.degree_days[rows] = ahead.degree_days
            self.belief.degree_days = ahead.degree_days[-1]
            self.out.flags[rows[0, mixture.moved]] |= int(Provenance.FISH_ARRIVED)
        return ahead

    def rows(self, standing: Places, day: int, until: int) -> Places:
        """Rows of placements on days, (days, k)."""
        return np.asarray(self.row_at_zero[standing] + np.arange(day, until)[:, None])

    def observe(self, day: int, *, before_moves: int) -> None:
        """Take in the day's measured weights, in the order of the placements."""
        seen, belief = self.seen, self.belief
        for i in seen.by_day.get((day, before_moves), ()):
            placement = int(seen.placement[i])
            place = int(np.searchsorted(belief.standing, placement))
            if place == belief.standing.size or belief.standing[place] != placement:
                continue
            root, relative_sd = float(seen.root[i]), float(seen.relative_sd[i])
            outlier = belief.observe(place, root, relative_sd, self.priors.outlier_sigma)
            flag = int(seen.flag[i]) | (int(Provenance.OUTLIER) if outlier else 0)
            self.out.flags[self.row_at_zero[placement] + day - before_moves] |= flag

    def write(self, standing: Places, day: int, ends: Ends) -> None:
        """Keep a span's means, variances, gains and the joint variance of each batch."""
        out, rows = self.out, self.rows(standing, day, day + ends.roots.shape[0])
        bias = (ends.roots * (self.priors.pen_bias_sd / 3.0)) ** 2
        out.root[rows] = ends.roots
        out.root_variance[rows] = np.einsum("dii->di", ends.covariances) + bias
        out.multiplier[rows] = ends.multipliers
        out.gain[rows] = ends.roots**3 - ends.starts**3
        out.flags[rows] |= np.where(ends.known, 0, int(Provenance.WEIGHT_ASSUMED))
        out.flags[rows[:, self.group.placements.stage[standing] == 1]] |= int(Provenance.BEFORE_FEEDING)
        kilograms = self.stand.estimate[rows] * (3.0 * ends.roots**2 / 1000.0)
        batch = self.group.placements.batch[standing]
        days = slice(day - self.first, day - self.first + rows.shape[0])
        for which in np.unique(batch):
            weights = np.where(batch == which, kilograms, 0.0)
            joint = np.einsum("dij,dj->di", ends.covariances, weights) + bias * weights
            out.joint_variance[which, days] = np.einsum("di,di->d", joint, weights)
