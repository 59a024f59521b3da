"""Allocates sites to batches: of the free sites, the one that has been empty longest."""

from collections.abc import Sequence
from datetime import date, timedelta

from grilse.errors import GrilseError
from grilse.generator.schedule.capacity import (
    compute_biomass_kg,
    compute_load,
    count_needed_pens,
    describe_overload,
    describe_stage,
    get_site_kind,
)
from grilse.generator.schedule.plan import StagePlan
from grilse.generator.world.rules import STAGES
from grilse.generator.world.sites import WorldArea, WorldContainer, WorldHall
from grilse.generator.world.world import World


class NoFreeSite(Exception):
    """No site of a stage is free on the day on which a batch needs it."""


class SiteAllocator:
    """Allocates the halls and areas of a world, each to one batch at a time.

    Batches come in the order of their starts and stay equally long in a stage, so it is enough to remember from
    which day each site is free.
    """

    def __init__(self, world: World, pens_per_batch: int | None = None) -> None:
        self.world = world
        self.pens_per_batch = pens_per_batch
        self.free_from: dict[str, date] = {}

    def allocate_stages(self, geography: str, start: date, eggs: int) -> tuple[StagePlan, ...]:
        """Return sites for all stages of a batch, and reserve them."""
        stages: list[StagePlan] = []
        station = ""
        for order in range(1, STAGES + 1):
            site = self._choose_site(geography, order, start, station)
            containers = self._choose_containers(site, order, eggs)
            stop = start + timedelta(days=self.world.get_stage(order).days)
            stages.append(
                StagePlan(
                    order=order,
                    site=site.name,
                    containers=tuple(container.name for container in containers),
                    start=start,
                    stop=stop,
                )
            )
            self.free_from[site.name] = stop + timedelta(days=site.fallow_days)
            station = site.station if isinstance(site, WorldHall) else ""
            start = stop
        return tuple(stages)

    def reserve_stages(self, stages: Sequence[StagePlan]) -> None:
        """Reserve the sites of the stages of a planned batch."""
        for stage in stages:
            free = stage.stop + timedelta(days=self.world.get_site(stage.site).fallow_days)
            self.free_from[stage.site] = max(free, self.free_from.get(stage.site, free))

    def _choose_site(self, geography: str, order: int, start: date, station: str) -> WorldHall | WorldArea:
        """Return a free site: in the station of the fish if possible, else the one that is free longest."""
        needed = start - timedelta(days=self.world.get_stage(order).early_days)
        sites = self.world.get_sites(geography, order)
        free = [site for site in sites if self.free_from.get(site.name, needed) <= needed]
        if not free:
            raise NoFreeSite(self._describe_full_sites(geography, order, sites, needed))
        return min(free, key=lambda site: (_is_other_station(site, station), self.free_from.get(site.name, date.min)))

    def _describe_full_sites(
        self, geography: str, order: int, sites: Sequence[WorldHall | WorldArea], needed: date
    ) -> str:
        rule = self.world.get_stage(order)
        where = describe_stage(self.world, order, geography)
        first = min(self.free_from[site.name] for site in sites)
        rest = max(site.fallow_days for site in sites)
        return (
            f"since all {len(sites)} {get_site_kind(order)}s for {where} are taken on {needed} and the first is free "
            f"on {first} (kept {rule.early_days} + {rule.days} days and {rest} fallow)"
        )

    def _choose_containers(self, site: WorldHall | WorldArea, order: int, eggs: int) -> Sequence[WorldContainer]:
        containers = self.world.get_containers(site.name)
        if isinstance(site, WorldArea):
            self._refuse_biomass(site, eggs)
            return containers[: self._count_pens(site, eggs, containers)]
        self._refuse_overload(order, eggs, containers)
        return containers

    def _count_pens(self, area: WorldArea, eggs: int, pens: Sequence[WorldContainer]) -> int:
        """Return the pens that the planned figures need, or the requested number if the limits allow it."""
        if self.pens_per_batch is None:
            rule = self.world.stocking
            planned = count_needed_pens(
                eggs, pens, self.world, max_fish=rule.planned_pen_fish, max_density=rule.planned_pen_density_kg_m3
            )
            if planned is None:
                self._refuse_overload(STAGES, eggs, pens)
            return planned or len(pens)
        if self.pens_per_batch > len(pens):
            raise GrilseError(
                f"{self.pens_per_batch} pens a batch do not fit: area {area.name} has {len(pens)}; "
                f"the nearest possible is --pens-per-batch {len(pens)}"
            )
        self._refuse_few_pens(eggs, pens)
        return self.pens_per_batch

    def _refuse_few_pens(self, eggs: int, pens: Sequence[WorldContainer]) -> None:
        """Refuse too few pens for the largest batch that may be drawn, so that the answer is valid for every seed."""
        most = max(eggs, self.world.stocking.eggs_most)
        asked = pens[: self.pens_per_batch]
        if not describe_overload(most, STAGES, asked, self.world):
            return
        load = compute_load(most, STAGES, asked, self.world)
        fewest = count_needed_pens(most, pens, self.world, max_fish=self.world.pen_max_fish)
        nearest = f"the nearest possible is --pens-per-batch {fewest}" if fewest else "all pens are too few"
        raise GrilseError(
            f"{len(asked)} pens are too few for a batch of {most:,} eggs: {load.fish:,.0f} fish a pen "
            f"(limit {self.world.pen_max_fish:,}) and {load.density_kg_m3:.1f} kg/m³ at harvest "
            f"(limit {load.container.max_density_kg_m3:g}); {nearest}"
        )

    def _refuse_biomass(self, area: WorldArea, eggs: int) -> None:
        harvest_kg = compute_biomass_kg(eggs, STAGES, self.world)
        if harvest_kg > area.max_biomass_kg:
            fitting = int(eggs * area.max_biomass_kg / harvest_kg)
            raise GrilseError(
                f"a batch of {eggs:,} eggs would reach {harvest_kg / 1000:,.0f} t in area {area.name}, "
                f"whose limit is {area.max_biomass_kg / 1000:,.0f} t; the nearest possible in the world's "
                f"stocking is {fitting:,} eggs"
            )

    def _refuse_overload(self, order: int, eggs: int, containers: Sequence[WorldContainer]) -> None:
        reason = describe_overload(eggs, order, containers, self.world)
        if reason:
            site = containers[0].site
            raise GrilseError(
                f"a batch of {eggs:,} eggs does not fit into the {len(containers)} containers of {site}: "
                f"{reason}; give the world more of them, or stock fewer eggs"
            )


def _is_other_station(site: WorldHall | WorldArea, station: str) -> bool:
    return isinstance(site, WorldHall) and bool(station) and site.station != station
