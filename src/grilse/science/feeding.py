"""Feed intake and growth, in g per fish and day.

Weights are g, temperatures °C. Arguments broadcast together, and the result has the broadcast shape.
"""

import numpy as np

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters

_FEEDING = load_parameters("feeding")


def gain_cost(weight: FloatLike) -> Floats:
    """Return the feed for one gram of growth above maintenance, g/g: 0.72 + 0.12 W^0.5 with W in kg; `weight` is g."""
    kilograms = np.asarray(weight) / 1000.0
    return np.asarray(_FEEDING["gain_cost"] + _FEEDING["gain_cost_size"] * np.sqrt(kilograms), dtype=np.float64)


def maintenance_feed(weight: FloatLike, temperature: FloatLike) -> Floats:
    """Return the feed that maintains a fish's weight, g per day: (T / 10) W^0.8 with W in kg; `weight` is g."""
    metabolic = (np.asarray(weight) / 1000.0) ** _FEEDING["maintenance_power"]
    return np.asarray(_FEEDING["maintenance"] * np.asarray(temperature) / 10.0 * metabolic, dtype=np.float64)


def feed_intake_and_gain(
    weight: FloatLike, temperature: FloatLike, potential_gain: FloatLike, appetite: FloatLike
) -> tuple[Floats, Floats]:
    """Return what a fish eats in a day and what it gains, g.

    `potential_gain` is g per day at full appetite, `appetite` 0 to 1. The gain is negative when the fish eats less
    than maintenance, and never below -0.25 % of the weight.

    Source: bioenergetics, potential intake a ΔW + M, eaten a share of it, ΔW = (eaten - M) / a.
    """
    cost, keep = gain_cost(weight), maintenance_feed(weight, temperature)
    eaten = np.asarray(appetite) * (cost * np.asarray(potential_gain) + keep)
    gain = np.maximum((eaten - keep) / cost, -_FEEDING["loss_cap"] * np.asarray(weight))
    return np.asarray(eaten, dtype=np.float64), np.asarray(gain, dtype=np.float64)


def delivered_feed(eaten: FloatLike, waste: FloatLike) -> Floats:
    """Return the feed put out, g, of which the share `waste` (0 to below 1) is not eaten."""
    return np.asarray(np.asarray(eaten) / (1.0 - np.asarray(waste)), dtype=np.float64)


def biological_fcr(feed: FloatLike, survivors_gain: FloatLike, dead_weight: FloatLike) -> Floats:
    """Return feed over all growth, including that of fish that died; NaN without growth. All masses have one unit."""
    grown = np.asarray(survivors_gain, dtype=np.float64) + np.asarray(dead_weight)
    ratio: Floats = np.divide(feed, grown, out=np.full_like(grown, np.nan), where=grown > 0)
    return ratio
