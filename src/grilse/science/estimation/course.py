"""What a span of days brings to the fish that stand through it: warmth, growth to expect, development."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.base import GrowthBase
from grilse.science.estimation.belief import Belief
from grilse.science.estimation.mixing import Mixture
from grilse.science.estimation.priors import Priors, alevin_growth
from grilse.science.estimation.records import Group, Places


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """Days between two boundaries, known before the filter walks through them; columns (days, k)."""

    points: Places
    onward: Floats
    """Grid row of the day's temperature and weight of the next, see `GrowthBase.points`."""
    degree_days: Floats
    """End of the day, °C d."""
    stretch: Floats | None
    """Factor of the cube root before feeding; None where all fish feed."""
    unrest: Floats | None
    """Relative variance that the stretch adds to the cube root."""


def course(
    group: Group,
    base: GrowthBase,
    priors: Priors,
    belief: Belief,
    mixture: Mixture,
    temperature: Floats,
) -> Course:
    """Prepare a span of days.

    Parameters
    ----------
    group, base, priors : of the pass.
    belief, mixture : after the movements of the first day.
    temperature : °C, shape (days, k).

    Returns
    -------
    Course
        Eggs and alevins do not grow by TGC, nor do fish on the day for which a stocking states the weight.
    """
    placements = group.placements
    stage = placements.stage[belief.standing]
    points, onward = base.points(temperature, stage, placements.sea[belief.standing])
    points[:, stage == 1] = base.still
    points[0, _stated(mixture)] = base.still
    degree_days = belief.degree_days + np.cumsum(np.maximum(temperature, 0.0), axis=0)
    stretch, unrest = None, None
    if (stage == 1).any():
        path = alevin_growth(np.concatenate([belief.degree_days[None], degree_days]), priors)
        part = np.diff(path, axis=0) / (priors.alevin_gain - 1.0)
        stretch = np.where(stage == 1, np.cbrt(path[1:] / path[:-1]), 1.0)
        unrest = np.where(stage == 1, part, 0.0) * (priors.alevin_sd / 3.0) ** 2
    return Course(
        points=points,
        onward=onward,
        degree_days=degree_days,
        stretch=stretch,
        unrest=unrest,
    )


def _stated(mixture: Mixture) -> Places:
    """Positions whose fish were mostly stocked today with a stated weight."""
    stated = np.isfinite(mixture.arrival_weight)
    arrivals = mixture.share[:, mixture.share.shape[1] - stated.size :]
    return np.flatnonzero(np.einsum("ij,j->i", arrivals, stated.astype(np.float64)) > 0.5)
