"""The places of a farming company: what stands still in its world."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldGeography:
    """A region with one climate and one set of rules."""

    name: str
    code: str  # begins the names of its sites and batches
    climate: str  # a name in science/parameters/climate.toml


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldArea:
    """A sea site: one year-class at a time, then it lies fallow."""

    name: str
    geography: str
    latitude: float
    longitude: float
    max_biomass_kg: float
    fallow_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldStation:
    """A freshwater site with halls."""

    name: str
    geography: str
    latitude: float
    longitude: float


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldHall:
    """A room of a station that serves one stage."""

    name: str
    station: str
    geography: str
    stage: int  # order of the stage, 1 to 5
    fallow_days: int  # to wash and rest its tanks


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldContainer:
    """A tray, tank or pen; it stands in a hall or in an area."""

    name: str
    kind: str  # tray, tank or pen
    volume_m3: float
    max_density_kg_m3: float
    hall: str | None
    area: str | None

    @property
    def site(self) -> str:
        """Name of the hall or area it stands in."""
        return self.hall or self.area or ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldFeedStore:
    """The silo of a hall or a barge of an area."""

    name: str
    capacity_kg: float
    hall: str | None
    area: str | None

    @property
    def site(self) -> str:
        """Name of the hall or area it feeds."""
        return self.hall or self.area or ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldSites:
    """All places of one or more geographies, in the order of the file."""

    areas: tuple[WorldArea, ...] = ()
    stations: tuple[WorldStation, ...] = ()
    halls: tuple[WorldHall, ...] = ()
    containers: tuple[WorldContainer, ...] = ()
    feed_stores: tuple[WorldFeedStore, ...] = ()

    def __add__(self, other: "WorldSites") -> "WorldSites":
        """Both together."""
        return WorldSites(
            areas=self.areas + other.areas,
            stations=self.stations + other.stations,
            halls=self.halls + other.halls,
            containers=self.containers + other.containers,
            feed_stores=self.feed_stores + other.feed_stores,
        )
