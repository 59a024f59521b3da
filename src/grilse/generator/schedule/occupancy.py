"""One batch at a time in every hall and area, and its rest between two."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from grilse.generator.schedule.plan import BatchPlan, HistoryPlan, StagePlan
from grilse.generator.schedule.spacing import get_site_kind
from grilse.generator.world.problems import LineProblem
from grilse.generator.world.world import World


@dataclass(frozen=True, slots=True)
class StageStay:
    """A stage of a batch in its place."""

    batch: BatchPlan
    stage: StagePlan

    def __str__(self) -> str:
        line = f", line {self.stage.line}" if self.stage.line else ""
        return f"{self.batch.number} ({self.stage.start} to {self.stage.stop}{line})"


def find_conflicts(plan: HistoryPlan, world: World) -> Iterator[LineProblem]:
    """Every stay that meets another one in its place, named on the line of the later."""
    for site, stays in sorted(_group_stays(plan, world).items()):
        latest = stays[0]
        for stay in stays[1:]:
            yield from _check_stay_pair(site, latest, stay, world)
            latest = max(latest, stay, key=lambda either: either.stage.stop)


def _group_stays(plan: HistoryPlan, world: World) -> dict[str, list[StageStay]]:
    """Stays by the place their containers stand in, in the order of their dates."""
    stays: dict[str, list[StageStay]] = defaultdict(list)
    for batch in plan.batches:
        for stage in batch.stages:
            for site in _find_sites(stage, world):
                stays[site].append(StageStay(batch, stage))
    for site_stays in stays.values():
        site_stays.sort(key=lambda stay: (stay.stage.start, stay.stage.line, stay.batch.number))
    return stays


def _find_sites(stage: StagePlan, world: World) -> list[str]:
    """Its place, and those of containers that a wrong row takes from elsewhere."""
    sites = {world.get_container(name).site for name in stage.containers if world.has_container(name)}
    return sorted({site for site in (stage.site, *sites) if world.has_site(site)})


def _check_stay_pair(site: str, earlier: StageStay, later: StageStay, world: World) -> Iterator[LineProblem]:
    fallow = timedelta(days=world.get_site(site).fallow_days)
    early = timedelta(days=world.get_stage(later.stage.order).early_days)
    if later.stage.start < earlier.stage.stop:
        yield LineProblem(later.stage.line, _describe_overlap(site, earlier, later))
    elif later.stage.start < earlier.stage.stop + fallow:
        yield LineProblem(
            later.stage.line,
            f"{site} lies fallow until {earlier.stage.stop + fallow}, {fallow.days} days after {earlier}: "
            f"too soon for {later}",
        )
    elif later.stage.start - early < earlier.stage.stop + fallow:
        yield LineProblem(
            later.stage.line,
            f"{site} lies fallow until {earlier.stage.stop + fallow}, {fallow.days} days after {earlier}: "
            f"too soon for {later}, whose fish may come {early.days} days earlier",
        )


def _describe_overlap(site: str, earlier: StageStay, later: StageStay) -> str:
    later_containers = set(later.stage.containers)
    shared = [name for name in earlier.stage.containers if name in later_containers]
    if not shared:
        what = get_site_kind(later.stage.order)
        day = later.stage.start
        return f"two batches in {what} {site} on {day}: {earlier} and {later}; one has it to itself"
    names = shared[0] if len(shared) == 1 else f"{shared[0]} and {len(shared) - 1} more"
    return f"two batches in {names} on {later.stage.start}: {earlier} and {later}"
