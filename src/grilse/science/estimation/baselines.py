"""What is done without an estimator: the TGC of a table, the same set right at every sample, feed by FCR."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.ledger import stand
from grilse.science.estimation.mixing import Mixer, Mixture
from grilse.science.estimation.priors import Priors, alevin_growth
from grilse.science.estimation.records import Group, Places
from grilse.science.estimation.weighings import weighings
from grilse.science.parameters import load

GRAMS = 1000.0


def plain_tgc(group: Group, tgc: Floats, priors: Priors, *, reset: bool) -> Floats:
    """Mean weights at a constant TGC by stage.

    Parameters
    ----------
    group : as the estimator gets it; stocking weights, temperatures and transfers are used.
    tgc : g^(1/3) per 1000 degree-days by order of stage, from 1; eggs and alevins gain by degree-days.
    priors : the gain of alevins.
    reset : whether a weight sample replaces the weight on its day.

    Returns
    -------
    Floats
        g, per row.
    """
    by_row = tgc[np.minimum(group.placements.stage, tgc.size) - 1][group.rows.placement]
    gain = by_row * np.maximum(group.temperature, 0.0) / 1000.0

    def grown(rows: Places, weight: Floats) -> Floats:
        return np.asarray((np.cbrt(weight) + gain[rows]) ** 3)

    told = np.full(group.rows.day.size, np.nan)
    if reset:
        at, inside = group.rows.at(group.samples.placement, group.samples.day)
        told[at] = group.samples.mean_weight[inside]
    return _Walk(group, priors, grown, told).run()


def feed_over_fcr(group: Group, priors: Priors) -> Floats:
    """Mean weights if every fish gained its share of the feed over the FCR of a feeding table.

    Parameters
    ----------
    group : as the estimator gets it; feed, counts and the weights at stocking and transfer are used.
    priors : the gain of alevins, which are not fed.

    Returns
    -------
    Floats
        g, per row.

    Source: parameters/backtest.toml.
    """
    table = load("backtest")
    weights, fcr = np.log(table["fcr_weight"]), table["fcr"]
    fish = np.maximum(stand(group.movements, group.rows, priors).count, 1)
    share = group.feed * GRAMS / fish

    def grown(rows: Places, weight: Floats) -> Floats:
        return np.asarray(weight + share[rows] / np.interp(np.log(weight), weights, fcr))

    told = np.full(group.rows.day.size, np.nan)
    weighed = weighings(group)
    at, inside = group.rows.at(weighed.placement, weighed.day)
    came = weighed.day == group.placements.start[weighed.placement]
    told[at[came[inside]]] = weighed.weight[inside & came]
    return _Walk(group, priors, grown, told).run()


class _Walk:
    """One pass over a group; `told` replaces the weight where it is not NaN."""

    def __init__(
        self, group: Group, priors: Priors, grown: Callable[[Places, Floats], Floats], told: Floats
    ) -> None:
        self.group, self.priors, self.grown, self.told = group, priors, grown, told
        self.row_at_zero = group.rows.offset[:-1] - group.placements.start
        self.count = stand(group.movements, group.rows, priors).count
        self.weight = np.zeros(group.rows.day.size)

    def run(self) -> Floats:
        """Pass over all days."""
        mixer = Mixer(self.group)
        days = mixer.boundaries(int(self.group.rows.day.max()))
        standing, weight, warmth = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
        for day, until in pairwise(days):
            mixture = mixer.mix(day, standing, self._fish(standing, day - 1))
            arrivals = self._arriving(mixture)
            weight = np.einsum("ij,j->i", mixture.share, np.concatenate([weight, arrivals]))
            warmth = np.einsum("ij,j->i", mixture.share, np.concatenate([warmth, np.zeros(arrivals.size)]))
            standing = mixture.standing
            for today in range(day, until):
                rows = self.row_at_zero[standing] + today
                weight, warmth = self._day(standing, rows, weight, warmth)
                self.weight[rows] = weight
        return self.weight

    def _fish(self, standing: Places, day: int) -> Floats:
        return np.asarray(self.count[self.row_at_zero[standing] + day], dtype=np.float64)

    def _arriving(self, mixture: Mixture) -> Floats:
        placements, of = self.group.placements, mixture.arrival_placement
        assumed = np.sqrt(placements.lightest[of] * placements.heaviest[of])
        return np.where(np.isfinite(mixture.arrival_weight), mixture.arrival_weight, assumed)

    def _day(self, standing: Places, rows: Places, weight: Floats, warmth: Floats) -> tuple[Floats, Floats]:
        after = warmth + np.maximum(self.group.temperature[rows], 0.0)
        alevins = weight * alevin_growth(after, self.priors) / alevin_growth(warmth, self.priors)
        fed = self.group.placements.stage[standing] > 1
        grown = np.where(fed, self.grown(rows, weight), alevins)
        told = self.told[rows]
        return np.where(np.isnan(told), grown, told), after
