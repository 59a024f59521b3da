"""The estimator: what every placement and batch weighs on every day, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

from grilse.science.estimation.base import GrowthBase, default_base
from grilse.science.estimation.filtering import filtered
from grilse.science.estimation.ledger import stand
from grilse.science.estimation.observations import Provenance
from grilse.science.estimation.priors import Priors, default_priors
from grilse.science.estimation.records import (
    OPEN,
    Group,
    Kind,
    Movements,
    Placements,
    Rows,
    Samples,
    Selection,
    placement_rows,
)
from grilse.science.estimation.states import States, batch_states, placement_states
from grilse.science.estimation.temperatures import filled_temperatures

__all__ = [
    "OPEN",
    "Estimate",
    "Group",
    "GrowthBase",
    "Kind",
    "Movements",
    "Placements",
    "Priors",
    "Provenance",
    "Rows",
    "Samples",
    "Selection",
    "States",
    "default_base",
    "default_priors",
    "estimate",
    "estimate_groups",
    "filled_temperatures",
    "placement_rows",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """States of a group's placements and of its batches."""

    placements: States
    batches: States


def estimate(group: Group, base: GrowthBase | None = None, priors: Priors | None = None) -> Estimate:
    """Estimate one group from its first day to its last; see `estimate_groups`."""
    (result,) = estimate_groups([group], base, priors)
    return result


def estimate_groups(
    groups: Sequence[Group], base: GrowthBase | None = None, priors: Priors | None = None
) -> list[Estimate]:
    """Estimate groups from their first days to their last.

    Parameters
    ----------
    groups : everything known of batches that transfers tie together; each with at least one placement-day.
    base : growth at multiplier 1; the literature's by default.
    priors : spreads and errors; those of the parameter file by default.

    Returns
    -------
    list of Estimate
        As known on each day: nothing dated later has a part in it, but for temperatures between two measured
        days. The result of a group depends on nothing outside it, to the last bit.

    Source: Kalman filter on the cube root of weight and a reverting growth multiplier, joint over placements.
    """
    base, priors = base or default_base(), priors or default_priors()
    standing = [(group, stand(group.movements, group.rows, priors)) for group in groups]
    results = []
    for (group, fish), passed in zip(standing, filtered(standing, base, priors), strict=True):
        placements = placement_states(group, fish, passed, priors)
        batches = batch_states(group, fish, passed, placements, priors)
        results.append(Estimate(placements=placements, batches=batches))
    return results
