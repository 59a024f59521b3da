"""The dead that are found, counted and written down each day."""

from dataclasses import dataclass

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters

_STOCK = load_parameters("observation")["stock"]
_UNRECORDED = load_parameters("measurement")["unrecorded_loss"]


@dataclass(frozen=True, kw_only=True)
class Deaths:
    """Dead found, one row a placement-day and cause written (position in CAUSES)."""

    row: Counts  # placement-day
    cause: Counts
    count: Counts


def count_found_dead(context: BatchContext) -> Counts:
    """Dead found each placement-day by cause; some are never found, 1-2 % of the fish over a life."""
    rng, truth = context.create_generator("dead"), context.truth
    lost = truth.count * rng.uniform(*_UNRECORDED) / _STOCK["life_days"]
    missed = np.minimum(lost / np.maximum(truth.dead.sum(axis=1), 1), _STOCK["most_missed"])
    return rng.binomial(truth.dead, 1.0 - missed[:, None])


def record_deaths(context: BatchContext, counts: Counts) -> Deaths:
    """What is written: one cause a day, on a day with many dead a second one."""
    total = counts.sum(axis=1)
    rows = np.flatnonzero(total)
    dead, total = counts[rows], total[rows]
    many_share, many = _STOCK["big_day"]
    big = (total >= many) & (total >= many_share * context.truth.count[rows])
    first = _draw_cause(context, dead, total)
    first[big] = dead[big].argmax(axis=1)
    rest = dead.copy()
    rest[np.arange(rows.size), first] = 0
    second = rest.argmax(axis=1)
    others = np.where(big, rest.sum(axis=1), 0)
    split = np.flatnonzero(others)
    return Deaths(
        row=np.concatenate([rows, rows[split]]),
        cause=np.concatenate([first, second[split]]),
        count=np.concatenate([total - others, others[split]]),
    )


def _draw_cause(context: BatchContext, dead: Counts, total: Counts) -> Counts:
    """Cause of one of the day's dead, taken blindly."""
    chance: Floats = context.create_generator("causes").random(total.size)
    return np.asarray((np.cumsum(dead, axis=1) <= (chance * total)[:, None]).sum(axis=1), np.int64)
