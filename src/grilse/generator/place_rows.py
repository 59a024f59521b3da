"""Containers, names and positions, as stations and areas both list them."""

from dataclasses import dataclass

from grilse.generator.coast import along
from grilse.generator.problems import RowError
from grilse.generator.sites import Container
from grilse.generator.yaml_rows import Row, entries, numbers

KINDS = ("tray", "tank", "pen")
STORE_KG = (100, 10_000_000)
CONTAINER_KEYS = ("volume_m3", "max_density_kg_m3")
AREA_KEYS = ("max_biomass_kg", "fallow_days")


@dataclass(frozen=True, slots=True)
class Patterns:
    """What stands in a site that lists nothing of its own."""

    halls: tuple[Row, ...]
    area: Row | None


def read_patterns(world: Row) -> Patterns:
    """The patterns above the geographies."""
    halls = tuple(Row(node, "a hall") for node in world.items("halls")) if world.has("halls") else ()
    for hall in halls:
        hall.allow("letter", "stage", "containers", "kind", *CONTAINER_KEYS, "fallow_days", "silo_kg")
    area = world.row("area") if world.has("area") else None
    if area:
        area.allow("pens", *CONTAINER_KEYS, *AREA_KEYS, "barges", "barge_kg")
    return Patterns(halls, area)


def read_counted(row: Row, prefix: str) -> list[tuple[str, float, float]]:
    """Name, latitude and longitude of so many sites along a line."""
    row.allow("count", "along")
    count = row.integer("count", 1, 99)
    points = [numbers(node, "a point of 'along'", 2) for node in entries(row.node("along"), "'along'")]
    if not points or any(abs(latitude) > 90 or abs(longitude) > 180 for latitude, longitude in points):
        raise RowError(row.line_of("along"), "'along' must be a list of points [latitude, longitude]")
    places = enumerate(along(points, count), start=1)
    return [(f"{prefix}-{number:02d}", latitude, longitude) for number, (latitude, longitude) in places]


def read_position(row: Row) -> tuple[float, float]:
    """Latitude and longitude."""
    return row.number("latitude", -90, 90), row.number("longitude", -180, 180)


def read_name(row: Row) -> str:
    """A name that a plan can hold in a range A..B."""
    name = row.text("name")
    if ".." in name or "," in name:
        raise RowError(row.line_of("name"), f"the name {name!r} may hold neither '..' nor a comma")
    return name


def read_container(
    row: Row, name: str, kind: str, *, hall: str | None = None, area: str | None = None
) -> Container:
    """A container with the volume and density of its row."""
    if kind not in KINDS or (kind == "pen") != (hall is None):
        raise RowError(row.line, f"{name} cannot be a {kind}: halls hold trays and tanks, areas hold pens")
    return Container(
        name=name,
        kind=kind,
        volume_m3=row.number("volume_m3", 0.1, 1_000_000),
        max_density_kg_m3=row.number("max_density_kg_m3", 0.1, 500),
        hall=hall,
        area=area,
    )


def read_rows(row: Row, key: str, what: str) -> list[Row]:
    """The rows of a list that may not be empty."""
    rows = [Row(node, what) for node in row.items(key)]
    if not rows:
        raise RowError(row.line_of(key), f"{key!r} of {row.what} is empty")
    return rows
