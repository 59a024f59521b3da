"""The world of a generated history: a company, its sites and its planning rules."""

import hashlib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TypeVar

from grilse.errors import GrilseError
from grilse.generator.world.rules import (
    STAGES,
    StaffRule,
    StageRule,
    StockingRule,
    read_staff,
    read_stages,
    read_stocking,
)
from grilse.generator.world.site_reader import read_sites
from grilse.generator.world.sites import (
    WorldArea,
    WorldContainer,
    WorldFeedStore,
    WorldGeography,
    WorldHall,
    WorldSites,
)
from grilse.generator.world.yaml_reader import ProblemReport, RowError, YamlRow, compose_document, read_file_text

DEFAULT_WORLD = "north-atlantic"

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class World(WorldSites):
    """A company with its sites, which are found by name."""

    name: str
    sha256: str  # of the file's text
    text: str = field(repr=False, compare=False)
    company: str
    species: str
    since: date  # no history begins earlier
    until: date  # the last day of a history, unless a plan says otherwise
    stages: tuple[StageRule, ...]
    stocking: StockingRule
    staff: StaffRule
    geographies: tuple[WorldGeography, ...]

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

    def get_stage(self, order: int) -> StageRule:
        """Return the rule of a stage, by its order."""
        return self.stages[order - 1]

    def get_geography(self, name: str) -> WorldGeography:
        """Return a geography."""
        return self._geographies_by_name[name]

    def get_container(self, name: str) -> WorldContainer:
        """Return a container."""
        return self._containers_by_name[name]

    def get_site(self, name: str) -> WorldHall | WorldArea:
        """Return a hall or area."""
        return self._sites_by_name[name]

    def has_site(self, name: str) -> bool:
        """Return whether a hall or area has this name."""
        return name in self._sites_by_name

    def has_container(self, name: str) -> bool:
        """Return whether a container has this name."""
        return name in self._containers_by_name

    def get_site_geography(self, name: str) -> WorldGeography:
        """Return the geography of a hall or area."""
        return self._geographies_by_name[self._sites_by_name[name].geography]

    def get_sites(self, geography: str, order: int) -> tuple[WorldHall | WorldArea, ...]:
        """Return the halls of a stage in a geography, or its areas for the stage at sea."""
        return self._sites_by_stage.get((geography, order), ())

    def get_containers(self, site: str) -> tuple[WorldContainer, ...]:
        """Return the containers of a hall or area, in the order of the file."""
        return self._containers_by_site.get(site, ())

    def get_stores(self, site: str) -> tuple[WorldFeedStore, ...]:
        """Return the silo of a hall or the barges of an area."""
        return self._stores_by_site.get(site, ())

    @cached_property
    def _geographies_by_name(self) -> dict[str, WorldGeography]:
        return {geography.name: geography for geography in self.geographies}

    @cached_property
    def _containers_by_name(self) -> dict[str, WorldContainer]:
        return {container.name: container for container in self.containers}

    @cached_property
    def _sites_by_name(self) -> dict[str, WorldHall | WorldArea]:
        return {site.name: site for site in self.fish_sites}

    @cached_property
    def _sites_by_stage(self) -> dict[tuple[str, int], tuple[WorldHall | WorldArea, ...]]:
        return _group_by(self.fish_sites, lambda site: (site.geography, get_stage_order(site)))

    @cached_property
    def _containers_by_site(self) -> dict[str, tuple[WorldContainer, ...]]:
        return _group_by(self.containers, lambda container: container.site)

    @cached_property
    def _stores_by_site(self) -> dict[str, tuple[WorldFeedStore, ...]]:
        return _group_by(self.feed_stores, lambda store: store.site)


def _group_by(values: Iterable[Value], key_of: Callable[[Value], Key]) -> dict[Key, tuple[Value, ...]]:
    groups: dict[Key, list[Value]] = {}
    for value in values:
        groups.setdefault(key_of(value), []).append(value)
    return {key: tuple(group) for key, group in groups.items()}


def get_stage_order(site: WorldHall | WorldArea) -> int:
    """Return the order of the stage that a hall or area serves."""
    return site.stage if isinstance(site, WorldHall) else STAGES


def load_world(path: Path | str | None = None) -> World:
    """Return the world of a file, or the packaged one; errors name the line of every wrong row."""
    if path is None:
        packaged = resources.files("grilse.generator").joinpath("worlds", f"{DEFAULT_WORLD}.yaml")
        return parse_world(packaged.read_text(encoding="utf-8"), packaged.name)
    return parse_world(read_file_text(Path(path)), str(path))


def parse_world(text: str, file: str) -> World:
    """Return the world that a YAML text describes."""
    root = compose_document(text, file)
    report = ProblemReport(file)
    try:
        return _read_world(YamlRow(root, "the world"), report, text)
    except RowError as error:
        report.add(error.line, str(error))
        raise GrilseError(report.format_text()) from None


def _read_world(row: YamlRow, report: ProblemReport, text: str) -> World:
    row.refuse_unknown_keys(
        *("name", "company", "species", "since", "until", "stages", "stocking"),
        *("staff", "halls", "area", "geographies"),
    )
    stages = read_stages(row)
    stocking, staff = read_stocking(row.read_mapping("stocking")), read_staff(row)
    geographies, sites = read_sites(row, report)
    report.raise_if_any()
    since, until = row.read_date("since"), row.read_date("until")
    if until <= since:
        raise RowError(row.find_line("until"), f"'until' {until} must be later than 'since' {since}")
    return World(
        name=row.read_string("name"),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        company=row.read_string("company"),
        species=row.read_string("species"),
        since=since,
        until=until,
        stages=stages,
        stocking=stocking,
        staff=staff,
        geographies=geographies,
        **vars(sites),
    )
