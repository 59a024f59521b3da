"""The batch that people and sensors observe."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.generator.random_streams import create_random_stream
from grilse.generator.schedule.plan import BatchPlan
from grilse.generator.truth.batch_truth import BatchTruth
from grilse.generator.world.rules import STAGES
from grilse.generator.world.sites import WorldContainer
from grilse.generator.world.world import World
from grilse.science.arrays import Counts, Floats
from grilse.science.days import LAST_DAY, to_epoch_day
from grilse.science.time_zones import convert_to_utc


@dataclass(frozen=True, kw_only=True)
class BatchContext:
    """The truth of a batch with its world, its plan and the seed of the observation."""

    world: World
    batch: BatchPlan
    truth: BatchTruth
    seed: int
    until: int  # the last day of the records, since 1970-01-01; the truth goes on, since people plan ahead
    readings_per_day: int
    catch_bias: float  # ln, the same for the whole company
    after: int = -LAST_DAY  # placements that end by this day have no readings, since these are known

    def create_generator(self, tag: str) -> Generator:
        """Return the random stream of one kind of record of this batch."""
        return create_random_stream(self.seed, f"seen.{tag}", self.batch.number)

    @cached_property
    def first_day(self) -> int:
        """Days from 1970-01-01 to the batch's day 0."""
        return to_epoch_day(self.truth.start)

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
        """True for each placement at sea."""
        return np.asarray(self.truth.stage == STAGES)

    @cached_property
    def containers(self) -> tuple[WorldContainer, ...]:
        """Container of each placement."""
        return tuple(self.world.get_container(name) for name in self.truth.container.tolist())

    @cached_property
    def placement_sites(self) -> tuple[str, ...]:
        """Hall or area of each placement."""
        return tuple(container.site for container in self.containers)

    @cached_property
    def placement_zones(self) -> NDArray[np.str_]:
        """Time zone of each placement."""
        return np.array([self.world.get_site_geography(site).time_zone for site in self.placement_sites], np.str_)

    def convert_to_utc(self, local: Counts, placement: Counts) -> tuple[Counts, NDArray[np.bool_]]:
        """Return times of wall clocks at placements as UTC, and which of them exist; the first axis is placements."""
        at, exists = local.copy(), np.ones(local.shape, np.bool_)
        zones = self.placement_zones[placement]
        for zone in np.unique(zones[zones != "UTC"]).tolist():
            rows = zones == zone
            at[rows], exists[rows] = convert_to_utc(local[rows], zone)
        return at, exists

    @cached_property
    def placement_volume(self) -> Floats:
        """Volume of the container of each placement, m³."""
        return np.array([container.volume_m3 for container in self.containers])

    def find_rows(self, placement: Counts, day: Counts) -> Counts:
        """Return the placement-days of placements on days of the batch."""
        return self.truth.offset[placement] + day - self.truth.start_day[placement]

    def convert_dates(self, day: NDArray[np.integer]) -> NDArray[np.int32]:
        """Return days of the batch as days since 1970-01-01, as date columns have them."""
        return np.asarray((day + self.first_day).astype(np.int32))
