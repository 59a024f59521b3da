"""The estimator: weight, count and growth of every placement and batch on every day, with their uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation.batch_group import (
    OPEN,
    BatchGroup,
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
from grilse.science.estimation.daily_moments import DailyMoments
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
    "FinalState",
    "FlaggedWeights",
    "GrowthBase",
    "Innovations",
    "ModelVersion",
    "MovementKind",
    "Movements",
    "OutlierVerdict",
    "PenStates",
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
class PenStates:
    """Joint estimate of k placements at the end of a day."""

    root: Floats
    """Cube root of mean weight, g^(1/3), shape (k,)."""
    multiplier: Floats
    """Of growth, batch and pen together."""
    count: Floats
    covariance: Floats
    """Of root, multiplier and count one after another, shape (3k, 3k)."""
    batch_stationary_variance: Floats
    """Variance around 1 in which the multiplier of a placement's batch wanders."""
    pen_stationary_variance: Floats
    """Variance in which the placement's own multiplier wanders around its batch's."""
    level_shift_variance: Floats
    """Relative variance of mean weight that level shifts add a day."""

    def select_pens(self, at: Indices) -> dict[str, Floats]:
        """Return the columns of some of the placements, by name."""
        joint = np.concatenate([at + part * self.root.size for part in range(3)])
        columns = {field.name: getattr(self, field.name) for field in fields(PenStates)}
        return {
            name: column[np.ix_(joint, joint)] if name == "covariance" else column[at]
            for name, column in columns.items()
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class FinalState(PenStates):
    """Joint estimate at the end of the last day, of the k placements that are active then."""

    active: Indices


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """States of a group's placements and batches, with the moments and innovations behind them."""

    placements: DailyEstimates
    batches: DailyEstimates
    filtered: DailyMoments
    smoothed_multiplier: Floats
    """Shape (rows,)."""
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
    group : all records of batches that transfers tie together, with at least one placement-day.
    models : versions of the growth model by their first day; before the first, the literature's base is used.
    priors : standard deviations and constants; those of the parameter file by default.
    harvests : whether harvest weights and counts are observations; otherwise harvests only remove fish.

    Filtered columns depend on records up to their day only, except for temperatures interpolated between two measured
    days; smoothed columns depend on all records. The result depends on nothing outside the group, to the last bit.

    Source: extended Kalman filter on the cube root of weight, a mean-reverting growth multiplier and the count, joint
    over placements; modified Bryson-Frazier smoother (Bierman 1973).
    """
    priors = priors or default_priors()
    ledger = count_fish(group.movements, group.rows, priors)
    passes = filter_and_smooth(group, ledger, models, priors, harvests=harvests)
    placements = placement_states(group, ledger, passes, priors)
    log = passes.filter_pass.innovation_log
    return Estimate(
        placements=placements,
        batches=batch_states(group, ledger, passes, placements, priors),
        filtered=passes.filtered,
        smoothed_multiplier=passes.smoothed.multiplier,
        final_state=_build_final_state(passes, ledger),
        innovations=log.build_innovations(),
        feed_innovations=log.build_feed_innovations(),
        flagged_weights=log.build_flagged_weights(),
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
    done = passes.filter_pass
    state, at = done.final_state, done.final_state.layout
    rows = done.row_at_zero[state.active] + done.last_day
    parts = np.concatenate([np.arange(part.start, part.stop) for part in (at.root, at.pen_multiplier, at.count_offset)])
    scale = np.concatenate([np.ones(2 * at.pens), np.full(at.pens, FISH_UNIT)])
    count = np.maximum(ledger.count[rows], 0) + state.mean[at.count_offset] * FISH_UNIT
    return FinalState(
        active=state.active,
        root=state.mean[at.root].copy(),
        multiplier=state.mean[at.pen_multiplier].copy(),
        count=np.maximum(count, 0.0),
        covariance=state.covariance[parts[:, None], parts] * scale * scale[:, None],
        batch_stationary_variance=done.batch_stationary_variance[rows],
        pen_stationary_variance=done.pen_stationary_variance[rows],
        level_shift_variance=passes.filtered.level_shift_variance[rows],
    )
