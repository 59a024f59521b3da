"""Stations with their halls: counted from a pattern, or listed one by one."""

import yaml

from grilse.generator.world.container_reader import (
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
from grilse.generator.world.sites import WorldFeedStore, WorldGeography, WorldHall, WorldSites, WorldStation
from grilse.generator.world.yaml_reader import YamlRow


def read_stations(row: YamlRow, geography: WorldGeography, patterns: SitePatterns, report: ProblemReport) -> WorldSites:
    """The stations of a geography with all that stands in them."""
    if not row.has_value("stations"):
        return WorldSites()
    if isinstance(row.get_node("stations"), yaml.MappingNode):
        return _build_counted_stations(row.read_mapping("stations"), geography, patterns)
    sites = WorldSites()
    for node in row.read_items("stations"):
        with report.collect_row_error():
            sites = sites + _read_listed_station(YamlRow(node, "a station"), geography, patterns, report)
    return sites


def _build_counted_stations(row: YamlRow, geography: WorldGeography, patterns: SitePatterns) -> WorldSites:
    sites = WorldSites()
    for name, latitude, longitude in read_counted_sites(row, f"{geography.code}-FW"):
        station = WorldStation(name=name, geography=geography.name, latitude=latitude, longitude=longitude)
        sites = sites + _add_pattern_halls(station, patterns, row)
    return sites


def _add_pattern_halls(station: WorldStation, patterns: SitePatterns, row: YamlRow) -> WorldSites:
    if not patterns.halls:
        raise RowError(row.line, f"station {station.name} lists no halls, and the world has no 'halls'")
    halls = (_build_pattern_hall(station, pattern) for pattern in patterns.halls)
    return sum(halls, WorldSites(stations=(station,)))


def _build_pattern_hall(station: WorldStation, row: YamlRow) -> WorldSites:
    hall = _build_hall(row, f"{station.name}-{row.read_string('letter')}", station)
    names = (f"{hall.name}-{number:02d}" for number in range(1, row.read_integer("containers", 1, 99) + 1))
    containers = tuple(read_container(row, name, row.read_string("kind"), hall=hall.name) for name in names)
    silo = _build_silo(hall, f"{hall.name}-SILO", row.read_number("silo_kg", *STORE_KG))
    return WorldSites(halls=(hall,), containers=containers, feed_stores=(silo,))


def _read_listed_station(
    row: YamlRow, geography: WorldGeography, patterns: SitePatterns, report: ProblemReport
) -> WorldSites:
    row.refuse_unknown_keys("name", "latitude", "longitude", "halls")
    latitude, longitude = read_position(row)
    station = WorldStation(name=read_name(row), geography=geography.name, latitude=latitude, longitude=longitude)
    if not row.has_value("halls"):
        return _add_pattern_halls(station, patterns, row)
    sites = WorldSites(stations=(station,))
    for hall in read_rows(row, "halls", f"a hall of {station.name}"):
        with report.collect_row_error():
            sites = sites + _read_listed_hall(hall, station)
    return sites


def _read_listed_hall(row: YamlRow, station: WorldStation) -> WorldSites:
    row.refuse_unknown_keys("name", "stage", "fallow_days", "containers", "silo")
    hall = _build_hall(row, read_name(row), station)
    containers = []
    for item in read_rows(row, "containers", f"a container of {hall.name}"):
        item.refuse_unknown_keys("name", "kind", *CONTAINER_KEYS)
        containers.append(read_container(item, read_name(item), item.read_string("kind"), hall=hall.name))
    silo = row.read_mapping("silo")
    silo.refuse_unknown_keys("name", "capacity_kg")
    store = _build_silo(hall, read_name(silo), silo.read_number("capacity_kg", *STORE_KG))
    return WorldSites(halls=(hall,), containers=tuple(containers), feed_stores=(store,))


def _build_hall(row: YamlRow, name: str, station: WorldStation) -> WorldHall:
    return WorldHall(
        name=name,
        station=station.name,
        geography=station.geography,
        stage=row.read_integer("stage", 1, 5),
        fallow_days=row.read_integer("fallow_days", 0, 365),
    )


def _build_silo(hall: WorldHall, name: str, capacity_kg: float) -> WorldFeedStore:
    return WorldFeedStore(name=name, capacity_kg=capacity_kg, hall=hall.name, area=None)
