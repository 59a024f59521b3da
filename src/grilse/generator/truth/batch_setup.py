"""The constants of a batch, and the random conditions of its containers: growth, disease and appetite."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.random import Generator

from grilse.generator.random_streams import create_random_stream
from grilse.generator.schedule.plan import BatchPlan, HistoryPlan, StagePlan
from grilse.generator.world.world import World
from grilse.science.arrays import Floats
from grilse.science.growth import multiplier_drift
from grilse.science.parameters import load_parameters
from grilse.science.temperature import ar1_anomalies

_GROWTH = load_parameters("growth")
_MORTALITY = load_parameters("mortality")
EPOCH = date(1970, 1, 1)
_APPETITE = load_parameters("appetite")


@dataclass(frozen=True, kw_only=True)
class BatchSetup:
    """A batch with its world and seed; days are days of the batch, from 0."""

    world: World
    batch: BatchPlan
    plan: HistoryPlan | None
    seed: int
    last: int  # the last day simulated

    def create_stream(self, tag: str, *entity: object) -> Generator:
        """Return a random stream of this batch."""
        return create_random_stream(self.seed, tag, self.batch.number, *entity)

    def get_stage(self, order: int) -> StagePlan:
        """Return the plan of a stage."""
        return self.batch.stages[order - 1]

    def get_batch_day(self, when: date) -> int:
        """Return the day of the batch of a date."""
        return (when - self.batch.start).days

    @property
    def first_day(self) -> int:
        """Days from 1970-01-01 to the batch's day 0."""
        return (self.batch.start - EPOCH).days

    @property
    def sea_climate(self) -> str:
        """Name of the sea climate."""
        return self.world.get_geography(self.batch.geography).climate

    @cached_property
    def longest_days(self) -> int:
        """Days until the end of the last stage."""
        return self.get_batch_day(self.batch.stages[-1].stop) + 1

    @cached_property
    def growth_path(self) -> Floats:
        """Log growth multiplier that all fish of the batch share, by day."""
        random = self.create_stream("growth.batch")
        level = _GROWTH["batch_log_sd"] * random.standard_normal()
        shocks = random.standard_normal(self.longest_days)
        return level + multiplier_drift(shocks, _GROWTH["batch_drift"], _GROWTH["drift_memory_days"])

    @cached_property
    def egg_quality(self) -> float:
        """Factor on the losses of eggs and fry: the quality of the eggs."""
        return float(np.exp(_MORTALITY["brood_log_sd"] * self.create_stream("brood").standard_normal()))


def draw_container_growth(setup: BatchSetup, order: int, start: int, days: int, containers: int) -> Floats:
    """Return the growth multiplier by day of the stage and container, without the effect of the water."""
    random = setup.create_stream("growth.containers", order)
    level = _GROWTH["pen_log_sd"] * random.standard_normal(containers)
    shocks = random.standard_normal((days, containers))
    wander = multiplier_drift(shocks, _GROWTH["pen_drift"], _GROWTH["drift_memory_days"])
    return np.exp(setup.growth_path[start : start + days, None] + level + wander)


def draw_hazard_deviates(setup: BatchSetup, order: int, start: int, days: int, containers: int) -> tuple[float, Floats]:
    """Return deviates of the log hazard: the lasting one of the batch, and the waves by day and container.

    Their sum is standard normal.
    """
    shared = _MORTALITY["between_batches"]
    memory = float(np.exp(-1.0 / _MORTALITY["wave_memory_days"]))
    # Land and sea have different pathogens.
    batch_random = setup.create_stream("hazard.batch", "sea" if order == len(setup.batch.stages) else "land")
    lasting = float(np.sqrt(shared) * batch_random.standard_normal())
    shared_waves = ar1_anomalies(batch_random.standard_normal(setup.longest_days), memory, 1.0)
    own_shocks = setup.create_stream("hazard.containers", order).standard_normal((days, containers))
    waves = shared_waves[start : start + days, None] + ar1_anomalies(own_shocks, memory, 1.0)
    return lasting, np.sqrt((1.0 - shared) / 2.0) * waves


def compute_sickness(lasting: float, waves: Floats) -> Floats:
    """Return the intensity of disease, 0 to 1, from the deviates of the log hazard.

    Outbreaks are waves; the lasting deviate of the batch counts in part, because fish adapt to it.
    """
    start, full = _APPETITE["sickness_start"], _APPETITE["sickness_full"]
    felt = waves + _APPETITE["sickness_lasting"] * lasting
    return np.clip((felt - start) / (full - start), 0.0, 1.0)


def compute_daily_appetite(sick: Floats, shocks: Floats) -> Floats:
    """Return the share of the appetite after disease and weather; `shocks` are standard normal."""
    weather = 1.0 - _APPETITE["daily_sd"] * np.abs(shocks)
    return np.clip(weather * (1.0 - _APPETITE["sickness_loss"] * sick), 0.0, 1.0)


def compute_shock_decay() -> float:
    """Return the share of a shock that remains after a day."""
    return float(np.exp(-1.0 / _APPETITE["shock_memory_days"]))
