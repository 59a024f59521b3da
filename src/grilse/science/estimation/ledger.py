"""Counts per placement-day from the ledger, and the prior of how far the ledger is off."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Counts, Floats
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Kind, Movements, Places, Rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """Fish per placement-day, shape (rows,)."""

    count: Counts
    """End of the day."""
    deaths: Counts
    estimate: Floats
    counting_sd: Floats
    """Fish; independent between placements."""
    loss_sd: Floats
    """Fish; shared by all placements."""


def stand(movements: Movements, rows: Rows, priors: Priors) -> Stand:
    """Count fish at the end of each day and state how sure that is.

    Parameters
    ----------
    movements, rows : the ledger and the placement-days of one group.
    priors : counting error and unrecorded losses.

    Returns
    -------
    Stand
        `count` is the ledger's, to the fish. `estimate` leaves out the losses that nobody recorded since the
        placement's fish were counted in.
    """
    incoming = _per_row(movements.target, movements, rows)
    outgoing = _per_row(movements.source, movements, rows)
    dead = np.where(movements.kind == Kind.MORTALITY, movements.source, -1)
    count = _running(incoming - outgoing, rows)
    standing = np.maximum(count, 0)
    age = (rows.day - rows.start[rows.placement] + 1) / priors.unrecorded_loss_days
    return Stand(
        count=count,
        deaths=_per_row(dead, movements, rows),
        estimate=standing * (1.0 - priors.unrecorded_loss * age),
        counting_sd=standing * priors.count_sd,
        loss_sd=standing * priors.unrecorded_loss_sd * age,
    )


def _per_row(side: Places, movements: Movements, rows: Rows) -> Counts:
    """Fish that one side of the movements gives or takes on each placement-day."""
    at, moved = rows.at(side, movements.day)
    fish = np.zeros(rows.day.size, dtype=np.int64)
    np.add.at(fish, at, movements.count[moved])
    return fish


def _running(change: Counts, rows: Rows) -> Counts:
    """Cumulative sum that begins anew with each placement."""
    total = np.concatenate([[0], np.cumsum(change)])
    return np.asarray(total[1:] - total[rows.offset[rows.placement]])
