"""Plans a history: when batches start and where they stand, as far as the world has room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from grilse.errors import GrilseError
from grilse.generator.random_streams import create_random_stream
from grilse.generator.schedule.plan import VERSION, BatchPlan, HistoryPlan
from grilse.generator.schedule.site_allocator import NoFreeSite, SiteAllocator
from grilse.generator.schedule.spacing import count_batches_within, find_least_stagger, refuse_missing_sites
from grilse.generator.world.world import World

SHORTEST_HISTORY = 900  # days: a batch from egg to its last possible day of harvest
YOUNGEST_AGE = 40  # days: the age of the last batch on the last day, so that eggs are there too


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleRequest:
    """What a user asks of a plan."""

    years: float = 4.0
    stagger: int = 13  # days between starts; the geographies take turns
    saturation: float = 0.85  # of the site-days of a stage in a geography, at the usual stay
    batches: int | None = None  # overrides the years
    ages: tuple[int, ...] = ()  # overrides both: a batch for each, so old on the last day
    until: date | None = None
    pens_per_batch: int | None = None
    seed: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """A plan with what was decided on the way."""

    plan: HistoryPlan
    stagger: int  # days between starts; wider than asked where the saturation wants it
    note: str | None  # why the stagger is another


def schedule_batches(world: World, request: ScheduleRequest) -> Schedule:
    """The plan that the world has room for, or the reason and the nearest one that it has room for."""
    _refuse_invalid_request(request)
    refuse_missing_sites(world)
    until = request.until or world.until
    if request.ages:
        _refuse_ages(world, request.ages)
        starts = [until - timedelta(days=age) for age in sorted(request.ages, reverse=True)]
        return Schedule(
            plan=_place_batches(world, request, starts, until), stagger=_compute_typical_gap(starts), note=None
        )
    if request.batches is not None:
        starts = _compute_starts(
            until, request.batches, request.stagger, _compute_span(request.batches, request.stagger)
        )
        return Schedule(plan=_place_batches(world, request, starts, until), stagger=request.stagger, note=None)
    stagger, note = _choose_stagger(world, request)
    span = round(request.years * 365.25)
    starts = _compute_starts(until, count_batches_within(span - YOUNGEST_AGE, stagger), stagger, span)
    return Schedule(plan=_place_batches(world, request, starts, until), stagger=stagger, note=note)


def _refuse_invalid_request(request: ScheduleRequest) -> None:
    """Figures that mean nothing, whatever the world."""
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
    """A batch of an age stands on the last day, so it is neither unborn nor past its last harvest."""
    oldest = sum(world.stage_days) - 1
    wrong = [age for age in ages if not 0 <= age <= oldest]
    if wrong:
        raise GrilseError(f"no batch stands at {wrong[0]} days; the ages must lie between 0 and {oldest}")


def _compute_span(batches: int, stagger: int) -> int:
    """Days from the first start to the last day of a history of so many batches."""
    return max(SHORTEST_HISTORY, (batches - 1) * stagger + YOUNGEST_AGE)


def _compute_starts(until: date, batches: int, stagger: int, span: int) -> list[date]:
    first = until - timedelta(days=span)
    return [first + timedelta(days=stagger * index) for index in range(batches)]


def _compute_typical_gap(starts: Sequence[date]) -> int:
    gaps = sorted((later - earlier).days for earlier, later in pairwise(starts))
    return gaps[len(gaps) // 2] if gaps else 0


def _choose_stagger(world: World, request: ScheduleRequest) -> tuple[int, str | None]:
    """The stagger asked for, or the least that keeps the saturation."""
    least = find_least_stagger(world, request.saturation)
    if least.stagger <= request.stagger:
        return request.stagger, None
    note = f"a batch every {least.stagger} days, not {request.stagger}: {least.reason}"
    return least.stagger, note


def _place_batches(world: World, request: ScheduleRequest, starts: list[date], until: date) -> HistoryPlan:
    """Every batch in its places, in the order of the starts; the geographies take turns."""
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
    """The eyed eggs of a batch, in whole thousands where the range allows."""
    unit = 1_000 if world.stocking.eggs_most - world.stocking.eggs_least >= 1_000 else 1
    least, most = -(-world.stocking.eggs_least // unit), world.stocking.eggs_most // unit
    return unit * int(create_random_stream(seed, "plan.eggs", number).integers(least, most, endpoint=True))


def _refuse_before_history(world: World, request: ScheduleRequest, starts: list[date], until: date) -> None:
    if starts[0] >= world.since:
        return
    days = (until - world.since).days
    start = f"the history would begin on {starts[0]}, and the world {world.name} begins on {world.since}"
    if days < SHORTEST_HISTORY or request.ages:
        raise GrilseError(f"{start}; the nearest possible is a last day of {_find_later_end(world, starts, until)}")
    most = count_batches_within(days - YOUNGEST_AGE, request.stagger)
    if request.batches is not None:
        raise GrilseError(f"{len(starts)} batches do not fit: {start}; the nearest possible is --batches {most}")
    raise GrilseError(f"{start}; the nearest possible is --years {int(days / 36.525) / 10:g}")


def _find_later_end(world: World, starts: list[date], until: date) -> date:
    return until + (world.since - starts[0])


def _describe_missing_room(world: World, request: ScheduleRequest, placed: int, number: str, reason: str) -> str:
    """Why a batch finds no place, and the nearest request that would."""
    batch_count = len(request.ages) or request.batches or placed + 1
    message = f"{batch_count} batches do not fit: {number} finds no room, {reason}"
    nearest = []
    if placed:
        nearest.append(f"--batches {placed}" if not request.ages else f"the {placed} oldest of these ages")
    least = find_least_stagger(world, 1.0).stagger
    if not request.ages and least > request.stagger:
        nearest.append(f"--stagger {least}")
    return f"{message}; the nearest possible is {' or '.join(nearest)}" if nearest else message
