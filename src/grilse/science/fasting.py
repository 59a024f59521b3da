"""Days without a meal, on which fish that feed do not grow: how many of those ahead will be such days."""

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation import BatchGroup, Provenance
from grilse.science.estimation.batch_group import Indices
from grilse.science.parameters import load_parameters


def fasting_share(group: BatchGroup, provenance: Indices, origin: Indices) -> Floats:
    """Share of the days ahead on which fish will fast, from what was known on some days.

    Parameters
    ----------
    group : its feed; without any the multiplier of growth has the fasts in it, and the share is 0.
    provenance : of its states as known, shape (rows,).
    origin : rows from which one looks ahead, shape (n,).

    Returns
    -------
    Floats
        1, shape (n,): fasted days over days of the group in the same water until then, beside a prior.

    Source: mean of a beta distribution; backtest.toml.
    """
    if not (group.feed > 0.0).any():
        return np.zeros(origin.size)
    rows, placements = group.rows, group.placements
    sea = placements.sea[rows.placement].astype(np.int64)
    feeding = placements.stage[rows.placement] > 1
    first, days = int(rows.day.min()), int(rows.day.max() - rows.day.min()) + 1
    cell = sea * days + rows.day - first
    fasted = feeding & ((provenance & int(Provenance.FASTED)) != 0)
    passed, rested = (
        np.cumsum(np.bincount(cell[of], minlength=2 * days).reshape(2, days), axis=1) for of in (feeding, fasted)
    )
    values = load_parameters("backtest")
    share, worth = np.array(values["resting_share"])[sea[origin]], values["resting_worth"]
    at = (sea[origin], rows.day[origin] - first)
    return np.asarray((rested[at] + share * worth) / (passed[at] + worth))
