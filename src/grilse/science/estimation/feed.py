"""What meals tell: without any, fish that feed do not grow; a week of them observes the multiplier."""

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.belief import Belief
from grilse.science.estimation.growing import Path
from grilse.science.estimation.layout import FISH
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.observations import Provenance
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places
from grilse.science.estimation.seen import Log
from grilse.science.estimation.steps import Trail
from grilse.science.parameters import load

WEEK = 7
FEWEST_DAYS = 4
"""Days of growth below which a week says too little."""
MOST = 0.6
"""Part of the days with a meal from which a day without one is a fast."""


class FeedWeeks:
    """Feed and the growth to expect at multiplier 1, row by row."""

    def __init__(self, group: Group, stand: Stand, priors: Priors) -> None:
        """Find the days without a meal of fish that were fed within `fasting_days` before."""
        rows = group.rows
        self.group, self.stand = group, stand
        self.row_at_zero = rows.offset[:-1] - rows.start
        fed = group.feed > 0.0
        self.fasted = ~fed & _fed_lately(fed, rows.day - rows.start[rows.placement], priors.fasting_days)
        self.usual = np.zeros(rows.day.size)
        values = load("estimator")
        self.at = np.cbrt(values["conversion_weight"])
        self.conversion = np.array(values["conversion"])

    def grew(self, rows: Places, path: Path) -> None:
        """Keep what multiplier 1 would have brought."""
        self.usual[rows] = path.usual

    def observe(
        self, belief: Belief, trail: Trail, stop: int, priors: Priors, flags: Places, log: Log
    ) -> None:
        """Take in the feed of the week that ends before `stop`.

        Feed = conversion · fish · gain of weight, and the gain is the multiplier's times what the base
        expects: feed over what multiplier 1 would have eaten measures the multiplier, as far as conversion
        is known.
        """
        at, standing = belief.layout, belief.standing
        start = np.maximum(self.group.placements.start[standing], stop - WEEK)
        days = np.arange(stop - WEEK, stop)[:, None]
        inside = days >= start
        rows = np.where(inside, self.row_at_zero[standing] + days, self.row_at_zero[standing] + stop - 1)
        feed = np.where(inside, self.group.feed[rows], 0.0)
        fed = (feed > 0.0).sum(axis=0) >= FEWEST_DAYS
        if not fed.any():
            return
        root = belief.mean[at.root]
        fish = np.maximum(np.maximum(self.stand.count[rows], 0) + belief.mean[at.fish] * FISH, 1.0)
        gain = np.where(inside, self.usual[rows] * fish, 0.0).sum(axis=0) * 3.0 * root**2 / 1000.0
        here = np.flatnonzero(fed & (gain > 0.0))
        if not here.size:
            return
        eaten = gain[here] * np.interp(root[here], self.at, self.conversion)
        sigmas = self._see(belief, trail, here, feed.sum(axis=0)[here] / eaten, fish[-1, here], priors)
        log.feed.append((standing[here], stop - 1, sigmas))
        flags[rows[-1, here]] |= int(Provenance.FED)

    def _see(
        self, belief: Belief, trail: Trail, here: Places, ratio: Floats, fish: Floats, priors: Priors
    ) -> Floats:
        at, n = belief.layout, np.arange(here.size)
        conversion = at.conversion.start + self.group.placements.batch[belief.standing[here]]
        multiplier = belief.mean[at.pen][here]
        expected = multiplier * (1.0 + belief.mean[conversion])
        slope = np.zeros((here.size, at.size))
        slope[n, at.pen.start + here] = 1.0 + belief.mean[conversion]
        slope[n, conversion] = multiplier
        slope[n, at.fish.start + here] = expected * FISH / fish
        sd = priors.feed_sd * np.maximum(np.abs(expected), 0.3)
        difference = ratio - expected
        within = np.einsum("nd,de,ne->n", slope, belief.covariance, slope)
        # A week of sickness or spilled feed says little of growth: it pulls no further than its limit.
        variance = np.maximum(sd**2, difference**2 / priors.feed_sigma**2 - within)
        belief.see_together(trail, slope, difference, variance)
        return np.asarray(difference / np.sqrt(sd**2 + within))


def _fed_lately(fed: NDArray[np.bool_], age: Places, days: int) -> NDArray[np.bool_]:
    """Whether a placement was fed on most of the days before a row; one whose meals come weekly is not."""
    total = np.concatenate([[0], np.cumsum(fed)])
    here = np.arange(fed.size)
    window = np.minimum(age, days)
    return np.asarray((total[here] - total[here - window] > MOST * window) & (window > 0))
