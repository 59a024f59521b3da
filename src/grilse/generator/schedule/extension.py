"""Continues a plan after its last day: new batches at the same intervals, in the sites that are free."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

from grilse.errors import GrilseError
from grilse.generator.schedule.plan import BatchPlan, HistoryPlan
from grilse.generator.schedule.scheduler import compute_typical_gap, draw_egg_count
from grilse.generator.schedule.site_allocator import NoFreeSite, SiteAllocator
from grilse.generator.world.world import World


def extend_plan(plan: HistoryPlan, world: World, until: date, seed: int) -> HistoryPlan:
    """Return a plan with the batches that start up to a later day.

    The batches of an extension up to a day are the first ones of every extension to a later day.
    """
    if until < plan.until:
        raise GrilseError(f"the history ends on {plan.until}, and cannot end before that, on {until}")
    return replace(plan, until=until, batches=(*plan.batches, *_iter_further_batches(plan, world, seed, until)))


def _iter_further_batches(plan: HistoryPlan, world: World, seed: int, until: date) -> Iterator[BatchPlan]:
    """Yield the batches that start after the end of a plan; the geographies take turns."""
    planned = sorted(plan.batches, key=lambda batch: batch.start)
    gap = timedelta(days=compute_typical_gap([batch.start for batch in planned]))
    if not gap:
        return
    allocator = SiteAllocator(world)
    for batch in planned:
        allocator.reserve_stages(batch.stages)
    numbers = {batch.number for batch in planned}
    names = [geography.name for geography in world.geographies]
    turn = names.index(planned[-1].geography)
    start = planned[-1].start
    while (start := start + gap) <= until:
        if start <= plan.until:
            continue
        geography = world.geographies[(turn + 1) % len(names)]
        prefix = f"{geography.code}-{start.year}"
        number = next(name for place in count(1) if (name := f"{prefix}-{place:03d}") not in numbers)
        eggs = draw_egg_count(world, seed, number)
        free_from = dict(allocator.free_from)
        try:
            stages = allocator.allocate_stages(geography.name, start, eggs)
        except NoFreeSite:
            # This start is left out, and the geography has its turn with the next.
            allocator.free_from = free_from
            continue
        turn, numbers = turn + 1, {*numbers, number}
        yield BatchPlan(number=number, geography=geography.name, start=start, eggs=eggs, stages=stages)
