"""A batch from its eggs to the harvest, stage by stage."""

from datetime import date

import numpy as np

from grilse.generator.planned import BatchPlan, Plan
from grilse.generator.truth.events import EventLog
from grilse.generator.truth.hatchery import incubate
from grilse.generator.truth.life import Life
from grilse.generator.truth.pens import Sea
from grilse.generator.truth.record import CULL_REASONS, BatchTruth
from grilse.generator.truth.rows import assemble
from grilse.generator.truth.stages import StageRows, Stock, moved, split
from grilse.generator.truth.tanks import rear
from grilse.generator.world import World
from grilse.science.arrays import Counts


def simulate(world: World, batch: BatchPlan, until: date, seed: int, plan: Plan | None = None) -> BatchTruth:
    """The truth of one batch up to and including the day `until`.

    It depends on the seed, the batch and the world only; `plan` says when the neighbouring areas hold fish,
    without it they do half of the time.
    """
    life = Life(world=world, batch=batch, plan=plan, seed=seed, last=(until - batch.start).days)
    log = EventLog()
    stages = [incubate(life)]
    placements = 0
    while len(stages) < len(batch.stages) and stages[-1].left.count.size:
        source, placements = placements, placements + stages[-1].count.shape[1]
        stages.append(_next_stage(life, stages[-1], log, source, placements))
    return assemble(life, stages, log)


def _next_stage(life: Life, before: StageRows, log: EventLog, source: int, target: int) -> StageRows:
    """Move the fish on and follow them through the next stage."""
    order, day = before.order + 1, int(before.stops[0])
    names = life.stage(order).containers
    at_sea = order == len(life.batch.stages)
    count = before.left.count
    if at_sea:
        count = _keep_pen_limit(life, before.left, len(names), day, log, source)
    leaving = Stock(count=count, weight=before.left.weight)
    pieces = split(count, len(names))
    log.add("moves", day, source + pieces[0], target + pieces[1], pieces[2], leaving.weight[pieces[0]])
    stock = moved(leaving, pieces, len(names))
    if at_sea:
        return Sea(life, day, stock, log, target).run()
    return rear(life, order, day, stock, log, target)


def _keep_pen_limit(life: Life, stock: Stock, pens: int, day: int, log: EventLog, source: int) -> Counts:
    """Take out the smolts for which the pens have no room, from all tanks alike."""
    room = pens * life.world.pen_max_fish
    total = int(stock.count.sum())
    if total <= room:
        return stock.count
    ends = np.concatenate([[0], np.cumsum(stock.count)]) * room // total
    kept = np.diff(ends)
    culled = stock.count - kept
    tanks = np.flatnonzero(culled)
    log.add("culls", day, source + tanks, culled[tanks], CULL_REASONS.index("surplus"))
    return kept
