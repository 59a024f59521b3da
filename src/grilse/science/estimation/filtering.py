"""The forward pass: from the first fish to the last day, one day at a time, all placements together."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.base import GrowthBase
from grilse.science.estimation.belief import Belief, nothing_known, through_moves
from grilse.science.estimation.course import Course, course
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.mixing import Mixer, Mixture
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


class Filter:
    """One forward pass over a group."""

    def __init__(self, group: Group, stand: Stand, base: GrowthBase, priors: Priors) -> None:
        """Prepare the pass; `stand` holds the fish per row."""
        self.group, self.stand, self.base, self.priors = group, stand, base, priors
        self.seen = observations(group, priors)
        self.first, self.last = int(group.rows.day.min()), int(group.rows.day.max())
        self.row_at_zero = group.rows.offset[:-1] - group.placements.start
        root, variance, multiplier, gain, degree_days = np.zeros((5, group.rows.day.size))
        self.out = Filtered(
            root=root,
            root_variance=variance,
            multiplier=multiplier,
            gain=gain,
            degree_days=degree_days,
            flags=group.temperature_flags.copy(),
            joint_variance=np.zeros((group.batch_start.size, self.last + 1 - self.first)),
            first=self.first,
        )

    def run(self) -> Filtered:
        """Pass over all days, from one change of who stands where to the next."""
        moves = Mixer(self.group)
        belief = nothing_known(self.group, self.priors)
        boundaries = moves.boundaries(self.last)
        for day, until in pairwise(boundaries):
            self._observe(belief, day, before_moves=1)
            mixture = moves.mix(day, belief.standing, self._fish(belief.standing, day - 1))
            belief = through_moves(belief, mixture, self.group, self.priors)
            if belief.root.size:
                self._pass_span(belief, mixture, day, until)
        return self.out

    def _fish(self, standing: Places, day: int) -> Floats:
        fish = self.stand.count[self.row_at_zero[standing] + day]
        return np.asarray(np.maximum(fish, 0), dtype=np.float64)

    def _pass_span(self, belief: Belief, mixture: Mixture, first: int, until: int) -> None:
        rows = self.row_at_zero[belief.standing] + np.arange(first, until)[:, None]
        temperature = self.group.temperature[rows]
        ahead = course(self.group, self.base, self.priors, belief, mixture, first, temperature)
        trace = _Trace(rows, belief)
        for day in range(ahead.days):
            trace.starts[day] = belief.root
            self._grow(belief, ahead, day)
            self._observe(belief, first + day, before_moves=0)
            trace.keep(day, belief)
        belief.degree_days = ahead.degree_days[-1]
        self._write(trace, ahead, belief)
        self._flag(trace, belief, mixture)

    def _grow(self, belief: Belief, ahead: Course, day: int) -> None:
        growing, slope = ahead.growth(day, belief.root)
        multiplier = belief.multiplier[self.group.batch_start.size :]
        slope *= multiplier
        if ahead.stretch is None or ahead.unrest is None:
            slope += 1.0
        else:
            slope += ahead.stretch[day]
            belief.root *= ahead.stretch[day]
        belief.root += growing * multiplier
        belief.predict(growing, slope, self.priors.keep)
        if ahead.unrest is not None:
            belief.root_root.ravel()[:: belief.root.size + 1] += ahead.unrest[day] * belief.root**2

    def _observe(self, belief: Belief, day: int, *, before_moves: int) -> None:
        """Take in the day's measured weights, in the order of the placements."""
        seen = self.seen
        for i in seen.by_day.get((day, before_moves), ()):
            placement = int(seen.placement[i])
            place = int(np.searchsorted(belief.standing, placement))
            if place == belief.standing.size or belief.standing[place] != placement:
                continue
            root, relative_sd = float(seen.root[i]), float(seen.relative_sd[i])
            outlier = belief.observe(place, root, relative_sd, self.priors.outlier_sigma)
            flag = int(seen.flag[i]) | (int(Provenance.OUTLIER) if outlier else 0)
            self.out.flags[self.row_at_zero[placement] + day - before_moves] |= flag

    def _write(self, trace: "_Trace", ahead: Course, belief: Belief) -> None:
        """Keep a span's means, variances, gains and the joint variance of each batch."""
        out, rows = self.out, trace.rows
        bias = (trace.roots * (self.priors.pen_bias_sd / 3.0)) ** 2
        out.root[rows] = trace.roots
        out.root_variance[rows] = np.einsum("dii->di", trace.covariances) + bias
        out.multiplier[rows] = trace.multipliers
        out.gain[rows] = trace.roots**3 - trace.starts**3
        out.degree_days[rows] = ahead.degree_days
        kilograms = self.stand.estimate[rows] * (3.0 * trace.roots**2 / 1000.0)
        batch = self.group.placements.batch[belief.standing]
        days = slice(ahead.first - self.first, ahead.first - self.first + ahead.days)
        for which in np.unique(batch):
            weights = np.where(batch == which, kilograms, 0.0)
            joint = np.einsum("dij,dj->di", trace.covariances, weights) + bias * weights
            out.joint_variance[which, days] = np.einsum("di,di->d", joint, weights)

    def _flag(self, trace: "_Trace", belief: Belief, mixture: Mixture) -> None:
        flags, rows = self.out.flags, trace.rows
        flags[rows] |= np.where(trace.known, 0, int(Provenance.WEIGHT_ASSUMED))
        flags[rows[0, mixture.moved]] |= int(Provenance.FISH_ARRIVED)
        young = self.group.placements.stage[belief.standing] == 1
        flags[rows[:, young]] |= int(Provenance.BEFORE_FEEDING)


class _Trace:
    """Ends of the days of a span."""

    def __init__(self, rows: Places, belief: Belief) -> None:
        """Make room for `rows`, shape (days, k)."""
        days, k = rows.shape
        self.rows = rows
        self.starts, self.roots, self.multipliers = np.empty((3, days, k))
        self.covariances = np.empty((days, k, k))
        self.known = np.empty((days, k), dtype=np.bool_)
        self.batches = belief.multiplier.size - k

    def keep(self, day: int, belief: Belief) -> None:
        """Keep the end of a day."""
        self.roots[day] = belief.root
        self.multipliers[day] = belief.multiplier[self.batches :]
        self.covariances[day] = belief.root_root
        self.known[day] = belief.known
