"""One group on its way through the filter: its ledger, its observations and what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.base import default_base
from grilse.science.estimation.belief import Belief, nothing_known
from grilse.science.estimation.feed import FeedWeeks
from grilse.science.estimation.growing import Course, course, grow
from grilse.science.estimation.layout import FISH, Layout
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.mixing import Mixer, Mixture
from grilse.science.estimation.moves import through_moves
from grilse.science.estimation.observations import Provenance, observations
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places
from grilse.science.estimation.seen import Log
from grilse.science.estimation.steps import Eased, Grown, Mark, Trail
from grilse.science.estimation.tally import Tally
from grilse.science.estimation.versions import Version

WEEK = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Days without an event inside them, or the end of a day with one (no days of growth, one row)."""

    layout: Layout
    standing: Places
    rows: Places
    """(days, k)."""
    first: int
    """Day of the first row."""
    mean: Floats
    covariance: Floats
    """Before the days."""
    root: Floats
    lift: Floats
    push: Floats
    unrest: Floats
    lost: Floats
    """(days, k)."""


class Lane:
    """One group's pass; `belief` is what is believed at the end of the last day passed."""

    def __init__(
        self, group: Group, stand: Stand, versions: Sequence[Version], priors: Priors, *, harvests: bool
    ) -> None:
        """Prepare the pass; `stand` holds the fish per row."""
        self.group, self.stand, self.priors, self.versions = group, stand, priors, versions
        self.seen = observations(group, priors, harvests=harvests)
        self.tally = Tally(group, priors, harvests=harvests)
        self.first, self.last = int(group.rows.day.min()), int(group.rows.day.max())
        self.mixer = Mixer(group)
        self.row_at_zero = group.rows.offset[:-1] - group.placements.start
        self.flags = group.temperature_flags.copy()
        self.gain = np.zeros(group.rows.day.size)
        self.degree_days = np.zeros(group.rows.day.size)
        self.model = np.searchsorted([one.from_day for one in versions], group.rows.day, side="right") - 1
        self.flags[self.model < 0] |= int(Provenance.STAGE_DEFAULTS)
        self.trail = Trail()
        self.blocks: list[Block] = []
        self.ends: list[Block] = []
        self.log = Log()
        self.feed = FeedWeeks(group, stand, priors)
        self.belief = nothing_known(group.batch_start.size, priors, self._version(self.first))
        self.keep = priors.keep**WEEK
        self.conversion_keep = float(0.5 ** (WEEK / priors.conversion_half_life))

    def _version(self, day: int) -> Version | None:
        known = [one for one in self.versions if one.from_day <= day]
        return known[-1] if known else None

    def run(self) -> None:
        """Pass over all days."""
        for day, until in pairwise(self.mixer.boundaries(self.last)):
            self._observe(day, before_moves=1)
            ahead = self._move(day, until)
            self._span(ahead, day, until)

    # --- a day's moves ---

    def _move(self, day: int, until: int) -> Course:
        standing = self.belief.standing
        fish = self.stand.count[self.row_at_zero[standing] + day - 1]
        mixture = self.mixer.mix(day, standing, np.maximum(fish, 0).astype(np.float64))
        flows, closing = self.tally.counted(day, standing)
        self.belief = through_moves(self.belief, self.trail, mixture, flows, closing, self.group, self.priors)
        standing = self.belief.standing
        rows = self._rows(standing, day, until)
        if rows.size:
            self.flags[rows[0, mixture.moved]] |= int(Provenance.FISH_ARRIVED)
        return self._course(day, rows, mixture)

    def _course(self, day: int, rows: Places, mixture: Mixture) -> Course:
        group, standing = self.group, self.belief.standing
        still = self.feed.fasted[rows]
        still[:1, _stated(mixture)] = True
        version = self._version(day)
        ahead = course(
            version.base if version else default_base(),
            self.priors,
            group.placements.stage[standing],
            group.placements.sea[standing],
            still,
            self.belief.degree_days,
            group.temperature[rows],
            group.temperature_sd[rows],
        )
        if rows.size:
            self.degree_days[rows] = ahead.degree_days
            self.belief.degree_days = ahead.degree_days[-1]
        return ahead

    def _rows(self, standing: Places, day: int, until: int) -> Places:
        return np.asarray(self.row_at_zero[standing] + np.arange(day, until)[:, None])

    # --- the days between two moves ---

    def _span(self, ahead: Course, start: int, until: int) -> None:
        cuts = {start, until}
        cuts.update(range(start + (-start) % WEEK, until, WEEK))
        cuts.update(day + 1 for day in range(start, until) if (day, 0) in self.seen.by_day)
        cuts.update(day + 1 for day in range(start, until) if day in self.tally.corrected)
        cuts.update(one.from_day for one in self.versions if start <= one.from_day < until)
        for day, stop in pairwise(sorted(cuts)):
            if day % WEEK == 0:
                self._turn_week()
            self._learn(day)
            if self.belief.standing.size:
                self._grow(ahead, start, day, stop)
                self._end_day(stop)

    def _end_day(self, stop: int) -> None:
        """Take in what the last day before `stop` brought; keep its end if anything was learned."""
        steps = len(self.trail.steps)
        self._recount(stop - 1)
        self._observe(stop - 1, before_moves=0)
        if stop % WEEK == 0:
            self.feed.observe(self.belief, self.trail, stop, self.priors, self.flags, self.log)
        if len(self.trail.steps) > steps:
            self._keep_end(stop - 1)

    def _grow(self, ahead: Course, start: int, day: int, stop: int) -> None:
        belief, at = self.belief, self.belief.layout
        version = self._version(day)
        base = version.base if version else default_base()
        path = grow(ahead, slice(day - start, stop - start), belief.mean[at.root], belief.mean[at.pen], base)
        rows = self._rows(belief.standing, day, stop)
        lost = np.cumsum(self.stand.exposure[rows], axis=0) / FISH
        mean, covariance = belief.mean.copy(), belief.covariance.copy()
        self.trail.add(Mark(len(self.blocks), mean, covariance))
        self.blocks.append(
            Block(
                layout=at,
                standing=belief.standing,
                rows=rows,
                first=day,
                mean=mean,
                covariance=covariance,
                root=path.root,
                lift=path.lift,
                push=path.push,
                unrest=path.unrest,
                lost=lost,
            )
        )
        self.gain[rows] = path.gain
        self.feed.grew(rows, path)
        step = Grown(at, self.group.placements.batch[belief.standing], path.lift[-1], path.push[-1], lost[-1])
        step.forward(belief.mean, belief.covariance)
        belief.mean[at.root] = path.root[-1]
        place = np.arange(at.root.start, at.root.stop)
        belief.covariance[place, place] += path.unrest[-1]
        self.trail.add(step)
        self._mark_rows(rows)

    def _mark_rows(self, rows: Places) -> None:
        belief = self.belief
        self.flags[rows] |= np.where(belief.known, 0, int(Provenance.WEIGHT_ASSUMED))
        young = self.group.placements.stage[belief.standing] == 1
        self.flags[rows[:, young]] |= int(Provenance.BEFORE_FEEDING)

    def _keep_end(self, day: int) -> None:
        """Keep the end of a day, on which something may have been learned."""
        belief, at = self.belief, self.belief.layout
        one = np.ones((1, at.pens))
        self.ends.append(
            Block(
                layout=at,
                standing=belief.standing,
                rows=self._rows(belief.standing, day, day + 1),
                first=day,
                mean=belief.mean.copy(),
                covariance=belief.covariance.copy(),
                root=belief.mean[None, at.root].copy(),
                lift=one,
                push=0.0 * one,
                unrest=0.0 * one,
                lost=0.0 * one,
            )
        )

    def _turn_week(self) -> None:
        """Let multipliers and feed conversion revert and wander by a week."""
        belief, at, priors = self.belief, self.belief.layout, self.priors
        keep = np.ones(at.size)
        keep[at.multiplier], keep[at.pen], keep[at.conversion] = self.keep, self.keep, self.conversion_keep
        belief.mean[at.multiplier] += (1.0 - self.keep) * (1.0 - belief.mean[at.multiplier])
        belief.mean[at.pen] += (1.0 - self.keep) * (1.0 - belief.mean[at.pen])
        belief.mean[at.conversion] *= self.conversion_keep
        belief.covariance *= keep
        belief.covariance *= keep[:, None]
        self.trail.add(Eased(keep))
        _wander(belief, self.group, priors, 1.0 - self.keep**2, 1.0 - self.conversion_keep**2)

    def _learn(self, day: int) -> None:
        """Take up what a new version knows of the company's catch bias, in place of what was known before."""
        version = self._version(day)
        if version is None or version.from_day != day or day == self.first:
            return
        belief, place = self.belief, self.belief.layout.company
        belief.covariance[place, place] += self.priors.company_bias_sd**2
        parts, slope = np.array([place]), np.ones(1)
        difference = version.catch_bias - float(belief.mean[place])
        difference, variance = belief.innovation(parts, slope, difference, version.catch_bias_sd)
        belief.see(self.trail, parts, slope, difference, variance)

    # --- what is seen ---

    def _recount(self, day: int) -> None:
        """Fish that a recount found or missed were there, or not, before: the estimate holds to its own."""
        for placement, change in self.tally.corrected.get(day, ()):
            belief, at = self.belief, self.belief.layout
            place = int(np.searchsorted(belief.standing, placement))
            if place == at.pens or belief.standing[place] != placement:
                continue
            part = at.fish.start + place
            belief.mean[part] -= change / FISH
            if day == self.group.placements.stop[placement] - 1:
                continue  # What leaves the next day was counted already; that count says it.
            fish = max(float(self.stand.count[self.row_at_zero[placement] + day]), 1.0)
            parts, slope = np.array([part]), np.ones(1)
            difference, variance = belief.innovation(
                parts, slope, -float(belief.mean[part]), fish * self.priors.count_sd / FISH
            )
            variance = max(variance, (difference / self.priors.outlier_sigma) ** 2)
            belief.see(self.trail, parts, slope, difference, variance)

    def _observe(self, day: int, *, before_moves: int) -> None:
        """Take in the day's measured weights, in the order of the placements."""
        seen, belief = self.seen, self.belief
        for i in seen.by_day.get((day, before_moves), ()):
            placement = int(seen.placement[i])
            place = int(np.searchsorted(belief.standing, placement))
            if place == belief.standing.size or belief.standing[place] != placement:
                continue
            outlier = self._see_weight(i, place)
            flag = int(seen.flag[i]) | (int(Provenance.OUTLIER) if outlier else 0)
            self.flags[self.row_at_zero[placement] + day - before_moves] |= flag
        if before_moves and (day, 1) in seen.by_day and belief.standing.size:
            self._keep_end(day - 1)

    def _see_weight(self, i: int, place: int) -> bool:
        seen, belief, at = self.seen, self.belief, self.belief.layout
        root = float(belief.mean[at.root.start + place])
        tilt = root / 3.0
        parts = np.array([at.root.start + place, at.bias.start + place, at.company])
        slope = np.array([1.0, tilt * seen.of_pen[i], tilt * seen.of_company[i]])
        expected = root + float(slope[1:] @ belief.mean[parts[1:]])
        difference, variance = belief.innovation(
            parts, slope, float(seen.root[i]) - expected, root * float(seen.relative_sd[i]) / 3.0
        )
        sigmas = difference / variance**0.5
        outlier = bool(abs(sigmas) > self.priors.outlier_sigma)
        if outlier:
            variance = (difference / self.priors.outlier_sigma) ** 2
        self.log.add(seen, i, sigmas, expected, outlier=outlier)
        belief.see(self.trail, parts, slope, difference, variance)
        belief.known[place] = True
        return outlier


def _wander(belief: Belief, group: Group, priors: Priors, part: float, conversion: float) -> None:
    """Noise that keeps multipliers and feed conversion at their stationary variances."""
    at, covariance = belief.layout, belief.covariance
    batches = np.arange(at.batches)
    members = np.concatenate([batches, np.arange(at.pen.start, at.pen.stop)])
    batch = np.concatenate([batches, group.placements.batch[belief.standing]])
    together = (batch[:, None] == batch) * (priors.batch_multiplier_sd**2 * part)
    covariance[members[:, None], members] += together
    pens = members[at.batches :]
    covariance[pens, pens] += priors.pen_multiplier_sd**2 * part
    place = np.arange(at.conversion.start, at.conversion.stop)
    covariance[place, place] += priors.conversion_sd**2 * conversion


def _stated(mixture: Mixture) -> Places:
    """Positions whose fish were mostly stocked today with a stated weight."""
    stated = np.isfinite(mixture.arrival_weight)
    arrivals = mixture.share[:, mixture.share.shape[1] - stated.size :]
    return np.flatnonzero(np.einsum("ij,j->i", arrivals, stated.astype(np.float64)) > 0.5)
