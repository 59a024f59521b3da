"""The world's places, and what is bought and obeyed there: the first shard of a history."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray

from grilse.bulk.table import Table
from grilse.farm.models import Area, Company, Container, FeedStore, Geography, Hall, Sensor, Station
from grilse.feeding.models import Feed
from grilse.generator import sites
from grilse.generator.feed_store import PRODUCTS
from grilse.generator.observation.records import days_since_epoch
from grilse.generator.run import Run
from grilse.generator.shards import Columns, Keys, Reference, Sink
from grilse.generator.world import World
from grilse.growth.climatology import profile_of
from grilse.growth.models import TemperatureProfile
from grilse.health.limits import limits_of
from grilse.health.models import LiceLimit

KIND = "world"
SEA = ("temperature", "oxygen", "salinity", "ph")
FRESH = ("temperature", "oxygen", "ph", "co2", "ammonium", "nitrite", "nitrate")


class Named:
    """Rows that were written, as others refer to them by name."""

    def __init__(self, keys: Keys, names: Iterable[str]) -> None:
        self.keys = keys
        self.place = {name: place for place, name in enumerate(names)}

    def of(self, names: Iterable[str | None]) -> Reference:
        """Return references by name; no name is no reference."""
        found = [-1 if name is None else self.place[name] for name in names]
        return Reference(self.keys, np.array(found, np.int64))


def write_places(sink: Sink, run: Run, there: Collection[str] = ()) -> None:
    """Write all places; `there` are geographies that the company has already, with rules of its own."""
    world = run.world
    new = [geography for geography in world.geographies if geography.name not in there]
    geographies = _geographies(sink, world, new)
    _sites(sink, world, geographies, installed=_before_first_fish(run))
    sink.write(Feed, columns_of(Feed, _columns(PRODUCTS)))
    sink.write(LiceLimit, _limits(new, geographies))
    sink.write(TemperatureProfile, _profiles(new, geographies))


def columns_of(model: type[Model], columns: Mapping[str, Sequence[Any]]) -> dict[str, NDArray[Any]]:
    """Return columns of Python's values as arrays; None where there is none."""
    kinds = {column.name: column.kind for column in Table.of(model).columns}
    return {name: _array(kinds[name], values) for name, values in columns.items()}


def company_of(run: Run) -> int:
    """Return the id of the company that a run is of."""
    return Company.objects.using("owner").get(name=run.world.company).pk


def _array(kind: str, values: Sequence[Any]) -> NDArray[Any]:
    if kind == "text":
        return np.array(["" if value is None else value for value in values], np.str_)
    if kind.startswith("float"):
        return np.array([np.nan if value is None else value for value in values], np.float64)
    days = [days_since_epoch(value) if isinstance(value, date) else value for value in values]
    return np.array([-1 if value is None else value for value in days], np.int64)


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _shown(model: type[Model], rows: Sequence[object], *names: str) -> dict[str, NDArray[Any]]:
    return columns_of(model, {name: [getattr(row, name) for row in rows] for name in names})


def _before_first_fish(run: Run) -> date:
    return min((batch.start for batch in run.plan.batches), default=run.plan.until)


def _geographies(sink: Sink, world: World, new: Sequence[sites.Geography]) -> Named:
    sink.write(Geography, _shown(Geography, new, "name", "code"))
    names = [geography.name for geography in world.geographies]
    return Named(sink.known(Geography, names), names)


def _sites(sink: Sink, world: World, geographies: Named, *, installed: date) -> None:
    place, standing = ("name", "latitude", "longitude"), ("name", "kind", "volume_m3", "max_density_kg_m3")
    stations = _enter(sink, Station, world.stations, place, geography=geographies)
    fallow = {"stage_order": np.array([hall.stage for hall in world.halls], np.int64)}
    halls = _enter(sink, Hall, world.halls, ("name", "fallow_days"), fallow, station=stations)
    limits = ("max_biomass_kg", "fallow_days")
    areas = _enter(sink, Area, world.areas, (*place, *limits), geography=geographies)
    containers = _enter(sink, Container, world.containers, standing, hall=halls, area=areas)
    _enter(sink, FeedStore, world.feed_stores, ("name", "capacity_kg"), hall=halls, area=areas)
    sink.write(Sensor, _sensors(world.containers, containers, installed))


def _enter(
    sink: Sink,
    model: type[Model],
    rows: Sequence[Any],
    names: Sequence[str],
    more: Columns | None = None,
    **within: Named,
) -> Named:
    """Write places within others, and return them by name."""
    above = {name: named.of([getattr(row, name) for row in rows]) for name, named in within.items()}
    columns = {**_shown(model, rows, *names), **(more or {}), **above}
    return Named(sink.enter(model, columns, ("name",)), [row.name for row in rows])


def _sensors(standing: Iterable[sites.Container], containers: Named, installed: date) -> Columns:
    put_up = [(row.name, parameter) for row in standing for parameter in (SEA if row.area else FRESH)]
    parameters = columns_of(Sensor, {"parameter": [parameter for _, parameter in put_up]})
    days = columns_of(Sensor, {"installed": [installed] * len(put_up)})
    return {"container": containers.of(name for name, _ in put_up), **parameters, **days}


def _limits(new: Sequence[sites.Geography], geographies: Named) -> Columns:
    """The limits of lice in the new geographies."""
    rows = [(geography.name, limit) for geography in new for limit in limits_of(geography.name)]
    names = ("kind", "valid_from", "valid_to", "week_from", "week_to", "adult_females", "source")
    limits = {name: [limit.get(name) for _, limit in rows] for name in names}
    return {"geography": geographies.of(name for name, _ in rows), **columns_of(LiceLimit, limits)}


def _profiles(new: Sequence[sites.Geography], geographies: Named) -> Columns:
    """The usual temperatures of the new geographies."""
    rows = [(found.name, day) for found in new for day in profile_of(Company(), Geography(), found.climate)]
    days = [day for _, day in rows]
    temperatures = _shown(TemperatureProfile, days, "day_of_year", "temperature_c", "sd_c")
    return {"geography": geographies.of(name for name, _ in rows), **temperatures}
