"""Weights without an estimator: constant TGC, the same reset at every sample, and feed over FCR."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation.batch_group import BatchGroup
from grilse.science.estimation.ledger_counts import count_fish
from grilse.science.estimation.mixture import Mixer, Mixture
from grilse.science.estimation.priors import Priors, alevin_growth
from grilse.science.estimation.weight_observations import collect_weighings
from grilse.science.parameters import load_parameters

GRAMS = 1000.0


def constant_tgc_weights(group: BatchGroup, tgc: Floats, priors: Priors, *, reset: bool) -> Floats:
    """Return mean weights at a constant TGC per stage, g, shape (rows,).

    Parameters
    ----------
    group : stocking weights, temperatures and transfers are used.
    tgc : g^(1/3) per 1000 degree-days by order of stage, from 1; eggs and alevins gain by degree-days instead.
    priors : growth of alevins.
    reset : whether a weight sample replaces the weight on its day.
    """
    by_row = tgc[np.minimum(group.placements.stage, tgc.size) - 1][group.rows.placement]
    gain = by_row * np.maximum(group.temperature, 0.0) / 1000.0

    def grow_weight(rows: Indices, weight: Floats) -> Floats:
        return np.asarray((np.cbrt(weight) + gain[rows]) ** 3)

    measured_weight = np.full(group.rows.day.size, np.nan)
    if reset:
        at, inside = group.rows.find_rows(group.samples.placement, group.samples.day)
        measured_weight[at] = group.samples.mean_weight[inside]
    return _BaselinePass(group, priors, grow_weight, measured_weight).run()


def feed_conversion_weights(group: BatchGroup, priors: Priors) -> Floats:
    """Return mean weights if every fish gained its share of the feed over the FCR of a feeding table, g, shape (rows,).

    Parameters
    ----------
    group : feed, counts and the weights at stocking and transfer are used.
    priors : growth of alevins, which are not fed.

    Source: parameters/backtest.toml.
    """
    table = load_parameters("backtest")
    weights, fcr = np.log(table["fcr_weight"]), table["fcr"]
    fish = np.maximum(count_fish(group.movements, group.rows, priors).count, 1)
    share = group.feed * GRAMS / fish

    def grow_weight(rows: Indices, weight: Floats) -> Floats:
        return np.asarray(weight + share[rows] / np.interp(np.log(weight), weights, fcr))

    measured_weight = np.full(group.rows.day.size, np.nan)
    weighed = collect_weighings(group)
    at, inside = group.rows.find_rows(weighed.placement, weighed.day)
    at_start = weighed.day == group.placements.start[weighed.placement]
    measured_weight[at[at_start[inside]]] = weighed.weight[inside & at_start]
    return _BaselinePass(group, priors, grow_weight, measured_weight).run()


class _BaselinePass:
    """One pass over a group; `measured_weight` replaces the weight where it is not NaN."""

    def __init__(
        self,
        group: BatchGroup,
        priors: Priors,
        grow_weight: Callable[[Indices, Floats], Floats],
        measured_weight: Floats,
    ) -> None:
        self.group, self.priors, self.grow_weight, self.measured_weight = (group, priors, grow_weight, measured_weight)
        self.row_at_zero = group.rows.row_at_zero
        self.count = count_fish(group.movements, group.rows, priors).count
        self.weight = np.zeros(group.rows.day.size)

    def run(self) -> Floats:
        """Pass over all days."""
        mixer = Mixer(self.group)
        days = mixer.find_boundaries(int(self.group.rows.day.max()))
        active, weight, degree_days = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
        for day, until in pairwise(days):
            mixture = mixer.mix_movements(day, active, self._read_counts(active, day - 1))
            arrivals = self._find_arrival_weights(mixture)
            weight = np.einsum("ij,j->i", mixture.share, np.concatenate([weight, arrivals]))
            degree_days = np.einsum("ij,j->i", mixture.share, np.concatenate([degree_days, np.zeros(arrivals.size)]))
            active = mixture.active
            for today in range(day, until):
                rows = self.row_at_zero[active] + today
                weight, degree_days = self._step_day(active, rows, weight, degree_days)
                self.weight[rows] = weight
        return self.weight

    def _read_counts(self, active: Indices, day: int) -> Floats:
        return np.asarray(self.count[self.row_at_zero[active] + day], dtype=np.float64)

    def _find_arrival_weights(self, mixture: Mixture) -> Floats:
        assumed = self.group.placements.typical_weight[mixture.arrival_placement]
        return np.where(np.isfinite(mixture.arrival_weight), mixture.arrival_weight, assumed)

    def _step_day(self, active: Indices, rows: Indices, weight: Floats, degree_days: Floats) -> tuple[Floats, Floats]:
        after = degree_days + np.maximum(self.group.temperature[rows], 0.0)
        alevins = weight * alevin_growth(after, self.priors) / alevin_growth(degree_days, self.priors)
        fed = self.group.placements.stage[active] > 1
        grow_weight = np.where(fed, self.grow_weight(rows, weight), alevins)
        measured = self.measured_weight[rows]
        return np.where(np.isnan(measured), grow_weight, measured), after
