"""The reference history: planned once in the home, then read from there, so that an edited plan counts."""

from grilse import home
from grilse.generator.schedule.plan_file import read_plan, write_plan
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.world.world import load_world


def read_reference_run(batches: int, seed: int) -> GeneratorRun:
    """Return the run of the packaged world's history with so many batches."""
    world = load_world()
    path = home.make_home() / f"plan-{batches}.yaml"
    if not path.exists():
        write_plan(schedule_batches(world, ScheduleRequest(batches=batches)).plan, path)
    return GeneratorRun(world=world, plan=read_plan(path, world), seed=seed)
