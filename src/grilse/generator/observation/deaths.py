"""The dead that are found, counted and written down each day."""

from dataclasses import dataclass

import numpy as np

from grilse.generator.observation.scene import Scene
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load

_STOCK = load("observation")["stock"]
_UNRECORDED = load("measurement")["unrecorded_loss"]


@dataclass(frozen=True, kw_only=True)
class Deaths:
    """Dead found, one row a placement-day and cause written (position in CAUSES)."""

    row: Counts  # placement-day
    cause: Counts
    count: Counts


def found_dead(scene: Scene) -> Counts:
    """Dead found each placement-day by cause; some are never found, 1-2 % of the fish over a life."""
    random, truth = scene.random("dead"), scene.truth
    lost = truth.count * random.uniform(*_UNRECORDED) / _STOCK["life_days"]
    missed = np.minimum(lost / np.maximum(truth.dead.sum(axis=1), 1), _STOCK["most_missed"])
    return random.binomial(truth.dead, 1.0 - missed[:, None])


def written(scene: Scene, found: Counts) -> Deaths:
    """What is written: one cause a day, on a day with many dead a second one."""
    total = found.sum(axis=1)
    rows = np.flatnonzero(total)
    dead, total = found[rows], total[rows]
    many_share, many = _STOCK["big_day"]
    big = (total >= many) & (total >= many_share * scene.truth.count[rows])
    first = _one_of(scene, dead, total)
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


def _one_of(scene: Scene, dead: Counts, total: Counts) -> Counts:
    """Cause of one of the day's dead, taken blindly."""
    luck: Floats = scene.random("causes").random(total.size)
    return np.asarray((np.cumsum(dead, axis=1) <= (luck * total)[:, None]).sum(axis=1), np.int64)
