"""A batch on its farm, as all who write something down see it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.generator.observation.records import days_since_epoch
from grilse.generator.random_streams import create_random_stream
from grilse.generator.schedule.plan import BatchPlan
from grilse.generator.truth.batch_truth import BatchTruth
from grilse.generator.world.rules import STAGES
from grilse.generator.world.world import World
from grilse.science.arrays import Counts, Floats


@dataclass(frozen=True, kw_only=True)
class BatchContext:
    """The truth of a batch with its world, its plan and the seed of what is seen of it."""

    world: World
    batch: BatchPlan
    truth: BatchTruth
    seed: int
    readings_per_day: int
    catch_bias: float  # ln, of the whole company

    def create_generator(self, tag: str) -> Generator:
        """The stream of one kind of record of this batch."""
        return create_random_stream(self.seed, f"seen.{tag}", self.batch.number)

    @cached_property
    def first_day(self) -> int:
        """Days from 1970-01-01 to the batch's day 0."""
        return days_since_epoch(self.truth.start)

    @cached_property
    def row_placement(self) -> Counts:
        """Placement of each placement-day."""
        return self.truth.placement

    @cached_property
    def row_day(self) -> Counts:
        """Day of the batch of each placement-day."""
        return self.truth.day

    @cached_property
    def row_date(self) -> Counts:
        """Days since 1970-01-01 of each placement-day."""
        return self.row_day + self.first_day

    @cached_property
    def at_sea(self) -> NDArray[np.bool_]:
        """Whether each placement is at sea."""
        return np.asarray(self.truth.stage == STAGES)

    @cached_property
    def placement_sites(self) -> tuple[str, ...]:
        """Hall or area of each placement."""
        return tuple(self.world.get_container(name).site for name in self.truth.container.tolist())

    @cached_property
    def placement_volume(self) -> Floats:
        """Volume of each placement's container, m³."""
        return np.array([self.world.get_container(name).volume_m3 for name in self.truth.container.tolist()])

    def find_rows(self, placement: Counts, day: Counts) -> Counts:
        """Placement-day of placements on days of the batch on which they stand."""
        return self.truth.offset[placement] + day - self.truth.start_day[placement]
