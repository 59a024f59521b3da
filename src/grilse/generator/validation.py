"""Whether a world can carry out a plan."""

from collections.abc import Iterator

from grilse.generator.planned import Plan
from grilse.generator.world import World
from grilse.generator.yaml_rows import Problem


def problems_of(plan: Plan, world: World) -> Iterator[Problem]:
    """Everything that is wrong with a plan."""
    if plan.world_sha256 != world.sha256:
        yield Problem(plan.lines.get("world", 0), "the plan was made for another world")
