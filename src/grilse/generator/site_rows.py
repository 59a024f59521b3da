"""The places in a world's file, geography by geography."""

import re

from grilse.generator.area_rows import read_areas
from grilse.generator.place_rows import read_patterns, read_rows
from grilse.generator.problems import Report, RowError
from grilse.generator.sites import Area, Container, FeedStore, Geography, Hall, Sites, Station
from grilse.generator.station_rows import read_stations
from grilse.generator.yaml_rows import Row
from grilse.science.parameters import load

CODE = re.compile(r"[A-Za-z0-9]{1,8}")  # begins the names of sites and batches


def read_sites(world: Row, report: Report) -> tuple[tuple[Geography, ...], Sites]:
    """Every geography with its places; rows that are wrong are noted in the report."""
    patterns = read_patterns(world)
    geographies: list[Geography] = []
    sites = Sites()
    for row in read_rows(world, "geographies", "a geography"):
        with report.row():
            geography = _geography(row)
            geographies.append(geography)
            for places in (
                read_stations(row, geography, patterns, report),
                read_areas(row, geography, patterns, report),
            ):
                _refuse_known_names(row, sites, places, report)
                sites = sites + places
    _refuse_twins(world, geographies, report)
    return tuple(geographies), sites


def _geography(row: Row) -> Geography:
    row.allow("name", "code", "climate", "stations", "areas")
    code, climate, known = row.text("code"), row.text("climate"), load("climate")["sea"]
    if not CODE.fullmatch(code):
        raise RowError(row.line_of("code"), f"the code {code!r} must be 1 to 8 letters or digits")
    if climate not in known:
        raise RowError(
            row.line_of("climate"), f"unknown climate {climate!r}; known: {', '.join(sorted(known))}"
        )
    return Geography(name=row.text("name"), code=code, climate=climate)


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


def _named(sites: Sites) -> tuple[Area | Station | Hall | Container | FeedStore, ...]:
    return (*sites.areas, *sites.stations, *sites.halls, *sites.containers, *sites.feed_stores)
