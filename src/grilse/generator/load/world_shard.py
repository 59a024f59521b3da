"""The first shard of a history: the sites of its world, feed products, lice limits and temperature profiles."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray

from grilse.access.models import Company
from grilse.bulk.table import Table
from grilse.farm.models import Area, Container, FeedStore, Geography, Hall, Sensor, Station
from grilse.feeding.models import Feed
from grilse.generator.load.shards import Columns, ReferenceColumn, RowKeys, ShardSink
from grilse.generator.observation.feed_supply import PRODUCTS
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.world import sites
from grilse.generator.world.world import World
from grilse.growth.default_models import build_temperature_profile
from grilse.growth.models import TemperatureProfile
from grilse.health.limits import load_limits
from grilse.health.models import LiceLimit
from grilse.science.days import to_epoch_day

KIND = "world"
SEA_PARAMETERS = ("temperature", "oxygen", "salinity", "ph")
FRESHWATER_PARAMETERS = ("temperature", "oxygen", "ph", "co2", "ammonium", "nitrite", "nitrate")


class NamedRows:
    """Written rows to which other rows refer by name."""

    def __init__(self, keys: RowKeys, names: Iterable[str]) -> None:
        self.keys = keys
        self.place = {name: place for place, name in enumerate(names)}

    def get_references(self, names: Iterable[str | None]) -> ReferenceColumn:
        """Return references by name; None gives no reference."""
        positions = [-1 if name is None else self.place[name] for name in names]
        return ReferenceColumn(self.keys, np.array(positions, np.int64))


def write_places(sink: ShardSink, run: GeneratorRun, known_geographies: Collection[str] = ()) -> None:
    """Write all sites; the company has `known_geographies` already, with its own rules."""
    world = run.world
    new = [geography for geography in world.geographies if geography.name not in known_geographies]
    geographies = _write_geographies(sink, world, new)
    first_start = min((batch.start for batch in run.plan.batches), default=run.plan.until)
    _write_sites(sink, world, geographies, installed=first_start)
    sink.write(Feed, convert_columns(Feed, {name: [product[name] for product in PRODUCTS] for name in PRODUCTS[0]}))
    sink.write(LiceLimit, _build_lice_limits(new, geographies))
    sink.write(TemperatureProfile, _build_temperature_profiles(new, geographies))


def convert_columns(model: type[Model], columns: Mapping[str, Sequence[Any]]) -> dict[str, NDArray[Any]]:
    """Return columns of Python values as arrays; None becomes null."""
    kinds = {column.name: column.kind for column in Table.from_model(model).columns}
    return {name: _convert_values(kinds[name], values) for name, values in columns.items()}


def _convert_values(kind: str, values: Sequence[Any]) -> NDArray[Any]:
    if kind == "text":
        return np.array(["" if value is None else value for value in values], np.str_)
    if kind.startswith("float"):
        return np.array([np.nan if value is None else value for value in values], np.float64)
    days = [to_epoch_day(value) if isinstance(value, date) else value for value in values]
    return np.array([-1 if value is None else value for value in days], np.int64)


def _read_attributes(model: type[Model], rows: Sequence[object], *names: str) -> dict[str, NDArray[Any]]:
    return convert_columns(model, {name: [getattr(row, name) for row in rows] for name in names})


def _write_geographies(sink: ShardSink, world: World, new: Sequence[sites.WorldGeography]) -> NamedRows:
    sink.write(Geography, _read_attributes(Geography, new, "name", "code", "time_zone"))
    names = [geography.name for geography in world.geographies]
    return NamedRows(sink.find_keys(Geography, names), names)


def _write_sites(sink: ShardSink, world: World, geographies: NamedRows, *, installed: date) -> None:
    site_columns = ("name", "latitude", "longitude")
    stations = _write_named_rows(sink, Station, world.stations, site_columns, geography=geographies)
    fallow = {"stage_order": np.array([hall.stage for hall in world.halls], np.int64)}
    halls = _write_named_rows(sink, Hall, world.halls, ("name", "fallow_days"), fallow, station=stations)
    limits = ("max_biomass_kg", "fallow_days")
    areas = _write_named_rows(sink, Area, world.areas, (*site_columns, *limits), geography=geographies)
    container_columns = ("name", "kind", "volume_m3", "max_density_kg_m3")
    containers = _write_named_rows(sink, Container, world.containers, container_columns, hall=halls, area=areas)
    _write_named_rows(sink, FeedStore, world.feed_stores, ("name", "capacity_kg"), hall=halls, area=areas)
    sink.write(Sensor, _build_sensors(world.containers, containers, installed))


def _write_named_rows(
    sink: ShardSink,
    model: type[Model],
    rows: Sequence[Any],
    names: Sequence[str],
    more: Columns | None = None,
    **within: NamedRows,
) -> NamedRows:
    """Write rows that refer to others by name, and return them by name."""
    references = {name: named.get_references([getattr(row, name) for row in rows]) for name, named in within.items()}
    columns = {**_read_attributes(model, rows, *names), **(more or {}), **references}
    return NamedRows(sink.write_with_keys(model, columns, ("name",)), [row.name for row in rows])


def _build_sensors(standing: Iterable[sites.WorldContainer], containers: NamedRows, installed: date) -> Columns:
    installations = [
        (row.name, parameter)
        for row in standing
        for parameter in (SEA_PARAMETERS if row.area else FRESHWATER_PARAMETERS)
    ]
    parameters = convert_columns(Sensor, {"parameter": [parameter for _, parameter in installations]})
    days = convert_columns(Sensor, {"installed": [installed] * len(installations)})
    return {"container": containers.get_references(name for name, _ in installations), **parameters, **days}


def _build_lice_limits(new: Sequence[sites.WorldGeography], geographies: NamedRows) -> Columns:
    """Return the lice limits of the new geographies."""
    rows = [(geography.name, limit) for geography in new for limit in load_limits(geography.name)]
    names = ("kind", "valid_from", "valid_to", "week_from", "week_to", "adult_females", "source")
    limits = {name: [limit.get(name) for _, limit in rows] for name in names}
    return {"geography": geographies.get_references(name for name, _ in rows), **convert_columns(LiceLimit, limits)}


def _build_temperature_profiles(new: Sequence[sites.WorldGeography], geographies: NamedRows) -> Columns:
    """Return the usual temperatures of the new geographies."""
    rows = [
        (geography.name, day)
        for geography in new
        for day in build_temperature_profile(Company(), Geography(), geography.climate)
    ]
    days = [day for _, day in rows]
    temperatures = _read_attributes(TemperatureProfile, days, "day_of_year", "temperature_c", "sd_c")
    return {"geography": geographies.get_references(name for name, _ in rows), **temperatures}
