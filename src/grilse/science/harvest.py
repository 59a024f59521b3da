"""What a harvest gives: gutted weight, grades and size classes."""

import numpy as np
from scipy.special import ndtr

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters

_HARVEST = load_parameters("harvest")


def gutted_weight(live: FloatLike) -> Floats:
    """Gutted weight, head on, of live weight.

    Parameters
    ----------
    live : any unit of mass, any shape.

    Returns
    -------
    Floats
        Same unit and shape, 0.83 of it.

    Source: processing plants.
    """
    return np.asarray(np.asarray(live) * _HARVEST["gutted_share"], dtype=np.float64)


def size_shares(mean_weight: FloatLike, cv: FloatLike) -> Floats:
    """Share of the fish in each gutted size class of the trade.

    Parameters
    ----------
    mean_weight : g live, shape (n,) or a number.
    cv : SD over mean, broadcast with it.

    Returns
    -------
    Floats
        Shape (n, classes) or (classes,): below 1 kg, 1-2, ... 8-9, above 9; sums to 1.

    Source: normal spread of weights, classes of harvest.toml.
    """
    mean = gutted_weight(mean_weight)[..., None] / 1000.0
    edges = (np.array(_HARVEST["size_edges"]) - mean) / (mean * np.asarray(cv)[..., None])
    below = ndtr(edges)
    ends = np.broadcast_to([0.0], (*below.shape[:-1], 1))
    return np.diff(np.concatenate([ends, below, ends + 1.0], axis=-1), axis=-1)


def grade_shares(quality: FloatLike) -> Floats:
    """Share of superior, ordinary and production fish.

    Parameters
    ----------
    quality : 0 (worst harvest) to 1 (best), any shape.

    Returns
    -------
    Floats
        Shape (..., 3), sums to 1; superior runs from 80 to 93 %.

    Source: processing plants.
    """
    worst, best = _HARVEST["superior"]
    superior = worst + (best - worst) * np.asarray(quality, dtype=np.float64)
    production = np.full_like(superior, _HARVEST["production"])
    return np.stack([superior, 1.0 - superior - production, production], axis=-1)
