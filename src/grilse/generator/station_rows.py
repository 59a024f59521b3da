"""Stations with their halls: counted from a pattern, or listed one by one."""

import yaml

from grilse.generator.place_rows import (
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
from grilse.generator.sites import FeedStore, Geography, Hall, Sites, Station
from grilse.generator.yaml_rows import Row


def read_stations(row: Row, geography: Geography, patterns: Patterns, report: Report) -> Sites:
    """The stations of a geography with all that stands in them."""
    if not row.has("stations"):
        return Sites()
    if isinstance(row.node("stations"), yaml.MappingNode):
        return _counted(row.row("stations"), geography, patterns)
    sites = Sites()
    for node in row.items("stations"):
        with report.row():
            sites = sites + _listed(Row(node, "a station"), geography, patterns, report)
    return sites


def _counted(row: Row, geography: Geography, patterns: Patterns) -> Sites:
    sites = Sites()
    for name, latitude, longitude in read_counted(row, f"{geography.code}-FW"):
        station = Station(name=name, geography=geography.name, latitude=latitude, longitude=longitude)
        sites = sites + _with_pattern(station, patterns, row)
    return sites


def _with_pattern(station: Station, patterns: Patterns, row: Row) -> Sites:
    if not patterns.halls:
        raise RowError(row.line, f"station {station.name} lists no halls, and the world has no 'halls'")
    halls = (_pattern_hall(station, pattern) for pattern in patterns.halls)
    return sum(halls, Sites(stations=(station,)))


def _pattern_hall(station: Station, row: Row) -> Sites:
    hall = _hall(row, f"{station.name}-{row.text('letter')}", station)
    names = (f"{hall.name}-{number:02d}" for number in range(1, row.integer("containers", 1, 99) + 1))
    containers = tuple(read_container(row, name, row.text("kind"), hall=hall.name) for name in names)
    silo = _silo(hall, f"{hall.name}-SILO", row.number("silo_kg", *STORE_KG))
    return Sites(halls=(hall,), containers=containers, feed_stores=(silo,))


def _listed(row: Row, geography: Geography, patterns: Patterns, report: Report) -> Sites:
    row.allow("name", "latitude", "longitude", "halls")
    latitude, longitude = read_position(row)
    station = Station(name=read_name(row), geography=geography.name, latitude=latitude, longitude=longitude)
    if not row.has("halls"):
        return _with_pattern(station, patterns, row)
    sites = Sites(stations=(station,))
    for hall in read_rows(row, "halls", f"a hall of {station.name}"):
        with report.row():
            sites = sites + _listed_hall(hall, station)
    return sites


def _listed_hall(row: Row, station: Station) -> Sites:
    row.allow("name", "stage", "fallow_days", "containers", "silo")
    hall = _hall(row, read_name(row), station)
    containers = []
    for item in read_rows(row, "containers", f"a container of {hall.name}"):
        item.allow("name", "kind", *CONTAINER_KEYS)
        containers.append(read_container(item, read_name(item), item.text("kind"), hall=hall.name))
    silo = row.row("silo")
    silo.allow("name", "capacity_kg")
    store = _silo(hall, read_name(silo), silo.number("capacity_kg", *STORE_KG))
    return Sites(halls=(hall,), containers=tuple(containers), feed_stores=(store,))


def _hall(row: Row, name: str, station: Station) -> Hall:
    return Hall(
        name=name,
        station=station.name,
        geography=station.geography,
        stage=row.integer("stage", 1, 5),
        fallow_days=row.integer("fallow_days", 0, 365),
    )


def _silo(hall: Hall, name: str, capacity_kg: float) -> FeedStore:
    return FeedStore(name=name, capacity_kg=capacity_kg, hall=hall.name, area=None)
