"""A lot knows what was drawn of it, and cannot be drawn below nothing."""

from datetime import UTC, date, datetime

import psycopg
import pytest

from grilse.farm.models import Area, Container, FeedStore, Geography
from grilse.feeding.models import Feed, FeedLot, Meal
from grilse.stock.models import Batch, Placement, Species, Stage


@pytest.fixture
def lot(company):
    """A lot of 1,000 g and the meals that may draw on it."""
    place = {"company_id": company}
    geography = Geography.objects.using("owner").create(**place, name="North")
    area = Area.objects.using("owner").create(**place, geography=geography, name="Sound")
    pen = Container.objects.using("owner").create(**place, name="Pen", kind="pen", volume_m3=1000, area=area)
    store = FeedStore.objects.using("owner").create(**place, name="Barge", capacity_kg=10, area=area)
    feed = Feed.objects.using("owner").create(**place, name="Pellet")
    species = Species.objects.using("owner").get()
    batch = Batch.objects.using("owner").create(**place, number="B", species=species, start_date=date(2024, 1, 1))
    placement = Placement.objects.using("owner").create(
        **place,
        batch=batch,
        container=pen,
        stage=Stage.objects.using("owner").get(order=6),
        name="B/6/Pen",
        start=date(2024, 1, 1),
    )
    for hour in (8, 16):
        at = datetime(2024, 1, 2, hour, tzinfo=UTC)
        Meal.objects.using("owner").create(**place, placement=placement, at=at, grams=900)
    return FeedLot.objects.using("owner").create(
        **place, store=store, feed=feed, number="L1", delivered=date(2024, 1, 1), grams=1000, price_per_kg=90
    )


def insert_draw(owner, lot, grams, meal=0):
    meals = Meal.objects.using("owner").filter(company_id=lot.company_id).order_by("at")
    owner.execute(
        "INSERT INTO feeding_draw (company_id, meal_id, lot_id, grams) VALUES (%s, %s, %s, %s)",
        [lot.company_id, meals[meal].pk, lot.pk, grams],
    )


def read_drawn_amount(owner, lot):
    return owner.execute("SELECT drawn FROM feeding_feedlot WHERE id = %s", [lot.pk]).fetchone()[0]


def test_draws_are_counted_changed_and_given_back(owner, lot):
    insert_draw(owner, lot, 900)
    assert read_drawn_amount(owner, lot) == 900
    owner.execute("UPDATE feeding_draw SET grams = 950 WHERE lot_id = %s", [lot.pk])
    assert read_drawn_amount(owner, lot) == 950
    owner.execute("DELETE FROM feeding_draw WHERE lot_id = %s", [lot.pk])
    assert read_drawn_amount(owner, lot) == 0


def test_a_lot_is_not_drawn_below_nothing(owner, lot):
    insert_draw(owner, lot, 900)

    with pytest.raises(psycopg.errors.CheckViolation, match="feeding_feedlot_not_overdrawn"):
        insert_draw(owner, lot, 101, meal=1)
