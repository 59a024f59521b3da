"""The world's places in the database: the first shard of a history."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model

from grilse.errors import GrilseError
from grilse.farm.models import Area, Company, Container, FeedStore, Geography, Hall, Sensor, Station
from grilse.feeding.models import Feed
from grilse.generator.feed_store import PRODUCTS
from grilse.generator.models import Shard
from grilse.generator.run import Run
from grilse.generator.world import World
from grilse.growth.climatology import profile_of
from grilse.growth.models import TemperatureProfile
from grilse.health.limits import limits_of
from grilse.health.models import LiceLimit

KIND = "world"
SEA = ("temperature", "oxygen", "salinity", "ph")
FRESH = ("temperature", "oxygen", "ph", "co2", "ammonium", "nitrite", "nitrate")

Row = TypeVar("Row", bound=Model)
Named = TypeVar("Named", Area, Station, Hall, Container, FeedStore, Feed, Geography)


def write_places(run: Run) -> int:
    """Write company and places, once a run, in one transaction; return the company's id."""
    try:
        with transaction.atomic(using="owner"):
            company, _ = Company.objects.using("owner").get_or_create(name=run.world.company)
            _write_once(company, run)
    except IntegrityError as error:
        detail = str(error.__cause__).splitlines()
        raise GrilseError(
            f"the world's places collide with what {run.world.company} has already: {detail[-1].strip()}; "
            "empty the database with `grilse db reset`, or name another company in the world's file"
        ) from error
    return company.pk


def _write_once(company: Company, run: Run) -> None:
    shards = Shard.objects.using("owner").filter(company=company)
    other = shards.exclude(run=run.key).values_list("run", flat=True).first()
    if other is not None:
        raise GrilseError(
            f"{company.name} already holds another generated history (run {other}); "
            "empty the database with `grilse db reset`, or name another company in the world's file"
        )
    if not shards.filter(kind=KIND).exists():
        installed = min((batch.start for batch in run.plan.batches), default=run.plan.until)
        rows = _write(company, run.world, installed)
        Shard(company=company, run=run.key, kind=KIND, key=run.world.name, rows=rows).save(using="owner")


def _write(company: Company, world: World, installed: date) -> dict[str, int]:
    new, geographies = _geographies(company, world)
    stations, halls, areas = _sites(company, world, geographies)
    containers, stores = _standing(company, world, halls, areas)
    climates = {geography.name: geography.climate for geography in world.geographies}
    limits = [
        LiceLimit(company=company, geography=geography, **limit)
        for geography in new
        for limit in limits_of(geography.name)
    ]
    profiles: list[TemperatureProfile] = []
    for geography in new:
        profiles += profile_of(company, geography, climates[geography.name])
    counts = {
        "farm_station": len(stations),
        "farm_hall": len(halls),
        "farm_area": len(areas),
        "farm_container": len(containers),
        "farm_feedstore": len(stores),
        "farm_sensor": len(_saved(_sensors(company, containers.values(), installed))),
        "feeding_feed": len(_saved(Feed(company=company, **product) for product in PRODUCTS)),
        "health_licelimit": len(_saved(limits)),
        "growth_temperatureprofile": len(_saved(profiles)),
    }
    return counts


def _geographies(company: Company, world: World) -> tuple[list[Geography], dict[str, Geography]]:
    """Return the geographies that are new, and all by name; one of the same name is used as it is."""
    known = _by_name(Geography.objects.using("owner").filter(company=company))
    new = _saved(
        Geography(company=company, name=geography.name, code=geography.code)
        for geography in world.geographies
        if geography.name not in known
    )
    return new, {**known, **_by_name(new)}


def _sites(
    company: Company, world: World, geographies: dict[str, Geography]
) -> tuple[dict[str, Station], dict[str, Hall], dict[str, Area]]:
    stations = _by_name(
        _saved(
            Station(
                company=company,
                geography=geographies[station.geography],
                name=station.name,
                latitude=station.latitude,
                longitude=station.longitude,
            )
            for station in world.stations
        )
    )
    halls = _by_name(
        _saved(
            Hall(
                company=company,
                station=stations[hall.station],
                name=hall.name,
                stage_order=hall.stage,
                fallow_days=hall.fallow_days,
            )
            for hall in world.halls
        )
    )
    return stations, halls, _areas(company, world, geographies)


def _areas(company: Company, world: World, geographies: dict[str, Geography]) -> dict[str, Area]:
    return _by_name(
        _saved(
            Area(
                company=company,
                geography=geographies[area.geography],
                name=area.name,
                latitude=area.latitude,
                longitude=area.longitude,
                max_biomass_kg=area.max_biomass_kg,
                fallow_days=area.fallow_days,
            )
            for area in world.areas
        )
    )


def _standing(
    company: Company, world: World, halls: dict[str, Hall], areas: dict[str, Area]
) -> tuple[dict[str, Container], dict[str, FeedStore]]:
    containers = _saved(
        Container(
            company=company,
            name=container.name,
            kind=container.kind,
            volume_m3=container.volume_m3,
            max_density_kg_m3=container.max_density_kg_m3,
            hall=halls.get(container.hall or ""),
            area=areas.get(container.area or ""),
        )
        for container in world.containers
    )
    stores = _saved(
        FeedStore(
            company=company,
            name=store.name,
            capacity_kg=store.capacity_kg,
            hall=halls.get(store.hall or ""),
            area=areas.get(store.area or ""),
        )
        for store in world.feed_stores
    )
    return _by_name(containers), _by_name(stores)


def _sensors(company: Company, containers: Iterable[Container], installed: date) -> Iterable[Sensor]:
    return (
        Sensor(company=company, container=container, parameter=parameter, installed=installed)
        for container in containers
        for parameter in (SEA if container.area else FRESH)
    )


def _saved(rows: Iterable[Row]) -> list[Row]:
    made = list(rows)
    return type(made[0])._default_manager.using("owner").bulk_create(made, batch_size=2000) if made else []


def _by_name(rows: Iterable[Named]) -> dict[str, Named]:
    return {row.name: row for row in rows}


def company_of(run: Run) -> int:
    """Return the id of the company that a run is of."""
    return Company.objects.using("owner").get(name=run.world.company).pk
