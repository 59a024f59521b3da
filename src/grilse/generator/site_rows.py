"""The places in a world's file: counted from a pattern, or listed one by one."""

from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from grilse.generator.coast import along
from grilse.generator.sites import Area, Container, FeedStore, Geography, Hall, Sites, Station
from grilse.generator.yaml_rows import Report, Row, RowError, entries, numbers

KINDS = ("tray", "tank", "pen")
STORE_KG = (100, 10_000_000)
CONTAINER_KEYS = ("volume_m3", "max_density_kg_m3")
AREA_KEYS = ("max_biomass_kg", "fallow_days")


@dataclass(frozen=True, slots=True)
class Patterns:
    """What stands in a site that lists nothing of its own."""

    halls: tuple[Row, ...]
    area: Row | None


def read_sites(world: Row, report: Report) -> tuple[tuple[Geography, ...], Sites]:
    """Every geography with its places; rows that are wrong are noted in the report."""
    patterns = _patterns(world)
    geographies: list[Geography] = []
    sites = Sites()
    for node in world.items("geographies"):
        with report.row():
            row = Row(node, "geography")
            row.allow("name", "code", "climate", "stations", "areas")
            geography = Geography(name=row.text("name"), code=row.text("code"), climate=row.text("climate"))
            geographies.append(geography)
            for places in (
                _stations(row, geography, patterns, report),
                _areas(row, geography, patterns, report),
            ):
                _refuse_known_names(row, sites, places, report)
                sites = sites + places
    _refuse_twins(world, geographies, report)
    if not geographies:
        raise RowError(world.line_of("geographies"), "the world has no geography")
    return tuple(geographies), sites


def _patterns(world: Row) -> Patterns:
    halls = tuple(Row(node, "hall") for node in world.items("halls")) if world.has("halls") else ()
    for hall in halls:
        hall.allow("letter", "stage", "containers", "kind", *CONTAINER_KEYS, "fallow_days", "silo_kg")
    area = world.row("area") if world.has("area") else None
    if area:
        area.allow("pens", *CONTAINER_KEYS, *AREA_KEYS, "barges", "barge_kg")
    return Patterns(halls, area)


def _refuse_twins(world: Row, geographies: list[Geography], report: Report) -> None:
    for key in ("name", "code"):
        values = [getattr(geography, key) for geography in geographies]
        for value in sorted({value for value in values if values.count(value) > 1}):
            report.add(world.line_of("geographies"), f"two geographies have the {key} {value!r}")


def _refuse_known_names(row: Row, known: Sites, places: Sites, report: Report) -> None:
    """Names are how a plan finds a place, so each is there once."""
    seen = {place.name for place in _named(known)}
    for place in _named(places):
        if place.name in seen:
            report.add(row.line, f"the name {place.name!r} is used twice")
        seen.add(place.name)


def _named(sites: Sites) -> Iterable[Area | Station | Hall | Container | FeedStore]:
    return (*sites.areas, *sites.stations, *sites.halls, *sites.containers, *sites.feed_stores)


# Stations


def _stations(row: Row, geography: Geography, patterns: Patterns, report: Report) -> Sites:
    if not row.has("stations"):
        return Sites()
    if isinstance(row.node("stations"), yaml.MappingNode):
        counted = row.row("stations")
        names, points = _counted(counted, f"{geography.code}-FW")
        places = [Station(name=name, geography=geography.name, latitude=lat, longitude=lon)
                  for name, (lat, lon) in zip(names, points, strict=True)]  # fmt: skip
        return sum((_counted_station(place, patterns, counted) for place in places), Sites())
    sites = Sites()
    for node in row.items("stations"):
        with report.row():
            sites = sites + _listed_station(Row(node, "station"), geography, patterns, report)
    return sites


def _counted_station(station: Station, patterns: Patterns, row: Row) -> Sites:
    if not patterns.halls:
        raise RowError(
            row.line, f"station {station.name} lists no halls, and the world has no pattern 'halls'"
        )
    halls = (_pattern_hall(station, pattern) for pattern in patterns.halls)
    return sum(halls, Sites(stations=(station,)))


def _pattern_hall(station: Station, row: Row) -> Sites:
    hall = _hall(row, f"{station.name}-{row.text('letter')}", station)
    count = row.integer("containers", 1, 99)
    containers = tuple(
        _container(row, f"{hall.name}-{number:02d}", row.text("kind"), hall=hall.name)
        for number in range(1, count + 1)
    )
    silo = _store(f"{hall.name}-SILO", row.number("silo_kg", *STORE_KG), hall=hall.name)
    return Sites(halls=(hall,), containers=containers, feed_stores=(silo,))


def _listed_station(row: Row, geography: Geography, patterns: Patterns, report: Report) -> Sites:
    row.allow("name", "latitude", "longitude", "halls")
    latitude, longitude = _position(row)
    station = Station(name=_name(row), geography=geography.name, latitude=latitude, longitude=longitude)
    if not row.has("halls"):
        return _counted_station(station, patterns, row)
    sites = Sites(stations=(station,))
    for node in row.items("halls"):
        with report.row():
            sites = sites + _listed_hall(Row(node, f"hall of {station.name}"), station)
    return sites


def _listed_hall(row: Row, station: Station) -> Sites:
    row.allow("name", "stage", "fallow_days", "containers", "silo")
    hall = _hall(row, _name(row), station)
    containers = []
    for node in row.items("containers"):
        item = Row(node, f"container of {hall.name}")
        item.allow("name", "kind", *CONTAINER_KEYS)
        containers.append(_container(item, _name(item), item.text("kind"), hall=hall.name))
    _refuse_empty(row, "containers", containers)
    silo = row.row("silo")
    silo.allow("name", "capacity_kg")
    store = _store(_name(silo), silo.number("capacity_kg", *STORE_KG), hall=hall.name)
    return Sites(halls=(hall,), containers=tuple(containers), feed_stores=(store,))


def _hall(row: Row, name: str, station: Station) -> Hall:
    return Hall(
        name=name,
        station=station.name,
        geography=station.geography,
        stage=row.integer("stage", 1, 5),
        fallow_days=row.integer("fallow_days", 0, 365),
    )


# Areas


def _areas(row: Row, geography: Geography, patterns: Patterns, report: Report) -> Sites:
    if not row.has("areas"):
        return Sites()
    if isinstance(row.node("areas"), yaml.MappingNode):
        counted = row.row("areas")
        if patterns.area is None:
            raise RowError(counted.line, "counted areas need the world's pattern 'area'")
        names, points = _counted(counted, f"{geography.code}-SEA")
        areas = (
            _area(patterns.area, name, geography, point) for name, point in zip(names, points, strict=True)
        )
        return sum((_filled_area(area, counted, patterns) for area in areas), Sites())
    sites = Sites()
    for node in row.items("areas"):
        with report.row():
            sites = sites + _listed_area(Row(node, "area"), geography, patterns)
    return sites


def _listed_area(row: Row, geography: Geography, patterns: Patterns) -> Sites:
    row.allow("name", "latitude", "longitude", *AREA_KEYS, "pens", "barges")
    area = _area(row, _name(row), geography, _position(row))
    return _filled_area(area, row, patterns)


def _filled_area(area: Area, row: Row, patterns: Patterns) -> Sites:
    pens = _listed_pens(row, area) if row.has("pens") else _pattern_pens(row, area, patterns)
    barges = _listed_barges(row, area) if row.has("barges") else _pattern_barges(row, area, patterns)
    return Sites(areas=(area,), containers=tuple(pens), feed_stores=tuple(barges))


def _area(row: Row, name: str, geography: Geography, point: tuple[float, float]) -> Area:
    return Area(
        name=name,
        geography=geography.name,
        latitude=point[0],
        longitude=point[1],
        max_biomass_kg=row.number("max_biomass_kg", 1_000, 1e9),
        fallow_days=row.integer("fallow_days", 0, 1000),
    )


def _pattern_pens(row: Row, area: Area, patterns: Patterns) -> list[Container]:
    pattern = _area_pattern(row, area, patterns, "pens")
    numbers_ = range(1, pattern.integer("pens", 1, 99) + 1)
    return [_container(pattern, f"{area.name}-P{number:02d}", "pen", area=area.name) for number in numbers_]


def _pattern_barges(row: Row, area: Area, patterns: Patterns) -> list[FeedStore]:
    pattern = _area_pattern(row, area, patterns, "barges")
    capacity = pattern.number("barge_kg", *STORE_KG)
    numbers_ = range(1, pattern.integer("barges", 1, 99) + 1)
    return [_store(f"{area.name}-BARGE{number}", capacity, area=area.name) for number in numbers_]


def _area_pattern(row: Row, area: Area, patterns: Patterns, key: str) -> Row:
    if patterns.area is None:
        raise RowError(row.line, f"area {area.name} lists no {key}, and the world has no pattern 'area'")
    return patterns.area


def _listed_pens(row: Row, area: Area) -> list[Container]:
    pens = []
    for node in row.items("pens"):
        item = Row(node, f"pen of {area.name}")
        item.allow("name", *CONTAINER_KEYS)
        pens.append(_container(item, _name(item), "pen", area=area.name))
    _refuse_empty(row, "pens", pens)
    return pens


def _listed_barges(row: Row, area: Area) -> list[FeedStore]:
    barges = []
    for node in row.items("barges"):
        item = Row(node, f"barge of {area.name}")
        item.allow("name", "capacity_kg")
        barges.append(_store(_name(item), item.number("capacity_kg", *STORE_KG), area=area.name))
    _refuse_empty(row, "barges", barges)
    return barges


# Both


def _counted(row: Row, prefix: str) -> tuple[list[str], list[tuple[float, float]]]:
    """Names and positions of so many sites along a line."""
    row.allow("count", "along")
    count = row.integer("count", 1, 99)
    points = [numbers(node, "a point of 'along'", 2) for node in entries(row.node("along"), "'along'")]
    if not points or any(abs(lat) > 90 or abs(lon) > 180 for lat, lon in points):
        raise RowError(row.line_of("along"), "'along' must be a list of points [latitude, longitude]")
    return [f"{prefix}-{number:02d}" for number in range(1, count + 1)], along(points, count)


def _position(row: Row) -> tuple[float, float]:
    return row.number("latitude", -90, 90), row.number("longitude", -180, 180)


def _container(
    row: Row, name: str, kind: str, *, hall: str | None = None, area: str | None = None
) -> Container:
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


def _store(name: str, capacity_kg: float, *, hall: str | None = None, area: str | None = None) -> FeedStore:
    return FeedStore(name=name, capacity_kg=capacity_kg, hall=hall, area=area)


def _name(row: Row) -> str:
    name = row.text("name")
    if ".." in name or "," in name:
        raise RowError(row.line_of("name"), f"the name {name!r} may hold neither '..' nor a comma")
    return name


def _refuse_empty(row: Row, key: str, found: list[Container] | list[FeedStore]) -> None:
    if not found:
        raise RowError(row.line_of(key), f"{key!r} of {row.what} is empty")
