"""A small farm with rows in every list."""

from datetime import UTC, datetime

from django.utils import timezone
from tests.edited_farm import DB, Farm, at, on, write_farm
from tests.integration.access.staff_rows import write_staff

from grilse.access.models import BulkLoad
from grilse.attention.models import AlertMessage, AlertRule, Finding, Webhook
from grilse.environment.models import ReadingChange
from grilse.farm.models import Area, Container, Geography, Sensor
from grilse.feeding.models import Draw, FeedLot, Meal, StoreAdjustment
from grilse.generator.models import Shard
from grilse.growth.estimating.run import estimate_company
from grilse.growth.models import FlaggedRecord, GrowthModel, MortalityModel
from grilse.health.models import HealthSample, HealthScore, LiceCount, LiceLimit, Treatment
from grilse.jobs.models import Job
from grilse.official.models import Biomass, File, Lice, Revision, Site
from grilse.people.models import Person
from grilse.planning.models import PlannedStage, Projection
from grilse.stock.models import (
    FishCount,
    HarvestGrade,
    Movement,
    Photo,
    Stage,
    TransferLine,
    TransferOrder,
    WeighedFish,
    WeightSample,
)

PENS = ("A/P1", "A/P2", "B/P3")


def write_listed(company: int) -> Farm:
    """Write a farm with a few rows of everything, and estimate it."""
    farm = write_farm(company)
    of = {"company_id": company}
    pens = [farm.placements[name] for name in PENS]
    _write_places(of, farm)
    _write_moves(of, farm, pens)
    _write_meals(of, farm, pens)
    _write_health(of, pens)
    _write_models(of, farm, pens)
    _write_published(of)
    geography, area = Geography.objects.using(DB).get(**of), Area.objects.using(DB).get(**of)
    write_staff(company, geography, area.pk, farm.containers["P1"], farm.user, "S")
    _write_findings(of)
    estimate_company(company)
    # An estimate writes its own doubts in place of those that were there.
    _write_flagged_records(of, pens)
    return farm


def get_required_filter(listing, farm: Farm) -> dict[str, str]:
    """Return a filter without which a list is too wide to be read."""
    if not listing.required_filters:
        return {}
    journey = {"reference": f"tour-S-{farm.company}"}
    return journey if "reference" in listing.required_filters else {"container": "P1"}


def _create_rows(model, rows):
    return model.objects.using(DB).bulk_create(rows)


def _write_places(of, farm):
    _create_rows(
        Sensor,
        [
            Sensor(**of, container_id=container, parameter=parameter, installed=on(0))
            for container in farm.containers.values()
            for parameter in ("temperature", "oxygen")
        ],
    )
    _create_rows(
        ReadingChange,
        [
            ReadingChange(**of, container_id=farm.containers["P1"], at=at(day), temperature_c=9, withdrawn=False)
            for day in (1, 2)
        ],
    )
    _create_rows(Job, [Job(**of, kind=kind, wish={}, asked_by_id=farm.user) for kind in ("grow", "learn")])
    _create_rows(BulkLoad, [BulkLoad(**of, kind="import", source=name, rows={"x": 1}) for name in ("first", "second")])
    _create_rows(Shard, [Shard(**of, run="r", kind="batch", key=number, rows={"x": 1}) for number in farm.batches])


def _write_moves(of, farm, pens):
    orders = _create_rows(
        TransferOrder,
        [
            TransferOrder(**of, batch_id=farm.batches["A"], number=f"TRF-A-{i}", planned_date=on(60), status="planned")
            for i in range(3)
        ],
    )
    _create_rows(
        TransferLine,
        [
            TransferLine(
                **of,
                order=order,
                source_id=pen,
                container_id=farm.containers["P4"],
                stage=Stage.objects.using(DB).get(order=6),
                count=100,
            )
            for order in orders
            for pen in pens
        ],
    )
    wrong = Movement.objects.using(DB).get(source_id=farm.placements["A/P1"], kind="MORTALITY")
    Movement.objects.using(DB).create(
        **of, date=wrong.date, kind="MORTALITY", source_id=wrong.source_id, count=24, replaces=wrong, reason="-1 fish"
    )
    _create_rows(
        WeighedFish,
        [
            WeighedFish(**of, sample=sample, position=i, weight_g=100 + i)
            for sample in WeightSample.objects.using(DB).filter(placement_id__in=pens)
            for i in range(3)
        ],
    )
    _create_rows(
        FishCount,
        [
            FishCount(**of, placement_id=pen, date=on(day), count=900 + day, method=method, note="=after grading")
            for pen in pens
            for day, method in ((41, "counter"), (43, "hand"))
        ],
    )
    _create_rows(
        Photo,
        [
            Photo(
                **of, kind="losses", date=on(day), container_id=farm.containers["P4"], content_type="image/jpeg",
                size=3, digest=f"{day}", content=b"\xff\xd8\xff",
            )
            for day in (41, 43)
        ],
    )  # fmt: skip
    _create_rows(
        HarvestGrade,
        [
            HarvestGrade(**of, placement_id=pen, date=on(44), grade=grade, count=9, gutted_kg=30.5, lot="=1+1")
            for pen in pens
            for grade in ("superior", "ordinary")
        ],
    )


def _write_meals(of, farm, pens):
    meals = _create_rows(
        Meal,
        [
            Meal(**of, placement_id=pen, at=at(day), feed_id=farm.feed, grams=1500 + day, cost=2100)
            for pen in pens
            for day in (31, 32, 33)
        ],
    )
    lot = FeedLot.objects.using(DB).get(**of, number="L1")
    _create_rows(Draw, [Draw(**of, meal=meal, lot=lot, grams=meal.grams) for meal in meals])
    stock = {"store_id": farm.store, "feed_id": farm.feed}
    _create_rows(
        StoreAdjustment,
        [StoreAdjustment(**of, **stock, at=at(day), kind="COUNT", grams=1000 * day) for day in (20, 21)],
    )


def _write_health(of, pens):
    geography = Geography.objects.using(DB).get(**of)
    _create_rows(
        LiceLimit,
        [
            LiceLimit(
                **of, geography=geography, kind=kind, valid_from=on(0), week_from=1, week_to=53, adult_females=0.5
            )
            for kind in ("report", "act")
        ],
    )
    days = [(pen, on(day)) for pen in pens for day in (33, 40)]
    _create_rows(
        LiceCount, [LiceCount(**of, placement_id=pen, date=day, fish_counted=20, adult_female=3) for pen, day in days]
    )
    _create_rows(
        Treatment,
        [
            Treatment(**of, placement_id=pen, kind="delousing", method="thermal", start=day, stop=day)
            for pen, day in days
        ],
    )
    samples = _create_rows(HealthSample, [HealthSample(**of, placement_id=pen, date=day, fish=75) for pen, day in days])
    _create_rows(
        HealthScore,
        [
            HealthScore(**of, sample=sample, parameter=name, score_0=70, score_1=3, score_2=1, score_3=1)
            for sample in samples
            for name in ("gill", "skin")
        ],
    )


def _write_models(of, farm, pens):
    _create_rows(GrowthModel, [GrowthModel(**of, name=name, tgc={"6": 2.7}) for name in ("cold", "warm")])
    _create_rows(
        MortalityModel, [MortalityModel(**of, name=name, monthly_rate={"6": 0.01}) for name in ("low", "high")]
    )
    stages = Stage.objects.using(DB).filter(order__in=(5, 6))
    _create_rows(
        PlannedStage,
        [
            PlannedStage(**of, batch_id=batch, stage=stage, start=on(0), stop=on(100))
            for batch in farm.batches.values()
            for stage in stages
        ],
    )
    quantiles = {
        f"{name}{end}": [1.0]
        for name, end in (
            *((f"weight_p{p}", "_g") for p in (10, 50, 90)),
            *((f"count_p{p}", "") for p in (10, 50, 90)),
            *((f"biomass_p{p}", "_kg") for p in (10, 50, 90)),
        )
    }
    _create_rows(
        Projection,
        [
            Projection(
                **of,
                batch_id=batch,
                made_at=datetime(2024, 3, 1, tzinfo=UTC),
                as_of=on(44),
                days=1,
                members=8,
                seed=1,
                **quantiles,
                dense_chance=[0.0],
                full_chance=[0.0],
                target_g=4500,
                target_chance=0.5,
                placements={},
            )
            for batch in farm.batches.values()
        ],
    )


def _write_flagged_records(of, pens):
    _create_rows(
        FlaggedRecord,
        [
            FlaggedRecord(
                **of,
                placement_id=pen,
                date=on(38),
                record="sample",
                record_id=pen,
                measured_g=165,
                expected_g=140,
                sigmas=4,
                verdict="open",
            )
            for pen in pens
        ],
    )


def _write_published(of):
    file = File.objects.using(DB).create(**of, kind="lice", name="lus.csv", rows=4, new=4, revised=0, unchanged=0)
    area = Area.objects.using(DB).get(**of)
    Site.objects.using(DB).create(**of, area=area, locality=12345, production_area=3)
    weeks = [(locality, week) for locality in (12345, 12346) for week in (1, 2)]
    lice = _create_rows(
        Lice, [Lice(**of, file=file, locality=place, year=2024, week=week, adult_female=0.2) for place, week in weeks]
    )
    _create_rows(
        Biomass,
        [
            Biomass(**of, file=file, year=2024, month=month, production_area=area, species="LAKS", fish=9)
            for month in (1, 2)
            for area in (3, None)
        ],
    )
    _create_rows(
        Revision, [Revision(**of, kind="lice", row=row.pk, was={"adult_female": 0.1}, file=file) for row in lice]
    )


def _write_findings(of):
    """Write a rule, a webhook, and a finding of each state with messages about it."""
    person = Person.objects.using(DB).filter(**of).order_by("pk").first()
    geography = Geography.objects.using(DB).filter(**of).first()
    AlertRule.objects.using(DB).create(**of, kind="lice", geography=geography, threshold=0.4)
    webhook = Webhook.objects.using(DB).create(**of, name="control centre", url="https://example.org", secret="s")
    figures = {"severe": True, "score": 2.0, "figure": 1.0, "threshold": 0.5, "cases": 1, "watched": 2}
    for ended in (None, timezone.localdate()):
        Finding.objects.using(DB).create(
            **of, **figures, kind="lice", subject="area:1", geography=geography, assignee=person,
            container=Container.objects.using(DB).filter(**of).first(),
            day=timezone.localdate(), begun_on=timezone.localdate(), ended_on=ended, ended_at=ended and timezone.now(),
        )  # fmt: skip
    now = {"due_at": timezone.now(), "sent_at": timezone.now()}
    AlertMessage.objects.using(DB).create(**of, **now, webhook=webhook, payload={})
    AlertMessage.objects.using(DB).create(**of, **now, person=person, findings=[1])
