"""Counts per placement-day from the ledger, and the prior of how far the ledger is off."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Counts, Floats, Indices, Mask
from grilse.science.estimation.batch_group import MovementKind, Movements, PlacementDays
from grilse.science.estimation.priors import Priors

LONGEST_ROUND = 7
"""Days between two rounds for the dead, at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerCounts:
    """Fish per placement-day, shape (rows,)."""

    count: Counts
    """End of the day."""
    deaths: Counts
    exposure: Floats
    """Fish-lives over which losses go unrecorded: on a day on which deaths were found, fish times the days
    since such a day, at most a week, over the days of a life. A day recorded without deaths loses none."""


def count_fish(movements: Movements, rows: PlacementDays, priors: Priors) -> LedgerCounts:
    """Count fish at the end of each day.

    Parameters
    ----------
    movements, rows : the ledger and the placement-days of one group.
    priors : counting error and unrecorded losses.

    Returns
    -------
    Stand
        `count` is the ledger's, to the fish.
    """
    incoming = _sum_per_row(movements.target, movements, rows)
    outgoing = _sum_per_row(movements.source, movements, rows)
    dead = np.where(movements.kind == MovementKind.MORTALITY, movements.source, -1)
    count = _cumulate_per_placement(incoming - outgoing, rows)
    deaths = _sum_per_row(dead, movements, rows)
    days = _compute_exposure_days(deaths > 0, rows) / priors.unrecorded_loss_days
    return LedgerCounts(count=count, deaths=deaths, exposure=np.maximum(count, 0) * days)


def _compute_exposure_days(has_deaths: Mask, rows: PlacementDays) -> Floats:
    """Days that each day with deaths stands for, 0 on the others."""
    here = np.arange(has_deaths.size)
    earlier = np.maximum.accumulate(np.where(has_deaths, here, -1))
    last = np.concatenate([[-1], earlier[:-1]])
    start = rows.offset[rows.placement]
    since = here - np.maximum(last, start - 1)
    return np.where(has_deaths, np.minimum(since, LONGEST_ROUND), 0.0)


def _sum_per_row(side: Indices, movements: Movements, rows: PlacementDays) -> Counts:
    """Fish that one side of the movements gives or takes on each placement-day."""
    at, moved = rows.find_rows(side, movements.day)
    fish = np.zeros(rows.day.size, dtype=np.int64)
    np.add.at(fish, at, movements.count[moved])
    return fish


def _cumulate_per_placement(change: Counts, rows: PlacementDays) -> Counts:
    """Cumulative sum that begins anew with each placement."""
    total = np.concatenate([[0], np.cumsum(change)])
    return np.asarray(total[1:] - total[rows.offset[rows.placement]])
