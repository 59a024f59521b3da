"""A company with something of everything in two geographies, and another company with the same."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.edited_farm import Farm, at, on, write_farm
from tests.integration.access.staff_rows import write_staff

DB = "owner"
JPEG = b"\xff\xd8\xff"
"""The beginning of a photo."""
DAY = on(40)


@dataclass(frozen=True, kw_only=True)
class CompanyRows:
    """Ids of what stands in one geography, by what the API calls them."""

    company: int
    geography: int
    mark: str
    ids: dict[str, int]
    numbers: dict[str, str]


def write_world(name: str) -> tuple[CompanyRows, CompanyRows]:
    """Write a company, estimated; return what stands in its two geographies."""
    from grilse.access.models import Company
    from grilse.farm.models import Geography
    from grilse.growth.default_models import ensure_default_models
    from grilse.growth.estimating.run import estimate_company

    company = Company.objects.using(DB).create(name=name)
    farm = write_farm(company.pk)
    _rename_rows(company.pk, name[0])
    scotland = Geography.objects.using(DB).get(company=company)
    faroe = Geography.objects.using(DB).create(company=company, name="Faroe", code="FO")
    first = _fill_region(company.pk, scotland, _find_scottish_rows(farm), "S")
    second = _fill_region(company.pk, faroe, _write_faroese_rows(company.pk, faroe), "F")
    ensure_default_models(company.pk, using=DB)
    estimate_company(company.pk)
    for region, geography in ((first, scotland), (second, faroe)):
        _add_projection(region)
        i = region.ids
        i |= write_staff(company.pk, geography, i["area"], i["container"], i["user"], region.mark)
    _find_findings(company.pk, first, second)
    return first, second


def _find_findings(company: int, *regions: CompanyRows) -> None:
    """Add a rule for findings, and those that the rules raise: lice of a site are over the limit."""
    from grilse.access.tenancy import tenant_transaction
    from grilse.attention.models import AlertRule, Finding, Webhook
    from grilse.attention.refresh import refresh_findings

    with tenant_transaction(company):
        rule = AlertRule.objects.create(company_id=company, kind="feed", threshold=4)
        hook = Webhook.objects.create(company_id=company, name="control room", url="https://example.com", secret="s")
        refresh_findings()
        for region in regions:
            region.ids["finding"] = Finding.objects.get(kind="lice", area=region.ids["area"]).pk
            region.ids["alert_rule"], region.ids["webhook"] = rule.pk, hook.pk


def _add_projection(region: CompanyRows) -> None:
    """Add what somebody of the region asked for: a projection, a job that is done and one that waits."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from grilse.access import api_keys, memberships
    from grilse.access.tenancy import tenant_transaction
    from grilse.jobs.models import Job
    from grilse.planning.actions import project_batches
    from grilse.planning.ensembles import ProjectionOptions

    user = get_user_model().objects.using(DB).get(username=f"{region.mark} of {region.company}").pk
    with tenant_transaction(region.company, user, [region.geography]):
        region.ids["member"] = memberships.grant_role(user, "viewer", region.geography)
        end = timezone.now() + timedelta(days=1)
        api_keys.issue_key(user=user, name="logger", scopes=["farm.read"], expires_at=end)
        job_values = {
            "company_id": region.company, "kind": "project", "wish": {}, "asked_by_id": user,
            "geographies": [region.geography],
        }  # fmt: skip
        done = Job.objects.create(**job_values, state="done", ended_at=timezone.now(), result={"runs": [region.mark]})
        region.ids["job"], region.ids["waiting"] = done.pk, Job.objects.create(**job_values).pk
    with tenant_transaction(region.company, user):
        # From a week before the last day, so that something came since.
        options = ProjectionOptions(days=30, members=20, as_of=(on(36) - date(1970, 1, 1)).days)
        [region.ids["run"]] = project_batches(region.company, [region.ids["batch"]], options)


def _rename_rows(company: int, mark: str) -> None:
    """Give what has a number or a name another one than in other companies."""
    from django.db.models import CharField, F, Value
    from django.db.models.functions import Concat

    from grilse.farm.models import Container
    from grilse.stock.models import Batch

    for model, column in ((Batch, "number"), (Container, "name")):
        named = Concat(Value(f"{mark}-"), F(column), output_field=CharField())
        model.objects.using(DB).filter(company=company).update(**{column: named})


def _find_scottish_rows(farm: Farm) -> dict[str, Any]:
    from grilse.stock.models import Batch, Placement

    placement = Placement.objects.using(DB).get(pk=farm.placements["A/P1"])
    return {
        "batch": Batch.objects.using(DB).get(pk=farm.batches["A"]),
        "placement": placement,
        "beside": Placement.objects.using(DB).get(pk=farm.placements["A/P2"]),
        "feed": farm.feed,
        "store": farm.store,
    }


def _write_faroese_rows(company: int, geography: Any) -> dict[str, Any]:
    from grilse.environment.models import DailyEnvironment, Reading
    from grilse.farm.models import Area, Container, FeedStore
    from grilse.feeding.models import Feed, FeedLot
    from grilse.growth.models import TemperatureProfile
    from grilse.stock.models import Batch, Movement, Placement, Species, Stage, WeightSample

    of = {"company_id": company}
    area = Area.objects.using(DB).create(**of, geography=geography, name="Fjord")
    TemperatureProfile.objects.using(DB).bulk_create(
        TemperatureProfile(**of, geography=geography, day_of_year=day, temperature_c=8.0, sd_c=0.7)
        for day in range(1, 367)
    )
    batch = Batch.objects.using(DB).create(
        **of, number=f"F-{company}", species=Species.objects.using(DB).get(), start_date=on(20)
    )
    placements = []
    for name in ("F1", "F2"):
        pen = Container.objects.using(DB).create(**of, name=name, kind="pen", area=area, volume_m3=1000)
        placement = Placement.objects.using(DB).create(
            **of, batch=batch, container=pen, stage=Stage.objects.using(DB).get(order=6), name=f"F/{name}", start=on(20)
        )
        common = {"date": on(20), "kind": "STOCKING", "target": placement, "count": 5_000, "mean_weight_g": 150.0}
        Movement.objects.using(DB).create(**of, **common)
        WeightSample.objects.using(DB).create(
            **of, placement=placement, date=on(30), fish_weighed=30, mean_weight_g=170.0, method="HAND"
        )
        Reading.objects.using(DB).bulk_create(
            Reading(**of, container=pen, at=at(day), temperature_c=8.0) for day in range(20, 45)
        )
        DailyEnvironment.objects.using(DB).bulk_create(
            DailyEnvironment(
                **of, container=pen, date=on(day), temperature_mean=8.0, temperature_min=8.0,
                temperature_max=8.0, temperature_n=1,
            )
            for day in range(20, 45)
        )  # fmt: skip
        placements.append(placement)
    store = FeedStore.objects.using(DB).create(**of, name="Faroe barge", capacity_kg=10_000, area=area)
    feed = Feed.objects.using(DB).get(company_id=company)
    FeedLot.objects.using(DB).create(
        **of, store=store, feed=feed, number="FL1", delivered=on(20), grams=900_000, price_per_kg=1400
    )
    return {"batch": batch, "placement": placements[0], "beside": placements[1], "feed": feed.pk, "store": store.pk}


def _fill_region(company: int, geography: Any, mine: dict[str, Any], mark: str) -> CompanyRows:
    """Add, as somebody would, one of everything that is not there yet."""
    from django.contrib.auth import get_user_model

    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.models import Area, Container, Hall, Sensor, Station
    from grilse.feeding.actions import adjustments, meals
    from grilse.feeding.models import FeedLot
    from grilse.health.actions import lice, samples, treatments
    from grilse.health.models import LiceLimit
    from grilse.official.actions import name_site
    from grilse.planning.actions import plan_batch
    from grilse.stock.actions import batches, fish_counts, harvests, photos, transfer_orders
    from grilse.stock.models import HarvestGrade, Movement, WeightSample

    user = get_user_model().objects.using(DB).create(username=f"{mark} of {company}").pk
    place, batch = mine["placement"], mine["batch"]
    with tenant_transaction(company, user):
        of = {"company_id": company}
        station, _ = Station.objects.get_or_create(**of, geography=geography, defaults={"name": f"Burn {mark}"})
        hall, _ = Hall.objects.get_or_create(**of, station=station, defaults={"name": f"Hall {mark}"})
        area = Area.objects.get(geography=geography)
        free = Container.objects.create(**of, name=f"{mark} free of {company}", kind="pen", area=area, volume_m3=1000)
        empty = Container.objects.create(**of, name=f"{mark} empty of {company}", kind="pen", area=area, volume_m3=1000)
        sensor = Sensor.objects.create(**of, container=place.container, parameter="temperature", installed=on(20))
        limit = LiceLimit.objects.create(
            **of, geography=geography, kind="limit", valid_from=on(0), week_from=1, week_to=53, adult_females=0.5
        )
        name_site(area.pk, 10_000 + area.pk, 3)
        [count] = lice.record_lice_counts(
            [lice.NewLiceCount(placement=place.pk, date=on(36), fish_counted=20, adult_female=30)]
        )
        [sample] = samples.record_health_samples(
            [samples.NewHealthSample(placement=place.pk, date=on(36), fish=5, scores={"gill": (3, 1, 1, 0)})]
        )
        [treatment] = treatments.record_treatments(
            [
                treatments.NewTreatment(
                    placement=place.pk, kind="delousing", method="lumpfish", start=on(37), stop=on(37)
                )
            ]
        )
        [meal] = meals.record_meals([meals.NewMeal(placement=place.pk, at=at(36), grams=20_000, feed=mine["feed"])])
        stock = {"store": mine["store"], "feed": mine["feed"]}
        [adjustment] = adjustments.record_store_adjustments(
            [adjustments.NewAdjustment(**stock, at=at(37), kind="SPILLED", grams=1000, reason="a torn bag")]
        )
        order = transfer_orders.plan_order(
            transfer_orders.NewOrder(
                batch=batch.pk,
                date=on(42),
                lines=[
                    transfer_orders.NewLine(source=place.pk, container=mine["beside"].container_id, count=10),
                    transfer_orders.NewLine(source=mine["beside"].pk, container=place.container_id, count=10),
                ],
            )
        )
        [harvest] = harvests.record_harvests(
            [
                harvests.NewHarvest(
                    placement=place.pk,
                    date=on(38),
                    count=50,
                    grades=[harvests.Grade(grade="superior", count=50, gutted_kg=6.0)],
                    lot=f"LOT-{mark}",
                )
            ]
        )
        mistake = f"Mistake-{mark}-of-{company}"
        started = batches.start_batch(
            batches.NewBatch(
                number=mistake,
                species=batch.species_id,
                start=on(40),
                stocked=[batches.NewStocking(container=empty.pk, stage=6, count=10)],
            )
        )
        [fish_count] = fish_counts.record_fish_counts(
            [fish_counts.NewFishCount(placement=place.pk, date=on(37), count=2_500)]
        )
        plan_batch(batch.pk)
        ids = {
            "user": user,
            "geography": geography.pk,
            "area": area.pk,
            "station": station.pk,
            "hall": hall.pk,
            "container": place.container_id,
            "free_container": free.pk,
            "feed_store": mine["store"],
            "sensor": sensor.pk,
            "limit": limit.pk,
            "batch": batch.pk,
            "mistake": started.batch,
            "fish_count": fish_count,
            "placement": place.pk,
            "beside": mine["beside"].pk,
            "beside_container": mine["beside"].container_id,
            "feed": mine["feed"],
            "store": mine["store"],
            "lot": FeedLot.objects.filter(store=mine["store"]).order_by("-pk")[0].pk,
            "meal": meal,
            "adjustment": adjustment,
            "count": count,
            "treatment": treatment,
            "health_sample": sample,
            "sample": WeightSample.objects.filter(placement=place).order_by("pk")[0].pk,
            "movement": Movement.objects.filter(source=place, kind="MORTALITY").values_list("pk", flat=True).first()
            or _record_death(place.pk),
            "harvest": harvest.movement,
            "grade": HarvestGrade.objects.get(placement=place).pk,
            "order": order.order,
            "photo": photos.add_photo(
                photos.NewPhoto(kind="losses", date=on(37), container=place.container_id), JPEG + mark.encode()
            ),
            "line": order.lines[0],
        }
    numbers = {"batch": batch.number, "mistake": mistake, "container": place.container.name}
    return CompanyRows(company=company, geography=geography.pk, mark=mark, ids=ids, numbers=numbers)


def _record_death(placement: int) -> int:
    from grilse.stock.actions import losses

    return losses.record_losses(losses.NewLosses(date=on(33), losses=[losses.Loss(placement=placement, count=3)]))[0]


def format_later_day(days: int) -> str:
    """Return a day after the last event as text."""
    return str(DAY + timedelta(days=days))
