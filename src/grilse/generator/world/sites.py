"""The sites of a farming company: geographies, areas, stations, halls, containers and feed stores."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldGeography:
    """A region with one climate and one set of rules."""

    name: str
    code: str  # begins the names of its sites and batches
    climate: str  # a name in science/parameters/climate.toml
    time_zone: str = "UTC"


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldStation:
    """A freshwater site with halls."""

    name: str
    geography: str
    latitude: float
    longitude: float


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldHall:
    """A building of a station that serves one stage."""

    name: str
    station: str
    geography: str
    stage: int  # order of the stage, 1 to 5
    fallow_days: int  # to wash and rest its tanks


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldArea:
    """A sea site: it holds one year-class at a time, then it lies fallow."""

    name: str
    geography: str
    latitude: float
    longitude: float
    max_biomass_kg: float
    fallow_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _InSite:
    """Equipment of a hall or of an area."""

    name: str
    hall: str | None
    area: str | None

    @property
    def site(self) -> str:
        """Name of its hall or area."""
        return self.hall or self.area or ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldContainer(_InSite):
    """A tray, tank or pen."""

    kind: str  # tray, tank or pen
    volume_m3: float
    max_density_kg_m3: float


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldFeedStore(_InSite):
    """The silo of a hall or a barge of an area."""

    capacity_kg: float


Site = WorldStation | WorldHall | WorldArea | WorldContainer | WorldFeedStore


@dataclass(frozen=True, kw_only=True)
class WorldSites:
    """All sites of one or more geographies, in the order of the file."""

    areas: tuple[WorldArea, ...] = ()
    stations: tuple[WorldStation, ...] = ()
    halls: tuple[WorldHall, ...] = ()
    containers: tuple[WorldContainer, ...] = ()
    feed_stores: tuple[WorldFeedStore, ...] = ()

    def __add__(self, other: "WorldSites") -> "WorldSites":
        """Return the sites of both."""
        names = (field.name for field in fields(WorldSites))
        return WorldSites(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def fish_sites(self) -> tuple[WorldHall | WorldArea, ...]:
        """Halls and areas, which hold fish."""
        return (*self.halls, *self.areas)

    @property
    def work_sites(self) -> tuple[WorldStation | WorldArea, ...]:
        """Stations and areas, where people work."""
        return (*self.stations, *self.areas)

    def list_all(self) -> tuple[Site, ...]:
        """Return every site, container and store."""
        return (*self.areas, *self.stations, *self.halls, *self.containers, *self.feed_stores)
