"""Computes and reports how far a plan uses the sites of its world, by stage, geography and month."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.generator.schedule.capacity import get_site_kind
from grilse.generator.schedule.plan import HistoryPlan, StagePlan
from grilse.generator.schedule.scheduler import Schedule
from grilse.generator.world.rules import STAGES
from grilse.generator.world.sites import WorldGeography
from grilse.generator.world.world import World

Days = NDArray[np.int64]
# Of the report, with the attribute of `StageUse`.
STAGE_FIELDS = {
    **{name: name for name in ("geography", "order", "stage", "places", "average", "most", "reserved", "saturation")},
    "peak": "peak_share",
    **{name: name for name in ("containers", "last_day")},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StageUse:
    """Use of the sites of one stage in one geography, from the first start to the last day.

    A site is in use during the usual stay of a batch and the fallow days after it; it is reserved from the earliest
    day on which the fish may come until the last on which they may stay, and for the fallow days.
    """

    geography: str
    code: str  # of the geography
    order: int
    stage: str
    places: int
    average: float  # sites in use, mean of the days
    most: int  # sites in use on the busiest day
    reserved: int  # sites reserved on the busiest day
    last_day: int  # batches there on the last day
    container_count: int
    containers: float  # container-days with fish, of all
    months: dict[str, float]  # site-days in use, of all, by month

    @property
    def saturation(self) -> float:
        """Share of the site-days in use."""
        return self.average / self.places if self.places else 0.0

    @property
    def peak_share(self) -> float:
        """Share of the sites in use on the busiest day."""
        return self.most / self.places if self.places else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldUse:
    """Use of all stages of a world by a plan."""

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
        """Batches that are harvested by the last day, at their usual stay."""
        return sum(self.batches.values()) - sum(stage.last_day for stage in self.stages)

    @property
    def container_share(self) -> float:
        """Share of the container-days with fish."""
        count = sum(stage.container_count for stage in self.stages)
        return sum(stage.containers * stage.container_count for stage in self.stages) / count

    def count_active_batches(self, *, at_sea: bool) -> int:
        """Return the batches at sea or on land on the last day, at their usual stay."""
        return sum(stage.last_day for stage in self.stages if (stage.order == STAGES) == at_sea)

    @property
    def bottleneck(self) -> StageUse:
        """The stage and geography with the largest share of sites in use."""
        return max(self.stages, key=lambda stage: (stage.peak_share, stage.saturation))

    def compute_share(self, *, at_sea: bool) -> float:
        """Return the share of the area-days or hall-days in use."""
        stages = [stage for stage in self.stages if (stage.order == STAGES) == at_sea]
        places = sum(stage.places for stage in stages)
        return sum(stage.average for stage in stages) / places if places else 0.0


def compute_use(plan: HistoryPlan, world: World) -> WorldUse:
    """Return how far a plan uses its world."""
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
    rule = world.get_stage(order)
    early = timedelta(days=rule.early_days)

    def find_usual_stop(stay: StagePlan) -> date:
        return min(stay.stop, stay.start + timedelta(days=rule.usual_days))

    def add_fallow(stay: StagePlan, stop: date) -> date:
        return stop + timedelta(days=world.get_site(stay.site).fallow_days)

    def count(bounds: Callable[[StagePlan], tuple[date, date]], weigh: bool = False) -> Days:
        change = np.zeros(days + 1, dtype=np.int64)
        for stay in stays:
            weight = len(stay.containers) if weigh else 1
            for bound, sign in zip(bounds(stay), (1, -1), strict=True):
                change[np.clip((bound - first).days, 0, days)] += sign * weight
        return np.cumsum(change[:-1])

    used = count(lambda stay: (stay.start, add_fallow(stay, find_usual_stop(stay))))
    reserved = count(lambda stay: (stay.start - early, add_fallow(stay, stay.stop)))
    standing = count(lambda stay: (stay.start, find_usual_stop(stay)))
    filled = count(lambda stay: (stay.start, find_usual_stop(stay)), weigh=True)
    capacity = sum(len(world.get_containers(site.name)) for site in sites)
    return StageUse(
        geography=geography.name,
        code=geography.code,
        order=order,
        stage=rule.name,
        places=len(sites),
        average=float(used.mean()),
        most=int(used.max()),
        reserved=int(reserved.max()),
        last_day=int(standing[-1]),
        container_count=capacity,
        containers=float(filled.mean()) / capacity if capacity else 0.0,
        months=_average_by_month(used, first, len(sites)),
    )


def _average_by_month(used: Days, first: date, places: int) -> dict[str, float]:
    days = np.datetime64(first, "D") + np.arange(len(used))
    months, index = np.unique(days.astype("datetime64[M]"), return_inverse=True)
    shares = np.bincount(index, weights=used) / np.bincount(index) / max(places, 1)
    return {str(month): round(float(share), 4) for month, share in zip(months, shares, strict=True)}


def describe_sites(stage: StageUse) -> str:
    """Return the sites of a stage for a sentence: `areas in Scotland (Adult)`."""
    return f"{get_site_kind(stage.order)}s in {stage.geography} ({stage.stage})"


def build_plan_report(schedule: Schedule, use: WorldUse, output: Path | None = None) -> dict[str, Any]:
    """Return the report of a plan and of the stagger that it uses."""
    return {"file": output, **build_use_report(schedule.plan, use), "stagger": schedule.stagger, "note": schedule.note}


def build_use_report(plan: HistoryPlan, use: WorldUse) -> dict[str, Any]:
    """Return how far a plan uses the sites of its world."""
    planned = plan.batches
    pens = [len(batch.stages[-1].containers) for batch in planned]
    eggs = [batch.eggs for batch in planned]
    return {
        "world": plan.world,
        "batches": len(planned),
        "geographies": use.batches,
        "from": use.first,
        "until": use.until,
        "years": use.years,
        "eggs": {"least": min(eggs), "most": max(eggs), "sum": sum(eggs)},
        "pens_per_batch": {"least": min(pens), "most": max(pens), "sum": sum(pens)},
        "standing": {"land": use.count_active_batches(at_sea=False), "sea": use.count_active_batches(at_sea=True)},
        "harvested": use.harvested_batches,
        "saturation": {
            "areas": round(use.compute_share(at_sea=True), 4),
            "halls": round(use.compute_share(at_sea=False), 4),
        },
        "containers": round(use.container_share, 4),
        "bottleneck": _build_stage_report(use.bottleneck),
        "use": [{**_build_stage_report(stage), "months": stage.months} for stage in use.stages],
    }


def _build_stage_report(stage: StageUse) -> dict[str, Any]:
    values = {name: getattr(stage, attribute) for name, attribute in STAGE_FIELDS.items()}
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}
