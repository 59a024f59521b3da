"""A day's movements as one linear map of the joint state, with what they count and leave uncertain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.belief import Belief
from grilse.science.estimation.layout import FISH, Layout, layout
from grilse.science.estimation.mixing import Mixture
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places
from grilse.science.estimation.steps import Mapped, Trail, Widened


@dataclass(frozen=True, kw_only=True, slots=True)
class Flows:
    """Counted fish of a day's transfers and harvests out of closing placements, shape (n,)."""

    source: Places
    target: Places
    """-1 where they leave the farm."""
    count: Floats
    sd: Floats
    """Fish: error of the count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """Placements that end on the day with all of their fish counted out, shape (n,)."""

    placement: Places
    surplus: Floats
    """Fish counted out beyond the ledger's."""


def through_moves(
    belief: Belief,
    trail: Trail,
    mixture: Mixture,
    flows: Flows,
    closing: Closing,
    group: Group,
    pen_spread: Floats,
    priors: Priors,
) -> Belief:
    """Carry the belief through the movements of a day.

    Parameters
    ----------
    belief : of the placements that stood the day before; it is used up.
    trail : remembers the steps.
    mixture : what those that stand now are made of.
    flows, closing : what was counted.
    group, priors : stages, batches and spreads.
    pen_spread : variance of the multiplier of those that stand now around their batch's.

    Returns
    -------
    Belief
        Mean weights mix exactly, covariance by the linear map A P Aᵀ. A placement that closes had as many
        fish as were counted out of it, which corrects what is believed of its own count and of the
        counters.
    """
    before = belief.layout
    after = layout(before.batches, mixture.standing.size)
    arrivals = mixture.arrival_weight.size
    stated = np.isfinite(mixture.arrival_weight)
    roots, spread = _arrivals(mixture, stated, group, priors)
    counters = before.size + arrivals + np.arange(flows.count.size)
    _widen(
        belief,
        trail,
        np.concatenate([roots, np.zeros(flows.count.size)]),
        np.concatenate([spread, flows.sd / FISH]),
    )
    _count_out(belief, trail, flows, closing, counters, priors)
    mapped, weights = _map(belief, after, mixture, flows, counters, group, priors)
    mean = mapped @ belief.mean
    mean[after.root] = weights
    covariance = mapped @ belief.covariance @ mapped.T
    trail.add(Mapped(mapped))
    known = np.concatenate([belief.known, stated]).astype(np.float64)
    warmth = np.concatenate([belief.degree_days, np.zeros(arrivals)])
    batch = group.placements.batch[mixture.standing]
    result = Belief(
        layout=after,
        standing=mixture.standing,
        batch=batch,
        members=(np.arange(after.batches)[:, None] == batch).astype(np.float64),
        mean=mean,
        covariance=covariance,
        degree_days=mixture.share @ warmth,
        known=mixture.share @ known > 0.5,
    )
    _loosen(result, belief, mapped, mixture, group, pen_spread, priors)
    return result


def _arrivals(mixture: Mixture, stated: Places, group: Group, priors: Priors) -> tuple[Floats, Floats]:
    """Cube roots of weight of fish from outside, stated or of their stage, with their SDs."""
    low = group.placements.lightest[mixture.arrival_placement]
    high = group.placements.heaviest[mixture.arrival_placement]
    weight = np.where(stated, mixture.arrival_weight, np.sqrt(low * high))
    spread = np.where(stated, priors.stocking_sd, priors.stage_range_sd * np.log(high / low))
    spread = np.sqrt(spread**2 + (priors.scale_sd_g / weight) ** 2)
    root = np.cbrt(weight)
    return root, root * spread / 3.0


def _widen(belief: Belief, trail: Trail, mean: Floats, spread: Floats) -> None:
    size = belief.mean.size
    wide = np.zeros((size + mean.size, size + mean.size))
    wide[:size, :size] = belief.covariance
    new = np.arange(size, size + mean.size)
    wide[new, new] = spread**2
    belief.mean, belief.covariance = np.concatenate([belief.mean, mean]), wide
    trail.add(Widened(size))


def _count_out(
    belief: Belief, trail: Trail, flows: Flows, closing: Closing, counters: Places, priors: Priors
) -> None:
    """Learn from each placement that closes: its fish were those that were counted out of it."""
    for placement, surplus in zip(closing.placement.tolist(), closing.surplus.tolist(), strict=True):
        at = int(np.searchsorted(belief.standing, placement))
        own = counters[flows.source == placement]
        parts = [belief.layout.fish.start + at, *own.tolist()]
        slope = [1.0] + [-1.0] * own.size
        counted = belief.sum_of(parts, slope)
        difference = surplus / FISH - float(np.array(slope) @ belief.mean[parts])
        # Half a fish, so that the constraint stays within reach of rounding. Counts that cannot both be right
        # pull the less, the farther apart they are.
        variance = counted.variance + (0.5 / FISH) ** 2
        belief.see(trail, counted, difference, max(variance, (difference / priors.outlier_sigma) ** 2))


def _map(
    belief: Belief,
    after: Layout,
    mixture: Mixture,
    flows: Flows,
    counters: Places,
    group: Group,
    priors: Priors,
) -> tuple[Floats, Floats]:
    """Linear map from the widened state to the one after, and the roots after."""
    before, share = belief.layout, mixture.share
    k = before.pens
    result = np.zeros((after.size, belief.mean.size))
    shared = np.arange(before.shared)
    result[shared, shared] = 1.0
    columns = np.concatenate(
        [np.arange(before.root.start, before.root.stop), before.size + np.arange(share.shape[1] - k)]
    )
    roots = belief.mean[columns]
    weight = share @ roots**3
    root = np.cbrt(weight)
    result[after.root, columns] = share * roots**2 / (root**2)[:, None]
    own = mixture.standing[:, None] == belief.standing[None, :]
    carried = share[:, :k] * np.where(own, 1.0, priors.inherited_deviation)
    result[after.pen, before.pen] = carried
    pens = np.arange(after.pen.start, after.pen.stop)
    result[pens, group.placements.batch[mixture.standing]] += 1.0 - carried.sum(axis=1)
    result[after.bias, before.bias] = own
    result[after.fish, before.fish] = own
    into = mixture.standing[:, None] == flows.target[None, :]
    out = mixture.standing[:, None] == flows.source[None, :]
    result[after.fish, belief.mean.size - counters.size :] = into.astype(np.float64) - out
    return result, root


def _loosen(
    result: Belief,
    before: Belief,
    mapped: Floats,
    mixture: Mixture,
    group: Group,
    pen_spread: Floats,
    priors: Priors,
) -> None:
    """Add what a move leaves uncertain."""
    at, covariance = result.layout, result.covariance
    carried = mapped[at.pen, before.layout.pen]
    kept = np.einsum("ij,ij->i", carried, carried)
    _add(covariance, at.pen, pen_spread * np.maximum(1.0 - kept, 0.0))
    entered = ~_among(result.standing, before.standing)
    _add(covariance, at.bias, np.where(entered, priors.pen_bias_sd**2, 0.0))
    moved = np.zeros(at.pens)
    # Fish that are pumped first are not the mean fish.
    moved[mixture.moved] = (result.mean[at.root][mixture.moved] * priors.transfer_sd / 3.0) ** 2
    _add(covariance, at.root, moved)
    here = result.standing[:, None] == mixture.arrival_placement
    stocked = here @ mixture.arrival_count**2
    _add(covariance, at.fish, stocked * (priors.stocking_count_sd / FISH) ** 2)
    _shift_at_new_stage(result, before, group, priors)


def _among(these: Places, those: Places) -> NDArray[np.bool_]:
    """Tell which of a few numbers are among others."""
    return np.asarray((these[:, None] == those).any(axis=1))


def _add(covariance: Floats, part: slice, variance: Floats) -> None:
    place = np.arange(part.start, part.stop)
    covariance[place, place] += variance


def _shift_at_new_stage(result: Belief, before: Belief, group: Group, priors: Priors) -> None:
    """Loosen the shared multiplier where fish of a batch enter a stage: the base may be off elsewhere."""
    placements, at = group.placements, result.layout
    batch, stage = result.batch, placements.stage[result.standing]
    was = before.batch * 100 + placements.stage[before.standing]
    new = ~_among(batch * 100 + stage, was) & _among(batch, before.batch)
    for one in sorted({*batch[new].tolist()}):
        members = np.zeros(at.size)
        members[at.multiplier.start + one] = priors.stage_multiplier_sd
        members[at.pen] = (new & (batch == one)) * priors.stage_multiplier_sd
        result.covariance += members[:, None] * members
