"""Yield of a harvest: gutted weight, quality grades and size classes."""

import numpy as np
from scipy.special import ndtr

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters

_HARVEST = load_parameters("harvest")


def gutted_weight(live: FloatLike) -> Floats:
    """Return the gutted weight, head on: 0.83 of live weight, in the same unit and shape.

    Source: processing plants.
    """
    return np.asarray(np.asarray(live) * _HARVEST["gutted_share"], dtype=np.float64)


def size_shares(mean_weight: FloatLike, cv: FloatLike) -> Floats:
    """Return the share of fish in each gutted size class of the trade: below 1 kg, 1-2, ... 8-9, above 9.

    `mean_weight` (g live) and `cv` (SD over mean) have shape (n,) or are numbers; the result has shape (n, classes) or
    (classes,) and sums to 1.

    Source: normal distribution of weights, classes of harvest.toml.
    """
    mean = gutted_weight(mean_weight)[..., None] / 1000.0
    edges = (np.array(_HARVEST["size_edges"]) - mean) / (mean * np.asarray(cv)[..., None])
    below = ndtr(edges)
    ends = np.broadcast_to([0.0], (*below.shape[:-1], 1))
    return np.diff(np.concatenate([ends, below, ends + 1.0], axis=-1), axis=-1)


def grade_shares(quality: FloatLike) -> Floats:
    """Return the shares of superior, ordinary and production fish, shape (..., 3), summing to 1.

    `quality` is 0 (worst harvest) to 1 (best), any shape; superior is 80 to 93 %.

    Source: processing plants.
    """
    worst, best = _HARVEST["superior"]
    superior = worst + (best - worst) * np.asarray(quality, dtype=np.float64)
    production = np.full_like(superior, _HARVEST["production"])
    return np.stack([superior, 1.0 - superior - production, production], axis=-1)
