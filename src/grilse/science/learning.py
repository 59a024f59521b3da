"""A growth table learned from batches that are harvested, with the literature's as the prior.

A batch b shows in a cell c (days of like weight and temperature, of one water and stage) how much more it
gained than the literature says:

    y_bc = ln(sum of achieved daily gain / sum of the literature's),  gain in the cube root of weight.

It is taken as   y_bc = a_bc (f(x_c, T_c) + u_b + e_bc) + v_bc   with

    f     the farm's correction of the literature, straight between nodes of x = W^(1/3) and T; at the nodes
          f = level + effect of weight + effect of temperature + both together, independent Gaussians of mean 0
          whose correlation falls as exp(-distance / length): a penalty on differences between neighbours,
          so that f levels out where there is nothing to learn from, and the literature's shape stays;
    u_b   the batch, the same in all its days: many days of one batch never weigh as many batches;
    e_bc  spells of days, variance spell_sd² · spell_days / days in the cell;
    a_bc  how much of a multiplier the samples could show: an estimate from few samples stays near the
          literature for want of information, and that is no evidence for it. v_bc is what else they leave open.

f is the posterior mean: generalised least squares with a ridge. The learned TGC is the literature's times exp f.

Source: Rasmussen & Williams 2006, ch. 2 and 6.3 (Gaussian prior, Markov kernel); Henderson 1975 (batch effects).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.base import ROOT_POINTS, ROOT_STEP, GrowthBase
from grilse.science.growth_table import GrowthTable, hats
from grilse.science.parameters import load

SEA = 0
"""Stage by which cells of the sea go, whatever the stage is called."""
LEAST_RELIABLE = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningPriors:
    """How far a farm may lie from the literature, and how alike its days are; see ``learning.toml``."""

    level_sd: float
    weight_sd: float
    weight_length: float
    temperature_sd: float
    temperature_length: float
    both_sd: float
    batch_sd: float
    spell_sd: float
    spell_days: float
    root_bin: float
    temperature_bin: float


@cache
def learning_priors() -> LearningPriors:
    """Priors of the parameter file.

    Returns
    -------
    LearningPriors
        Shared and frozen.
    """
    values = load("learning")
    return LearningPriors(**{field.name: values[field.name] for field in fields(LearningPriors)})


@dataclass(frozen=True, kw_only=True, slots=True)
class Grown:
    """Placement-days of one batch, in hindsight, shape (n,)."""

    root: Floats
    """g^(1/3)."""
    temperature: Floats
    """°C."""
    stage: NDArray[np.int64]
    """Order of the stage."""
    sea: NDArray[np.bool_]
    multiplier: Floats
    """Achieved over base gain."""
    reliability: Floats
    """Part of the multiplier's prior variance that the records took away, in [0, 1]."""
    day: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """What one batch showed, by cells of like days, shape (c,)."""

    stage: NDArray[np.int64]
    """Order of the stage; `SEA` at sea."""
    root: Floats
    """g^(1/3), mean over the gain."""
    temperature: Floats
    """°C, mean over the gain."""
    excess: Floats
    """Logarithm of achieved over base gain."""
    reliability: Floats
    days: Floats
    """Days of the batch; pens side by side share one."""


def cells(grown: Grown, base: GrowthBase, priors: LearningPriors) -> Cells:
    """Gather a batch's days into cells.

    Parameters
    ----------
    grown : its placement-days.
    base : growth at multiplier 1, as it was estimated with.
    priors : widths of the cells.

    Returns
    -------
    Cells
        Days on which the base grows nothing are left out.
    """
    gain = base_gain(base, grown)
    here = np.flatnonzero((gain > 0.0) & (grown.multiplier > 0.0) & (grown.stage > 1))
    gain, stage = gain[here], np.where(grown.sea, SEA, grown.stage)[here]
    root, temperature = grown.root[here], grown.temperature[here]
    key = np.stack(
        [stage, np.floor(root / priors.root_bin), np.floor(temperature / priors.temperature_bin)]
    ).astype(np.int64)
    found, cell = np.unique(key, axis=1, return_inverse=True)
    cell = cell.reshape(-1)

    def total(values: Floats) -> Floats:
        return np.bincount(cell, weights=values, minlength=found.shape[1])

    _, together = np.unique(grown.day[here], return_inverse=True)
    of_base = total(gain)
    return Cells(
        stage=found[0],
        root=total(gain * root) / of_base,
        temperature=total(gain * temperature) / of_base,
        excess=np.log(total(gain * grown.multiplier[here]) / of_base),
        reliability=total(gain * grown.reliability[here]) / of_base,
        days=total(1.0 / np.bincount(together)[together]),
    )


def base_gain(base: GrowthBase, grown: Grown) -> Floats:
    """Daily gain at multiplier 1.

    Parameters
    ----------
    base : the table; straight between its points.
    grown : cube roots of weight, temperatures, stages, waters.

    Returns
    -------
    Floats
        g^(1/3), shape (n,).
    """
    row, onward = base.points(grown.temperature, grown.stage, grown.sea)
    place = np.minimum(grown.root / ROOT_STEP, ROOT_POINTS - 1.001)
    point = place.astype(np.int64)
    corners = base.corners[row + point]
    pair = corners[:, :2] + onward[:, None] * corners[:, 2:]
    return np.asarray(pair[:, 0] + (place - point) * pair[:, 1])


def learned_table(
    batches: Sequence[Cells], literature: GrowthTable, priors: LearningPriors, multiplier_variance: float
) -> GrowthTable:
    """Correct the literature's table by what batches showed.

    Parameters
    ----------
    batches : cells of each harvested batch.
    literature : the prior, which the cells' excess is over.
    priors : how far a farm may lie from it.
    multiplier_variance : prior variance of a multiplier where nothing was weighed.

    Returns
    -------
    GrowthTable
        On the literature's nodes; the literature itself where there are no batches.
    """
    at_sea = _correction(
        batches, SEA, np.cbrt(literature.sea_weight), literature.sea_temperature, priors, multiplier_variance
    )
    on_land = [
        _correction(
            batches, stage, np.zeros(1), literature.fresh_temperature, priors, multiplier_variance
        ).reshape(-1)
        for stage in range(1, literature.fresh.shape[0] + 1)
    ]
    return replace(literature, sea=literature.sea * np.exp(at_sea), fresh=literature.fresh * np.exp(on_land))


def _correction(
    batches: Sequence[Cells],
    stage: int,
    roots: Floats,
    temperatures: Floats,
    priors: LearningPriors,
    multiplier_variance: float,
) -> Floats:
    """Posterior mean of f at the nodes of one stage, shape (temperatures, roots)."""
    size = temperatures.size * roots.size
    information, pull = np.zeros((size, size)), np.zeros(size)
    for batch in batches:
        mine = np.flatnonzero((batch.stage == stage) & (batch.reliability > LEAST_RELIABLE))
        if mine.size:
            shown = batch.reliability[mine]
            design = shown[:, None] * _design(batch, mine, roots, temperatures)
            spells = priors.spell_days / np.maximum(batch.days[mine], 1e-9)
            noise = shown * (shown * priors.spell_sd**2 + (1.0 - shown) * multiplier_variance) * spells
            variance = np.diag(noise) + priors.batch_sd**2 * np.outer(shown, shown)
            weighted = np.linalg.solve(variance, np.column_stack([design, batch.excess[mine]]))
            information += design.T @ weighted[:, :-1]
            pull += design.T @ weighted[:, -1]
    prior = _prior(roots, temperatures, priors)
    # K (I + A K)^-1 r: the prior need not be inverted.
    posterior = prior @ np.linalg.solve(np.eye(size) + information @ prior, pull)
    return np.asarray(posterior.reshape(temperatures.size, roots.size))


def _design(batch: Cells, mine: NDArray[np.int64], roots: Floats, temperatures: Floats) -> Floats:
    over = hats(batch.temperature[mine], temperatures)[:, :, None] * hats(batch.root[mine], roots)[:, None]
    return np.asarray(over.reshape(mine.size, -1))


def _prior(roots: Floats, temperatures: Floats, priors: LearningPriors) -> Floats:
    """Covariance of f at the nodes; a stage with one node of weight has no effect of weight."""
    alike_root = _alike(roots, priors.weight_length)
    alike_temperature = _alike(temperatures, priors.temperature_length)
    several = float(roots.size > 1)
    return (
        priors.level_sd**2
        + several * priors.weight_sd**2 * np.kron(np.ones_like(alike_temperature), alike_root)
        + priors.temperature_sd**2 * np.kron(alike_temperature, np.ones_like(alike_root))
        + several * priors.both_sd**2 * np.kron(alike_temperature, alike_root)
    )


def _alike(nodes: Floats, length: float) -> Floats:
    return np.asarray(np.exp(-np.abs(nodes[:, None] - nodes[None, :]) / length))
