"""Containers, names and positions, as stations and areas both list them."""

from dataclasses import dataclass

from grilse.generator.world.coast import spread_along_line
from grilse.generator.world.problems import RowError
from grilse.generator.world.sites import WorldContainer
from grilse.generator.world.yaml_reader import YamlRow, read_entries, read_number_list

KINDS = ("tray", "tank", "pen")
STORE_KG = (100, 10_000_000)
CONTAINER_KEYS = ("volume_m3", "max_density_kg_m3")
AREA_KEYS = ("max_biomass_kg", "fallow_days")


@dataclass(frozen=True, slots=True)
class SitePatterns:
    """What stands in a site that lists nothing of its own."""

    halls: tuple[YamlRow, ...]
    area: YamlRow | None


def read_patterns(world: YamlRow) -> SitePatterns:
    """The patterns above the geographies."""
    halls = tuple(YamlRow(node, "a hall") for node in world.read_items("halls")) if world.has_value("halls") else ()
    for hall in halls:
        hall.refuse_unknown_keys("letter", "stage", "containers", "kind", *CONTAINER_KEYS, "fallow_days", "silo_kg")
    area = world.read_mapping("area") if world.has_value("area") else None
    if area:
        area.refuse_unknown_keys("pens", *CONTAINER_KEYS, *AREA_KEYS, "barges", "barge_kg")
    return SitePatterns(halls, area)


def read_counted_sites(row: YamlRow, prefix: str) -> list[tuple[str, float, float]]:
    """Name, latitude and longitude of so many sites along a line."""
    row.refuse_unknown_keys("count", "along")
    count = row.read_integer("count", 1, 99)
    points = [
        read_number_list(node, "a point of 'along'", 2) for node in read_entries(row.get_node("along"), "'along'")
    ]
    if not points or any(abs(latitude) > 90 or abs(longitude) > 180 for latitude, longitude in points):
        raise RowError(row.find_line("along"), "'along' must be a list of points [latitude, longitude]")
    places = enumerate(spread_along_line(points, count), start=1)
    return [(f"{prefix}-{number:02d}", latitude, longitude) for number, (latitude, longitude) in places]


def read_position(row: YamlRow) -> tuple[float, float]:
    """Latitude and longitude."""
    return row.read_number("latitude", -90, 90), row.read_number("longitude", -180, 180)


def read_name(row: YamlRow) -> str:
    """A name that a plan can hold in a range A..B."""
    name = row.read_string("name")
    if ".." in name or "," in name:
        raise RowError(row.find_line("name"), f"the name {name!r} may hold neither '..' nor a comma")
    return name


def read_container(
    row: YamlRow, name: str, kind: str, *, hall: str | None = None, area: str | None = None
) -> WorldContainer:
    """A container with the volume and density of its row."""
    if kind not in KINDS or (kind == "pen") != (hall is None):
        raise RowError(row.line, f"{name} cannot be a {kind}: halls hold trays and tanks, areas hold pens")
    return WorldContainer(
        name=name,
        kind=kind,
        volume_m3=row.read_number("volume_m3", 0.1, 1_000_000),
        max_density_kg_m3=row.read_number("max_density_kg_m3", 0.1, 500),
        hall=hall,
        area=area,
    )


def read_rows(row: YamlRow, key: str, what: str) -> list[YamlRow]:
    """The rows of a list that may not be empty."""
    rows = [YamlRow(node, what) for node in row.read_items(key)]
    if not rows:
        raise RowError(row.find_line(key), f"{key!r} of {row.what} is empty")
    return rows
