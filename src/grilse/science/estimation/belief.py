"""The joint Gaussian over all placements of a group that stand on a day, and what changes it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.mixing import Mixture
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places


@dataclass(slots=True)
class Belief:
    """Mean and covariance of cube root of weight and growth multiplier.

    k placements stand; the group has b batches. A placement's multiplier is its batch's plus its own
    deviation. The cube root is that of the weight as samples of the pen would show it on average: the pen's
    own catch bias is added when a state is written and at the fish's next move.
    """

    standing: Places
    """Positions of the placements, shape (k,)."""
    root: Floats
    """g^(1/3), shape (k,)."""
    multiplier: Floats
    """Of the batches, then of the placements, shape (b + k,)."""
    root_root: Floats
    """Covariances, (k, k), (k, b + k) and (b + k, b + k)."""
    root_multiplier: Floats
    multiplier_multiplier: Floats
    noise: Floats
    """What a day adds to `multiplier_multiplier`."""
    degree_days: Floats
    known: NDArray[np.bool_]
    """Whether any weight of these fish was ever measured or stated."""

    def apart(self) -> "Belief":
        """Copy of it that shares no memory with anything."""
        return replace(
            self,
            root=self.root.copy(),
            multiplier=self.multiplier.copy(),
            root_root=self.root_root.copy(),
            root_multiplier=self.root_multiplier.copy(),
            multiplier_multiplier=self.multiplier_multiplier.copy(),
            known=self.known.copy(),
        )

    def observe(self, place: int, root: float, relative_sd: float, outlier_sigma: float) -> bool:
        """Take in a measured mean weight.

        Parameters
        ----------
        place : position among the standing placements.
        root : cube root of the measured mean weight, g^(1/3).
        relative_sd : SD of the measured mean weight over it.
        outlier_sigma : an innovation beyond this many SDs counts as one that lies just there.

        Returns
        -------
        bool
            Whether it was an outlier; it then pulls the less, the farther out it lies.
        """
        expected = float(self.root[place])
        innovation = root - expected
        variance = float(self.root_root[place, place]) + (expected * relative_sd / 3.0) ** 2
        outlier = innovation * innovation > outlier_sigma * outlier_sigma * variance
        if outlier:
            variance = (innovation / outlier_sigma) ** 2
        with_root = self.root_root[place].copy()
        with_multiplier = self.root_multiplier[place].copy()
        gain_root = with_root / variance
        gain_multiplier = with_multiplier / variance
        self.root += gain_root * innovation
        self.multiplier += gain_multiplier * innovation
        self.root_root -= gain_root[:, None] * with_root
        self.root_multiplier -= gain_root[:, None] * with_multiplier
        self.multiplier_multiplier -= gain_multiplier[:, None] * with_multiplier
        self.known[place] = True
        return outlier


def nothing_known(group: Group, priors: Priors) -> Belief:
    """Belief before the first fish arrive: only the batches' multipliers, each from its prior."""
    batches = group.batch_start.size
    none = np.zeros(0)
    return Belief(
        standing=np.zeros(0, dtype=np.int64),
        root=none,
        multiplier=np.ones(batches),
        root_root=np.zeros((0, 0)),
        root_multiplier=np.zeros((0, batches)),
        multiplier_multiplier=np.eye(batches) * priors.batch_multiplier_sd**2,
        noise=np.zeros((batches, batches)),
        degree_days=none,
        known=np.zeros(0, dtype=np.bool_),
    )


def through_moves(belief: Belief, mixture: Mixture, group: Group, priors: Priors) -> Belief:
    """Carry the belief through the movements of a day.

    Parameters
    ----------
    belief : of the placements that stood the day before.
    mixture : what those that stand now are made of.
    group, priors : stages, batches and spreads.

    Returns
    -------
    Belief
        Mean weights mix exactly, covariance by the linear map A P Aᵀ of the mixture.
    """
    wide = _with_arrivals(belief, mixture, group, priors)
    share, after = mixture.share, mixture.standing
    weight = np.einsum("ij,j->i", share, wide.root**3)
    root = np.cbrt(weight)
    roots = share * wide.root**2 / (root**2)[:, None]
    multipliers = _multiplier_map(belief, mixture, group, priors)
    batches = group.batch_start.size
    result = Belief(
        standing=after,
        root=root,
        multiplier=np.einsum("ij,j->i", multipliers, belief.multiplier),
        root_root=_mapped(roots, wide.root_root, roots),
        root_multiplier=_mapped(roots, wide.root_multiplier, multipliers),
        multiplier_multiplier=_mapped(multipliers, belief.multiplier_multiplier, multipliers),
        noise=_noise(group, after, priors),
        degree_days=np.einsum("ij,j->i", share, wide.degree_days),
        known=np.einsum("ij,j->i", share, wide.known.astype(np.float64)) > 0.5,
    )
    pens = np.arange(batches, batches + after.size)
    kept = np.einsum("ij,ij->i", multipliers[batches:, batches:], multipliers[batches:, batches:])
    fresh = priors.pen_multiplier_sd**2 * np.maximum(1.0 - kept, 0.0)
    result.multiplier_multiplier[pens, pens] += fresh
    _shift_at_new_stage(result, belief, group, priors)
    _handle(result, mixture, priors)
    return result


def _with_arrivals(belief: Belief, mixture: Mixture, group: Group, priors: Priors) -> Belief:
    """Belief widened by fish that come from outside, each with its stated or assumed weight."""
    placements = group.placements
    low = placements.lightest[mixture.arrival_placement]
    high = placements.heaviest[mixture.arrival_placement]
    stated = np.isfinite(mixture.arrival_weight)
    weight = np.where(stated, mixture.arrival_weight, np.sqrt(low * high))
    spread = np.where(stated, priors.stocking_sd, priors.stage_range_sd * np.log(high / low))
    spread = np.sqrt(spread**2 + priors.pen_bias_sd**2 + (priors.scale_sd_g / weight) ** 2)
    root = np.cbrt(weight)
    k, more, width = belief.root.size, root.size, belief.multiplier.size
    covariance = np.zeros((k + more, k + more))
    covariance[:k, :k] = belief.root_root
    new = np.arange(k, k + more)
    covariance[new, new] = (root * spread / 3.0) ** 2
    return Belief(
        standing=belief.standing,
        root=np.concatenate([belief.root, root]),
        multiplier=belief.multiplier,
        root_root=covariance,
        root_multiplier=np.concatenate([belief.root_multiplier, np.zeros((more, width))]),
        multiplier_multiplier=belief.multiplier_multiplier,
        noise=belief.noise,
        degree_days=np.concatenate([belief.degree_days, np.zeros(more)]),
        known=np.concatenate([belief.known, stated]),
    )


def _multiplier_map(belief: Belief, mixture: Mixture, group: Group, priors: Priors) -> Floats:
    """Linear map of multipliers: fish bring a part of their pen's deviation, the rest is their batch's."""
    batches, k = group.batch_start.size, belief.root.size
    after = mixture.standing
    own = after[:, None] == belief.standing[None, :]
    carried = mixture.share[:, :k] * np.where(own, 1.0, priors.inherited_deviation)
    result = np.zeros((batches + after.size, batches + k))
    result[:batches, :batches] = np.eye(batches)
    result[batches:, batches:] = carried
    result[np.arange(batches, batches + after.size), group.placements.batch[after]] = 1.0 - carried.sum(
        axis=1
    )
    return result


def _noise(group: Group, standing: Places, priors: Priors) -> Floats:
    """Daily noise that keeps the multipliers' variances at their stationary values."""
    batches = group.batch_start.size
    batch = np.concatenate([np.arange(batches), group.placements.batch[standing]])
    together = (batch[:, None] == batch[None, :]) * priors.batch_multiplier_sd**2
    alone = np.concatenate([np.zeros(batches), np.full(standing.size, priors.pen_multiplier_sd**2)])
    return np.asarray((together + np.diag(alone)) * (1.0 - priors.keep**2))


def _shift_at_new_stage(result: Belief, before: Belief, group: Group, priors: Priors) -> None:
    """Loosen the shared multiplier where fish of a batch enter a stage: the base may be off elsewhere."""
    batches, placements = group.batch_start.size, group.placements
    was = set(
        zip(
            placements.batch[before.standing].tolist(),
            placements.stage[before.standing].tolist(),
            strict=True,
        )
    )
    here = placements.batch[before.standing]
    for batch in range(batches):
        mine = placements.batch[result.standing] == batch
        entered = mine & [(batch, int(stage)) not in was for stage in placements.stage[result.standing]]
        if entered.any() and (here == batch).any():
            members = np.concatenate([np.arange(batches) == batch, entered]) * priors.stage_multiplier_sd
            result.multiplier_multiplier += members[:, None] * members


def _handle(result: Belief, mixture: Mixture, priors: Priors) -> None:
    """Add what a move leaves uncertain: which fish went first, the old pen's catch bias and the new one's."""
    moved = mixture.moved
    bias = 1.0 + np.einsum("ij,ij->i", mixture.share, mixture.share)[moved]
    variance = priors.transfer_sd**2 + bias * priors.pen_bias_sd**2
    result.root_root[moved, moved] += result.root[moved] ** 2 * variance / 9.0


def _mapped(left: Floats, covariance: Floats, right: Floats) -> Floats:
    """left · covariance · rightᵀ in plain loops: the order of the sums never depends on a BLAS."""
    half = np.einsum("ij,jk->ik", left, covariance)
    return np.asarray(np.einsum("ik,lk->il", half, right))
