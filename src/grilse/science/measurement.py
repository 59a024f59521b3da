"""Errors of weighing and counting, drawn from the generator that the caller passes."""

import numpy as np
from numpy.random import Generator

from grilse.science.arrays import Counts, FloatLike, Floats
from grilse.science.parameters import load_parameters

_MEASUREMENT = load_parameters("measurement")


def sample_sd(fish: FloatLike, cv: float = _MEASUREMENT["fish_cv"]) -> Floats:
    """Return the relative SD of a sample's mean without catch bias: 4.6 % at 30 fish, 2.5 % at 100.

    `fish` (at least 1) is the number weighed, `cv` the SD of single fish over their mean.
    """
    return np.asarray(cv / np.sqrt(fish), dtype=np.float64)


def sample_mean(
    random: Generator, weight: Floats, fish: FloatLike, bias: FloatLike = 0.0, cv: float = _MEASUREMENT["fish_cv"]
) -> Floats:
    """Return the mean weight that a hand sample measures, g, above 0, in the shape of `weight`.

    Parameters
    ----------
    random : source of the errors.
    weight : true mean, g, shape (n,).
    fish : number of fish weighed, broadcast with `weight`.
    bias : ln, lasting bias of pen and company; the bias of this catch is drawn here.
    cv : SD of single fish over their mean.

    Source: sampling error by number, plus a catch bias that no number removes.
    """
    # One call, so that the errors of the first samples do not depend on how many follow.
    deviates = random.standard_normal((*weight.shape, 2))
    caught = np.exp(np.asarray(bias) + _MEASUREMENT["catch_bias_sd"] * deviates[..., 0])
    error = 1.0 + sample_sd(fish, cv) * deviates[..., 1]
    return np.asarray(weight * caught * np.maximum(error, 0.05), dtype=np.float64)


def counter_reading(random: Generator, true: Counts, sd: FloatLike) -> Counts:
    """Return the count that a counter shows, whole fish of at least 0, in the shape of `true`.

    `true` is the number that passed, shape (n,); `sd` the counter's relative SD, broadcast with it.

    Source: normal error in proportion to the count.
    """
    seen = true * (1.0 + np.asarray(sd) * random.standard_normal(true.shape))
    return np.maximum(np.rint(seen), 0).astype(np.int64)


def condition_factor(weight: FloatLike, length: FloatLike) -> Floats:
    """Return Fulton's condition factor K = 100 W / L³, with `weight` in g and fork `length` in cm, above 0.

    A salmon in good condition has 1.1 to 1.4, a smolt about 1.0.

    Source: Fulton 1904, The rate of growth of fishes.
    """
    return np.asarray(100.0 * np.asarray(weight) / np.asarray(length) ** 3, dtype=np.float64)
