"""What meals tell: without any, fish that feed do not grow; a week of them observes the multiplier."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.belief import Belief
from grilse.science.estimation.layout import FISH
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places
from grilse.science.estimation.spread import Spread
from grilse.science.estimation.trailing import trailing
from grilse.science.estimation.unrest import WEEK
from grilse.science.parameters import load

BACK = np.arange(1 - WEEK, 1)[:, None]
LEAST_EATEN = 0.3
"""Least share of the usual for which the error of a week is taken as relative to it."""
FEWEST_DAYS = 4
"""Days of growth below which a week says too little."""
MOST = 0.6
"""Part of the days with a meal from which a day without one is a fast."""


class FeedWeeks:
    """Feed and the growth to expect at multiplier 1, row by row."""

    def __init__(self, group: Group, stand: Stand, priors: Priors) -> None:
        """Find the days without a meal of fish that had meals on most of the days before."""
        rows = group.rows
        self.start, self.row_at_zero = rows.start, rows.offset[:-1] - rows.start
        values = load("estimator")
        fed = group.feed > 0.0
        age = rows.day - rows.start[rows.placement]
        self.fasted = ~fed & _fed_lately(fed, age, values["fasting_days"])
        self.eaten = trailing(group.feed, age, WEEK)
        """kg, of the last week."""
        self.days = trailing(fed.astype(np.float64), age, WEEK)
        """With a meal, of the last week."""
        self.count = np.maximum(stand.count, 0).astype(np.float64)
        self.usual = np.zeros(rows.day.size)
        """Gain that multiplier 1 would bring, g per fish and day."""
        self.at = np.cbrt(values["conversion_weight"])
        self.conversion = np.array(values["conversion"])
        self.error = Spread(
            group.batch_start.size, priors.feed_sd**2, priors.feed_weeks, priors.feed_scale_range
        )

    def week(self, belief: Belief, stop: int, priors: Priors) -> "FedWeek | None":
        """Return what the feed of the week that ends before `stop` says; None where it says nothing.

        Feed = conversion · fish · gain of weight, and the gain is the multiplier's times what the base
        expects: feed over what multiplier 1 would have eaten measures the multiplier, as far as conversion
        is known.
        """
        at, standing = belief.layout, belief.standing
        last = self.row_at_zero[standing] + stop - 1
        gain, fish = self._gain(last, stop - self.start[standing], belief.mean[at.fish] * FISH)
        here = ((self.days[last] >= FEWEST_DAYS) & (gain > 0.0)).nonzero()[0]
        if not here.size:
            return None
        usual = gain[here] * np.interp(belief.mean[at.root][here], self.at, self.conversion)
        slope, expected = self._slope(belief, here, fish[here])
        last, batch = last[here], belief.batch[here]
        difference = self.eaten[last] / usual - expected
        size = np.maximum(np.abs(expected), LEAST_EATEN)
        sd = np.sqrt(self.error.variance[batch]) * size
        across = slope @ belief.covariance
        within = np.einsum("nd,nd->n", across, slope)
        # A week of sickness or spilled feed says little of growth: it pulls no further than its limit.
        variance = np.maximum(sd**2, difference**2 / priors.feed_sigma**2 - within)
        seen = np.minimum(difference**2, (priors.feed_sigma**2) * (sd**2 + within)) - within
        number = np.bincount(batch)
        squares = np.bincount(batch, weights=seen / size**2)
        for one in number.nonzero()[0].tolist():
            self.error.see(one, float(number[one]), float(squares[one] / number[one]))
        return FedWeek(
            slope=slope,
            across=across,
            difference=difference,
            variance=variance,
            off=difference / size,
            placements=standing[here],
            rows=last,
        )

    def _gain(self, last: Places, age: Places, beyond: Floats) -> tuple[Floats, Floats]:
        """Gain of a week at multiplier 1, kg, and the fish on its last day; `beyond` are not the ledger's."""
        rows = last + BACK
        late = age < WEEK
        if late.any():
            rows = np.maximum(rows, last - age + 1)
        fish = np.maximum(self.count[rows] + beyond, 1.0)
        gained = self.usual[rows] * fish
        if late.any():
            gained[age <= -BACK] = 0.0
        return np.asarray(gained.sum(axis=0) / 1000.0), fish[-1]

    def _slope(self, belief: Belief, here: Places, fish: Floats) -> tuple[Floats, Floats]:
        """What the ratio depends on: multiplier, conversion, and fish beyond the ledger's, which ate too."""
        at, n = belief.layout, np.arange(here.size)
        conversion = at.conversion.start + belief.batch[here]
        multiplier = belief.mean[at.pen][here]
        expected = multiplier * (1.0 + belief.mean[conversion])
        slope = np.zeros((here.size, at.size))
        slope[n, at.pen.start + here] = 1.0 + belief.mean[conversion]
        slope[n, conversion] = multiplier
        slope[n, at.fish.start + here] = expected * FISH / fish
        return slope, expected


@dataclass(frozen=True, kw_only=True, slots=True)
class FedWeek:
    """Feed of a week over what multiplier 1 would have eaten, as measurements of the state, (n,)."""

    slope: Floats
    """(n, d)."""
    across: Floats
    """Covariance of what is measured with the state, (n, d)."""
    difference: Floats
    variance: Floats
    off: Floats
    """Fed over expected, less 1."""
    placements: Places
    rows: Places
    """Last days of the placements."""


def _fed_lately(fed: NDArray[np.bool_], age: Places, days: int) -> NDArray[np.bool_]:
    """Whether a placement was fed on most of the days before a row; one whose meals come weekly is not."""
    total = np.concatenate([[0], np.cumsum(fed)])
    here = np.arange(fed.size)
    window = np.minimum(age, days)
    return np.asarray((total[here] - total[here - window] > MOST * window) & (window > 0))
