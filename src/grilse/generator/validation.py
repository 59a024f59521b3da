"""Whether a world can carry out a plan: everything wrong, with its line."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from grilse.generator.capacity import biomass_kg, overload
from grilse.generator.occupancy import conflicts
from grilse.generator.planned import BatchPlan, Plan, StagePlan
from grilse.generator.problems import Problem
from grilse.generator.spacing import place
from grilse.generator.world import STAGES, Area, Hall, World

SHORTEST_STAGE, LONGEST_STAGE = 0.5, 1.5  # of the world's days, in freshwater


def problems_of(plan: Plan, world: World) -> Iterator[Problem]:
    """Everything that is wrong with a plan in its world."""
    if plan.world_sha256 != world.sha256:
        # In another world no other line means anything.
        yield _other_world(plan, world)
        return
    yield from _heading(plan)
    yield from _numbers(plan)
    for batch in plan.batches:
        yield from _batch(batch, plan, world)
    yield from conflicts(plan, world)


def _other_world(plan: Plan, world: World) -> Problem:
    return Problem(
        plan.lines.get("world", 0),
        f"the plan was made for the world {plan.world} with sha256 {plan.world_sha256[:12]}…, and this is "
        f"{world.name} with {world.sha256[:12]}…: give its world with --world, or make the plan anew",
    )


def _heading(plan: Plan) -> Iterator[Problem]:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    if plan.until > tomorrow:
        line = plan.lines.get("until", 0)
        yield Problem(
            line, f"the history ends on {plan.until}; it may not end later than tomorrow, {tomorrow}"
        )
    if not plan.batches:
        yield Problem(plan.lines.get("batches", 0), "the plan has no batch")


def _numbers(plan: Plan) -> Iterator[Problem]:
    first: dict[str, BatchPlan] = {}
    for batch in plan.batches:
        if batch.number in first:
            yield Problem(
                batch.line, f"batch {batch.number} is there twice, first on line {first[batch.number].line}"
            )
        first.setdefault(batch.number, batch)


def _batch(batch: BatchPlan, plan: Plan, world: World) -> Iterator[Problem]:
    if batch.geography not in {geography.name for geography in world.geographies}:
        yield Problem(batch.line, f"batch {batch.number}: unknown geography {batch.geography!r}")
        return
    if batch.start > plan.until:
        yield Problem(
            batch.line, f"batch {batch.number} starts on {batch.start}, after the last day {plan.until}"
        )
    if batch.start < world.since:
        yield Problem(
            batch.line, f"batch {batch.number} starts on {batch.start}, before the world on {world.since}"
        )
    orders = [stage.order for stage in batch.stages]
    if orders != list(range(1, STAGES + 1)):
        found = ", ".join(map(str, orders)) or "none"
        yield Problem(
            batch.line, f"batch {batch.number} needs the stages 1 to {STAGES} in their order, not {found}"
        )
        return
    yield from _dates(batch, world)
    for stage in batch.stages:
        yield from _stage(stage, batch, world)


def _dates(batch: BatchPlan, world: World) -> Iterator[Problem]:
    first = batch.stages[0]
    if first.start != batch.start:
        yield Problem(
            first.line, f"stage 1 of {batch.number} is from {first.start}, but its start is {batch.start}"
        )
    for stage in batch.stages:
        yield from _length(stage, batch, world)
    for earlier, later in pairwise(batch.stages):
        if later.start != earlier.stop:
            yield Problem(
                later.line,
                f"stage {later.order} of {batch.number} is from {later.start}, "
                f"but stage {earlier.order} ends on {earlier.stop}: the dates must join",
            )


def _length(stage: StagePlan, batch: BatchPlan, world: World) -> Iterator[Problem]:
    days, usual = (stage.stop - stage.start).days, world.stage(stage.order).days
    least, most = int(usual * SHORTEST_STAGE), int(usual * LONGEST_STAGE)
    if stage.order == 1:
        least = most = usual  # the move of the eggs follows their first feeding
    if stage.order == STAGES:
        most = usual
    if not least <= days <= most:
        allowed = f"{least}" if least == most else f"{least} to {most}"
        yield Problem(
            stage.line,
            f"stage {stage.order} of {batch.number} is {days} days, {stage.start} to {stage.stop}; "
            f"it takes {allowed}",
        )


def _stage(stage: StagePlan, batch: BatchPlan, world: World) -> Iterator[Problem]:
    if not world.has_site(stage.site):
        yield Problem(
            stage.line,
            f"unknown {place(stage.order)} {stage.site!r}: the world {world.name} has no such place",
        )
        return
    site = world.site(stage.site)
    if _order(site) != stage.order:
        serves = world.stage(_order(site))
        yield Problem(
            stage.line, f"{site.name} serves stage {serves.order}, {serves.name}, not stage {stage.order}"
        )
    if site.geography != batch.geography:
        yield Problem(
            stage.line, f"{site.name} is in {site.geography}, batch {batch.number} in {batch.geography}"
        )
    strange = list(_containers(stage, world))
    yield from strange
    if not strange:
        yield from _room(stage, batch, world)


def _order(site: Hall | Area) -> int:
    return site.stage if isinstance(site, Hall) else STAGES


def _containers(stage: StagePlan, world: World) -> Iterator[Problem]:
    if not stage.containers:
        yield Problem(stage.line, f"stage {stage.order} has no container")
    unknown = [name for name in stage.containers if not world.has_container(name)]
    if unknown:
        none = f"the world {world.name} has none of that name"
        yield Problem(stage.line, f"unknown container {_first(unknown)}: {none}")
    twice = [name for name, count in Counter(stage.containers).items() if count > 1]
    if twice:
        yield Problem(stage.line, f"{_first(twice)} listed twice")
    elsewhere: dict[str, list[str]] = defaultdict(list)
    for name in stage.containers:
        if world.has_container(name) and world.container(name).site != stage.site:
            elsewhere[world.container(name).site].append(name)
    for site, names in elsewhere.items():
        yield Problem(stage.line, f"{_first(names)} of {site} cannot be in {stage.site}")


def _first(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _room(stage: StagePlan, batch: BatchPlan, world: World) -> Iterator[Problem]:
    containers = [world.container(name) for name in stage.containers]
    reason = overload(batch.eggs, stage.order, containers, world)
    if reason:
        yield Problem(
            stage.line,
            f"{len(containers)} containers are too few for {batch.eggs:,} eggs of {batch.number}: {reason}",
        )
    site = world.site(stage.site)
    harvest_kg = biomass_kg(batch.eggs, stage.order, world)
    if isinstance(site, Area) and harvest_kg > site.max_biomass_kg:
        yield Problem(
            stage.line,
            f"{batch.number} would reach {harvest_kg / 1000:,.0f} t in {site.name}, "
            f"whose limit is {site.max_biomass_kg / 1000:,.0f} t",
        )
