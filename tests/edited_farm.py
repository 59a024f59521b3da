"""A small farm to edit: two batches, split into pens, and a third that fish of both were moved to."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction

from grilse.environment.models import DailyEnvironment, Reading
from grilse.farm.models import Area, Container, FeedStore, Geography, Hall, Station
from grilse.feeding.models import Feed, FeedLot
from grilse.growth.models import TemperatureProfile
from grilse.stock.models import Batch, Movement, Placement, Species, Stage, WeightSample

DB = "owner"
START = date(2024, 1, 1)
LAST = 44  # day of the last reading
# Name: stage, days from the start, days to the end.
PLACEMENTS = {
    "A/T1": (5, 0, 20),
    "A/P1": (6, 20, None),
    "A/P2": (6, 20, None),
    "B/T2": (5, 4, 24),
    "B/P3": (6, 24, None),
    "C/P4": (6, 29, None),
}
# Day, kind, source, target, count, mean weight.
LEDGER = (
    (0, "STOCKING", None, "A/T1", 10_000, 100.0),
    (4, "STOCKING", None, "B/T2", 8_000, 90.0),
    (9, "MORTALITY", "A/T1", None, 60, None),
    (13, "MORTALITY", "A/T1", None, 40, None),
    (20, "TRANSFER", "A/T1", "A/P1", 6_000, 131.0),
    (20, "TRANSFER", "A/T1", "A/P2", 3_900, None),
    (24, "TRANSFER", "B/T2", "B/P3", 8_000, None),
    (29, "TRANSFER", "A/P2", "C/P4", 1_000, 140.0),
    (29, "TRANSFER", "B/P3", "C/P4", 1_500, None),
    (30, "MORTALITY", "A/P1", None, 25, None),
    (35, "CULL", "B/P3", None, 30, None),
    (36, "MORTALITY", "C/P4", None, 12, None),
)
SAMPLES = (
    ("A/T1", 11, 118.0),
    ("A/P1", 25, 139.0),
    ("A/P1", 38, 165.0),
    ("A/P2", 26, 136.0),
    ("B/T2", 15, 101.0),
    ("B/P3", 31, 118.0),
    ("C/P4", 37, 141.0),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Farm:
    """Ids by name."""

    company: int
    user: int
    batches: dict[str, int]
    placements: dict[str, int]
    containers: dict[str, int]
    feed: int
    store: int


def on(day: int) -> date:
    """Return the date of a day of the farm."""
    return START + timedelta(days=day)


def at(day: int, hour: int = 12) -> datetime:
    """Return a time of a day of the farm."""
    return datetime.combine(on(day), datetime.min.time(), UTC) + timedelta(hours=hour)


@transaction.atomic(using=DB)
def write_farm(company: int) -> Farm:
    """Write places, fish, samples and water; nothing is estimated yet."""
    of = {"company_id": company}
    geography = Geography.objects.using(DB).create(**of, name="Scotland", code="SC")
    station = Station.objects.using(DB).create(**of, geography=geography, name="Burn")
    hall = Hall.objects.using(DB).create(**of, station=station, name="Hall E", stage_order=5)
    area = Area.objects.using(DB).create(**of, geography=geography, name="Loch A")
    TemperatureProfile.objects.using(DB).bulk_create(
        TemperatureProfile(**of, geography=geography, day_of_year=day, temperature_c=8.5, sd_c=0.7)
        for day in range(1, 367)
    )
    containers, placements = {}, {}
    species = Species.objects.using(DB).get()
    batches = {
        number: Batch.objects.using(DB).create(**of, number=number, species=species, start_date=on(day)).pk
        for number, day in (("A", 0), ("B", 4), ("C", 29))
    }
    for name, (order, start, stop) in PLACEMENTS.items():
        number, where = name.split("/")
        place = {"kind": "tank", "hall": hall} if order == 5 else {"kind": "pen", "area": area}
        containers[where] = Container.objects.using(DB).create(**of, name=where, volume_m3=1000, **place).pk
        placements[name] = (
            Placement.objects.using(DB)
            .create(
                **of,
                name=name,
                batch_id=batches[number],
                container_id=containers[where],
                stage=Stage.objects.using(DB).get(order=order),
                start=on(start),
                stop=None if stop is None else on(stop),
            )
            .pk
        )
    _write_events(of, placements, containers)
    store, feed = _write_feed(of, area)
    user = get_user_model().objects.using(DB).create(username=f"editor of {company}").pk
    return Farm(
        company=company,
        user=user,
        batches=batches,
        placements=placements,
        containers=containers,
        feed=feed,
        store=store,
    )


def _write_events(of, placements, containers):
    Movement.objects.using(DB).bulk_create(
        Movement(
            **of,
            date=on(day),
            kind=kind,
            source_id=placements.get(source),
            target_id=placements.get(target),
            count=count,
            mean_weight_g=weight,
        )
        for day, kind, source, target, count, weight in LEDGER
    )
    WeightSample.objects.using(DB).bulk_create(
        WeightSample(
            **of,
            placement_id=placements[name],
            date=on(day),
            fish_weighed=50,
            mean_weight_g=weight,
            sd_g=weight / 5,
            method="HAND",
        )
        for name, day, weight in SAMPLES
    )
    # Every third day is not measured.
    measured = [
        (container, day, 11.0 if where.startswith("T") else 8.0 + day / 40)
        for where, container in containers.items()
        for day in range(LAST + 1)
        if day % 3
    ]
    Reading.objects.using(DB).bulk_create(
        Reading(**of, container_id=container, at=at(day), temperature_c=value) for container, day, value in measured
    )
    DailyEnvironment.objects.using(DB).bulk_create(
        DailyEnvironment(
            **of,
            container_id=container,
            date=on(day),
            temperature_mean=value,
            temperature_min=value,
            temperature_max=value,
            temperature_n=1,
        )
        for container, day, value in measured
    )


def _write_feed(of, area):
    store = FeedStore.objects.using(DB).create(**of, name="Barge", capacity_kg=10_000, area=area)
    feed = Feed.objects.using(DB).create(**of, name="Grower 3")
    for number, (day, kg, price) in enumerate(((18, 300, 1400), (26, 500, 1500), (34, 900, 1300)), start=1):
        FeedLot.objects.using(DB).create(
            **of, store=store, feed=feed, number=f"L{number}", delivered=on(day), grams=kg * 1000, price_per_kg=price
        )
    return store.pk, feed.pk
