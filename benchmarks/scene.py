"""One generated batch beside its hidden truth, for the pictures of docs/explanation/estimator.md."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.generator.backtest.evaluation import TrueRows, build_true_rows
from grilse.generator.schedule.run import truth_file
from grilse.generator.truth.batch_truth import BatchTruth
from grilse.growth.estimating.groups import NamedGroup, iter_groups
from grilse.growth.estimating.read import read_inputs
from grilse.science.estimation import BatchGroup, Estimate, MovementKind, WeightSamples, estimate_group

BATCH = "FO-2023-003"
TOO_HEAVY = 1.3  # factor of a record that is off
AROUND = (60, 100)  # days looked at before and after it

Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A batch, its truth, what is estimated of it, and the pen that is looked at."""

    named: NamedGroup
    true: TrueRows
    told: Estimate
    pen: int

    @property
    def group(self) -> BatchGroup:
        """The batch's group."""
        return self.named.group

    def rows(self, placement: int) -> slice:
        """Rows of a placement."""
        offset = self.group.rows.offset
        return slice(int(offset[placement]), int(offset[placement + 1]))

    def samples(self, placement: int) -> Places:
        """Positions of its samples, in the order of time."""
        own = np.flatnonzero(self.group.samples.placement == placement)
        return np.asarray(own[np.argsort(self.group.samples.day[own], kind="stable")])


def staged(connection: Connection[Any]) -> tuple[Scene, int]:
    """Read and estimate the batch."""
    batch, company, run = connection.execute(WHICH, [BATCH]).fetchone() or _missing()
    named = next(iter_groups(read_inputs(connection, company, [batch])))
    numbers = connection.execute(NUMBERS, [named.batches.tolist()]).fetchall()
    truths = {number: BatchTruth.load_file(truth_file(run, number)) for (number,) in numbers}
    scene = Scene(named=named, true=build_true_rows(connection, named, truths), told=estimate_group(named.group), pen=0)
    return replace(scene, pen=middle(scene)), company


def middle(scene: Scene) -> int:
    """Return the harvested pen in the middle by how much nearer to the truth hindsight is."""
    moved, states = scene.group.movements, scene.told.placements
    pens = np.unique(moved.source[moved.kind == MovementKind.HARVEST])
    nearer = []
    for own in (scene.rows(int(pen)) for pen in pens):
        known, seen = (
            np.abs(weight[own] / scene.true.weight[own] - 1.0)[scene.true.has_fish[own]].mean()
            for weight in (states.mean_weight, states.smoothed_weight)
        )
        nearer.append(seen / known)
    return int(pens[np.argsort(nearer)[len(nearer) // 2]])


def came(scene: Scene, placement: int) -> Iterator[int]:
    """Yield a placement and those before it from which most of its fish came."""
    moved = scene.group.movements
    while placement >= 0:
        yield placement
        into = np.flatnonzero((moved.target == placement) & (moved.kind == MovementKind.TRANSFER))
        placement = int(moved.source[into[np.argmax(moved.count[into])]]) if into.size else -1


def best(scene: Scene, samples: Places) -> int:
    """Return the place of the sample in the middle third that is, with the next, nearest to the truth."""
    rows, _ = scene.group.rows.find_rows(scene.group.samples.placement[samples], scene.group.samples.day[samples])
    off = np.abs(scene.group.samples.mean_weight[samples] / scene.true.weight[rows] - 1.0)
    third = len(samples) // 3
    return third + int(np.argmin((off[:-1] + off[1:])[third : 2 * third]))


def heavier(scene: Scene, samples: Places) -> BatchGroup:
    """Return the group with some samples heavier."""
    weight = scene.group.samples.mean_weight.copy()
    weight[samples] *= TOO_HEAVY
    return replace(scene.group, samples=replace(scene.group.samples, mean_weight=weight))


def but(samples: WeightSamples, one: int) -> WeightSamples:
    """Leave one out."""
    kept = np.arange(samples.day.size) != one
    return WeightSamples(**{field.name: getattr(samples, field.name)[kept] for field in fields(WeightSamples)})


def around(scene: Scene, sample: int) -> Places:
    """Rows of the pen around a sample."""
    own, when = scene.rows(scene.pen), scene.group.samples.day[sample]
    ahead = scene.group.rows.day[own] - when
    return np.asarray(own.start + np.flatnonzero((ahead >= -AROUND[0]) & (ahead <= AROUND[1])))


def _missing() -> tuple[int, int, str]:
    raise SystemExit(f"{BATCH} is not there: `grilse demo` makes the reference history")


WHICH = """
SELECT b.id, b.company_id, s.run FROM stock_batch b
  JOIN generator_shard s ON s.company_id = b.company_id AND s.kind = 'batch' AND s.key = b.number
 WHERE b.number = %s
"""
NUMBERS = "SELECT number FROM stock_batch WHERE id = ANY(%s)"
