"""The rows of the stages of a batch, the moves of fish between stages, and the assembly of the truth."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.generator.random_streams import draw_by_day
from grilse.generator.truth.batch_setup import BatchSetup
from grilse.generator.truth.batch_truth import CAUSES, COLUMNS, BatchTruth, EventLog
from grilse.science.arrays import Counts, Floats
from grilse.science.feeding import delivered_feed
from grilse.science.parameters import load_parameters

_MORTALITY = load_parameters("mortality")
_FEEDING = load_parameters("feeding")
_DELOUSING = CAUSES.index("delousing")


@dataclass(kw_only=True)
class StageStock:
    """The fish of one stage, by container."""

    count: Counts
    weight: Floats  # mean, g

    @property
    def mean_weight(self) -> float:
        """Mean weight of all fish, g."""
        return float((self.count * self.weight).sum() / max(self.count.sum(), 1))


class StageRows:
    """The days of a stage; arrays are (days, containers), with days from `start`."""

    def __init__(self, order: int, start: int, days: int, containers: int) -> None:
        self.order, self.start = order, start
        self.stops = np.full(containers, -1)  # day on which a container is emptied, -1 while it holds fish
        self.rows = np.full(containers, days)  # days with a row, by container
        shape = (days, containers)
        self.count, self.dead, self.deloused = np.zeros((3, *shape), np.int64)  # `deloused` died of a delousing
        self.weight, self.temperature, self.oxygen, self.appetite = np.zeros((4, *shape))
        self.eaten, self.sick = np.zeros((2, *shape))  # `eaten` in g per fish
        self.chalimus, self.preadult, self.female = np.zeros((3, *shape))  # lice per fish
        self.left: StageStock | None = None  # the fish that go to the next stage

    def close_containers(self, day: int, stock: StageStock) -> None:
        """Empty all containers on `day`."""
        self.stops[:] = day
        self.rows[:] = day - self.start
        self.left = stock


def split_fish(count: Counts, targets: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Counts]:
    """Return sources, targets and fish of a move: tank to tank if there are as many, else evenly in order.

    Evenly, the fish of the first source go to the first target until it has its share, so that a target may
    receive fish of several sources, and a source may go to several targets.
    """
    if count.size == targets:
        source = np.flatnonzero(count)
        return source, source.copy(), count[source]
    total = int(count.sum())
    ends = np.cumsum(count)
    shares = np.arange(1, targets + 1) * total // targets
    cuts = np.unique(np.concatenate([[0], ends, shares]))
    pieces = np.diff(cuts)
    source = np.searchsorted(ends, cuts[:-1], side="right")
    target = np.searchsorted(shares, cuts[:-1], side="right")
    return source, target, pieces


def move_fish(
    stock: StageStock, pieces: tuple[NDArray[np.int64], NDArray[np.int64], Counts], targets: int
) -> StageStock:
    """Return the fish of a move in their new containers, with weights averaged by count."""
    source, target, fish = pieces
    count = np.zeros(targets, np.int64)
    mass = np.zeros(targets)
    np.add.at(count, target, fish)
    np.add.at(mass, target, fish * stock.weight[source])
    return StageStock(count=count, weight=mass / np.maximum(count, 1))


def assemble_truth(setup: BatchSetup, stages: list[StageRows], log: EventLog) -> BatchTruth:
    """Return the truth of a batch from its stages and events."""
    flat = _StageFlattener(stages)
    count = flat(lambda rows: rows.count)
    sick = flat(lambda rows: rows.sick)
    length = np.concatenate([rows.rows for rows in stages])
    start_day = np.concatenate([np.full(rows.rows.size, rows.start) for rows in stages])
    return BatchTruth(
        number=setup.batch.number,
        start=setup.batch.start,
        days=int((start_day + length).max()),
        stage=np.concatenate([np.full(rows.rows.size, rows.order) for rows in stages]).astype(np.int8),
        container=np.array([name for rows in stages for name in setup.get_stage(rows.order).containers]),
        start_day=start_day.astype(np.int32),
        stop_day=np.concatenate([rows.stops for rows in stages]).astype(np.int32),
        offset=np.concatenate([[0], np.cumsum(length)]).astype(np.int64),
        count=count,
        weight_g=flat(lambda rows: rows.weight),
        temperature_c=flat(lambda rows: rows.temperature),
        oxygen_pct=flat(lambda rows: rows.oxygen),
        appetite=flat(lambda rows: rows.appetite),
        feed_g=_compute_feed(setup, stages, flat),
        dead=_split_deaths(setup, flat, sick),
        chalimus=flat(lambda rows: rows.chalimus),
        preadult=flat(lambda rows: rows.preadult),
        adult_female=flat(lambda rows: rows.female),
        sick=sick,
        **{kind: log.build_columns(kind) for kind in COLUMNS},
    )


class _StageFlattener:
    """Returns an array of each stage as one array by placement and day."""

    def __init__(self, stages: list[StageRows]) -> None:
        self._stages = stages
        self._masks = [np.arange(rows.count.shape[0]) < rows.rows[:, None] for rows in stages]

    def __call__(self, of: Callable[[StageRows], NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([of(rows).T[mask] for rows, mask in zip(self._stages, self._masks, strict=True)])


def _compute_feed(setup: BatchSetup, stages: list[StageRows], flat: _StageFlattener) -> Counts:
    """Return the delivered feed of each placement and day, g."""
    least, most = _FEEDING["waste"]
    streams = {rows.order: setup.create_stream("waste", rows.order) for rows in stages}
    waste = {rows.order: streams[rows.order].uniform(least, most, size=rows.rows.size) for rows in stages}
    grams = flat(lambda rows: delivered_feed(rows.eaten * rows.count, waste[rows.order]))
    return np.rint(grams).astype(np.int64)


def _split_deaths(setup: BatchSetup, flat: _StageFlattener, sick: Floats) -> NDArray[np.int32]:
    dead = flat(lambda rows: rows.dead)
    day = flat(lambda rows: np.broadcast_to(rows.start + np.arange(rows.dead.shape[0])[:, None], rows.dead.shape))
    at_sea = flat(lambda rows: np.full(rows.dead.shape, rows.order == len(setup.batch.stages)))
    named = [cause for cause in CAUSES if cause != "delousing"]
    sea, freshwater = ([_MORTALITY[f"{water}_causes"][cause] for cause in named] for water in ("sea", "freshwater"))
    shares = np.where(at_sea[:, None], sea, freshwater)
    shares[:, 0] *= 1.0 + (_MORTALITY["sick_share"] - 1.0) * sick
    shares /= shares.sum(axis=1, keepdims=True)
    random = setup.create_stream("causes")
    split = draw_by_day(day, lambda order: random.multinomial(dead[order], shares[order]))
    return np.insert(split, _DELOUSING, flat(lambda rows: rows.deloused), axis=1).astype(np.int32)
