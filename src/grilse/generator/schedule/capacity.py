"""Computes the fish and biomass of batches against the limits of containers, and the days between their starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

from grilse.errors import GrilseError
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


@dataclass(frozen=True, slots=True)
class Spacing:
    """The least days between two starts, with the reason."""

    stagger: int
    reason: str


def count_batches_within(days: int, stagger: int) -> int:
    """Return how many starts fit into `days`, if the first is at once and the others every `stagger` days."""
    return max(days // stagger + 1, 0)


def find_least_stagger(world: World, saturation: float) -> Spacing:
    """Return the least days between starts at which every stage has a free site and keeps the saturation."""
    return max(
        (_compute_stage_spacing(world, geography.name, order, saturation)
         for geography in world.geographies for order in range(1, STAGES + 1)),
        key=lambda spacing: spacing.stagger,
    )  # fmt: skip


def refuse_missing_sites(world: World) -> None:
    """Refuse a world in which a geography has no site for a stage."""
    for geography in world.geographies:
        for order in range(1, STAGES + 1):
            if not world.get_sites(geography.name, order):
                where = describe_stage(world, order, geography.name)
                raise GrilseError(f"the world {world.name} has no {get_site_kind(order)} for {where}")


def _compute_stage_spacing(world: World, geography: str, order: int, saturation: float) -> Spacing:
    sites = world.get_sites(geography, order)
    rule, rest = world.get_stage(order), max(site.fallow_days for site in sites)
    reserved_days = rule.early_days + rule.days + rest
    used_days = rule.usual_days + rest
    turns = len(sites) * len(world.geographies)
    by_room, by_saturation = ceil(reserved_days / turns), ceil(used_days / (turns * saturation) - 1e-9)
    where = f"{describe_stage(world, order, geography)} has {len(sites)} {get_site_kind(order)}s"
    if by_room >= by_saturation:
        return Spacing(by_room, f"{where}, each kept for {reserved_days} days")
    return Spacing(by_saturation, f"{where}, each used for {used_days} days, which else passes {saturation:.0%}")


def describe_stage(world: World, order: int, geography: str) -> str:
    """Return the name of a stage in a geography, for messages."""
    return f"{world.get_stage(order).name} in {geography}"


def get_site_kind(order: int) -> str:
    """Return the term for the sites of a stage: area or hall."""
    return "area" if order == STAGES else "hall"
