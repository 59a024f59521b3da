"""Plans a history: chooses the start and the sites of every batch within the limits of the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from grilse.errors import GrilseError
from grilse.generator.random_streams import create_random_stream
from grilse.generator.schedule.capacity import count_batches_within, find_least_stagger, refuse_missing_sites
from grilse.generator.schedule.plan import VERSION, BatchPlan, HistoryPlan
from grilse.generator.schedule.site_allocator import NoFreeSite, SiteAllocator
from grilse.generator.world.world import World

SHORTEST_HISTORY = 900  # days: a batch from egg to its last possible day of harvest
YOUNGEST_AGE = 40  # days: the age of the last batch on the last day, so that eggs are there too


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleRequest:
    """The options of a plan."""

    years: float = 4.0
    stagger: int = 13  # days between starts; the geographies take turns
    saturation: float = 0.85  # of the site-days of a stage in a geography, at the usual stay
    batches: int | None = None  # overrides the years
    ages: tuple[int, ...] = ()  # overrides both: one batch per age, in days on the last day
    until: date | None = None
    pens_per_batch: int | None = None
    seed: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """A plan with the days between starts that it uses."""

    plan: HistoryPlan
    stagger: int  # days between starts; more than requested if the saturation needs it
    note: str | None  # why the stagger differs from the request


def schedule_batches(world: World, request: ScheduleRequest) -> Schedule:
    """Return the plan of a request; the error names the nearest request that the world has room for."""
    _refuse_invalid_request(request)
    refuse_missing_sites(world)
    until = request.until or world.until
    stagger, note = request.stagger, None
    if request.ages:
        _refuse_ages(world, request.ages)
        starts = [until - timedelta(days=age) for age in sorted(request.ages, reverse=True)]
        stagger = compute_typical_gap(starts)
    else:
        if request.batches is not None:
            batches = request.batches
            span = max(SHORTEST_HISTORY, (batches - 1) * stagger + YOUNGEST_AGE)
        else:
            stagger, note = _choose_stagger(world, request)
            span = round(request.years * 365.25)
            batches = count_batches_within(span - YOUNGEST_AGE, stagger)
        first = until - timedelta(days=span)
        starts = [first + timedelta(days=stagger * index) for index in range(batches)]
    return Schedule(plan=_place_batches(world, request, starts, until), stagger=stagger, note=note)


def _refuse_invalid_request(request: ScheduleRequest) -> None:
    """Refuse figures that no world allows."""
    figures = (
        ("--years", request.years, 0.2, 1000),
        ("--stagger", request.stagger, 1, 1000),
        ("--saturation", request.saturation, 0.01, 1),
        ("--batches", 1 if request.batches is None else request.batches, 1, 100_000),
        ("--pens-per-batch", 1 if request.pens_per_batch is None else request.pens_per_batch, 1, 1000),
    )
    for name, value, least, most in figures:
        if not least <= value <= most:
            raise GrilseError(f"{name} {value:g} must lie between {least:g} and {most:g}")
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    if request.until and request.until > tomorrow:
        raise GrilseError(f"--until {request.until} is in the future; a history ends at latest on {tomorrow}")


def _refuse_ages(world: World, ages: Sequence[int]) -> None:
    """Refuse ages at which a batch has not started or is harvested on the last day."""
    oldest = sum(world.stage_days) - 1
    wrong = [age for age in ages if not 0 <= age <= oldest]
    if wrong:
        raise GrilseError(f"no batch stands at {wrong[0]} days; the ages must lie between 0 and {oldest}")


def compute_typical_gap(starts: Sequence[date]) -> int:
    """Return the median of the days between starts, 0 for one start."""
    gaps = sorted((later - earlier).days for earlier, later in pairwise(starts))
    return gaps[len(gaps) // 2] if gaps else 0


def _choose_stagger(world: World, request: ScheduleRequest) -> tuple[int, str | None]:
    """Return the requested stagger, or the least that keeps the saturation, with a note."""
    least = find_least_stagger(world, request.saturation)
    if least.stagger <= request.stagger:
        return request.stagger, None
    return least.stagger, f"a batch every {least.stagger} days, not {request.stagger}: {least.reason}"


def _place_batches(world: World, request: ScheduleRequest, starts: list[date], until: date) -> HistoryPlan:
    """Return the plan of batches in the order of their starts; the geographies take turns."""
    _refuse_before_history(world, request, starts, until)
    allocator = SiteAllocator(world, request.pens_per_batch)
    numbers: dict[str, int] = {}
    batches: list[BatchPlan] = []
    for index, start in enumerate(starts):
        geography = world.geographies[index % len(world.geographies)]
        prefix = f"{geography.code}-{start.year}"
        numbers[prefix] = numbers.get(prefix, 0) + 1
        number = f"{prefix}-{numbers[prefix]:03d}"
        eggs = draw_egg_count(world, request.seed, number)
        try:
            stages = allocator.allocate_stages(geography.name, start, eggs)
        except NoFreeSite as full:
            raise GrilseError(_describe_missing_room(world, request, index, number, str(full))) from None
        batches.append(BatchPlan(number=number, geography=geography.name, start=start, eggs=eggs, stages=stages))
    return HistoryPlan(
        version=VERSION, world=world.name, world_sha256=world.sha256, until=until, batches=tuple(batches)
    )


def draw_egg_count(world: World, seed: int, number: str) -> int:
    """Return the eyed eggs of a batch, in thousands if the range allows."""
    unit = 1_000 if world.stocking.eggs_most - world.stocking.eggs_least >= 1_000 else 1
    least, most = -(-world.stocking.eggs_least // unit), world.stocking.eggs_most // unit
    return unit * int(create_random_stream(seed, "plan.eggs", number).integers(least, most, endpoint=True))


def _refuse_before_history(world: World, request: ScheduleRequest, starts: list[date], until: date) -> None:
    if starts[0] >= world.since:
        return
    days = (until - world.since).days
    start = f"the history would begin on {starts[0]}, and the world {world.name} begins on {world.since}"
    if days < SHORTEST_HISTORY or request.ages:
        raise GrilseError(f"{start}; the nearest possible is a last day of {until + (world.since - starts[0])}")
    most = count_batches_within(days - YOUNGEST_AGE, request.stagger)
    if request.batches is not None:
        raise GrilseError(f"{len(starts)} batches do not fit: {start}; the nearest possible is --batches {most}")
    raise GrilseError(f"{start}; the nearest possible is --years {int(days / 36.525) / 10:g}")


def _describe_missing_room(world: World, request: ScheduleRequest, placed: int, number: str, reason: str) -> str:
    """Return why a batch has no free site, and the nearest request that fits."""
    batch_count = len(request.ages) or request.batches or placed + 1
    message = f"{batch_count} batches do not fit: {number} finds no place, {reason}"
    nearest = []
    if placed:
        nearest.append(f"--batches {placed}" if not request.ages else f"the {placed} oldest of these ages")
    least = find_least_stagger(world, 1.0).stagger
    if not request.ages and least > request.stagger:
        nearest.append(f"--stagger {least}")
    return f"{message}; the nearest possible is {' or '.join(nearest)}" if nearest else message
