"""Observations from meals: days without a meal are days without growth, and a week's feed observes the multiplier."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.batch_group import BatchGroup, sum_trailing_days
from grilse.science.estimation.ledger_counts import LedgerCounts
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.process_noise import WEEK, AdaptiveVariance
from grilse.science.estimation.state_estimate import StateEstimate
from grilse.science.estimation.state_layout import FISH_UNIT
from grilse.science.parameters import load_parameters

WEEK_OFFSETS = np.arange(1 - WEEK, 1)[:, None]
LEAST_FEED_RATIO = 0.3
"""Least expected feed ratio; the error of a week is relative to at least this."""
FEWEST_FEEDING_DAYS = 4
"""Fewest days with a meal for a week to be an observation."""
REGULAR_FEEDING_SHARE = 0.6
"""Share of days with a meal above which a day without one is a fast."""


class FeedModel:
    """Feed and the growth expected at multiplier 1, by row."""

    def __init__(self, group: BatchGroup, ledger: LedgerCounts, priors: Priors) -> None:
        """Find the days without a meal of fish that were fed on most of the days before."""
        rows = group.rows
        self.start, self.row_at_zero = rows.start, rows.row_at_zero
        values = load_parameters("estimator")
        fed, age = group.feed > 0.0, rows.age
        self.fasted = ~fed & _is_fed_regularly(fed, age, values["fasting_days"])
        self.weekly_feed = sum_trailing_days(group.feed, age, WEEK)
        """kg, of the last seven days."""
        self.feeding_days = sum_trailing_days(fed.astype(np.float64), age, WEEK)
        """Days with a meal among the last seven."""
        self.count = np.maximum(ledger.count, 0).astype(np.float64)
        self.base_gain = np.zeros(rows.day.size)
        """Gain expected at multiplier 1, g per fish and day."""
        self.conversion_roots = np.cbrt(values["conversion_weight"])
        self.conversion = np.array(values["conversion"])
        self.error_variance = AdaptiveVariance(
            group.batch_start.size, priors.feed_sd**2, priors.feed_weeks, priors.feed_scale_range
        )

    def observe_week(self, state: StateEstimate, stop: int, priors: Priors) -> "FeedObservation | None":
        """Return the feed of the week that ends before `stop` as an observation; None if it holds no information.

        Feed = conversion · fish · gain of weight, and the gain is the multiplier times the base's gain: feed over the
        feed expected at multiplier 1 observes the multiplier, as far as conversion is known.
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
        # Disease or spilled feed says little about growth: the pull of such a week is limited.
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
        """Return the week's gain at multiplier 1, kg, and the fish on its last day, `count_offset` included."""
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
        """Return the derivatives of the feed ratio by the state, and its expected value."""
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
    """Feed of a week over the feed expected at multiplier 1, as observations of the state, (n,)."""

    observation_matrix: Floats
    """(n, d)."""
    cross_covariance: Floats
    """Covariance of the observed ratios with the state, (n, d)."""
    innovation: Floats
    variance: Floats
    relative_innovation: Floats
    """Fed over expected, less 1."""
    placements: Indices
    rows: Indices
    """Last days of the placements."""


def _is_fed_regularly(fed: Mask, age: Indices, days: int) -> Mask:
    """Return whether a placement was fed on most of the days before a row; with weekly meals it was not."""
    total = np.concatenate([[0], np.cumsum(fed)])
    here = np.arange(fed.size)
    window = np.minimum(age, days)
    return np.asarray((total[here] - total[here - window] > REGULAR_FEEDING_SHARE * window) & (window > 0))
