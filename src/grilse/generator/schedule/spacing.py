"""How close batches may follow each other."""

from dataclasses import dataclass
from math import ceil

from grilse.errors import GrilseError
from grilse.generator.world.rules import STAGES
from grilse.generator.world.sites import WorldArea, WorldHall
from grilse.generator.world.world import World


@dataclass(frozen=True, slots=True)
class Spacing:
    """The least days between two starts, and what makes them so many."""

    stagger: int
    reason: str


def count_batches_within(days: int, stagger: int) -> int:
    """Starts that fit into a time when one is made at once and one every so many days."""
    if days < 0:
        return 0
    return days // stagger + 1


def find_least_stagger(world: World, saturation: float) -> Spacing:
    """The least days between starts at which every stage keeps its places and the saturation."""
    return max(
        (_compute_stage_spacing(world, geography.name, order, saturation)
         for geography in world.geographies for order in range(1, STAGES + 1)),
        key=lambda spacing: spacing.stagger,
    )  # fmt: skip


def refuse_missing_sites(world: World) -> None:
    """A batch needs a place for each of its stages in its geography."""
    for geography in world.geographies:
        for order in range(1, STAGES + 1):
            if not world.get_sites(geography.name, order):
                where = describe_stage(world, order, geography.name)
                raise GrilseError(f"the world {world.name} has no {get_site_kind(order)} for {where}")


def _compute_stage_spacing(world: World, geography: str, order: int, saturation: float) -> Spacing:
    sites = world.get_sites(geography, order)
    rule, rest = world.get_stage(order), find_longest_fallow(sites)
    reserved_days = rule.early_days + rule.days + rest
    used_days = rule.usual_days + rest
    turns = len(sites) * len(world.geographies)
    by_room, by_saturation = ceil(reserved_days / turns), ceil(used_days / (turns * saturation) - 1e-9)
    where = f"{describe_stage(world, order, geography)} has {len(sites)} {get_site_kind(order)}s"
    if by_room >= by_saturation:
        return Spacing(by_room, f"{where}, each kept for {reserved_days} days")
    return Spacing(by_saturation, f"{where}, each used for {used_days} days, which else passes {saturation:.0%}")


def describe_stage(world: World, order: int, geography: str) -> str:
    """A stage and geography in words."""
    return f"{world.get_stage(order).name} in {geography}"


def get_site_kind(order: int) -> str:
    """What a stage stands in: the field's word."""
    return "area" if order == STAGES else "hall"


def find_longest_fallow(sites: tuple[WorldHall | WorldArea, ...]) -> int:
    """The longest rest among places."""
    return max(site.fallow_days for site in sites)
