"""The reference history: planned once in the home, then read from there, so that an edited plan counts."""

from grilse import home
from grilse.generator.plan import read_plan, write_plan
from grilse.generator.run import Run
from grilse.generator.schedule import Request, schedule
from grilse.generator.world import load_world


def reference_run(batches: int, seed: int) -> Run:
    """Return the run of the packaged world's history with so many batches."""
    world = load_world()
    path = home.make() / f"plan-{batches}.yaml"
    if not path.exists():
        write_plan(schedule(world, Request(batches=batches)).plan, path)
    return Run(world=world, plan=read_plan(path, world), seed=seed)
