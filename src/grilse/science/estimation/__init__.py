"""The estimator: what every placement and batch weighs on every day, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.batch_group import (
    OPEN,
    BatchGroup,
    Indices,
    MovementKind,
    Movements,
    PlacementDays,
    Placements,
    Selection,
    WeighingMethod,
    WeightSamples,
    build_placement_days,
)
from grilse.science.estimation.daily_estimates import DailyEstimates, batch_states, placement_states
from grilse.science.estimation.filter_pass import FilterPasses, filter_and_smooth
from grilse.science.estimation.growth_base import GrowthBase, ModelVersion, default_growth_base
from grilse.science.estimation.innovations import FeedInnovations, FlaggedWeights, Innovations, OutlierVerdict
from grilse.science.estimation.ledger_counts import LedgerCounts, count_fish
from grilse.science.estimation.missing_temperatures import fill_temperatures
from grilse.science.estimation.priors import Priors, default_priors
from grilse.science.estimation.state_layout import FISH_UNIT
from grilse.science.estimation.weight_observations import Provenance

__all__ = [
    "OPEN",
    "BatchGroup",
    "DailyEstimates",
    "Estimate",
    "FeedInnovations",
    "FilteredMoments",
    "FinalState",
    "FlaggedWeights",
    "GrowthBase",
    "Innovations",
    "ModelVersion",
    "MovementKind",
    "Movements",
    "OutlierVerdict",
    "PlacementDays",
    "Placements",
    "Priors",
    "Provenance",
    "Selection",
    "WeighingMethod",
    "WeightSamples",
    "build_placement_days",
    "default_growth_base",
    "default_priors",
    "estimate_group",
    "estimate_groups",
    "fill_temperatures",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilteredMoments:
    """What the filter believes at the end of each placement-day, shape (rows,)."""

    root: Floats
    """g^(1/3)."""
    multiplier: Floats
    root_variance: Floats
    root_multiplier_covariance: Floats
    """Covariance."""
    multiplier_variance: Floats
    weight_known: NDArray[np.bool_]
    """Whether any weight of these fish was ever measured or stated."""
    stationary_variance: Floats
    """Variance around 1 in which the multiplier wanders, as the batch's own past shows it."""
    level_shift_variance: Floats
    """Relative variance of mean weight that shifts of level add a day, as the batch's own past shows it."""
    catch_bias: Floats
    """Catch bias of a sample of the placement: its own and the company's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FinalState:
    """The joint belief at the end of the last day, of the k placements that stand then."""

    active: Indices
    root: Floats
    """g^(1/3)."""
    multiplier: Floats
    count: Floats
    covariance: Floats
    """Of root, multiplier and count, (3k, 3k)."""
    batch_stationary_variance: Floats
    """Variance in which the multiplier of a placement's batch wanders, (k,)."""
    pen_stationary_variance: Floats
    """The same of the placement around its batch's."""
    level_shift_variance: Floats
    """Relative variance of mean weight that shifts of level add a day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """States of a group's placements and of its batches, and what stands behind them."""

    placements: DailyEstimates
    batches: DailyEstimates
    filtered: FilteredMoments
    smoothed_multiplier: Floats
    """Per row."""
    final_state: FinalState
    innovations: Innovations
    feed_innovations: FeedInnovations
    flagged_weights: FlaggedWeights


def estimate_group(
    group: BatchGroup, models: Sequence[ModelVersion] = (), priors: Priors | None = None, *, harvests: bool = True
) -> Estimate:
    """Estimate one group from its first day to its last.

    Parameters
    ----------
    group : everything known of batches that transfers tie together; with at least one placement-day.
    models : versions of the growth model by their first day; before the first, the literature's base.
    priors : spreads and errors; those of the parameter file by default.
    harvests : whether harvests are observed; else they only take fish away.

    Returns
    -------
    Estimate
        Plain columns as known on each day: nothing dated later has a part in them, but for temperatures
        between two measured days. Hindsight columns from everything. The result depends on nothing outside
        the group, to the last bit.

    Source: Kalman filter on the cube root of weight, a reverting growth multiplier and the count, joint over
    placements; modified Bryson-Frazier smoother (Bierman 1973).
    """
    priors = priors or default_priors()
    ledger = count_fish(group.movements, group.rows, priors)
    passes = filter_and_smooth(group, ledger, models, priors, harvests=harvests)
    placements = placement_states(group, ledger, passes, priors)
    filtered = passes.filtered
    return Estimate(
        placements=placements,
        batches=batch_states(group, ledger, passes, placements, priors),
        filtered=FilteredMoments(
            root=filtered.root,
            multiplier=filtered.multiplier,
            root_variance=filtered.root_variance,
            root_multiplier_covariance=filtered.root_multiplier_covariance,
            multiplier_variance=filtered.multiplier_variance,
            weight_known=(passes.filter_pass.flags & int(Provenance.WEIGHT_ASSUMED)) == 0,
            stationary_variance=passes.filter_pass.batch_stationary_variance
            + passes.filter_pass.pen_stationary_variance,
            level_shift_variance=passes.filter_pass.level_shift_variance,
            catch_bias=filtered.catch_bias,
        ),
        smoothed_multiplier=passes.smoothed.multiplier,
        final_state=_build_final_state(passes, ledger),
        innovations=passes.filter_pass.innovation_log.build_innovations(),
        feed_innovations=passes.filter_pass.innovation_log.build_feed_innovations(),
        flagged_weights=passes.filter_pass.innovation_log.build_flagged_weights(),
    )


def estimate_groups(
    groups: Sequence[BatchGroup],
    models: Sequence[ModelVersion] = (),
    priors: Priors | None = None,
    *,
    harvests: bool = True,
) -> list[Estimate]:
    """Estimate groups one after another; see `estimate_group`."""
    return [estimate_group(group, models, priors, harvests=harvests) for group in groups]


def _build_final_state(passes: FilterPasses, ledger: LedgerCounts) -> FinalState:
    state = passes.filter_pass.final_state
    at, rows = state.layout, passes.filter_pass.row_at_zero[state.active] + passes.filter_pass.last_day
    parts = np.concatenate([np.arange(part.start, part.stop) for part in (at.root, at.pen_multiplier, at.count_offset)])
    scale = np.concatenate([np.ones(2 * at.pens), np.full(at.pens, FISH_UNIT)])
    count = np.maximum(ledger.count[rows], 0) + state.mean[at.count_offset] * FISH_UNIT
    return FinalState(
        active=state.active,
        root=state.mean[at.root].copy(),
        multiplier=state.mean[at.pen_multiplier].copy(),
        count=np.maximum(count, 0.0),
        covariance=state.covariance[parts[:, None], parts] * scale * scale[:, None],
        batch_stationary_variance=passes.filter_pass.batch_stationary_variance[rows],
        pen_stationary_variance=passes.filter_pass.pen_stationary_variance[rows],
        level_shift_variance=passes.filter_pass.level_shift_variance[rows],
    )
