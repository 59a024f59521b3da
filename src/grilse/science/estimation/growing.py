"""Days of growth between two events: the path of the means, and how it answers to where it began."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.base import ROOT_POINTS, ROOT_STEP, GrowthBase
from grilse.science.estimation.priors import Priors, alevin_growth
from grilse.science.estimation.records import Places


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """Days of a span, known before the filter walks through them; (days, k)."""

    points: Places
    onward: Floats
    """Grid row of the day's temperature and weight of the next, see `GrowthBase.points`."""
    warm: Floats | None
    """Relative SD of a day's growth that an uncertain temperature leaves; None where all were measured."""
    degree_days: Floats
    """End of the day, °C d."""
    stretch: Floats | None
    """Factor of the cube root before feeding; None where all fish feed."""
    unrest: Floats | None
    """Relative variance that the stretch adds to the cube root."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Path:
    """Roots at the end of some days, (days, k), and their answer to the root and multiplier before them."""

    root: Floats
    gain: Floats
    """Of the day, g per fish."""
    usual: Floats
    """What multiplier 1 would have brought."""
    lift: Floats
    push: Floats
    unrest: Floats
    """Variance that the days added to the root."""


def course(
    base: GrowthBase,
    priors: Priors,
    stage: Places,
    sea: NDArray[np.bool_],
    still: NDArray[np.bool_],
    degree_days: Floats,
    temperature: Floats,
    temperature_sd: Floats,
) -> Course:
    """Prepare a span of days.

    Parameters
    ----------
    base, priors : of the pass.
    stage, sea : of the placements, shape (k,).
    still : days on which fish that feed do not grow, shape (days, k).
    degree_days : at the start, °C d, shape (k,).
    temperature, temperature_sd : °C, shape (days, k).

    Returns
    -------
    Course
        Eggs and alevins do not grow by TGC; an uncertain temperature makes growth as uncertain as warmth.
    """
    points, onward = base.points(temperature, stage, sea)
    points[still | (stage == 1)] = base.still
    total = degree_days + np.cumsum(np.maximum(temperature, 0.0), axis=0)
    stretch, unrest = None, None
    if (stage == 1).any():
        path = alevin_growth(np.concatenate([degree_days[None], total]), priors)
        part = np.diff(path, axis=0) / (priors.alevin_gain - 1.0)
        stretch = np.where(stage == 1, np.cbrt(path[1:] / path[:-1]), 1.0)
        unrest = np.where(stage == 1, part, 0.0) * (priors.alevin_sd / 3.0) ** 2
    return Course(
        points=points,
        onward=onward,
        warm=temperature_sd / np.maximum(temperature, 1.0) if temperature_sd.any() else None,
        degree_days=total,
        stretch=stretch,
        unrest=unrest,
    )


def grow(ahead: Course, days: slice, root: Floats, multiplier: Floats, base: GrowthBase) -> Path:
    """Follow the roots over some days.

    Parameters
    ----------
    ahead, days : the span, and which of its days.
    root, multiplier : at the start, shape (k,).
    base : growth at multiplier 1.

    Returns
    -------
    Path
        The table is taken as straight from where the roots begin; over a week they move three points of its
        grid, in which it hardly bends.
    """
    value, slope = growth(ahead, days, root, base)
    hold = slope * multiplier
    # A straight line a day: x' = a x + b, with a = 1 + m·slope, so that the days before multiply.
    brought = multiplier * value - hold * root
    hold += 1.0 if ahead.stretch is None else ahead.stretch[days]
    lift: Floats = np.multiply.accumulate(hold)
    roots = lift * (root + np.add.accumulate(brought / lift))
    before = np.concatenate([root[None], roots[:-1]])
    usual = value + slope * (before - root)
    push = lift * np.add.accumulate(usual / lift)
    weight, less = roots * roots * roots, roots - usual
    return Path(
        root=roots,
        gain=weight - before * before * before,
        usual=weight - less * less * less,
        lift=lift,
        push=push,
        unrest=_unrest(ahead, days, roots, usual * multiplier),
    )


def _unrest(ahead: Course, days: slice, roots: Floats, gain: Floats) -> Floats:
    """Variance that uncertain temperatures and the life before feeding add to the roots, day upon day."""
    added = np.zeros(roots.shape)
    if ahead.warm is not None:
        added += (gain * ahead.warm[days]) ** 2
    if ahead.unrest is not None:
        added += ahead.unrest[days] * roots * roots
    return np.asarray(np.add.accumulate(added))


def growth(ahead: Course, days: slice, root: Floats, base: GrowthBase) -> tuple[Floats, Floats]:
    """Growth at multiplier 1 of fish that stay as they are.

    Parameters
    ----------
    ahead, days : the span, and which of its days.
    root : g^(1/3), shape (k,).
    base : growth at multiplier 1.

    Returns
    -------
    tuple
        Gain of the cube root, g^(1/3), and its derivative by the cube root, (days, k).
    """
    place = np.minimum(root * (1.0 / ROOT_STEP), ROOT_POINTS - 1.001)
    place = np.maximum(place, 0.0)
    cell = place.astype(np.int64)
    corners = base.corners.take(ahead.points[days] + cell, axis=0, mode="clip")
    pair = corners[:, :, 2:] * ahead.onward[days][:, :, None]
    pair += corners[:, :, :2]
    slope = pair[:, :, 1]
    return pair[:, :, 0] + slope * (place - cell), slope * (1.0 / ROOT_STEP)
