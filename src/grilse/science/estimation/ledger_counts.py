"""Counts per placement-day from the ledger, and the exposure to unrecorded losses."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Counts, Floats, Indices, Mask
from grilse.science.estimation.batch_group import MovementKind, Movements, PlacementDays
from grilse.science.estimation.priors import Priors

LONGEST_ROUND = 7
"""Most days between two rounds of collecting dead fish."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerCounts:
    """Fish per placement-day, shape (rows,)."""

    count: Counts
    """End of the day."""
    deaths: Counts
    exposure: Floats
    """Fish-lives exposed to unrecorded losses.

    On a day with deaths, fish times the days since the last such day (at most a week) over the days of a life; 0 on
    other days.
    """


def count_fish(movements: Movements, rows: PlacementDays, priors: Priors) -> LedgerCounts:
    """Count fish at the end of each day by the ledger, exactly, with deaths and exposure."""
    incoming = _sum_per_row(movements.target, movements, rows)
    outgoing = _sum_per_row(movements.source, movements, rows)
    dead = np.where(movements.kind == MovementKind.MORTALITY, movements.source, -1)
    count = _cumulate_per_placement(incoming - outgoing, rows)
    deaths = _sum_per_row(dead, movements, rows)
    days = _compute_exposure_days(deaths > 0, rows) / priors.unrecorded_loss_days
    return LedgerCounts(count=count, deaths=deaths, exposure=np.maximum(count, 0) * days)


def _compute_exposure_days(has_deaths: Mask, rows: PlacementDays) -> Floats:
    """Return the days that each day with deaths stands for, 0 on others."""
    here = np.arange(has_deaths.size)
    earlier = np.maximum.accumulate(np.where(has_deaths, here, -1))
    last = np.concatenate([[-1], earlier[:-1]])
    start = rows.offset[rows.placement]
    since = here - np.maximum(last, start - 1)
    return np.where(has_deaths, np.minimum(since, LONGEST_ROUND), 0.0)


def _sum_per_row(side: Indices, movements: Movements, rows: PlacementDays) -> Counts:
    """Return the fish that one side of the movements gives or takes on each placement-day."""
    at, moved = rows.find_rows(side, movements.day)
    fish = np.zeros(rows.day.size, dtype=np.int64)
    np.add.at(fish, at, movements.count[moved])
    return fish


def _cumulate_per_placement(change: Counts, rows: PlacementDays) -> Counts:
    """Return the cumulative sum that restarts at each placement."""
    total = np.concatenate([[0], np.cumsum(change)])
    return np.asarray(total[1:] - total[rows.offset[rows.placement]])
