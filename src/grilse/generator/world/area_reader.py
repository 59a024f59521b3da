"""Areas with their pens and barges: counted from a pattern, or listed one by one."""

import yaml

from grilse.generator.world.container_reader import (
    AREA_KEYS,
    CONTAINER_KEYS,
    STORE_KG,
    SitePatterns,
    read_container,
    read_counted_sites,
    read_name,
    read_position,
    read_rows,
)
from grilse.generator.world.problems import ProblemReport, RowError
from grilse.generator.world.sites import WorldArea, WorldContainer, WorldFeedStore, WorldGeography, WorldSites
from grilse.generator.world.yaml_reader import YamlRow


def read_areas(row: YamlRow, geography: WorldGeography, patterns: SitePatterns, report: ProblemReport) -> WorldSites:
    """The areas of a geography with all that stands in them."""
    if not row.has_value("areas"):
        return WorldSites()
    if isinstance(row.get_node("areas"), yaml.MappingNode):
        return _build_counted_areas(row.read_mapping("areas"), geography, patterns)
    sites = WorldSites()
    for node in row.read_items("areas"):
        with report.collect_row_error():
            sites = sites + _read_listed_area(YamlRow(node, "an area"), geography, patterns)
    return sites


def _build_counted_areas(row: YamlRow, geography: WorldGeography, patterns: SitePatterns) -> WorldSites:
    sites = WorldSites()
    for name, latitude, longitude in read_counted_sites(row, f"{geography.code}-SEA"):
        area = _build_area(_require_area_pattern(row, name, patterns), name, geography, (latitude, longitude))
        sites = sites + _add_pens_and_barges(area, row, patterns)
    return sites


def _read_listed_area(row: YamlRow, geography: WorldGeography, patterns: SitePatterns) -> WorldSites:
    row.refuse_unknown_keys("name", "latitude", "longitude", *AREA_KEYS, "pens", "barges")
    return _add_pens_and_barges(_build_area(row, read_name(row), geography, read_position(row)), row, patterns)


def _add_pens_and_barges(area: WorldArea, row: YamlRow, patterns: SitePatterns) -> WorldSites:
    pens = _read_listed_pens(row, area) if row.has_value("pens") else _build_pattern_pens(row, area, patterns)
    barges = _read_listed_barges(row, area) if row.has_value("barges") else _build_pattern_barges(row, area, patterns)
    return WorldSites(areas=(area,), containers=tuple(pens), feed_stores=tuple(barges))


def _build_area(row: YamlRow, name: str, geography: WorldGeography, position: tuple[float, float]) -> WorldArea:
    return WorldArea(
        name=name,
        geography=geography.name,
        latitude=position[0],
        longitude=position[1],
        max_biomass_kg=row.read_number("max_biomass_kg", 1_000, 1e9),
        fallow_days=row.read_integer("fallow_days", 0, 1000),
    )


def _require_area_pattern(row: YamlRow, name: str, patterns: SitePatterns) -> YamlRow:
    if patterns.area is None:
        raise RowError(row.line, f"area {name} lists not all that stands in it, and the world has no 'area'")
    return patterns.area


def _build_pattern_pens(row: YamlRow, area: WorldArea, patterns: SitePatterns) -> list[WorldContainer]:
    pattern = _require_area_pattern(row, area.name, patterns)
    names = (f"{area.name}-P{number:02d}" for number in range(1, pattern.read_integer("pens", 1, 99) + 1))
    return [read_container(pattern, name, "pen", area=area.name) for name in names]


def _build_pattern_barges(row: YamlRow, area: WorldArea, patterns: SitePatterns) -> list[WorldFeedStore]:
    pattern = _require_area_pattern(row, area.name, patterns)
    names = (f"{area.name}-BARGE{number}" for number in range(1, pattern.read_integer("barges", 1, 99) + 1))
    return [_build_barge(area, name, pattern.read_number("barge_kg", *STORE_KG)) for name in names]


def _read_listed_pens(row: YamlRow, area: WorldArea) -> list[WorldContainer]:
    pens = []
    for item in read_rows(row, "pens", f"a pen of {area.name}"):
        item.refuse_unknown_keys("name", *CONTAINER_KEYS)
        pens.append(read_container(item, read_name(item), "pen", area=area.name))
    return pens


def _read_listed_barges(row: YamlRow, area: WorldArea) -> list[WorldFeedStore]:
    barges = []
    for item in read_rows(row, "barges", f"a barge of {area.name}"):
        item.refuse_unknown_keys("name", "capacity_kg")
        barges.append(_build_barge(area, read_name(item), item.read_number("capacity_kg", *STORE_KG)))
    return barges


def _build_barge(area: WorldArea, name: str, capacity_kg: float) -> WorldFeedStore:
    return WorldFeedStore(name=name, capacity_kg=capacity_kg, hall=None, area=area.name)
