"""Checks that every hall and area holds one batch at a time and lies fallow between two."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from grilse.generator.schedule.plan import BatchPlan, HistoryPlan, StagePlan
from grilse.generator.schedule.spacing import get_site_kind
from grilse.generator.world.problems import LineProblem, format_line_suffix
from grilse.generator.world.world import World


@dataclass(frozen=True, slots=True)
class StageStay:
    """A stage of a batch in its site."""

    batch: BatchPlan
    stage: StagePlan

    def __str__(self) -> str:
        line = format_line_suffix(self.stage.line)
        return f"{self.batch.number} ({self.stage.start} to {self.stage.stop}{line})"


def find_conflicts(plan: HistoryPlan, world: World) -> Iterator[LineProblem]:
    """Yield every stay that overlaps another one in its site, on the line of the later."""
    for site, stays in sorted(_group_stays(plan, world).items()):
        latest = stays[0]
        for stay in stays[1:]:
            yield from _check_stay_pair(site, latest, stay, world)
            latest = max(latest, stay, key=lambda either: either.stage.stop)


def _group_stays(plan: HistoryPlan, world: World) -> dict[str, list[StageStay]]:
    """Return the stays by the site of their containers, in the order of their dates."""
    stays: dict[str, list[StageStay]] = defaultdict(list)
    for batch in plan.batches:
        for stage in batch.stages:
            for site in _find_sites(stage, world):
                stays[site].append(StageStay(batch, stage))
    for site_stays in stays.values():
        site_stays.sort(key=lambda stay: (stay.stage.start, stay.stage.line, stay.batch.number))
    return stays


def _find_sites(stage: StagePlan, world: World) -> list[str]:
    """Return the site of a stage and the other sites from which a wrong row takes containers."""
    sites = {world.get_container(name).site for name in stage.containers if world.has_container(name)}
    return sorted({site for site in (stage.site, *sites) if world.has_site(site)})


def _check_stay_pair(site: str, earlier: StageStay, later: StageStay, world: World) -> Iterator[LineProblem]:
    fallow = timedelta(days=world.get_site(site).fallow_days)
    early = timedelta(days=world.get_stage(later.stage.order).early_days)
    free_from = earlier.stage.stop + fallow
    if later.stage.start < earlier.stage.stop:
        yield LineProblem(later.stage.line, _describe_overlap(site, earlier, later))
    elif later.stage.start - early < free_from:
        arrival = f", whose fish may come {early.days} days earlier" if later.stage.start >= free_from else ""
        yield LineProblem(
            later.stage.line,
            f"{site} lies fallow until {free_from}, {fallow.days} days after {earlier}: too soon for {later}{arrival}",
        )


def _describe_overlap(site: str, earlier: StageStay, later: StageStay) -> str:
    later_containers = set(later.stage.containers)
    shared = [name for name in earlier.stage.containers if name in later_containers]
    if not shared:
        kind = get_site_kind(later.stage.order)
        return f"two batches in {kind} {site} on {later.stage.start}: {earlier} and {later}; one has it to itself"
    return f"two batches in {summarise_names(shared)} on {later.stage.start}: {earlier} and {later}"


def summarise_names(names: list[str]) -> str:
    """Return the first name and the number of the others."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
