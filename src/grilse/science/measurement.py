"""Errors of weighing and counting. Randomness comes from the generator passed in."""

import numpy as np
from numpy.random import Generator

from grilse.science.arrays import Counts, FloatLike, Floats
from grilse.science.parameters import load_parameters

_MEASUREMENT = load_parameters("measurement")


def sample_sd(fish: FloatLike, cv: float = _MEASUREMENT["fish_cv"]) -> Floats:
    """Relative SD of the mean of a sample without catch bias.

    Parameters
    ----------
    fish : fish weighed, at least 1, any shape.
    cv : SD over mean of one fish.

    Returns
    -------
    Floats
        Share of the mean: 4.6 % at 30 fish, 2.5 at 100.
    """
    return np.asarray(cv / np.sqrt(fish), dtype=np.float64)


def sample_mean(
    random: Generator, weight: Floats, fish: FloatLike, bias: FloatLike = 0.0, cv: float = _MEASUREMENT["fish_cv"]
) -> Floats:
    """Mean weight that a hand sample finds.

    Parameters
    ----------
    random : source of the errors.
    weight : true mean, g, shape (n,).
    fish : fish weighed, broadcast with `weight`.
    bias : ln, lasting bias of pen and company; that of the single catch is drawn here.
    cv : SD over mean of one fish.

    Returns
    -------
    Floats
        g, shape of `weight`, above 0.

    Source: sampling error by count, plus a catch bias that no count removes.
    """
    caught = np.exp(np.asarray(bias) + _MEASUREMENT["catch_bias_sd"] * random.standard_normal(weight.shape))
    error = 1.0 + sample_sd(fish, cv) * random.standard_normal(weight.shape)
    return np.asarray(weight * caught * np.maximum(error, 0.05), dtype=np.float64)


def counter_reading(random: Generator, true: Counts, sd: FloatLike) -> Counts:
    """Fish that a counter shows.

    Parameters
    ----------
    random : source of the errors.
    true : fish that passed, shape (n,).
    sd : relative SD of the counter, broadcast with `true`.

    Returns
    -------
    Counts
        Whole fish, shape of `true`, never negative.

    Source: normal error in proportion to the count.
    """
    seen = true * (1.0 + np.asarray(sd) * random.standard_normal(true.shape))
    return np.maximum(np.rint(seen), 0).astype(np.int64)


def condition_factor(weight: FloatLike, length: FloatLike) -> Floats:
    """Fulton's condition factor K.

    Parameters
    ----------
    weight : g, any shape.
    length : fork length, cm, above 0, broadcast with `weight`.

    Returns
    -------
    Floats
        100 W / L³; a salmon in good condition has 1.1 to 1.4, a smolt about 1.0.

    Source: Fulton (1904), "The rate of growth of fishes".
    """
    return np.asarray(100.0 * np.asarray(weight) / np.asarray(length) ** 3, dtype=np.float64)
