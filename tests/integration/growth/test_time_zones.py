"""Days of readings and meals are those of their geography, at entry, in estimates, and after a corrected time zone."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import transaction
from tests.edited_farm import at, on

from grilse.environment.actions import Readings, record_readings, withdraw_container_readings
from grilse.environment.models import DailyEnvironment, Reading
from grilse.errors import GrilseError
from grilse.farm.actions import places
from grilse.farm.models import Area, Geography
from grilse.feeding.actions.deliveries import NewDelivery, record_deliveries
from grilse.feeding.actions.meals import NewMeal, record_meals
from grilse.feeding.lists import MEALS
from grilse.feeding.models import Draw
from grilse.feeding.queries import sum_daily_feed
from grilse.growth.models import DailyState
from grilse.listing.listing import read_page
from grilse.people.actions.rules import WorkRuleValues, save_work_rules
from grilse.stock.actions.movements import NewMovement, record_movements

ZONES = ("Australia/Hobart", "America/Vancouver", "Atlantic/Azores")


def move_to_zone(zone):
    row = Geography.objects.get(name="Scotland")
    places.change_place("geography", row.pk, {"name": "Scotland", "time_zone": zone}, reason="it was UTC")


def enter_hours(farm, first=25, days=6):
    """Enter a reading an hour, each warmer than the one before, and a meal every seven hours."""
    hours = np.arange(days * 24)
    record_readings(
        Readings(
            container=np.full(len(hours), farm.containers["P1"]),
            at=np.datetime64(on(first), "us") + hours * np.timedelta64(1, "h") + np.timedelta64(30, "m"),
            measured={"temperature_c": 5 + hours / 20},
        )
    )
    times = [at(first, 0) + timedelta(hours=hour) for hour in range(0, days * 24, 7)]
    record_meals([NewMeal(placement=farm.placements["A/P1"], at=time, grams=40_000) for time in times])


def read_results():
    """Return daily values and states."""
    daily = DailyEnvironment.objects.order_by("container_id", "date")
    states = DailyState.objects.order_by("placement_id", "date")
    fields = [field.name for field in DailyState._meta.concrete_fields]
    return [
        list(daily.values_list("container_id", "date", "temperature_mean", "temperature_n")),
        list(states.values_list(*fields)),
    ]


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("zone", ZONES)
def test_a_corrected_time_zone_gives_what_it_would_have_given_from_the_start(farm, acting, zone):
    with rolled_back():
        move_to_zone(zone)
        enter_hours(farm)
        from_the_start = read_results()
    enter_hours(farm)
    in_utc = read_results()
    move_to_zone(zone)
    assert read_results() == from_the_start
    assert from_the_start != in_utc


@pytest.mark.parametrize("zone", ZONES)
def test_daily_values_are_of_the_readings_of_their_day(farm, acting, zone):
    move_to_zone(zone)
    enter_hours(farm)
    expected = {}
    for time, celsius in Reading.objects.filter(container=farm.containers["P1"]).values_list("at", "temperature_c"):
        expected.setdefault(time.astimezone(ZoneInfo(zone)).date(), []).append(celsius)
    rows = DailyEnvironment.objects.filter(container=farm.containers["P1"])
    assert {row.date: (row.temperature_n, row.temperature_max) for row in rows} == {
        day: (len(values), max(values)) for day, values in expected.items()
    }


def test_readings_of_a_day_that_are_withdrawn_take_its_daily_values_along(farm, acting):
    move_to_zone("Australia/Hobart")
    [time] = Reading.objects.filter(container=farm.containers["P1"], at=at(31)).values_list("at", flat=True)
    day = DailyEnvironment.objects.filter(container=farm.containers["P1"], date=on(31))
    assert day.exists()
    withdraw_container_readings(
        farm.containers["P1"], np.array([time.replace(tzinfo=None)], "datetime64[us]"), "of another pen"
    )
    assert not day.exists()


def build_meal(farm, time, grams=1_000, **others):
    return NewMeal(placement=farm.placements["A/P1"], at=datetime.fromisoformat(time), grams=grams, **others)


def test_a_meal_of_the_first_morning_is_of_the_first_day(farm, acting):
    morning = build_meal(farm, f"{on(20)}T07:30:00+11:00")
    with pytest.raises(GrilseError, match=r"T07:30:00\+11:00 \(2024-01-20 in UTC\) is before its placement") as refusal:
        record_meals([morning])
    assert refusal.value.field == "at"
    move_to_zone("Australia/Hobart")
    record_meals([morning])
    assert [day for day, *_ in sum_daily_feed([farm.placements["A/P1"]])] == [on(20)]


def test_a_list_of_meals_is_by_the_days_of_their_geography(farm, acting):
    move_to_zone("Australia/Hobart")
    times = [f"{on(25)}T00:05:00+11:00", f"{on(25)}T23:55:00+11:00", f"{on(26)}T00:05:00+11:00"]
    record_meals([build_meal(farm, time) for time in times])
    page = read_page(MEALS, {"date_from": on(25), "date_to": on(25)}, fields=["at"])
    assert sorted(row[0] for row in page.rows) == [datetime.fromisoformat(time) for time in times[:2]]


def test_a_delivery_comes_before_the_meals_of_its_day(farm, acting):
    early = build_meal(farm, f"{on(26)}T06:00:00+11:00", grams=400_000, feed=farm.feed)
    with pytest.raises(GrilseError, match="Barge does not hold enough Grower 3"):
        record_meals([early])
    move_to_zone("Australia/Hobart")
    record_meals([early])
    assert set(Draw.objects.values_list("lot__number", "grams")) == {("L1", 300_000), ("L2", 100_000)}
    with pytest.raises(GrilseError, match=r"\(2024-01-26 in UTC\) would be before delivery L2, which it drew"):
        move_to_zone("UTC")
    delivery = NewDelivery(
        store=farm.store, feed=farm.feed, number="L9", delivered=on(24), grams=200_000, price_per_kg=1400
    )
    record_deliveries([delivery])
    assert set(Draw.objects.values_list("lot__number", "grams")) == {("L1", 300_000), ("L9", 100_000)}
    move_to_zone("UTC")


def test_a_time_zone_that_puts_a_meal_outside_its_placement_is_refused(farm, acting):
    record_meals([build_meal(farm, f"{on(20)}T00:30:00+00:00")])
    with pytest.raises(GrilseError, match=r"\(2024-01-20 in America/Vancouver\) would be outside its placement"):
        move_to_zone("America/Vancouver")


def test_tomorrow_is_that_of_the_geography(farm, acting, monkeypatch):
    today = {"Australia/Hobart": on(40), "UTC": on(39)}
    monkeypatch.setattr("grilse.stock.rules.get_today", today.__getitem__)
    death = NewMovement(date=on(41), kind="MORTALITY", count=1, source=farm.placements["A/P1"], cause="")
    with pytest.raises(GrilseError, match=r"2024-02-11 is later than tomorrow \(UTC\)"):
        record_movements([death])
    move_to_zone("Australia/Hobart")
    record_movements([death])
    with pytest.raises(GrilseError, match=r"2024-02-12 is later than tomorrow \(Australia/Hobart\)"):
        record_meals([build_meal(farm, f"{on(42)}T00:30:00+11:00")])


def test_a_site_that_moves_to_another_geography_has_its_days(farm, acting):
    enter_hours(farm)
    before = read_results()
    other = places.add_place("geography", {"name": "Tasmania", "time_zone": "Australia/Hobart"})
    area = Area.objects.get(name="Loch A")
    places.change_place("area", area.pk, {"name": "Loch A", "geography": other}, reason="wrong region")
    assert read_results() != before


def test_a_new_geography_has_the_time_zone_of_the_work_rules(farm, acting):
    save_work_rules(WorkRuleValues(time_zone="America/Santiago"))
    new = places.add_place("geography", {"name": "Chiloé", "code": "CL", "time_zone": ""})
    assert Geography.objects.get(pk=new).time_zone == "America/Santiago"
    places.change_place("geography", new, {"name": "Aysén", "code": "", "time_zone": ""}, reason="renamed")
    assert Geography.objects.get(pk=new).time_zone == "America/Santiago"
    with pytest.raises(GrilseError, match="time zone: Chile is no"):
        places.add_place("geography", {"name": "Magallanes", "time_zone": "Chile is no zone"})


def test_the_control_that_days_differ_between_zones():
    late = datetime(2024, 1, 1, 23, tzinfo=UTC)
    assert {late.astimezone(ZoneInfo(zone)).date() for zone in ("UTC", *ZONES)} == {date(2024, 1, 1), date(2024, 1, 2)}
