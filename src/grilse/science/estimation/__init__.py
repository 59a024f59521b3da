"""The estimator: what every placement and batch weighs on every day, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.base import GrowthBase, default_base
from grilse.science.estimation.filtering import Passed, passed
from grilse.science.estimation.layout import FISH
from grilse.science.estimation.ledger import Stand, stand
from grilse.science.estimation.observations import Provenance
from grilse.science.estimation.priors import Priors, default_priors
from grilse.science.estimation.records import (
    OPEN,
    Group,
    Kind,
    Method,
    Movements,
    Placements,
    Places,
    Rows,
    Samples,
    Selection,
    placement_rows,
)
from grilse.science.estimation.seen import Flagged, Innovations, Verdict, Weeks
from grilse.science.estimation.states import States, batch_states, placement_states
from grilse.science.estimation.temperatures import filled_temperatures
from grilse.science.estimation.versions import Version

__all__ = [
    "OPEN",
    "Beliefs",
    "Estimate",
    "Flagged",
    "Group",
    "GrowthBase",
    "Innovations",
    "Kind",
    "Last",
    "Method",
    "Movements",
    "Placements",
    "Priors",
    "Provenance",
    "Rows",
    "Samples",
    "Selection",
    "States",
    "Verdict",
    "Version",
    "Weeks",
    "default_base",
    "default_priors",
    "estimate",
    "estimate_groups",
    "filled_temperatures",
    "placement_rows",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Beliefs:
    """What the filter believes at the end of each placement-day, shape (rows,)."""

    root: Floats
    """g^(1/3)."""
    multiplier: Floats
    root_variance: Floats
    root_multiplier: Floats
    """Covariance."""
    multiplier_variance: Floats
    known: NDArray[np.bool_]
    """Whether any weight of these fish was ever measured or stated."""
    spread: Floats
    """Variance around 1 in which the multiplier wanders, as the batch's own past shows it."""
    jumps: Floats
    """Relative variance of mean weight that shifts of level add a day, as the batch's own past shows it."""
    bias: Floats
    """Catch bias of a sample of the placement: its own and the company's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Last:
    """The joint belief at the end of the last day, of the k placements that stand then."""

    standing: Places
    root: Floats
    """g^(1/3)."""
    multiplier: Floats
    count: Floats
    covariance: Floats
    """Of root, multiplier and count, (3k, 3k)."""
    batch_spread: Floats
    """Variance in which the multiplier of a placement's batch wanders, (k,)."""
    pen_spread: Floats
    """The same of the placement around its batch's."""
    jumps: Floats
    """Relative variance of mean weight that shifts of level add a day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """States of a group's placements and of its batches, and what stands behind them."""

    placements: States
    batches: States
    beliefs: Beliefs
    hindsight_multiplier: Floats
    """Per row."""
    last: Last
    innovations: Innovations
    feed: Weeks
    flagged: Flagged


def estimate(
    group: Group, models: Sequence[Version] = (), priors: Priors | None = None, *, harvests: bool = True
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
    fish = stand(group.movements, group.rows, priors)
    through = passed(group, fish, models, priors, harvests=harvests)
    placements = placement_states(group, fish, through, priors)
    known = through.known
    return Estimate(
        placements=placements,
        batches=batch_states(group, fish, through, placements, priors),
        beliefs=Beliefs(
            root=known.root,
            multiplier=known.multiplier,
            root_variance=known.root_variance,
            root_multiplier=known.root_multiplier,
            multiplier_variance=known.multiplier_variance,
            known=(through.lane.flags & int(Provenance.WEIGHT_ASSUMED)) == 0,
            spread=through.lane.batch_spread + through.lane.pen_spread,
            jumps=through.lane.jumps,
            bias=known.bias,
        ),
        hindsight_multiplier=through.hindsight.multiplier,
        last=_last(through, fish),
        innovations=through.lane.log.innovations(),
        feed=through.lane.log.weeks(),
        flagged=through.lane.log.flagged(),
    )


def estimate_groups(
    groups: Sequence[Group],
    models: Sequence[Version] = (),
    priors: Priors | None = None,
    *,
    harvests: bool = True,
) -> list[Estimate]:
    """Estimate groups one after another; see `estimate`."""
    return [estimate(group, models, priors, harvests=harvests) for group in groups]


def _last(through: Passed, fish: Stand) -> Last:
    belief = through.lane.end
    at, rows = belief.layout, through.lane.row_at_zero[belief.standing] + through.lane.last
    parts = np.concatenate([np.arange(one.start, one.stop) for one in (at.root, at.pen, at.fish)])
    scale = np.concatenate([np.ones(2 * at.pens), np.full(at.pens, FISH)])
    count = np.maximum(fish.count[rows], 0) + belief.mean[at.fish] * FISH
    return Last(
        standing=belief.standing,
        root=belief.mean[at.root].copy(),
        multiplier=belief.mean[at.pen].copy(),
        count=np.maximum(count, 0.0),
        covariance=belief.covariance[parts[:, None], parts] * scale * scale[:, None],
        batch_spread=through.lane.batch_spread[rows],
        pen_spread=through.lane.pen_spread[rows],
        jumps=through.lane.jumps[rows],
    )
