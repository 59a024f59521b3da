"""The places in a world's file, geography by geography."""

import re

from grilse.generator.world.area_reader import read_areas
from grilse.generator.world.container_reader import read_patterns, read_rows
from grilse.generator.world.problems import ProblemReport, RowError
from grilse.generator.world.sites import (
    WorldArea,
    WorldContainer,
    WorldFeedStore,
    WorldGeography,
    WorldHall,
    WorldSites,
    WorldStation,
)
from grilse.generator.world.station_reader import read_stations
from grilse.generator.world.yaml_reader import YamlRow
from grilse.science.parameters import load_parameters

CODE = re.compile(r"[A-Za-z0-9]{1,8}")  # begins the names of sites and batches


def read_sites(world: YamlRow, report: ProblemReport) -> tuple[tuple[WorldGeography, ...], WorldSites]:
    """Every geography with its places; rows that are wrong are noted in the report."""
    patterns = read_patterns(world)
    geographies: list[WorldGeography] = []
    sites = WorldSites()
    for row in read_rows(world, "geographies", "a geography"):
        with report.collect_row_error():
            geography = _read_geography(row)
            geographies.append(geography)
            for places in (
                read_stations(row, geography, patterns, report),
                read_areas(row, geography, patterns, report),
            ):
                _report_duplicate_names(row, sites, places, report)
                sites = sites + places
    _report_duplicate_geographies(world, geographies, report)
    return tuple(geographies), sites


def _read_geography(row: YamlRow) -> WorldGeography:
    row.refuse_unknown_keys("name", "code", "climate", "stations", "areas")
    code, climate, known = (row.read_string("code"), row.read_string("climate"), load_parameters("climate")["sea"])
    if not CODE.fullmatch(code):
        raise RowError(row.find_line("code"), f"the code {code!r} must be 1 to 8 letters or digits")
    if climate not in known:
        raise RowError(row.find_line("climate"), f"unknown climate {climate!r}; known: {', '.join(sorted(known))}")
    return WorldGeography(name=row.read_string("name"), code=code, climate=climate)


def _report_duplicate_geographies(world: YamlRow, geographies: list[WorldGeography], report: ProblemReport) -> None:
    for key in ("name", "code"):
        values = [getattr(geography, key) for geography in geographies]
        for value in sorted({value for value in values if values.count(value) > 1}):
            report.add(world.find_line("geographies"), f"two geographies have the {key} {value!r}")


def _report_duplicate_names(row: YamlRow, known: WorldSites, places: WorldSites, report: ProblemReport) -> None:
    """Names are how a plan finds a place, so each is there once."""
    used_names = {place.name for place in _list_places(known)}
    for place in _list_places(places):
        if place.name in used_names:
            report.add(row.line, f"the name {place.name!r} is used twice")
        used_names.add(place.name)


def _list_places(
    sites: WorldSites,
) -> tuple[WorldArea | WorldStation | WorldHall | WorldContainer | WorldFeedStore, ...]:
    return (*sites.areas, *sites.stations, *sites.halls, *sites.containers, *sites.feed_stores)
