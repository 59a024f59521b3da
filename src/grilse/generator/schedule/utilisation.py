"""How far a plan uses the places of its world, by stage, geography and month."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from grilse.generator.schedule.plan import HistoryPlan, StagePlan
from grilse.generator.schedule.spacing import get_site_kind
from grilse.generator.world.rules import STAGES
from grilse.generator.world.sites import WorldGeography
from grilse.generator.world.world import World

Days = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class StageUse:
    """Use of the places of one stage in one geography, from the first start to the last day.

    A place is in use while fish stand there for their usual time and while it lies fallow after them; it is
    reserved from the earliest day they may come until the last they may stay, and the fallow days.
    """

    geography: str
    code: str  # of the geography
    order: int
    stage: str
    places: int
    average: float  # places in use, mean of the days
    most: int  # places in use on the busiest day
    reserved: int  # places reserved on the busiest day
    last_day: int  # batches that stand there on the last day
    container_count: int
    containers: float  # container-days with fish, of all
    months: dict[str, float]  # site-days in use, of all, by month

    @property
    def saturation(self) -> float:
        """Site-days in use, of all."""
        return self.average / self.places if self.places else 0.0

    @property
    def peak_share(self) -> float:
        """Places in use on the busiest day, of all."""
        return self.most / self.places if self.places else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldUse:
    """Use of all stages, and the one that has least left."""

    first: date
    until: date
    batches: dict[str, int]  # by geography
    stages: tuple[StageUse, ...]

    @property
    def years(self) -> float:
        """Length of the history."""
        return round((self.until - self.first).days / 365.25, 2)

    @property
    def harvested_batches(self) -> int:
        """Batches that are gone on the last day, if they stay as long as usual."""
        return (
            sum(self.batches.values())
            - self.count_active_batches(at_sea=True)
            - self.count_active_batches(at_sea=False)
        )

    @property
    def container_share(self) -> float:
        """Container-days with fish, of all."""
        count = sum(stage.container_count for stage in self.stages)
        return sum(stage.containers * stage.container_count for stage in self.stages) / count

    def count_active_batches(self, *, at_sea: bool) -> int:
        """Batches that stand at sea or on land on the last day, if they stay as long as usual."""
        return sum(stage.last_day for stage in self.stages if (stage.order == STAGES) == at_sea)

    @property
    def bottleneck(self) -> StageUse:
        """The stage and geography nearest to its limit."""
        return max(self.stages, key=lambda stage: (stage.peak_share, stage.saturation))

    def compute_share(self, *, at_sea: bool) -> float:
        """Area-days or hall-days in use, of all."""
        stages = [stage for stage in self.stages if (stage.order == STAGES) == at_sea]
        places = sum(stage.places for stage in stages)
        return sum(stage.average for stage in stages) / places if places else 0.0


def compute_use(plan: HistoryPlan, world: World) -> WorldUse:
    """How far a plan uses its world."""
    first = min(batch.start for batch in plan.batches)
    stages = tuple(
        _compute_stage_use(plan, world, first, geography, order)
        for geography in world.geographies
        for order in range(1, STAGES + 1)
    )
    batches = Counter(batch.geography for batch in plan.batches)
    return WorldUse(first=first, until=plan.until, batches=dict(batches), stages=stages)


def _compute_stage_use(plan: HistoryPlan, world: World, first: date, geography: WorldGeography, order: int) -> StageUse:
    sites = world.get_sites(geography.name, order)
    stays = [batch.stages[order - 1] for batch in plan.batches if batch.geography == geography.name]
    days = (plan.until - first).days + 1
    early = timedelta(days=world.get_stage(order).early_days)

    def rested(stay: StagePlan, stop: date) -> date:
        return stop + timedelta(days=world.get_site(stay.site).fallow_days)

    def count(start: Callable[[StagePlan], date], stop: Callable[[StagePlan], date], weigh: bool = False) -> Days:
        change = np.zeros(days + 1, dtype=np.int64)
        for stay in stays:
            weight = len(stay.containers) if weigh else 1
            change[np.clip((start(stay) - first).days, 0, days)] += weight
            change[np.clip((stop(stay) - first).days, 0, days)] -= weight
        return np.cumsum(change[:-1])

    used = count(lambda stay: stay.start, lambda stay: rested(stay, _find_usual_stop(stay, world)))
    reserved = count(lambda stay: stay.start - early, lambda stay: rested(stay, stay.stop))
    standing = count(lambda stay: stay.start, lambda stay: _find_usual_stop(stay, world))
    filled = count(lambda stay: stay.start, lambda stay: _find_usual_stop(stay, world), weigh=True)
    capacity = sum(len(world.get_containers(site.name)) for site in sites)
    return StageUse(
        geography=geography.name,
        code=geography.code,
        order=order,
        stage=world.get_stage(order).name,
        places=len(sites),
        average=float(used.mean()),
        most=int(used.max()),
        reserved=int(reserved.max()),
        last_day=int(standing[-1]),
        container_count=capacity,
        containers=float(filled.mean()) / capacity if capacity else 0.0,
        months=_average_by_month(used, first, len(sites)),
    )


def _find_usual_stop(stay: StagePlan, world: World) -> date:
    return min(stay.stop, stay.start + timedelta(days=world.get_stage(stay.order).usual_days))


def _average_by_month(used: Days, first: date, places: int) -> dict[str, float]:
    days = np.datetime64(first, "D") + np.arange(len(used))
    months, index = np.unique(days.astype("datetime64[M]"), return_inverse=True)
    shares = np.bincount(index, weights=used) / np.bincount(index) / max(places, 1)
    return {str(month): round(float(share), 4) for month, share in zip(months, shares, strict=True)}


def describe_sites(stage: StageUse) -> str:
    """Which places are the ones of a stage: `areas in Scotland (Adult)`."""
    return f"{get_site_kind(stage.order)}s in {stage.geography} ({stage.stage})"
