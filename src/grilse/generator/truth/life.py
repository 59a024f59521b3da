"""What is settled about a batch before its first day: who it is and how long it can last."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.random import Generator

from grilse.generator.planned import BatchPlan, Plan, StagePlan
from grilse.generator.streams import stream
from grilse.generator.world import World
from grilse.science.arrays import Floats
from grilse.science.growth import drift
from grilse.science.parameters import load
from grilse.science.temperature import ar1

_GROWTH = load("growth")
_MORTALITY = load("mortality")
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Life:
    """A batch, its world and its seed; days are days of the batch, the first is 0."""

    world: World
    batch: BatchPlan
    plan: Plan | None
    seed: int
    last: int  # the last day simulated

    def random(self, tag: str, *entity: object) -> Generator:
        """A stream of this batch."""
        return stream(self.seed, tag, self.batch.number, *entity)

    def stage(self, order: int) -> StagePlan:
        """The plan of a stage."""
        return self.batch.stages[order - 1]

    def day(self, when: date) -> int:
        """Day of the batch of a date."""
        return (when - self.batch.start).days

    @property
    def first_day(self) -> int:
        """Days from 1970-01-01 to the batch's day 0."""
        return (self.batch.start - EPOCH).days

    @property
    def climate(self) -> str:
        """Name of the sea climate."""
        return self.world.geography(self.batch.geography).climate

    @cached_property
    def longest(self) -> int:
        """Days until the end of the last stage."""
        return self.day(self.batch.stages[-1].stop) + 1

    @cached_property
    def growth_path(self) -> Floats:
        """Log growth multiplier that all fish of the batch share, by day."""
        random = self.random("growth.batch")
        level = _GROWTH["batch_log_sd"] * random.standard_normal()
        shocks = random.standard_normal(self.longest)
        return level + drift(shocks, _GROWTH["batch_drift"], _GROWTH["drift_memory_days"])

    @cached_property
    def brood(self) -> float:
        """Factor on the losses of eggs and fry: the quality of the eggs."""
        return float(np.exp(_MORTALITY["brood_log_sd"] * self.random("brood").standard_normal()))


def container_growth(life: Life, order: int, start: int, days: int, containers: int) -> Floats:
    """Growth multiplier by day of the stage and container, without that of the water."""
    random = life.random("growth.containers", order)
    level = _GROWTH["pen_log_sd"] * random.standard_normal(containers)
    wander = drift(
        random.standard_normal((days, containers)), _GROWTH["pen_drift"], _GROWTH["drift_memory_days"]
    )
    return np.exp(life.growth_path[start : start + days, None] + level + wander)


def hazard_deviates(life: Life, order: int, start: int, days: int, containers: int) -> tuple[float, Floats]:
    """Deviates of the log hazard: the batch's lasting one, and the waves by day of the stage and container.

    Their sum is standard normal.
    """
    shared = _MORTALITY["between_batches"]
    memory = float(np.exp(-1.0 / _MORTALITY["wave_memory_days"]))
    # Land and sea are different houses with different germs.
    whole = life.random("hazard.batch", "sea" if order == len(life.batch.stages) else "land")
    lasting = float(np.sqrt(shared) * whole.standard_normal())
    together = ar1(whole.standard_normal(life.longest), memory, 1.0)[start : start + days, None]
    alone = ar1(life.random("hazard.containers", order).standard_normal((days, containers)), memory, 1.0)
    return lasting, np.sqrt((1.0 - shared) / 2.0) * (together + alone)
