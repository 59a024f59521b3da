"""Computes the fish and biomass of a batch in its containers, and compares them with the limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

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
    """Return the fish that a plan expects in freshwater and at sea entry; most losses come before the fry."""
    return eggs * world.stocking.survival_to_sea


def compute_biomass_kg(eggs: int, order: int, world: World) -> float:
    """Return the biomass of a batch at the end of a stage."""
    survival = world.stocking.survival_at_sea if order == STAGES else 1.0
    return compute_fish_to_sea(eggs, world) * survival * world.get_stage(order).end_weight_g / 1000


def compute_load(eggs: int, order: int, containers: Sequence[WorldContainer], world: World) -> ContainerLoad:
    """Return the container that is nearest to its density limit or furthest above it."""
    share_kg = compute_biomass_kg(eggs, order, world) / len(containers)
    fullest = max(containers, key=lambda container: share_kg / container.volume_m3 / container.max_density_kg_m3)
    return ContainerLoad(fullest, compute_fish_to_sea(eggs, world) / len(containers), share_kg / fullest.volume_m3)


def count_needed_pens(
    eggs: int, pens: Sequence[WorldContainer], world: World, *, max_fish: int, max_density: float = inf
) -> int | None:
    """Return the fewest pens, in their order, that keep these limits and their own; None if all are too few."""
    fish, harvest_kg = compute_fish_to_sea(eggs, world), compute_biomass_kg(eggs, STAGES, world)
    smallest_kg = inf
    for count, pen in enumerate(pens, start=1):
        smallest_kg = min(smallest_kg, min(pen.max_density_kg_m3, max_density) * pen.volume_m3)
        if fish <= count * max_fish and harvest_kg <= count * smallest_kg:
            return count
    return None


def describe_overload(eggs: int, order: int, containers: Sequence[WorldContainer], world: World) -> str | None:
    """Return which limits of these containers the batch exceeds, with figures; None if it exceeds none."""
    load = compute_load(eggs, order, containers, world)
    reasons = []
    if order == STAGES and load.fish > world.pen_max_fish:
        reasons.append(f"{load.fish:,.0f} fish a pen (limit {world.pen_max_fish:,})")
    if load.density_kg_m3 > load.container.max_density_kg_m3:
        when = "at harvest" if order == STAGES else f"at {world.get_stage(order).end_weight_g:g} g"
        limit = load.container.max_density_kg_m3
        reasons.append(f"{load.density_kg_m3:.1f} kg/m³ {when} (limit {limit:g})")
    return " and ".join(reasons) or None
