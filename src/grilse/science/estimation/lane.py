"""One group on its way through the filter: its ledger, its observations and what becomes of them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from grilse.science.estimation.base import GrowthBase, default_base
from grilse.science.estimation.belief import nothing_known
from grilse.science.estimation.chapter import Block, Chapter, now
from grilse.science.estimation.feed import FeedWeeks
from grilse.science.estimation.growing import Course, course, grow, growth
from grilse.science.estimation.layout import FISH
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.mixing import Mixer, Mixture
from grilse.science.estimation.moves import through_moves
from grilse.science.estimation.observations import Measured, Provenance, observations
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places
from grilse.science.estimation.seen import Log, Sight
from grilse.science.estimation.steps import Eased, Mark, Trail
from grilse.science.estimation.tally import Tally
from grilse.science.estimation.unrest import WEEK, Unrest
from grilse.science.estimation.versions import Version


class Lane:
    """One group's pass; `belief` is what is believed now, `end` what is at the end of the last day."""

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
        rows = group.rows.day.size
        self.flags = group.temperature_flags.copy()
        self.gain, self.degree_days = np.zeros(rows), np.zeros(rows)
        self.chapter = np.zeros(rows, dtype=np.int64)
        self.model = np.searchsorted([one.from_day for one in versions], group.rows.day, side="right") - 1
        self.flags[self.model < 0] |= int(Provenance.STAGE_DEFAULTS)
        self.trail, self.log = Trail(), Log()
        self.known: list[Block] = []
        self.whole: list[Block] = []
        self.feed = FeedWeeks(group, stand, priors)
        self.unrest = Unrest(group, priors)
        self.belief = nothing_known(group.batch_start.size, priors, self._version(self.first))

    def _version(self, day: int) -> Version | None:
        known = [one for one in self.versions if one.from_day <= day]
        return known[-1] if known else None

    def _base(self, day: int) -> GrowthBase:
        version = self._version(day)
        return version.base if version else default_base()

    def run(self) -> None:
        """Pass over all days."""
        for day, until in pairwise(self.mixer.boundaries(self.last)):
            self._observe_now(day, before_moves=1)
            ahead = self._move(day, until)
            if self.belief.standing.size:
                self._span(ahead, day, until)
        self.end = replace(
            self.belief, mean=self.belief.mean.copy(), covariance=self.belief.covariance.copy()
        )
        self._close(self.last + 1)
        self.batch_spread, self.pen_spread, self.jumps = self.unrest.of_rows(
            self.chapter, self.group.rows.placement
        )

    def _close(self, day: int) -> None:
        """Take in, for hindsight, what was weighed and counted as the last placements of the group ended."""
        if (self.group.placements.stop <= day).all():
            self._observe_now(day, before_moves=1)
            self._move(day, day + 1)

    # --- a day's moves ---

    def _move(self, day: int, until: int) -> Course:
        standing = self.belief.standing
        fish = self.stand.count[self.row_at_zero[standing] + day - 1]
        mixture = self.mixer.mix(day, standing, np.maximum(fish, 0).astype(np.float64))
        flows, closing = self.tally.counted(day, standing)
        self.belief = through_moves(
            self.belief,
            self.trail,
            mixture,
            flows,
            closing,
            self.group,
            self.unrest.pen_variance(mixture.standing),
            self.priors,
        )
        rows = self._rows(day, until)
        if rows.size:
            self.flags[rows[0, mixture.moved]] |= int(Provenance.FISH_ARRIVED)
        return self._course(day, rows, mixture)

    def _course(self, day: int, rows: Places, mixture: Mixture) -> Course:
        group, standing = self.group, self.belief.standing
        still = self.feed.fasted[rows]
        self.flags[rows[still]] |= int(Provenance.FASTED)
        still[:1, _stated(mixture)] = True
        ahead = course(
            self._base(day),
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
        young = group.placements.stage[standing] == 1
        self.flags[rows[:, young]] |= int(Provenance.BEFORE_FEEDING)
        return ahead

    def _rows(self, day: int, until: int) -> Places:
        return np.asarray(self.row_at_zero[self.belief.standing] + np.arange(day, until)[:, None])

    # --- the days between two moves ---

    def _span(self, ahead: Course, start: int, until: int) -> None:
        cuts = {start, until, *range(start + (-start) % WEEK, until, WEEK)}
        cuts.update(one.from_day for one in self.versions if start <= one.from_day < until)
        recounts = (day for one in self.tally.corrected for day in (one, one + 1))
        cuts.update(day for day in recounts if start <= day < until)
        for day, stop in pairwise(sorted(cuts)):
            if day % WEEK == 0:
                self.unrest.turn_week(self.belief, self.trail)
            self._learn(ahead, start, day)
            self._recount(day)
            first = day
            while first < stop:
                first = self._chapter(ahead, start, first, stop)

    def _chapter(self, ahead: Course, start: int, first: int, stop: int) -> int:
        """Pass over the days to `stop`, or to the first on which a level shifts; return the day after."""
        chapter = self._begin(ahead, start, first, stop)
        for day in range(first, stop):
            shifted = self._observe(chapter, day)
            if shifted is not None:
                chapter.cut(day + 1 - first)
                self._end(chapter)
                self._observe_now(day, before_moves=0, since=shifted)
                self._keep_now(day)
                return day + 1
        fed = self.feed.week(self.belief, stop, self.priors) if stop % WEEK == 0 else None
        if fed is not None:
            chapter.keep(stop - 1 - first)
            self.belief.see_together(self.trail, fed.slope, fed.across, fed.difference, fed.variance)
            self.log.feed.append((fed.placements, stop - 1, fed.off))
            self.flags[fed.rows] |= int(Provenance.FED)
        self._end(chapter)
        return stop

    def _begin(self, ahead: Course, start: int, first: int, stop: int) -> Chapter:
        belief, at = self.belief, self.belief.layout
        rows = self._rows(first, stop)
        days = slice(first - start, stop - start)
        path = grow(ahead, days, belief.mean[at.root], belief.mean[at.pen], self._base(first))
        self.gain[rows] = path.gain
        self.feed.usual[rows] = path.usual
        self.chapter[rows] = self.unrest.keep_chapter()
        if not belief.known.all():
            self.flags[rows[:, ~belief.known]] |= int(Provenance.WEIGHT_ASSUMED)
        lost = np.add.accumulate(self.stand.exposure[rows]) / FISH
        return Chapter(belief, first, rows, path, lost)

    def _end(self, chapter: Chapter) -> None:
        self.whole.append(chapter.end(self.trail, len(self.whole)))
        self.known += chapter.blocks

    def _keep_now(self, day: int) -> None:
        """Write down the end of a day on which a level shifted: the days before do not lead up to it."""
        block = now(self.belief, self._rows(day, day + 1), day)
        self.trail.add(Mark(len(self.whole), block.mean, block.covariance))
        self.known.append(block)
        self.whole.append(block)

    # --- what is learned ---

    def _learn(self, ahead: Course, start: int, day: int) -> None:
        """Begin a new version: its base, and its catch bias in place of what was known of it before."""
        version = self._version(day)
        if version is None or version.from_day != day or day == self.first:
            return
        self._rebase(ahead, day - start, self._base(day - 1), version.base)
        company = self.belief.layout.company
        for place in range(company.start, company.stop):
            self.belief.covariance[place, place] += self.priors.company_bias_sd**2
            self._see(place, version.catch_bias, version.catch_bias_sd)

    def _rebase(self, ahead: Course, day: int, old: GrowthBase, new: GrowthBase) -> None:
        """Let fish grow on as they were seen to grow: what is known of a multiplier goes to the new base.

        Where nothing was seen the multiplier stays what it was, and growth becomes that of the new base.
        """
        belief, at, today = self.belief, self.belief.layout, slice(day, day + 1)
        gains = [growth(ahead, today, belief.mean[at.root], base)[0][0] for base in (old, new)]
        growing = (gains[0] > 0.0) & (gains[1] > 0.0)
        factor = np.where(growing, gains[0], 1.0) / np.where(growing, gains[1], 1.0)
        keep, batch = np.ones(at.size), belief.batch
        keep[at.pen] = factor
        for one in np.unique(batch[growing]).tolist():
            keep[at.multiplier.start + one] = factor[growing & (batch == one)].mean()
        of_batch, of_pen, _ = self.unrest.of(belief.standing)
        prior = np.ones(at.size)
        prior[at.multiplier] = self.unrest.of_batch.variance
        prior[at.pen] = of_batch + of_pen
        known = 1.0 - np.minimum(np.einsum("ii->i", belief.covariance) / prior, 1.0)
        keep = 1.0 + known * (keep - 1.0)
        step = Eased.to(keep)
        step.forward(belief.mean, belief.covariance)
        self.trail.add(step)

    def _recount(self, day: int) -> None:
        """Fish that a recount found or missed were there, or not, before: the estimate holds to its own.

        The count is taken in the day after, of those that still stand: what left was counted as it left.
        """
        fish = self.belief.layout.fish.start
        for placement, _ in self.tally.corrected.get(day - 1, ()):
            place = self._place(placement)
            if place is not None:
                count = max(float(self.stand.count[self.row_at_zero[placement] + day - 1]), 1.0)
                self._see(fish + place, 0.0, count * self.priors.count_sd / FISH)
        for placement, change in self.tally.corrected.get(day, ()):
            place = self._place(placement)
            if place is not None:
                self.belief.mean[fish + place] -= change / FISH

    def _see(self, part: int, value: float, sd: float) -> None:
        """Take in a value of one part; one that cannot be right pulls the less, the farther off it is."""
        believed = self.belief.sum_of([part], [1.0])
        difference = value - float(self.belief.mean[part])
        variance = max(believed.variance + sd * sd, (difference / self.priors.outlier_sigma) ** 2)
        self.belief.see(self.trail, believed, difference, variance)

    def _place(self, placement: int) -> int | None:
        """Return the position of a placement among those that stand."""
        place = int(self.belief.standing.searchsorted(placement))
        stands = place < self.belief.standing.size and self.belief.standing[place] == placement
        return place if stands else None

    def _observe(self, chapter: Chapter, day: int) -> int | None:
        """Take in a day's weights; return the first that shifts a level, which the chapter cannot hold."""
        for i, seen in enumerate(self.seen.get((day, 0), ())):
            place = self._place(seen.placement)
            if place is None:
                continue
            chapter.keep(day - chapter.first)
            sight = self._sight(seen, place, *chapter.weight(place, day - chapter.first))
            if abs(sight.sigmas) > self.priors.shift_sigma:
                return i
            self._take(seen, sight, day)
        return None

    def _observe_now(self, day: int, *, before_moves: int, since: int = 0) -> None:
        """Take in weights of a moment: before the day's moves, or from one on that shifts a level."""
        for seen in self.seen.get((day, before_moves), [])[since:]:
            place = self._place(seen.placement)
            if place is None:
                continue
            part = self.belief.layout.root.start + place
            sight = self._sight(seen, place, float(self.belief.mean[part]), [part], [1.0])
            if abs(sight.sigmas) > self.priors.shift_sigma:
                sight = self.unrest.shift(self.belief, sight)
            self._take(seen, sight, day - before_moves)

    def _sight(self, seen: Measured, place: int, root: float, parts: list[int], slope: list[float]) -> Sight:
        """Hold a measured weight against what is expected of it, catch biases included."""
        belief, at = self.belief, self.belief.layout
        company = at.company.start + int(self.group.placements.batch[seen.placement])
        of_pen, of_company = seen.of_pen * root / 3.0, seen.of_company * root / 3.0
        expected = root + of_pen * float(belief.mean[at.bias.start + place])
        expected += of_company * float(belief.mean[company])
        believed = belief.sum_of([*parts, at.bias.start + place, company], [*slope, of_pen, of_company])
        error = (root * seen.relative_sd / 3.0) ** 2
        difference, variance = seen.root - expected, believed.variance + error
        return Sight(
            place=place,
            sum_of=believed,
            expected=expected,
            difference=difference,
            variance=variance,
            sigmas=difference / variance**0.5,
            pull=1.0 - error / variance,
            shifted=False,
        )

    def _take(self, seen: Measured, sight: Sight, day: int) -> None:
        belief = self.belief
        self.log.add(seen, sight)
        belief.see(self.trail, sight.sum_of, sight.difference, sight.variance)
        belief.known[sight.place] = True
        self.unrest.heed(belief, sight, day)
        flag = seen.flag | (int(Provenance.OUTLIER) if sight.shifted else 0)
        self.flags[self.row_at_zero[seen.placement] + day] |= flag


def _stated(mixture: Mixture) -> Places:
    """Positions whose fish were mostly stocked today with a stated weight."""
    stated = np.isfinite(mixture.arrival_weight)
    arrivals = mixture.share[:, mixture.share.shape[1] - stated.size :]
    return np.flatnonzero(np.einsum("ij,j->i", arrivals, stated.astype(np.float64)) > 0.5)
