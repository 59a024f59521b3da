"""Which place every batch takes: the one that has rested longest among those that are free."""

from collections.abc import Sequence
from datetime import date, timedelta

from grilse.errors import GrilseError
from grilse.generator.capacity import biomass_kg, load_of, overload, pens_allowed, pens_planned
from grilse.generator.planned import StagePlan
from grilse.generator.spacing import place, stage_in
from grilse.generator.world import STAGES, Area, Container, Hall, World


class NoRoom(Exception):
    """No place of a stage is free on the day it is needed."""


class Berths:
    """The halls and areas of a world, each kept by one batch at a time.

    Batches come in the order of their starts and stay equally long in a stage, so the day from which a place
    is free again says all that is needed.
    """

    def __init__(self, world: World, pens_per_batch: int | None = None) -> None:
        self.world = world
        self.pens_per_batch = pens_per_batch
        self.free_from: dict[str, date] = {}

    def take(self, geography: str, start: date, eggs: int) -> tuple[StagePlan, ...]:
        """Places for all stages of a batch, kept from now on."""
        stages: list[StagePlan] = []
        station = ""
        for order in range(1, STAGES + 1):
            site = self._choose(geography, order, start, station)
            containers = self._containers(site, order, eggs)
            stop = start + timedelta(days=self.world.stage(order).days)
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
            station = site.station if isinstance(site, Hall) else ""
            start = stop
        return tuple(stages)

    def _choose(self, geography: str, order: int, start: date, station: str) -> Hall | Area:
        """A free place: in the station where the fish are, else the longest rested, else the first."""
        needed = start - timedelta(days=self.world.stage(order).early_days)
        sites = self.world.sites_of(geography, order)
        free = [site for site in sites if self.free_from.get(site.name, needed) <= needed]
        if not free:
            raise NoRoom(self._full(geography, order, sites, needed))
        return min(
            free, key=lambda site: (_moves_house(site, station), self.free_from.get(site.name, date.min))
        )

    def _full(self, geography: str, order: int, sites: Sequence[Hall | Area], needed: date) -> str:
        rule = self.world.stage(order)
        where = stage_in(self.world, order, geography)
        first = min(self.free_from[site.name] for site in sites)
        rest = max(site.fallow_days for site in sites)
        return (
            f"since all {len(sites)} {place(order)}s for {where} are taken on {needed} and the first is free "
            f"on {first} (kept {rule.early_days} + {rule.days} days and {rest} fallow)"
        )

    def _containers(self, site: Hall | Area, order: int, eggs: int) -> Sequence[Container]:
        containers = self.world.containers_of(site.name)
        if isinstance(site, Area):
            self._refuse_biomass(site, eggs)
            return containers[: self._pens(site, eggs, containers)]
        self._refuse_overload(order, eggs, containers)
        return containers

    def _pens(self, area: Area, eggs: int, pens: Sequence[Container]) -> int:
        """As many pens as the planned figures want, or as asked for if the limits allow it."""
        if self.pens_per_batch is None:
            planned = pens_planned(eggs, pens, self.world)
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

    def _refuse_few_pens(self, eggs: int, pens: Sequence[Container]) -> None:
        """Measured on the largest batch that may be drawn, so that the answer holds for every seed."""
        most = max(eggs, self.world.stocking.eggs_most)
        asked = pens[: self.pens_per_batch]
        if not overload(most, STAGES, asked, self.world):
            return
        load = load_of(most, STAGES, asked, self.world)
        fewest = pens_allowed(most, pens, self.world)
        nearest = f"the nearest possible is --pens-per-batch {fewest}" if fewest else "all pens are too few"
        raise GrilseError(
            f"{len(asked)} pens are too few for a batch of {most:,} eggs: {load.fish:,.0f} fish a pen "
            f"(limit {self.world.pen_max_fish:,}) and {load.density_kg_m3:.1f} kg/m³ at harvest "
            f"(limit {load.container.max_density_kg_m3:g}); {nearest}"
        )

    def _refuse_biomass(self, area: Area, eggs: int) -> None:
        harvest_kg = biomass_kg(eggs, STAGES, self.world)
        if harvest_kg > area.max_biomass_kg:
            fitting = int(eggs * area.max_biomass_kg / harvest_kg)
            raise GrilseError(
                f"a batch of {eggs:,} eggs would reach {harvest_kg / 1000:,.0f} t in area {area.name}, "
                f"whose limit is {area.max_biomass_kg / 1000:,.0f} t; the nearest possible in the world's "
                f"stocking is {fitting:,} eggs"
            )

    def _refuse_overload(self, order: int, eggs: int, containers: Sequence[Container]) -> None:
        reason = overload(eggs, order, containers, self.world)
        if reason:
            site = containers[0].site
            raise GrilseError(
                f"a batch of {eggs:,} eggs does not fit into the {len(containers)} containers of {site}: "
                f"{reason}; give the world more of them, or stock fewer eggs"
            )


def _moves_house(site: Hall | Area, station: str) -> bool:
    return isinstance(site, Hall) and bool(station) and site.station != station
