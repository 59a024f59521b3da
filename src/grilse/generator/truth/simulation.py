"""Simulates a batch from its eggs to the harvest, stage by stage."""

from datetime import date

import numpy as np

from grilse.generator.schedule.plan import BatchPlan, HistoryPlan
from grilse.generator.truth.assembly import StageRows, StageStock, assemble_truth, move_fish, split_fish
from grilse.generator.truth.batch_setup import BatchSetup
from grilse.generator.truth.batch_truth import CULL_REASONS, BatchTruth, EventLog
from grilse.generator.truth.hatchery import incubate_eggs
from grilse.generator.truth.pens import PenSimulation
from grilse.generator.truth.tanks import rear_stage
from grilse.generator.world.world import World
from grilse.science.arrays import Counts


def simulate_truth(
    world: World, batch: BatchPlan, until: date, seed: int, plan: HistoryPlan | None = None
) -> BatchTruth:
    """Return the truth of one batch up to and including the day `until`.

    It depends on the seed, the batch and the world only; `plan` says when the neighbouring areas hold fish.
    Without a plan they hold fish half of the time.
    """
    setup = BatchSetup(world=world, batch=batch, plan=plan, seed=seed, last=(until - batch.start).days)
    log = EventLog()
    stages = [incubate_eggs(setup)]
    placements = 0
    while len(stages) < len(batch.stages) and (stock := stages[-1].left) is not None:
        source, placements = placements, placements + stages[-1].count.shape[1]
        stages.append(_simulate_next_stage(setup, stages[-1], stock, log, source, placements))
    return assemble_truth(setup, stages, log)


def _simulate_next_stage(
    setup: BatchSetup, before: StageRows, left: StageStock, log: EventLog, source: int, target: int
) -> StageRows:
    """Move the fish to the next stage and simulate it."""
    order, day = before.order + 1, int(before.stops[0])
    names = setup.get_stage(order).containers
    at_sea = order == len(setup.batch.stages)
    count = _cull_to_pen_limit(setup, left, len(names), day, log, source) if at_sea else left.count
    leaving = StageStock(count=count, weight=left.weight)
    pieces = split_fish(count, len(names))
    log.add("moves", day, source + pieces[0], target + pieces[1], pieces[2], leaving.weight[pieces[0]])
    stock = move_fish(leaving, pieces, len(names))
    if at_sea:
        return PenSimulation(setup, day, stock, log, target).run()
    return rear_stage(setup, order, day, stock, log, target)


def _cull_to_pen_limit(setup: BatchSetup, stock: StageStock, pens: int, day: int, log: EventLog, source: int) -> Counts:
    """Cull the smolts that exceed the limit of the pens, from all tanks alike."""
    room = pens * setup.world.pen_max_fish
    total = int(stock.count.sum())
    if total <= room:
        return stock.count
    ends = np.concatenate([[0], np.cumsum(stock.count)]) * room // total
    remaining = np.diff(ends)
    culled = stock.count - remaining
    tanks = np.flatnonzero(culled)
    log.add("culls", day, source + tanks, culled[tanks], CULL_REASONS.index("surplus"))
    return remaining
