"""Areas with their pens and barges: counted from a pattern, or listed one by one."""

import yaml

from grilse.generator.place_rows import (
    AREA_KEYS,
    CONTAINER_KEYS,
    STORE_KG,
    Patterns,
    read_container,
    read_counted,
    read_name,
    read_position,
    read_rows,
)
from grilse.generator.problems import Report, RowError
from grilse.generator.sites import Area, Container, FeedStore, Geography, Sites
from grilse.generator.yaml_rows import Row


def read_areas(row: Row, geography: Geography, patterns: Patterns, report: Report) -> Sites:
    """The areas of a geography with all that stands in them."""
    if not row.has("areas"):
        return Sites()
    if isinstance(row.node("areas"), yaml.MappingNode):
        return _counted(row.row("areas"), geography, patterns)
    sites = Sites()
    for node in row.items("areas"):
        with report.row():
            sites = sites + _listed(Row(node, "an area"), geography, patterns)
    return sites


def _counted(row: Row, geography: Geography, patterns: Patterns) -> Sites:
    sites = Sites()
    for name, latitude, longitude in read_counted(row, f"{geography.code}-SEA"):
        area = _area(_pattern(row, name, patterns), name, geography, (latitude, longitude))
        sites = sites + _filled(area, row, patterns)
    return sites


def _listed(row: Row, geography: Geography, patterns: Patterns) -> Sites:
    row.allow("name", "latitude", "longitude", *AREA_KEYS, "pens", "barges")
    return _filled(_area(row, read_name(row), geography, read_position(row)), row, patterns)


def _filled(area: Area, row: Row, patterns: Patterns) -> Sites:
    pens = _listed_pens(row, area) if row.has("pens") else _pattern_pens(row, area, patterns)
    barges = _listed_barges(row, area) if row.has("barges") else _pattern_barges(row, area, patterns)
    return Sites(areas=(area,), containers=tuple(pens), feed_stores=tuple(barges))


def _area(row: Row, name: str, geography: Geography, position: tuple[float, float]) -> Area:
    return Area(
        name=name,
        geography=geography.name,
        latitude=position[0],
        longitude=position[1],
        max_biomass_kg=row.number("max_biomass_kg", 1_000, 1e9),
        fallow_days=row.integer("fallow_days", 0, 1000),
    )


def _pattern(row: Row, name: str, patterns: Patterns) -> Row:
    if patterns.area is None:
        raise RowError(row.line, f"area {name} lists not all that stands in it, and the world has no 'area'")
    return patterns.area


def _pattern_pens(row: Row, area: Area, patterns: Patterns) -> list[Container]:
    pattern = _pattern(row, area.name, patterns)
    names = (f"{area.name}-P{number:02d}" for number in range(1, pattern.integer("pens", 1, 99) + 1))
    return [read_container(pattern, name, "pen", area=area.name) for name in names]


def _pattern_barges(row: Row, area: Area, patterns: Patterns) -> list[FeedStore]:
    pattern = _pattern(row, area.name, patterns)
    names = (f"{area.name}-BARGE{number}" for number in range(1, pattern.integer("barges", 1, 99) + 1))
    return [_barge(area, name, pattern.number("barge_kg", *STORE_KG)) for name in names]


def _listed_pens(row: Row, area: Area) -> list[Container]:
    pens = []
    for item in read_rows(row, "pens", f"a pen of {area.name}"):
        item.allow("name", *CONTAINER_KEYS)
        pens.append(read_container(item, read_name(item), "pen", area=area.name))
    return pens


def _listed_barges(row: Row, area: Area) -> list[FeedStore]:
    barges = []
    for item in read_rows(row, "barges", f"a barge of {area.name}"):
        item.allow("name", "capacity_kg")
        barges.append(_barge(area, read_name(item), item.number("capacity_kg", *STORE_KG)))
    return barges


def _barge(area: Area, name: str, capacity_kg: float) -> FeedStore:
    return FeedStore(name=name, capacity_kg=capacity_kg, hall=None, area=area.name)
