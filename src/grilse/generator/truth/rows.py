"""The stages of a batch put together, one placement after the other."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.generator.truth.events import EventLog
from grilse.generator.truth.life import Life
from grilse.generator.truth.record import CAUSES, BatchTruth
from grilse.generator.truth.stages import StageRows
from grilse.science.arrays import Counts, Floats
from grilse.science.feeding import delivered
from grilse.science.parameters import load

_MORTALITY = load("mortality")
_FEEDING = load("feeding")
_DELOUSING = CAUSES.index("delousing")


def assemble(life: Life, stages: list[StageRows], log: EventLog) -> BatchTruth:
    """Flatten stages and events."""
    flat = _Flat(stages)
    count = flat(lambda rows: rows.count)
    sick = flat(lambda rows: rows.sick)
    length = np.concatenate([rows.rows for rows in stages])
    start_day = np.concatenate([np.full(rows.rows.size, rows.start) for rows in stages])
    return BatchTruth(
        number=life.batch.number,
        start=life.batch.start,
        days=int((start_day + length).max()),
        stage=np.concatenate([np.full(rows.rows.size, rows.order) for rows in stages]).astype(np.int8),
        container=np.array([name for rows in stages for name in life.stage(rows.order).containers]),
        start_day=start_day.astype(np.int32),
        stop_day=np.concatenate([rows.stops for rows in stages]).astype(np.int32),
        offset=np.concatenate([[0], np.cumsum(length)]).astype(np.int64),
        count=count,
        weight_g=flat(lambda rows: rows.weight),
        temperature_c=flat(lambda rows: rows.temperature),
        oxygen_pct=flat(lambda rows: rows.oxygen),
        appetite=flat(lambda rows: rows.appetite),
        feed_g=_feed(life, stages, flat),
        dead=_causes(life, flat, sick),
        chalimus=flat(lambda rows: rows.chalimus),
        preadult=flat(lambda rows: rows.preadult),
        adult_female=flat(lambda rows: rows.female),
        sick=sick,
        **{kind: log.columns(kind) for kind in _EVENTS},
    )


_EVENTS = ("moves", "culls", "harvests", "treatments", "vaccinations", "lice_counts")


class _Flat:
    """Takes an array of each stage and lays it out by placement and day."""

    def __init__(self, stages: list[StageRows]) -> None:
        self._stages = stages
        self._kept = [np.arange(rows.count.shape[0]) < rows.rows[:, None] for rows in stages]

    def __call__(self, of: Callable[[StageRows], NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([of(rows).T[kept] for rows, kept in zip(self._stages, self._kept, strict=True)])


def _feed(life: Life, stages: list[StageRows], flat: _Flat) -> Counts:
    """Grams put out in each container and day."""
    least, most = _FEEDING["waste"]
    waste = {
        rows.order: life.random("waste", rows.order).uniform(least, most, size=rows.rows.size)
        for rows in stages
    }
    grams = flat(lambda rows: delivered(rows.eaten * rows.count, waste[rows.order]))
    return np.rint(grams).astype(np.int64)


def _causes(life: Life, flat: _Flat, sick: Floats) -> NDArray[np.int32]:
    dead = flat(lambda rows: rows.dead)
    at_sea = flat(lambda rows: np.full(rows.dead.shape, rows.order == len(life.batch.stages)))
    named = [cause for cause in CAUSES if cause != "delousing"]
    shares = np.where(
        at_sea[:, None],
        [_MORTALITY["sea_causes"][cause] for cause in named],
        [_MORTALITY["freshwater_causes"][cause] for cause in named],
    )
    shares[:, 0] *= 1.0 + (_MORTALITY["sick_share"] - 1.0) * sick
    shares /= shares.sum(axis=1, keepdims=True)
    split = life.random("causes").multinomial(dead, shares)
    return np.insert(split, _DELOUSING, flat(lambda rows: rows.deloused), axis=1).astype(np.int32)
