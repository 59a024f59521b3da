"""Reads the sites of a world's file, geography by geography."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import yaml

from grilse.generator.world.sites import (
    WorldArea,
    WorldContainer,
    WorldFeedStore,
    WorldGeography,
    WorldHall,
    WorldSites,
    WorldStation,
)
from grilse.generator.world.yaml_reader import ProblemReport, RowError, YamlRow, read_entries, read_number_list
from grilse.science.parameters import load_parameters
from grilse.science.time_zones import describe_unknown_zone, list_time_zones

CODE = re.compile(r"[A-Za-z0-9]{1,8}")  # begins the names of sites and batches
KINDS = ("tray", "tank", "pen")
STORE_KG = (100, 10_000_000)
CONTAINER_KEYS = ("volume_m3", "max_density_kg_m3")
AREA_KEYS = ("max_biomass_kg", "fallow_days")
POSITION_KEYS = ("name", "latitude", "longitude")

Position = tuple[float, float]
SiteBuilder = Callable[[YamlRow, YamlRow | None, str, Position], WorldSites]


def read_sites(world: YamlRow, report: ProblemReport) -> tuple[tuple[WorldGeography, ...], WorldSites]:
    """Return every geography and their sites; the report receives the problems of single rows."""
    hall_patterns, area_pattern = _read_patterns(world)
    geographies: list[WorldGeography] = []
    sites = WorldSites()
    for row in _read_rows(world, "geographies", "a geography"):
        with report.collect_row_error():
            geography = _read_geography(row)
            geographies.append(geography)
            reader = _GeographyReader(geography, hall_patterns, area_pattern, report)
            for read in (reader.read_stations, reader.read_areas):
                added = read(row)
                _report_duplicate_names(row, sites, added, report)
                sites = sites + added
    for key in ("name", "code"):
        values = [getattr(geography, key) for geography in geographies]
        for value in sorted({value for value in values if values.count(value) > 1}):
            report.add(world.find_line("geographies"), f"two geographies have the {key} {value!r}")
    return tuple(geographies), sites


def _read_patterns(world: YamlRow) -> tuple[tuple[YamlRow, ...], YamlRow | None]:
    """Return the halls and the area that a site has if its row does not list its own."""
    halls = tuple(YamlRow(node, "a hall") for node in world.read_items("halls")) if world.has_value("halls") else ()
    for hall in halls:
        hall.refuse_unknown_keys("letter", "stage", "containers", "kind", *CONTAINER_KEYS, "fallow_days", "silo_kg")
    area = world.read_mapping("area") if world.has_value("area") else None
    if area:
        area.refuse_unknown_keys("pens", *CONTAINER_KEYS, *AREA_KEYS, "barges", "barge_kg")
    return halls, area


def _read_geography(row: YamlRow) -> WorldGeography:
    row.refuse_unknown_keys("name", "code", "climate", "time_zone", "stations", "areas")
    code, climate, known = row.read_string("code"), row.read_string("climate"), load_parameters("climate")["sea"]
    if not CODE.fullmatch(code):
        raise RowError(row.find_line("code"), f"the code {code!r} must be 1 to 8 letters or digits")
    if climate not in known:
        raise RowError(row.find_line("climate"), f"unknown climate {climate!r}; known: {', '.join(sorted(known))}")
    zone = row.read_string("time_zone") if row.has_value("time_zone") else "UTC"
    if zone not in list_time_zones():
        raise RowError(row.find_line("time_zone"), describe_unknown_zone(zone))
    return WorldGeography(name=row.read_string("name"), code=code, climate=climate, time_zone=zone)


def _report_duplicate_names(row: YamlRow, known: WorldSites, added: WorldSites, report: ProblemReport) -> None:
    """Report every name that is used twice, because a plan finds sites and containers by name."""
    used_names = {site.name for site in known.list_all()}
    for site in added.list_all():
        if site.name in used_names:
            report.add(row.line, f"the name {site.name!r} is used twice")
        used_names.add(site.name)


@dataclass(frozen=True, slots=True)
class _GeographyReader:
    """Reads the stations and areas of one geography: a count along a line, or a list."""

    geography: WorldGeography
    hall_patterns: tuple[YamlRow, ...]
    area_pattern: YamlRow | None
    report: ProblemReport

    def read_stations(self, row: YamlRow) -> WorldSites:
        """Return the stations of a geography with their halls, containers and silos."""
        return self._read_kind(row, "stations", "a station", "FW", (*POSITION_KEYS, "halls"), self._build_station)

    def read_areas(self, row: YamlRow) -> WorldSites:
        """Return the areas of a geography with their pens and barges."""
        keys = (*POSITION_KEYS, *AREA_KEYS, "pens", "barges")
        return self._read_kind(row, "areas", "an area", "SEA", keys, self._build_area)

    def _read_kind(
        self, row: YamlRow, key: str, what: str, infix: str, keys: tuple[str, ...], build: SiteBuilder
    ) -> WorldSites:
        sites = WorldSites()
        if not row.has_value(key):
            return sites
        if isinstance(row.get_node(key), yaml.MappingNode):
            counted = row.read_mapping(key)
            for number, position in enumerate(_read_counted_positions(counted), start=1):
                sites += build(counted, None, f"{self.geography.code}-{infix}-{number:02d}", position)
            return sites
        for node in row.read_items(key):
            with self.report.collect_row_error():
                item = YamlRow(node, what)
                item.refuse_unknown_keys(*keys)
                position = item.read_number("latitude", -90, 90), item.read_number("longitude", -180, 180)
                sites += build(item, item, _read_name(item), position)
        return sites

    def _build_station(self, row: YamlRow, listed: YamlRow | None, name: str, position: Position) -> WorldSites:
        latitude, longitude = position
        station = WorldStation(name=name, geography=self.geography.name, latitude=latitude, longitude=longitude)
        sites = WorldSites(stations=(station,))
        if listed is None or not listed.has_value("halls"):
            if not self.hall_patterns:
                raise RowError(row.line, f"station {name} lists no halls, and the world has no 'halls'")
            return sum((_build_pattern_hall(station, pattern) for pattern in self.hall_patterns), sites)
        for hall in _read_rows(listed, "halls", f"a hall of {name}"):
            with self.report.collect_row_error():
                sites += _read_listed_hall(hall, station)
        return sites

    def _build_area(self, row: YamlRow, listed: YamlRow | None, name: str, position: Position) -> WorldSites:
        limits = listed or self._require_area_pattern(row, name)
        area = WorldArea(
            name=name,
            geography=self.geography.name,
            latitude=position[0],
            longitude=position[1],
            max_biomass_kg=limits.read_number("max_biomass_kg", 1_000, 1e9),
            fallow_days=limits.read_integer("fallow_days", 0, 1000),
        )
        if row.has_value("pens"):
            rows = _read_rows(row, "pens", f"a pen of {name}", "name", *CONTAINER_KEYS)
            pens = [_read_container(item, _read_name(item), "pen", area=name) for item in rows]
        else:
            pattern = self._require_area_pattern(row, name)
            pens = [
                _read_container(pattern, f"{name}-P{number:02d}", "pen", area=name)
                for number in _read_numbering(pattern, "pens")
            ]
        if row.has_value("barges"):
            rows = _read_rows(row, "barges", f"a barge of {name}", "name", "capacity_kg")
            barges = [(_read_name(item), item.read_number("capacity_kg", *STORE_KG)) for item in rows]
        else:
            pattern = self._require_area_pattern(row, name)
            barges = [
                (f"{name}-BARGE{number}", pattern.read_number("barge_kg", *STORE_KG))
                for number in _read_numbering(pattern, "barges")
            ]
        stores = [WorldFeedStore(name=barge, capacity_kg=kg, hall=None, area=name) for barge, kg in barges]
        return WorldSites(areas=(area,), containers=tuple(pens), feed_stores=tuple(stores))

    def _require_area_pattern(self, row: YamlRow, name: str) -> YamlRow:
        if self.area_pattern is None:
            raise RowError(row.line, f"area {name} does not list its pens and barges, and the world has no 'area'")
        return self.area_pattern


def _build_pattern_hall(station: WorldStation, row: YamlRow) -> WorldSites:
    hall = _build_hall(row, f"{station.name}-{row.read_string('letter')}", station)
    names = (f"{hall.name}-{number:02d}" for number in _read_numbering(row, "containers"))
    containers = tuple(_read_container(row, name, row.read_string("kind"), hall=hall.name) for name in names)
    kilograms = row.read_number("silo_kg", *STORE_KG)
    silo = WorldFeedStore(name=f"{hall.name}-SILO", capacity_kg=kilograms, hall=hall.name, area=None)
    return WorldSites(halls=(hall,), containers=containers, feed_stores=(silo,))


def _read_listed_hall(row: YamlRow, station: WorldStation) -> WorldSites:
    row.refuse_unknown_keys("name", "stage", "fallow_days", "containers", "silo")
    hall = _build_hall(row, _read_name(row), station)
    rows = _read_rows(row, "containers", f"a container of {hall.name}", "name", "kind", *CONTAINER_KEYS)
    containers = [_read_container(item, _read_name(item), item.read_string("kind"), hall=hall.name) for item in rows]
    silo_row = row.read_mapping("silo")
    silo_row.refuse_unknown_keys("name", "capacity_kg")
    name, kilograms = _read_name(silo_row), silo_row.read_number("capacity_kg", *STORE_KG)
    silo = WorldFeedStore(name=name, capacity_kg=kilograms, hall=hall.name, area=None)
    return WorldSites(halls=(hall,), containers=tuple(containers), feed_stores=(silo,))


def _build_hall(row: YamlRow, name: str, station: WorldStation) -> WorldHall:
    return WorldHall(
        name=name,
        station=station.name,
        geography=station.geography,
        stage=row.read_integer("stage", 1, 5),
        fallow_days=row.read_integer("fallow_days", 0, 365),
    )


def _read_container(
    row: YamlRow, name: str, kind: str, *, hall: str | None = None, area: str | None = None
) -> WorldContainer:
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


def _read_numbering(row: YamlRow, key: str) -> range:
    return range(1, row.read_integer(key, 1, 99) + 1)


def _read_name(row: YamlRow) -> str:
    """Return the name of a row; a plan writes ranges of names as A..B."""
    name = row.read_string("name")
    if ".." in name or "," in name:
        raise RowError(row.find_line("name"), f"the name {name!r} may hold neither '..' nor a comma")
    return name


def _read_rows(row: YamlRow, key: str, what: str, *keys: str) -> list[YamlRow]:
    """Return the rows of a list that may not be empty; they have these keys, if any are named."""
    rows = [YamlRow(node, what) for node in row.read_items(key)]
    if not rows:
        raise RowError(row.find_line(key), f"{key!r} of {row.what} is empty")
    if keys:
        for item in rows:
            item.refuse_unknown_keys(*keys)
    return rows


def _read_counted_positions(row: YamlRow) -> list[Position]:
    """Return the positions of a number of sites along a line."""
    row.refuse_unknown_keys("count", "along")
    count = row.read_integer("count", 1, 99)
    nodes = read_entries(row.get_node("along"), "'along'")
    points = [read_number_list(node, "a point of 'along'", 2) for node in nodes]
    if not points or any(abs(latitude) > 90 or abs(longitude) > 180 for latitude, longitude in points):
        raise RowError(row.find_line("along"), "'along' must be a list of points [latitude, longitude]")
    return spread_along_line(points, count)


def spread_along_line(points: list[list[float]], count: int) -> list[Position]:
    """Return positions (latitude, longitude), evenly spread along the line through the points."""
    line = np.asarray(points, dtype=np.float64)
    # A degree of longitude is shorter by the cosine of the latitude.
    steps = np.diff(line, axis=0) * [1.0, np.cos(np.radians(line[:, 0].mean()))]
    line_distances = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    distances = np.linspace(0.0, line_distances[-1], count)
    latitudes, longitudes = (np.interp(distances, line_distances, line[:, axis]).tolist() for axis in (0, 1))
    return [
        (round(latitude, 4), round(longitude, 4)) for latitude, longitude in zip(latitudes, longitudes, strict=True)
    ]
