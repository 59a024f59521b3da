"""What is done without an estimator: the TGC of a table, and the same set right at every sample."""

from itertools import pairwise

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.ledger import stand
from grilse.science.estimation.mixing import Mixer, Mixture
from grilse.science.estimation.priors import Priors, alevin_growth
from grilse.science.estimation.records import Group, Places


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
    return _Walk(group, tgc, priors, reset=reset).run()


class _Walk:
    """One pass over a group."""

    def __init__(self, group: Group, tgc: Floats, priors: Priors, *, reset: bool) -> None:
        self.group, self.tgc, self.priors = group, tgc, priors
        self.row_at_zero = group.rows.offset[:-1] - group.placements.start
        self.count = stand(group.movements, group.rows, priors).count
        self.weight = np.zeros(group.rows.day.size)
        self.sampled = np.full(group.rows.day.size, np.nan)
        if reset:
            at, inside = group.rows.at(group.samples.placement, group.samples.day)
            self.sampled[at] = group.samples.mean_weight[inside]

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
                weight, warmth = self._grown(standing, rows, weight, warmth)
                self.weight[rows] = weight
        return self.weight

    def _fish(self, standing: Places, day: int) -> Floats:
        return np.asarray(self.count[self.row_at_zero[standing] + day], dtype=np.float64)

    def _arriving(self, mixture: Mixture) -> Floats:
        placements, of = self.group.placements, mixture.arrival_placement
        assumed = np.sqrt(placements.lightest[of] * placements.heaviest[of])
        return np.where(np.isfinite(mixture.arrival_weight), mixture.arrival_weight, assumed)

    def _grown(self, standing: Places, rows: Places, weight: Floats, warmth: Floats) -> tuple[Floats, Floats]:
        warm = np.maximum(self.group.temperature[rows], 0.0)
        stage = self.group.placements.stage[standing]
        root = np.cbrt(weight) + self.tgc[np.minimum(stage, self.tgc.size) - 1] * warm / 1000.0
        after = warmth + warm
        alevins = weight * alevin_growth(after, self.priors) / alevin_growth(warmth, self.priors)
        grown = np.where(stage == 1, alevins, root**3)
        seen = self.sampled[rows]
        return np.where(np.isnan(seen), grown, seen), after
