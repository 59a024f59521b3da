"""Learn a growth table from harvested batches, with the literature's table as the prior.

In each cell c (days of similar weight and temperature, of one water and stage) a batch b has grown by some factor more
than the literature says:

    y_bc = sum of achieved daily gain / sum of the literature's - 1,  gain in the cube root of weight.

The model is   y_bc = f(x_c, T_c) + u_b + e_bc   with

    f     the farm's correction of the literature, linear between nodes of x = W^(1/3) and T; at the nodes
          f = level + effect of weight + effect of temperature + interaction, independent Gaussians of
          mean 0 whose correlation falls as exp(-distance / length): a penalty on differences between
          neighbours, so that f is constant where nothing was learned, and the literature's shape remains;
    u_b   the batch, the same in all its days: many days of one batch never weigh as much as many batches;
    e_bc  spells of days, variance spell_sd² · spell_days / days in the cell.

y_bc is not corrected for the smoother's shrinkage: what holds for hundreds of days in all pens of a batch passes the
smoother nearly unshrunk, even with few samples.

f is the posterior mean: generalised least squares with a ridge. The learned TGC is the literature's times 1 + f.

Source: Rasmussen & Williams 2006, ch. 2 and 6.3 (Gaussian prior, Markov kernel); Henderson 1975
(effects of batches).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.growth_base import GrowthBase
from grilse.science.forecast import interpolate_growth
from grilse.science.growth_table import GrowthTable, interpolation_weights
from grilse.science.parameters import load_parameters, load_priors

SEA = 0
"""Stage number of sea cells, whatever their stage."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthDays:
    """Smoothed placement-days of one batch, shape (n,).

    Fasted days are left out: the growth table describes fed fish, and forecasts expect fasts separately.
    """

    root: Floats
    """Cube root of weight at the start of the day, g^(1/3)."""
    temperature: Floats
    """°C."""
    stage: Indices
    """Order of the stage."""
    sea: Mask
    gain: Floats
    """Gain of that day, g^(1/3)."""
    day: Indices


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthCells:
    """Growth of one batch relative to the base, by cells of similar days, shape (c,)."""

    stage: Indices
    """Order of the stage; `SEA` at sea."""
    root: Floats
    """g^(1/3), mean weighted by gain."""
    temperature: Floats
    """°C, mean weighted by gain."""
    excess: Floats
    """Achieved gain over base gain, less 1."""
    days: Floats
    """Days of the batch; pens of the same day share it."""


def bin_growth_days(grown: GrowthDays, base: GrowthBase) -> GrowthCells:
    """Group a batch's days into cells as wide as ``learning.toml`` states.

    `base` is the growth at multiplier 1 with which the batch was estimated; days without base growth are left out.
    """
    expected = base_gain(base, grown)
    here = np.flatnonzero((expected > 0.0) & (grown.stage > 1))
    expected, stage = expected[here], np.where(grown.sea, SEA, grown.stage)[here]
    root, temperature = grown.root[here], grown.temperature[here]
    width = load_parameters("learning")
    key = np.stack(
        [stage, np.floor(root / width["root_bin"]), np.floor(temperature / width["temperature_bin"])]
    ).astype(np.int64)
    cell_keys, cell = np.unique(key, axis=1, return_inverse=True)
    cell = cell.reshape(-1)

    def total(values: Floats) -> Floats:
        return np.bincount(cell, weights=values, minlength=cell_keys.shape[1]).astype(np.float64)

    _, together = np.unique(grown.day[here], return_inverse=True)
    of_base = total(expected)
    return GrowthCells(
        stage=cell_keys[0],
        root=total(expected * root) / of_base,
        temperature=total(expected * temperature) / of_base,
        excess=total(grown.gain[here]) / of_base - 1.0,
        days=total(1.0 / np.bincount(together)[together]),
    )


def base_gain(base: GrowthBase, grown: GrowthDays) -> Floats:
    """Return the daily gain of the cube root at multiplier 1, g^(1/3), shape (n,)."""
    row, onward = base.find_grid_rows(grown.temperature, grown.stage, grown.sea)
    return interpolate_growth(base, row, onward, grown.root)[0]


LEAST_GROWTH_SHARE = 0.1
"""Lower limit of learned growth as a share of the literature's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningPriors:
    """How far a farm may depart from the literature, and how similar its days are; see ``learning.toml``."""

    level_sd: float
    weight_sd: float
    weight_length: float
    temperature_sd: float
    temperature_length: float
    both_sd: float
    batch_sd: float
    spell_sd: float
    spell_days: float


@cache
def learning_priors() -> LearningPriors:
    """Return the priors of ``learning.toml``, shared and frozen."""
    return load_priors(LearningPriors, "learning")


def learn_growth_table(batches: Sequence[GrowthCells], literature: GrowthTable, priors: LearningPriors) -> GrowthTable:
    """Correct the literature's table by the growth of batches; without batches it is returned unchanged.

    Parameters
    ----------
    batches : cells of each harvested batch.
    literature : the prior, to which the excess of the cells is relative; its nodes are those of the result.
    priors : how far a farm may depart from it.
    """
    at_sea = _estimate_correction(batches, SEA, np.cbrt(literature.sea_weight), literature.sea_temperature, priors)
    on_land = [
        _estimate_correction(batches, stage, np.zeros(1), literature.fresh_temperature, priors).reshape(-1)
        for stage in range(1, literature.fresh.shape[0] + 1)
    ]
    return replace(
        literature,
        sea=literature.sea * np.maximum(1.0 + at_sea, LEAST_GROWTH_SHARE),
        fresh=literature.fresh * np.maximum(1.0 + np.array(on_land), LEAST_GROWTH_SHARE),
    )


def _estimate_correction(
    batches: Sequence[GrowthCells], stage: int, roots: Floats, temperatures: Floats, priors: LearningPriors
) -> Floats:
    """Posterior mean of f at the nodes of one stage, shape (temperatures, roots)."""
    size = temperatures.size * roots.size
    information, pull = np.zeros((size, size)), np.zeros(size)
    for batch in batches:
        mine = np.flatnonzero(batch.stage == stage)
        if mine.size:
            design = _build_design(batch, mine, roots, temperatures)
            spells = priors.spell_days / np.maximum(batch.days[mine], 1e-9)
            variance = np.diag(priors.spell_sd**2 * spells) + priors.batch_sd**2
            weighted = np.linalg.solve(variance, np.column_stack([design, batch.excess[mine]]))
            information += design.T @ weighted[:, :-1]
            pull += design.T @ weighted[:, -1]
    prior = _build_prior_covariance(roots, temperatures, priors)
    # K (I + A K)^-1 r does not invert the prior.
    posterior = prior @ np.linalg.solve(np.eye(size) + information @ prior, pull)
    return np.asarray(posterior.reshape(temperatures.size, roots.size))


def _build_design(batch: GrowthCells, mine: Indices, roots: Floats, temperatures: Floats) -> Floats:
    over = (
        interpolation_weights(batch.temperature[mine], temperatures)[:, :, None]
        * interpolation_weights(batch.root[mine], roots)[:, None]
    )
    return np.asarray(over.reshape(mine.size, -1))


def _build_prior_covariance(roots: Floats, temperatures: Floats, priors: LearningPriors) -> Floats:
    """Covariance of f at the nodes; a stage with one node of weight has no effect of weight."""
    alike_root = _correlate_nodes(roots, priors.weight_length)
    alike_temperature = _correlate_nodes(temperatures, priors.temperature_length)
    several = float(roots.size > 1)
    covariance = (
        priors.level_sd**2
        + several * priors.weight_sd**2 * np.kron(np.ones_like(alike_temperature), alike_root)
        + priors.temperature_sd**2 * np.kron(alike_temperature, np.ones_like(alike_root))
        + several * priors.both_sd**2 * np.kron(alike_temperature, alike_root)
    )
    return np.asarray(covariance)


def _correlate_nodes(nodes: Floats, length: float) -> Floats:
    return np.asarray(np.exp(-np.abs(nodes[:, None] - nodes[None, :]) / length))
