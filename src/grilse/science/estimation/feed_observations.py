"""What meals tell: without any, fish that feed do not grow; a week of them observes the multiplier."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.batch_group import BatchGroup
from grilse.science.estimation.ledger_counts import LedgerCounts
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.process_noise import WEEK, AdaptiveVariance
from grilse.science.estimation.state_estimate import StateEstimate
from grilse.science.estimation.state_layout import FISH_UNIT
from grilse.science.estimation.trailing_sums import sum_trailing_days
from grilse.science.parameters import load_parameters

WEEK_OFFSETS = np.arange(1 - WEEK, 1)[:, None]
LEAST_FEED_RATIO = 0.3
"""Least share of the usual for which the error of a week is taken as relative to it."""
FEWEST_FEEDING_DAYS = 4
"""Days of growth below which a week says too little."""
REGULAR_FEEDING_SHARE = 0.6
"""Part of the days with a meal from which a day without one is a fast."""


class FeedModel:
    """Feed and the growth to expect at multiplier 1, row by row."""

    def __init__(self, group: BatchGroup, ledger: LedgerCounts, priors: Priors) -> None:
        """Find the days without a meal of fish that had meals on most of the days before."""
        rows = group.rows
        self.start, self.row_at_zero = rows.start, rows.row_at_zero
        values = load_parameters("estimator")
        fed, age = group.feed > 0.0, rows.age
        self.fasted = ~fed & _is_fed_regularly(fed, age, values["fasting_days"])
        self.weekly_feed = sum_trailing_days(group.feed, age, WEEK)
        """kg, of the last week."""
        self.feeding_days = sum_trailing_days(fed.astype(np.float64), age, WEEK)
        """With a meal, of the last week."""
        self.count = np.maximum(ledger.count, 0).astype(np.float64)
        self.base_gain = np.zeros(rows.day.size)
        """Gain that multiplier 1 would bring, g per fish and day."""
        self.conversion_roots = np.cbrt(values["conversion_weight"])
        self.conversion = np.array(values["conversion"])
        self.error_variance = AdaptiveVariance(
            group.batch_start.size, priors.feed_sd**2, priors.feed_weeks, priors.feed_scale_range
        )

    def observe_week(self, state: StateEstimate, stop: int, priors: Priors) -> "FeedObservation | None":
        """Return what the feed of the week that ends before `stop` says; None where it says nothing.

        Feed = conversion · fish · gain of weight, and the gain is the multiplier's times what the base
        expects: feed over what multiplier 1 would have eaten measures the multiplier, as far as conversion
        is known.
        """
        at, active = state.layout, state.active
        last = self.row_at_zero[active] + stop - 1
        gain, fish = self._compute_base_gain(last, stop - self.start[active], state.mean[at.count_offset] * FISH_UNIT)
        here = ((self.feeding_days[last] >= FEWEST_FEEDING_DAYS) & (gain > 0.0)).nonzero()[0]
        if not here.size:
            return None
        base_feed = gain[here] * np.interp(state.mean[at.root][here], self.conversion_roots, self.conversion)
        observation_matrix, expected = self._build_observation_matrix(state, here, fish[here])
        last, batch = last[here], state.batch[here]
        innovation = self.weekly_feed[last] / base_feed - expected
        size = np.maximum(np.abs(expected), LEAST_FEED_RATIO)
        sd = np.sqrt(self.error_variance.variance[batch]) * size
        cross_covariance = observation_matrix @ state.covariance
        state_variance = np.einsum("nd,nd->n", cross_covariance, observation_matrix)
        # A week of sickness or spilled feed says little of growth: it pulls no further than its limit.
        variance = np.maximum(sd**2, innovation**2 / priors.feed_sigma**2 - state_variance)
        squared_innovations = (
            np.minimum(innovation**2, (priors.feed_sigma**2) * (sd**2 + state_variance)) - state_variance
        )
        number = np.bincount(batch)
        squares = np.bincount(batch, weights=squared_innovations / size**2)
        for batch_position in number.nonzero()[0].tolist():
            self.error_variance.add_square(
                batch_position, float(number[batch_position]), float(squares[batch_position] / number[batch_position])
            )
        return FeedObservation(
            observation_matrix=observation_matrix,
            cross_covariance=cross_covariance,
            innovation=innovation,
            variance=variance,
            relative_innovation=innovation / size,
            placements=active[here],
            rows=last,
        )

    def _compute_base_gain(self, last: Indices, age: Indices, count_offset: Floats) -> tuple[Floats, Floats]:
        """Gain of a week at multiplier 1, kg, and the fish on its last day; `count_offset` are not the ledger's."""
        rows = last + WEEK_OFFSETS
        late = age < WEEK
        if late.any():
            rows = np.maximum(rows, last - age + 1)
        fish = np.maximum(self.count[rows] + count_offset, 1.0)
        gained = self.base_gain[rows] * fish
        if late.any():
            gained[age <= -WEEK_OFFSETS] = 0.0
        return np.asarray(gained.sum(axis=0) / 1000.0), fish[-1]

    def _build_observation_matrix(self, state: StateEstimate, here: Indices, fish: Floats) -> tuple[Floats, Floats]:
        """What the ratio depends on: multiplier, conversion, and fish beyond the ledger's, which ate too."""
        at, n = state.layout, np.arange(here.size)
        conversion = at.feed_conversion.start + state.batch[here]
        multiplier = state.mean[at.pen_multiplier][here]
        expected = multiplier * (1.0 + state.mean[conversion])
        observation_matrix = np.zeros((here.size, at.size))
        observation_matrix[n, at.pen_multiplier.start + here] = 1.0 + state.mean[conversion]
        observation_matrix[n, conversion] = multiplier
        observation_matrix[n, at.count_offset.start + here] = expected * FISH_UNIT / fish
        return observation_matrix, expected


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedObservation:
    """Feed of a week over what multiplier 1 would have eaten, as measurements of the state, (n,)."""

    observation_matrix: Floats
    """(n, d)."""
    cross_covariance: Floats
    """Covariance of what is measured with the state, (n, d)."""
    innovation: Floats
    variance: Floats
    relative_innovation: Floats
    """Fed over expected, less 1."""
    placements: Indices
    rows: Indices
    """Last days of the placements."""


def _is_fed_regularly(fed: Mask, age: Indices, days: int) -> Mask:
    """Whether a placement was fed on most of the days before a row; one whose meals come weekly is not."""
    total = np.concatenate([[0], np.cumsum(fed)])
    here = np.arange(fed.size)
    window = np.minimum(age, days)
    return np.asarray((total[here] - total[here - window] > REGULAR_FEEDING_SHARE * window) & (window > 0))
