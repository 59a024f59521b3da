"""The world of a history: a company, its places and the rules it plans by."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib import resources
from pathlib import Path

from grilse.errors import GrilseError
from grilse.generator.problems import Report, RowError
from grilse.generator.rules import (
    STAGES,
    StaffRule,
    StageRule,
    StockingRule,
    read_staff,
    read_stages,
    read_stocking,
)
from grilse.generator.site_rows import read_sites
from grilse.generator.sites import Area, Container, FeedStore, Geography, Hall, Sites, Station
from grilse.generator.yaml_rows import Row, compose, read_text

DEFAULT_WORLD = "north-atlantic"


@dataclass(frozen=True, kw_only=True)
class World:
    """A company with its places; look-ups are by name."""

    name: str
    sha256: str  # of the file's text
    company: str
    species: str
    since: date  # no history begins earlier
    until: date  # the last day of a history, unless a plan says otherwise
    stages: tuple[StageRule, ...]
    stocking: StockingRule
    staff: StaffRule
    geographies: tuple[Geography, ...]
    areas: tuple[Area, ...]
    stations: tuple[Station, ...]
    halls: tuple[Hall, ...]
    containers: tuple[Container, ...]
    feed_stores: tuple[FeedStore, ...]

    @property
    def pen_max_fish(self) -> int:
        """The most fish that a pen may hold."""
        return self.stocking.max_pen_fish

    @property
    def stage_days(self) -> tuple[int, ...]:
        """The longest stay of each stage, by order."""
        return tuple(stage.days for stage in self.stages)

    @property
    def early_days(self) -> tuple[int, ...]:
        """How much earlier than planned fish may come to each stage, by order."""
        return tuple(stage.early_days for stage in self.stages)

    def stage(self, order: int) -> StageRule:
        """The rule of a stage, by its order."""
        return self.stages[order - 1]

    def geography(self, name: str) -> Geography:
        """A geography."""
        return self._geographies[name]

    def container(self, name: str) -> Container:
        """A container."""
        return self._containers[name]

    def site(self, name: str) -> Hall | Area:
        """A hall or area."""
        return self._sites[name]

    def has_site(self, name: str) -> bool:
        """Whether a hall or area has this name."""
        return name in self._sites

    def has_container(self, name: str) -> bool:
        """Whether a container has this name."""
        return name in self._containers

    def site_geography(self, name: str) -> Geography:
        """The geography of a hall or area."""
        return self._geographies[self._sites[name].geography]

    def sites_of(self, geography: str, order: int) -> tuple[Hall | Area, ...]:
        """The places that serve a stage in a geography: halls, or areas for the stage at sea."""
        return self._places.get((geography, order), ())

    def containers_of(self, site: str) -> tuple[Container, ...]:
        """The containers of a hall or area, in the order of the file."""
        return self._standing.get(site, ())

    def stores_of(self, site: str) -> tuple[FeedStore, ...]:
        """The silo of a hall or the barges of an area."""
        return self._stores.get(site, ())

    @cached_property
    def _geographies(self) -> dict[str, Geography]:
        return {geography.name: geography for geography in self.geographies}

    @cached_property
    def _containers(self) -> dict[str, Container]:
        return {container.name: container for container in self.containers}

    @cached_property
    def _sites(self) -> dict[str, Hall | Area]:
        sites: tuple[Hall | Area, ...] = (*self.halls, *self.areas)
        return {site.name: site for site in sites}

    @cached_property
    def _places(self) -> dict[tuple[str, int], tuple[Hall | Area, ...]]:
        places: dict[tuple[str, int], list[Hall | Area]] = {}
        for hall in self.halls:
            places.setdefault((hall.geography, hall.stage), []).append(hall)
        for area in self.areas:
            places.setdefault((area.geography, STAGES), []).append(area)
        return {key: tuple(found) for key, found in places.items()}

    @cached_property
    def _standing(self) -> dict[str, tuple[Container, ...]]:
        standing: dict[str, list[Container]] = {}
        for container in self.containers:
            standing.setdefault(container.site, []).append(container)
        return {site: tuple(found) for site, found in standing.items()}

    @cached_property
    def _stores(self) -> dict[str, tuple[FeedStore, ...]]:
        stores: dict[str, list[FeedStore]] = {}
        for store in self.feed_stores:
            stores.setdefault(store.site, []).append(store)
        return {site: tuple(found) for site, found in stores.items()}


def load_world(path: Path | str | None = None) -> World:
    """The world of a file, or the packaged one; every row that is wrong is named by its line."""
    if path is None:
        packaged = resources.files("grilse.generator").joinpath("worlds", f"{DEFAULT_WORLD}.yaml")
        return parse_world(packaged.read_text(encoding="utf-8"), packaged.name)
    return parse_world(read_text(Path(path)), str(path))


def parse_world(text: str, file: str) -> World:
    """The world written in a YAML text."""
    root = compose(text, file)
    report = Report(file)
    try:
        return _world(Row(root, "the world"), report, hashlib.sha256(text.encode()).hexdigest())
    except RowError as error:
        report.add(error.line, str(error))
        raise GrilseError(report.text()) from None


def _world(row: Row, report: Report, sha256: str) -> World:
    row.allow(
        *("name", "company", "species", "since", "until", "stages", "stocking"),
        *("staff", "halls", "area", "geographies"),
    )
    stages = read_stages(row)
    stocking, staff = read_stocking(row.row("stocking")), read_staff(row)
    geographies, sites = read_sites(row, report)
    report.raise_if_any()
    since, until = row.day("since"), row.day("until")
    if until <= since:
        raise RowError(row.line_of("until"), f"'until' {until} must be later than 'since' {since}")
    return World(
        name=row.text("name"),
        sha256=sha256,
        company=row.text("company"),
        species=row.text("species"),
        since=since,
        until=until,
        stages=stages,
        stocking=stocking,
        staff=staff,
        geographies=geographies,
        areas=sites.areas,
        stations=sites.stations,
        halls=sites.halls,
        containers=sites.containers,
        feed_stores=sites.feed_stores,
    )


__all__ = [
    "STAGES",
    "Area",
    "Container",
    "FeedStore",
    "Geography",
    "Hall",
    "Sites",
    "StaffRule",
    "StageRule",
    "Station",
    "StockingRule",
    "World",
    "load_world",
    "parse_world",
]
