"""Finds everything in a plan that its world cannot carry out, with its line."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from grilse.generator.schedule.capacity import compute_biomass_kg, describe_overload, get_site_kind
from grilse.generator.schedule.plan import BatchPlan, HistoryPlan, StagePlan
from grilse.generator.world.rules import STAGES
from grilse.generator.world.sites import WorldArea
from grilse.generator.world.world import World, get_stage_order
from grilse.generator.world.yaml_reader import LineProblem, format_line_suffix

SHORTEST_STAGE, LONGEST_STAGE = 0.5, 1.5  # as a share of the days of a stage in the world, in freshwater


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
        yield later.stage.line, _describe_overlap(site, earlier, later)
    elif later.stage.start - early < free_from:
        arrival = f", whose fish may come {early.days} days earlier" if later.stage.start >= free_from else ""
        message = (
            f"{site} lies fallow until {free_from}, {fallow.days} days after {earlier}: too soon for {later}{arrival}"
        )
        yield later.stage.line, message


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


def find_problems(plan: HistoryPlan, world: World) -> Iterator[LineProblem]:
    """Yield every problem of a plan in its world."""
    if plan.world_sha256 != world.sha256:
        # The other checks make sense in the world of the plan only.
        message = (
            f"the plan was made for the world {plan.world} with sha256 {plan.world_sha256[:12]}…, and this is "
            f"{world.name} with {world.sha256[:12]}…: give its world with --world, or make a new plan"
        )
        yield plan.lines.get("world", 0), message
        return
    yield from _check_heading(plan)
    yield from _check_numbers(plan)
    for batch in plan.batches:
        yield from _check_batch(batch, plan, world)
    yield from find_conflicts(plan, world)


def _check_heading(plan: HistoryPlan) -> Iterator[LineProblem]:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    if plan.until > tomorrow:
        line = plan.lines.get("until", 0)
        yield line, f"the history ends on {plan.until}; it may not end later than tomorrow, {tomorrow}"
    if not plan.batches:
        yield plan.lines.get("batches", 0), "the plan has no batch"


def _check_numbers(plan: HistoryPlan) -> Iterator[LineProblem]:
    first: dict[str, BatchPlan] = {}
    for batch in plan.batches:
        if batch.number in first:
            yield batch.line, f"batch {batch.number} is there twice, first on line {first[batch.number].line}"
        first.setdefault(batch.number, batch)


def _check_batch(batch: BatchPlan, plan: HistoryPlan, world: World) -> Iterator[LineProblem]:
    if batch.geography not in {geography.name for geography in world.geographies}:
        yield batch.line, f"batch {batch.number}: unknown geography {batch.geography!r}"
        return
    if batch.start > plan.until:
        yield batch.line, f"batch {batch.number} starts on {batch.start}, after the last day {plan.until}"
    if batch.start < world.since:
        yield batch.line, f"batch {batch.number} starts on {batch.start}, before the world on {world.since}"
    orders = [stage.order for stage in batch.stages]
    if orders != list(range(1, STAGES + 1)):
        order_list = ", ".join(map(str, orders)) or "none"
        yield batch.line, f"batch {batch.number} needs the stages 1 to {STAGES} in their order, not {order_list}"
        return
    yield from _check_dates(batch, world)
    for stage in batch.stages:
        yield from _check_stage(stage, batch, world)


def _check_dates(batch: BatchPlan, world: World) -> Iterator[LineProblem]:
    first = batch.stages[0]
    if first.start != batch.start:
        yield first.line, f"stage 1 of {batch.number} is from {first.start}, but its start is {batch.start}"
    for stage in batch.stages:
        yield from _check_length(stage, batch, world)
    for earlier, later in pairwise(batch.stages):
        if later.start != earlier.stop:
            message = (
                f"stage {later.order} of {batch.number} is from {later.start}, "
                f"but stage {earlier.order} ends on {earlier.stop}: the dates must join"
            )
            yield later.line, message


def _check_length(stage: StagePlan, batch: BatchPlan, world: World) -> Iterator[LineProblem]:
    days, usual = (stage.stop - stage.start).days, world.get_stage(stage.order).days
    least, most = int(usual * SHORTEST_STAGE), int(usual * LONGEST_STAGE)
    if stage.order == 1:
        least = most = usual  # the move of the eggs follows their first feeding
    if stage.order == STAGES:
        most = usual
    if not least <= days <= most:
        allowed = f"{least}" if least == most else f"{least} to {most}"
        message = (
            f"stage {stage.order} of {batch.number} is {days} days, {stage.start} to {stage.stop}; it takes {allowed}"
        )
        yield stage.line, message


def _check_stage(stage: StagePlan, batch: BatchPlan, world: World) -> Iterator[LineProblem]:
    if not world.has_site(stage.site):
        message = f"unknown {get_site_kind(stage.order)} {stage.site!r}: the world {world.name} has no such place"
        yield stage.line, message
        return
    site = world.get_site(stage.site)
    if get_stage_order(site) != stage.order:
        serves = world.get_stage(get_stage_order(site))
        yield stage.line, f"{site.name} serves stage {serves.order}, {serves.name}, not stage {stage.order}"
    if site.geography != batch.geography:
        yield stage.line, f"{site.name} is in {site.geography}, batch {batch.number} in {batch.geography}"
    container_problems = list(_check_containers(stage, world))
    yield from container_problems
    if not container_problems:
        yield from _check_capacity(stage, batch, world)


def _check_containers(stage: StagePlan, world: World) -> Iterator[LineProblem]:
    if not stage.containers:
        yield stage.line, f"stage {stage.order} has no container"
    unknown = [name for name in stage.containers if not world.has_container(name)]
    if unknown:
        none = f"the world {world.name} has none of that name"
        yield stage.line, f"unknown container {summarise_names(unknown)}: {none}"
    duplicates = [name for name, count in Counter(stage.containers).items() if count > 1]
    if duplicates:
        yield stage.line, f"{summarise_names(duplicates)} listed twice"
    elsewhere: dict[str, list[str]] = defaultdict(list)
    for name in stage.containers:
        if world.has_container(name) and world.get_container(name).site != stage.site:
            elsewhere[world.get_container(name).site].append(name)
    for site, names in elsewhere.items():
        yield stage.line, f"{summarise_names(names)} of {site} cannot be in {stage.site}"


def _check_capacity(stage: StagePlan, batch: BatchPlan, world: World) -> Iterator[LineProblem]:
    containers = [world.get_container(name) for name in stage.containers]
    reason = describe_overload(batch.eggs, stage.order, containers, world)
    if reason:
        message = f"{len(containers)} containers are too few for {batch.eggs:,} eggs of {batch.number}: {reason}"
        yield stage.line, message
    site = world.get_site(stage.site)
    harvest_kg = compute_biomass_kg(batch.eggs, stage.order, world)
    if isinstance(site, WorldArea) and harvest_kg > site.max_biomass_kg:
        message = (
            f"{batch.number} would reach {harvest_kg / 1000:,.0f} t in {site.name}, "
            f"whose limit is {site.max_biomass_kg / 1000:,.0f} t"
        )
        yield stage.line, message
