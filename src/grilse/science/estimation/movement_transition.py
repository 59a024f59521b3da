"""A day's movements as one linear map of the joint state, with updates from counted fish and process noise."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.batch_group import BatchGroup
from grilse.science.estimation.mixture import Mixture
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.smoother import LinearTransition, SmootherLog, StateAugmentation
from grilse.science.estimation.state_estimate import StateEstimate
from grilse.science.estimation.state_layout import FISH_UNIT, StateLayout, build_layout


@dataclass(frozen=True, kw_only=True, slots=True)
class Flows:
    """Fish counted in a day's transfers and harvests, shape (n,)."""

    source: Indices
    target: Indices
    """-1 where they leave the farm."""
    count: Floats
    sd: Floats
    """SD of the count, fish."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosingPlacements:
    """Placements that end on the day with all their fish counted out, shape (n,)."""

    placement: Indices
    surplus: Floats
    """Fish counted out beyond the ledger's."""


def propagate_movements(
    state: StateEstimate,
    smoother_log: SmootherLog,
    mixture: Mixture,
    flows: Flows,
    closing: ClosingPlacements,
    group: BatchGroup,
    pen_variance: Floats,
    priors: Priors,
) -> StateEstimate:
    """Return the state after the movements of a day; `state`, of the day before, is consumed.

    Mean weights mix exactly, the covariance by the linear map A P Aᵀ. A placement that closes held as many fish as
    were counted out of it, which corrects the estimates of its count and of the counters.

    Parameters
    ----------
    mixture : composition of the placements that are active now.
    flows, closing : counted fish, and placements that close.
    pen_variance : variance of the multiplier of the active placements around their batch's.
    """
    before = state.layout
    after = build_layout(before.batches, mixture.active.size)
    arrivals = mixture.arrival_weight.size
    has_weight = np.isfinite(mixture.arrival_weight)
    roots, sd = _find_arrival_roots(mixture, has_weight, group, priors)
    counters = before.size + arrivals + np.arange(flows.count.size)
    _augment_state(
        state,
        smoother_log,
        np.concatenate([roots, np.zeros(flows.count.size)]),
        np.concatenate([sd, flows.sd / FISH_UNIT]),
    )
    _update_from_closings(state, smoother_log, flows, closing, counters, priors)
    transition, weights = _build_transition(state, after, mixture, flows, counters, group, priors)
    mean = transition @ state.mean
    mean[after.root] = weights
    covariance = transition @ state.covariance @ transition.T
    smoother_log.add(LinearTransition(transition))
    known = np.concatenate([state.weight_known, has_weight]).astype(np.float64)
    degree_days = np.concatenate([state.degree_days, np.zeros(arrivals)])
    batch = group.placements.batch[mixture.active]
    result = StateEstimate(
        layout=after,
        active=mixture.active,
        batch=batch,
        membership=(np.arange(after.batches)[:, None] == batch).astype(np.float64),
        mean=mean,
        covariance=covariance,
        degree_days=mixture.share @ degree_days,
        weight_known=mixture.share @ known > 0.5,
    )
    _add_movement_noise(result, state, transition, mixture, group, pen_variance, priors)
    return result


def _find_arrival_roots(
    mixture: Mixture, has_weight: Indices, group: BatchGroup, priors: Priors
) -> tuple[Floats, Floats]:
    """Return the cube roots of weight of arriving fish, recorded or typical of their stage, with their SDs."""
    placements, at = group.placements, mixture.arrival_placement
    weight = np.where(has_weight, mixture.arrival_weight, placements.typical_weight[at])
    stage_range = np.log(placements.heaviest[at] / placements.lightest[at])
    sd = np.where(has_weight, priors.stocking_sd, priors.stage_range_sd * stage_range)
    sd = np.sqrt(sd**2 + (priors.scale_sd_g / weight) ** 2)
    root = np.cbrt(weight)
    return root, root * sd / 3.0


def _augment_state(state: StateEstimate, smoother_log: SmootherLog, mean: Floats, sd: Floats) -> None:
    size = state.mean.size
    wide = np.zeros((size + mean.size, size + mean.size))
    wide[:size, :size] = state.covariance
    new = np.arange(size, size + mean.size)
    wide[new, new] = sd**2
    state.mean, state.covariance = np.concatenate([state.mean, mean]), wide
    smoother_log.add(StateAugmentation(size))


def _update_from_closings(
    state: StateEstimate,
    smoother_log: SmootherLog,
    flows: Flows,
    closing: ClosingPlacements,
    counters: Indices,
    priors: Priors,
) -> None:
    """Update from each closing placement: its fish equal those counted out of it."""
    for placement, surplus in zip(closing.placement.tolist(), closing.surplus.tolist(), strict=True):
        at = int(np.searchsorted(state.active, placement))
        own = counters[flows.source == placement]
        indices = [state.layout.count_offset.start + at, *own.tolist()]
        coefficients = [1.0] + [-1.0] * own.size
        observation = state.predict_observation(indices, coefficients)
        difference = surplus / FISH_UNIT - float(np.array(coefficients) @ state.mean[indices])
        # An SD of half a fish, so that rounding cannot make the constraint singular. The farther apart two
        # contradicting counts are, the less they weigh.
        variance = observation.variance + (0.5 / FISH_UNIT) ** 2
        state.update(smoother_log, observation, difference, max(variance, (difference / priors.outlier_sigma) ** 2))


def _build_transition(
    state: StateEstimate,
    after: StateLayout,
    mixture: Mixture,
    flows: Flows,
    counters: Indices,
    group: BatchGroup,
    priors: Priors,
) -> tuple[Floats, Floats]:
    """Return the linear map from the augmented state to the state after, and the roots after."""
    before, share = state.layout, mixture.share
    k = before.pens
    result = np.zeros((after.size, state.mean.size))
    shared = np.arange(before.shared)
    result[shared, shared] = 1.0
    columns = np.concatenate(
        [np.arange(before.root.start, before.root.stop), before.size + np.arange(share.shape[1] - k)]
    )
    roots = state.mean[columns]
    weight = share @ roots**3
    root = np.cbrt(weight)
    result[after.root, columns] = share * roots**2 / (root**2)[:, None]
    own = mixture.active[:, None] == state.active[None, :]
    carried = share[:, :k] * np.where(own, 1.0, priors.inherited_deviation)
    result[after.pen_multiplier, before.pen_multiplier] = carried
    pens = np.arange(after.pen_multiplier.start, after.pen_multiplier.stop)
    result[pens, group.placements.batch[mixture.active]] += 1.0 - carried.sum(axis=1)
    result[after.pen_bias, before.pen_bias] = own
    result[after.count_offset, before.count_offset] = own
    into = mixture.active[:, None] == flows.target[None, :]
    out = mixture.active[:, None] == flows.source[None, :]
    result[after.count_offset, state.mean.size - counters.size :] = into.astype(np.float64) - out
    return result, root


def _add_movement_noise(
    result: StateEstimate,
    before: StateEstimate,
    transition: Floats,
    mixture: Mixture,
    group: BatchGroup,
    pen_variance: Floats,
    priors: Priors,
) -> None:
    """Add the process noise of a movement."""
    at, covariance = result.layout, result.covariance
    carried = transition[at.pen_multiplier, before.layout.pen_multiplier]
    retained = np.einsum("ij,ij->i", carried, carried)
    _add_variance(covariance, at.pen_multiplier, pen_variance * np.maximum(1.0 - retained, 0.0))
    is_new = ~_is_among(result.active, before.active)
    _add_variance(covariance, at.pen_bias, np.where(is_new, priors.pen_bias_sd**2, 0.0))
    moved = np.zeros(at.pens)
    # The fish that are pumped first differ from the mean fish.
    moved[mixture.moved] = (result.mean[at.root][mixture.moved] * priors.transfer_sd / 3.0) ** 2
    _add_variance(covariance, at.root, moved)
    arrived = result.active[:, None] == mixture.arrival_placement
    stocked = arrived @ mixture.arrival_count**2
    _add_variance(covariance, at.count_offset, stocked * (priors.stocking_count_sd / FISH_UNIT) ** 2)
    _add_stage_noise(result, before, group, priors)


def _is_among(these: Indices, those: Indices) -> Mask:
    """Return which of a few numbers are among others."""
    return np.asarray((these[:, None] == those).any(axis=1))


def _add_variance(covariance: Floats, part: slice, variance: Floats) -> None:
    place = np.arange(part.start, part.stop)
    covariance[place, place] += variance


def _add_stage_noise(result: StateEstimate, before: StateEstimate, group: BatchGroup, priors: Priors) -> None:
    """Add variance to the batch multiplier where fish enter a stage, since the base may be wrong for it."""
    placements, at = group.placements, result.layout
    batch, stage = result.batch, placements.stage[result.active]
    was = before.batch * 100 + placements.stage[before.active]
    new = ~_is_among(batch * 100 + stage, was) & _is_among(batch, before.batch)
    for batch_position in sorted({*batch[new].tolist()}):
        members = np.zeros(at.size)
        members[at.batch_multiplier.start + batch_position] = priors.stage_multiplier_sd
        members[at.pen_multiplier] = (new & (batch == batch_position)) * priors.stage_multiplier_sd
        result.covariance += members[:, None] * members
