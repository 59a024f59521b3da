"""How close batches may follow each other."""

from dataclasses import dataclass
from math import ceil

from grilse.errors import GrilseError
from grilse.generator.world import STAGES, Area, Hall, World


@dataclass(frozen=True, slots=True)
class Spacing:
    """The least days between two starts, and what makes them so many."""

    stagger: int
    reason: str


def batches_within(days: int, stagger: int) -> int:
    """Starts that fit into a time when one is made at once and one every so many days."""
    if days < 0:
        return 0
    return days // stagger + 1


def least_stagger(world: World, saturation: float) -> Spacing:
    """The least days between starts at which every stage keeps its places and the saturation."""
    return max(
        (_of_stage(world, geography.name, order, saturation)
         for geography in world.geographies for order in range(1, STAGES + 1)),
        key=lambda spacing: spacing.stagger,
    )  # fmt: skip


def refuse_missing_places(world: World) -> None:
    """A batch needs a place for each of its stages in its geography."""
    for geography in world.geographies:
        for order in range(1, STAGES + 1):
            if not world.sites_of(geography.name, order):
                where = stage_in(world, order, geography.name)
                raise GrilseError(f"the world {world.name} has no {place(order)} for {where}")


def _of_stage(world: World, geography: str, order: int, saturation: float) -> Spacing:
    sites = world.sites_of(geography, order)
    rule, rest = world.stage(order), fallow_days(sites)
    kept = rule.early_days + rule.days + rest
    used = rule.usual_days + rest
    turns = len(sites) * len(world.geographies)
    by_room, by_saturation = ceil(kept / turns), ceil(used / (turns * saturation) - 1e-9)
    where = f"{stage_in(world, order, geography)} has {len(sites)} {place(order)}s"
    if by_room >= by_saturation:
        return Spacing(by_room, f"{where}, each kept for {kept} days")
    return Spacing(by_saturation, f"{where}, each used for {used} days, which else passes {saturation:.0%}")


def stage_in(world: World, order: int, geography: str) -> str:
    """A stage and geography in words."""
    return f"{world.stage(order).name} in {geography}"


def place(order: int) -> str:
    """What a stage stands in: the field's word."""
    return "area" if order == STAGES else "hall"


def fallow_days(sites: tuple[Hall | Area, ...]) -> int:
    """The longest rest among places."""
    return max(site.fallow_days for site in sites)
