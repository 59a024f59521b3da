"""What fish eat and what comes of it. Weights and feed are grams per fish, times days."""

import numpy as np

from grilse.science.arrays import FloatLike, Floats
from grilse.science.parameters import load_parameters

_FEEDING = load_parameters("feeding")


def gain_cost(weight: FloatLike) -> Floats:
    """Feed for one gram of growth above maintenance.

    Parameters
    ----------
    weight : g, any shape.

    Returns
    -------
    Floats
        g feed per g gain, 0.72 + 0.12 W^0.5 with W in kg.
    """
    kilograms = np.asarray(weight) / 1000.0
    return np.asarray(_FEEDING["gain_cost"] + _FEEDING["gain_cost_size"] * np.sqrt(kilograms), dtype=np.float64)


def maintenance_feed(weight: FloatLike, temperature: FloatLike) -> Floats:
    """Feed that keeps the weight of a fish.

    Parameters
    ----------
    weight : g, broadcast with `temperature`.
    temperature : °C.

    Returns
    -------
    Floats
        g per fish and day, (T / 10) W^0.8 with W in kg.
    """
    metabolic = (np.asarray(weight) / 1000.0) ** _FEEDING["maintenance_power"]
    return np.asarray(_FEEDING["maintenance"] * np.asarray(temperature) / 10.0 * metabolic, dtype=np.float64)


def feed_intake_and_gain(
    weight: FloatLike, temperature: FloatLike, potential_gain: FloatLike, appetite: FloatLike
) -> tuple[Floats, Floats]:
    """What a fish eats in a day and what it gains.

    Parameters
    ----------
    weight : g; temperature : °C; both broadcast with the rest.
    potential_gain : g per day at full appetite.
    appetite : 0 to 1.

    Returns
    -------
    tuple of Floats
        Eaten and gained, g per fish. The gain is negative when the fish eats less than maintenance, and
        never below -0.25 % of the weight.

    Source: bioenergetics, potential intake a ΔW + M, eaten a share of it, ΔW = (eaten - M) / a.
    """
    cost, keep = gain_cost(weight), maintenance_feed(weight, temperature)
    eaten = np.asarray(appetite) * (cost * np.asarray(potential_gain) + keep)
    gain = np.maximum((eaten - keep) / cost, -_FEEDING["loss_cap"] * np.asarray(weight))
    return np.asarray(eaten, dtype=np.float64), np.asarray(gain, dtype=np.float64)


def delivered_feed(eaten: FloatLike, waste: FloatLike) -> Floats:
    """Feed put out for what is eaten.

    Parameters
    ----------
    eaten : g, any shape.
    waste : share of what is put out, 0 to below 1.

    Returns
    -------
    Floats
        g, shape of the broadcast.
    """
    return np.asarray(np.asarray(eaten) / (1.0 - np.asarray(waste)), dtype=np.float64)


def biological_fcr(feed: FloatLike, survivors_gain: FloatLike, dead_weight: FloatLike) -> Floats:
    """Feed over all that grew, also in fish that died.

    Parameters
    ----------
    feed, survivors_gain, dead_weight : one unit of mass, broadcast together.

    Returns
    -------
    Floats
        Ratio; NaN where nothing grew.
    """
    grown = np.asarray(survivors_gain, dtype=np.float64) + np.asarray(dead_weight)
    ratio: Floats = np.divide(feed, grown, out=np.full_like(grown, np.nan), where=grown > 0)
    return ratio
