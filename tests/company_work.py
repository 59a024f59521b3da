"""The work of somebody in a generated company: everything that people enter, correct and withdraw."""

import json
import uuid
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
from django.contrib.auth import get_user_model
from django.test import Client

from grilse.access import api_keys
from grilse.access.models import Membership
from grilse.access.tenancy import tenant_transaction
from grilse.confirmation import accept_confirmed
from grilse.environment.actions import Readings, record_readings, withdraw_container_readings
from grilse.environment.models import DailyEnvironment, Reading
from grilse.farm.actions import places
from grilse.farm.models import Container
from grilse.feeding.actions import deliveries, meals
from grilse.feeding.models import Draw, FeedLot, Meal
from grilse.health.actions import lice, samples, treatments
from grilse.health.models import HealthSample, LiceCount, Treatment
from grilse.helpdesk.actions import comments, tickets
from grilse.helpdesk.models import Ticket
from grilse.people.actions import journal
from grilse.people.actions.sync import SyncRequest, receive_sync
from grilse.people.journal_entries import NewEntry, SentEntry
from grilse.people.models import Fence
from grilse.people.tracks.uploads import SentPoint
from grilse.stock.actions import harvests, losses, movements, transfer_orders, transfers, weight_samples
from grilse.stock.actions.grades import Grade
from grilse.stock.models import Movement, Placement, WeightSample

DB = "owner"
WHY = "entered wrongly"


def copy_values(data_class, row, **changed):
    """Return the input of a correction: the values of a row, and what is corrected."""
    values = {
        field.name: getattr(row, f"{field.name}_id", None) or getattr(row, field.name)
        for field in fields(data_class)
        if field.name != "fish" and hasattr(row, field.name)
    }
    return data_class(**{**values, **changed})


def work_in_company(company):
    """Enter, correct and withdraw records of every kind in a generated company; return what was used."""
    generated = Placement.objects.using(DB).filter(company=company, batch__number__contains="-", stop=None)
    pen = next(placement for placement in generated.order_by("pk") if placement.container.area_id)
    user = get_user_model().objects.using(DB).create(username="Somebody").pk
    Membership.objects.using(DB).create(company_id=company, user_id=user, role="admin")
    last = DailyEnvironment.objects.using(DB).filter(container_id=pen.container_id).latest("date").date
    at = datetime.combine(last, datetime.min.time(), UTC)
    here = SimpleNamespace(company=company, user=user, pen=pen, day=last - timedelta(days=1), at=at)
    for work in WORK:
        with tenant_transaction(company, user), accept_confirmed(True):
            work(here)
    send_requests(here)
    return here


def send_requests(here):
    """Work by the API as a program of the same login does."""
    with tenant_transaction(here.company, here.user):
        end = datetime.now(UTC) + timedelta(days=1)
        key = api_keys.issue_key(user=here.user, name="program", scopes=["*"], expires_at=end).key
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {key}"})
    pen, day = here.part.pk, str(here.day)
    times = [(here.at + timedelta(minutes=minute)).isoformat() for minute in (1, 11, 21)]
    rows = [{"container": here.part.container_id, "at": at, "temperature_c": 7.7} for at in times]
    point = {"client_id": str(uuid.uuid4()), "at": datetime.now(UTC).isoformat(), "latitude": 0, "longitude": 0}
    requests = (
        ("/losses", {"date": day, "losses": [{"placement": pen, "count": 2}]}, 201),
        (
            "/lice-counts",
            {"counts": [{"placement": pen, "date": str(here.at.date()), "fish_counted": 20, "adult_female": 1}]},
            201,
        ),
        ("/tickets", {"title": "A broken feeder"}, 201),
        ("/journal", {"kind": "note", "at": times[0], "title": "Feeder"}, 201),
        ("/sync", {"points": [{**point, "kind": "conveyance", "reference": "no fix"}]}, 200),
    )
    for address, body, status in requests:
        answer = client.post(f"/api/v1{address}", json.dumps(body), content_type="application/json")
        assert answer.status_code == status, (address, answer.content)
    lines = "\n".join(map(json.dumps, rows))
    answer = client.post("/api/v1/readings?mode=all", lines, content_type="application/x-ndjson")
    assert answer.json()["changed"] == len(rows)


def record_deaths(here):
    losses.record_losses(losses.NewLosses(date=here.day, losses=[losses.Loss(placement=here.pen.pk, count=3)]))
    loaded = Movement.objects.filter(source=here.pen.pk, kind="MORTALITY", author=None).order_by("-date", "-id")
    corrected, withdrawn = loaded.exclude(date=here.day)[:2]
    entry = movements.NewMovement(
        date=corrected.date, kind="MORTALITY", source=here.pen.pk, count=corrected.count + 1, cause=corrected.cause
    )
    movements.correct_movement(corrected.pk, entry, reason=WHY)
    movements.withdraw_movements([withdrawn.pk], reason=WHY)


def record_weights(here):
    first, second = WeightSample.objects.filter(placement=here.pen.pk).order_by("date")[:2]
    new = weight_samples.NewSample
    [here.sample] = weight_samples.record_samples(
        [copy_values(new, second, date=second.date + timedelta(days=1), fish_weighed=9)]
    )
    weight_samples.correct_sample(first.pk, copy_values(new, first, fish_weighed=7), reason=WHY)
    weight_samples.withdraw_sample(second.pk, reason=WHY)


def feed_fish(here):
    loaded = Meal.objects.filter(placement=here.pen.pk, feed__isnull=False).order_by("-at")
    corrected, withdrawn, last = loaded[2], loaded[1], loaded[0]
    store = Draw.objects.filter(meal=last.pk).select_related("lot").first().lot.store_id
    here.store = store
    delivery = deliveries.NewDelivery(
        store=store, feed=last.feed_id, number="late delivery", delivered=here.day, grams=50_000, price_per_kg=1500
    )
    deliveries.record_deliveries([delivery])
    later = last.at + timedelta(minutes=1)
    meals.record_meals([copy_values(meals.NewMeal, last, at=later, grams=1000, store=store)])
    meals.correct_meal(
        corrected.pk, copy_values(meals.NewMeal, corrected, grams=corrected.grams - 500, store=store), reason=WHY
    )
    meals.withdraw_meal(withdrawn.pk, reason=WHY)
    lot = FeedLot.objects.filter(store=store, feed=last.feed_id, drawn__gt=0).order_by("delivered")[1]
    dearer = copy_values(deliveries.NewDelivery, lot, price_per_kg=lot.price_per_kg + 100)
    deliveries.correct_delivery(lot.pk, dearer, reason=WHY)


def look_at_health(here):
    first, second = LiceCount.objects.filter(placement=here.pen.pk).order_by("date")[:2]
    lice.correct_lice_count(
        first.pk, copy_values(lice.NewLiceCount, first, fish_counted=first.fish_counted + 1), reason=WHY
    )
    lice.withdraw_lice_count(second.pk, reason=WHY)
    lice.record_lice_counts([copy_values(lice.NewLiceCount, second, date=second.date + timedelta(days=1))])
    treated = Treatment.objects.filter(placement__batch=here.pen.batch_id).order_by("pk").first()
    treatments.correct_treatment(
        treated.pk, copy_values(treatments.NewTreatment, treated, reason="another"), reason=WHY
    )
    sample = HealthSample.objects.filter(placement__batch=here.pen.batch_id).order_by("pk").first()
    samples.withdraw_health_sample(sample.pk, reason=WHY)
    samples.record_health_samples(
        [samples.NewHealthSample(placement=here.pen.pk, date=here.day, fish=2, scores={"gill": [1, 1, 0, 0]})]
    )


def measure_water(here):
    rows = Reading.objects.filter(container=here.pen.container_id, temperature_c__isnull=False)
    first, second, third = rows.order_by("-at")[1:4]
    times = [first.at, second.at, first.at + timedelta(minutes=7)]
    readings = Readings(
        container=np.full(3, here.pen.container_id),
        at=np.array([at.replace(tzinfo=None) for at in times], "datetime64[us]"),
        measured={"temperature_c": np.array([7.1, 7.2, 7.3])},
    )
    record_readings(readings)
    record_readings(
        Readings(container=readings.container[2:], at=readings.at[2:], measured={"temperature_c": np.array([7.4])})
    )
    gone = np.array([at.replace(tzinfo=None) for at in (third.at, second.at)], "datetime64[us]")
    withdraw_container_readings(here.pen.container_id, gone, WHY)
    record_readings(
        Readings(container=readings.container[:1], at=gone[:1], measured={"temperature_c": np.array([7.5])})
    )


def harvest_fish(here):
    others = Placement.objects.filter(batch=here.pen.batch_id, stop=None).exclude(pk=here.pen.pk).order_by("pk")
    part, rest = others[:2]
    grades = [Grade(grade="superior", count=50, gutted_kg=210.0)]
    harvests.record_harvests([harvests.NewHarvest(placement=part.pk, date=here.day, count=60, grades=grades, lot="L1")])
    # The ledger has many more fish.
    harvests.record_harvests(
        [harvests.NewHarvest(placement=rest.pk, date=here.day + timedelta(days=2), count=100, last=True)]
    )
    here.part = part


def move_fish(here):
    used = Placement.objects.filter(stop=None).values("container")
    free = Container.objects.filter(area=here.pen.container.area_id).exclude(pk__in=used).order_by("pk").first()
    free = free or Container.objects.create(
        company_id=here.company, area_id=here.pen.container.area_id, name="A new pen", kind="pen",
        volume_m3=here.pen.container.volume_m3,
    )  # fmt: skip
    lines = [transfer_orders.NewLine(source=here.pen.pk, container=free.pk, count=20)]
    new = transfer_orders.NewOrder(batch=here.pen.batch_id, date=here.day, lines=lines)
    planned = transfer_orders.plan_order(new)
    moved = transfers.execute_transfer(planned.order, [transfers.Move(line=planned.lines[0], date=here.day, count=20)])
    movements.withdraw_movements([moved[0].movement], reason=WHY)
    transfer_orders.cancel_order(planned.order, reason=WHY)
    again = transfer_orders.plan_order(new)
    transfers.execute_transfer(again.order, [transfers.Move(line=again.lines[0], date=here.day, count=20)])


def change_places(here):
    container = Container.objects.get(pk=here.pen.container_id)
    places.change_place("container", container.pk, {"name": f"{container.name} renamed"}, reason=WHY)
    # Readings of late evenings, the last of a batch in a container among them, are of the day after then.
    geography = container.area.geography
    places.change_place("geography", geography.pk, {"time_zone": "Europe/Oslo"}, reason=WHY)
    fence = Fence.objects.filter(area__isnull=False).order_by("pk").first()
    places.change_place("fence", fence.pk, {"radius_m": fence.radius_m + 50}, reason=WHY)


def write_and_ask(here):
    entry = journal.write_entry(NewEntry(kind="note", at=here.at, title="Nets"))
    journal.change_entry(entry, NewEntry(kind="note", at=here.at, title="Torn nets"))
    journal.delete_entry(entry)
    tomorrow = datetime.now(UTC) + timedelta(hours=20)
    ahead = SentEntry(kind="note", at=tomorrow, title="Ahead", client_id=uuid.uuid4(), deleted=True)
    minutes = [datetime.now(UTC) - timedelta(minutes=minute) for minute in range(5)]
    way = [
        SentPoint(
            client_id=uuid.uuid4(), at=at, latitude=62.0 + i / 100, longitude=-6.8 if i != 2 else 6.8,
            kind="conveyance", reference="quay",
        )
        for i, at in enumerate(minutes)
    ]  # fmt: skip
    assert receive_sync(SyncRequest(points=way, entries=[ahead])).refused == []
    number = tickets.open_ticket(tickets.NewTicket(title="A torn net"))
    tickets.take_ticket(number)
    comments.add_comment(number, "On the way")
    tickets.resolve_ticket(number)
    tickets.close_ticket(number)
    waiting = Ticket.objects.filter(status__in=["open", "in progress"]).order_by("pk").first()
    if waiting is not None:
        tickets.cancel_ticket(waiting.number, reason=WHY)


WORK = (
    record_deaths, record_weights, feed_fish, look_at_health, measure_water, harvest_fish, move_fish, change_places,
    write_and_ask,
)  # fmt: skip
