"""Computes how many days must lie between the starts of batches."""

from dataclasses import dataclass
from math import ceil

from grilse.errors import GrilseError
from grilse.generator.world.rules import STAGES
from grilse.generator.world.world import World


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
