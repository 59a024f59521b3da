"""How many fish and how much biomass a batch brings to its containers, and what they may hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grilse.generator.world.rules import STAGES
from grilse.generator.world.sites import WorldContainer
from grilse.generator.world.world import World


@dataclass(frozen=True, slots=True)
class ContainerLoad:
    """The fullest container of a batch at the end of a stage, when its fish share the containers equally."""

    container: WorldContainer
    fish: float
    density_kg_m3: float


def compute_fish_to_sea(eggs: int, world: World) -> float:
    """Fish that the plan counts with in freshwater and at sea entry; most losses come before the fry."""
    return eggs * world.stocking.survival_to_sea


def compute_biomass_kg(eggs: int, order: int, world: World) -> float:
    """Biomass of a whole batch at the end of a stage."""
    survival = world.stocking.survival_at_sea if order == STAGES else 1.0
    return compute_fish_to_sea(eggs, world) * survival * world.get_stage(order).end_weight_g / 1000


def compute_load(eggs: int, order: int, containers: Sequence[WorldContainer], world: World) -> ContainerLoad:
    """The container that comes nearest to its density limit, or beyond."""
    share_kg = compute_biomass_kg(eggs, order, world) / len(containers)
    fullest = max(containers, key=lambda container: share_kg / container.volume_m3 / container.max_density_kg_m3)
    return ContainerLoad(fullest, compute_fish_to_sea(eggs, world) / len(containers), share_kg / fullest.volume_m3)


def count_planned_pens(eggs: int, pens: Sequence[WorldContainer], world: World) -> int | None:
    """The fewest pens, in their order, that keep the planned fish and density; None if all are too few."""
    rule = world.stocking
    return _count_fewest_pens(
        eggs, pens, world, rule.planned_pen_fish, lambda pen: min(pen.max_density_kg_m3, rule.planned_pen_density_kg_m3)
    )


def count_allowed_pens(eggs: int, pens: Sequence[WorldContainer], world: World) -> int | None:
    """The fewest pens that keep the limits themselves; None if all are too few."""
    return _count_fewest_pens(eggs, pens, world, world.pen_max_fish, lambda pen: pen.max_density_kg_m3)


def _count_fewest_pens(
    eggs: int,
    pens: Sequence[WorldContainer],
    world: World,
    most_fish: float,
    density_of: Callable[[WorldContainer], float],
) -> int | None:
    fish, harvest_kg = compute_fish_to_sea(eggs, world), compute_biomass_kg(eggs, STAGES, world)
    smallest_kg = float("inf")
    for count, pen in enumerate(pens, start=1):
        smallest_kg = min(smallest_kg, density_of(pen) * pen.volume_m3)
        if fish <= count * most_fish and harvest_kg <= count * smallest_kg:
            return count
    return None


def describe_overload(eggs: int, order: int, containers: Sequence[WorldContainer], world: World) -> str | None:
    """Why these containers are too few for the batch, with the figures; None if they do."""
    load = compute_load(eggs, order, containers, world)
    reasons = []
    if order == STAGES and load.fish > world.pen_max_fish:
        reasons.append(f"{load.fish:,.0f} fish a pen (limit {world.pen_max_fish:,})")
    if load.density_kg_m3 > load.container.max_density_kg_m3:
        when = "at harvest" if order == STAGES else f"at {world.get_stage(order).end_weight_g:g} g"
        limit = load.container.max_density_kg_m3
        reasons.append(f"{load.density_kg_m3:.1f} kg/m³ {when} (limit {limit:g})")
    return " and ".join(reasons) or None
