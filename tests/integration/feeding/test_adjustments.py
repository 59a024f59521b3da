"""Counts of stores and lost feed: the difference follows from all that is known, whatever came in first."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from tests.edited_farm import at, on
from tests.feed_store_oracle import (
    Shortage,
    assert_history_follows_from_its_facts,
    build_fact,
    follow,
    name_row,
    read_facts,
    read_history,
)

from grilse.errors import GrilseError
from grilse.farm.actions import places
from grilse.farm.models import FeedStore, Geography
from grilse.feeding.actions.adjustments import ADJUSTMENTS, NewAdjustment
from grilse.feeding.actions.deliveries import DELIVERIES, NewDelivery
from grilse.feeding.actions.meals import MEALS, NewMeal
from grilse.feeding.models import FeedLot, Meal, StoreAdjustment, StoreDraw

WHY = {"reason": "read wrong"}
ACTIONS = (DELIVERIES, MEALS, ADJUSTMENTS)
HOURS = (2, 12, 18)  # of UTC


@pytest.fixture
def count(farm):
    """A look into the store on day 30, which finds nothing."""
    return NewAdjustment(store=farm.store, feed=farm.feed, at=at(30), kind="COUNT", grams=0)


@pytest.fixture
def loss(farm):
    """100 kg that rain spoiled on day 30."""
    return NewAdjustment(
        store=farm.store, feed=farm.feed, at=at(30), kind="SPOILED", grams=100_000, reason="wet by a leaking hatch"
    )


@pytest.fixture
def meal(farm):
    """100 kg on day 28."""
    return NewMeal(placement=farm.placements["A/P1"], at=at(28), grams=100_000, feed=farm.feed)


@pytest.fixture
def delivery(farm):
    """9,800 kg on day 33."""
    return NewDelivery(
        store=farm.store, feed=farm.feed, number="L9", delivered=on(33), grams=9_000_000, price_per_kg=2000
    )


def read_drawn():
    """Return the kilograms drawn of each delivery of the farm: 300 of day 18, 500 of day 26, 900 of day 34."""
    return [grams // 1000 for grams in FeedLot.objects.order_by("delivered").values_list("drawn", flat=True)]


def test_a_store_that_is_seen_to_be_empty_takes_the_next_delivery(farm, acting, count, delivery):
    with pytest.raises(GrilseError, match=r"would hold 10,700 kg on .*; if less is there, enter a count of the store"):
        DELIVERIES.record([delivery])

    [id] = ADJUSTMENTS.record([count])
    DELIVERIES.record([delivery])

    assert read_drawn() == [300, 500, 0, 0]
    row = StoreAdjustment.objects.get(pk=id)
    assert (row.grams, row.difference, row.cost) == (0, -800_000, 300 * 1400 + 500 * 1500)


def test_lost_feed_is_drawn_from_the_oldest_delivery_at_its_price(farm, acting, loss):
    [id] = ADJUSTMENTS.record([replace(loss, grams=350_000)])

    assert read_drawn() == [300, 50, 0]
    row = StoreAdjustment.objects.get(pk=id)
    assert (row.difference, row.cost, row.reason) == (-350_000, 300 * 1400 + 50 * 1500, "wet by a leaking hatch")
    assert dict(StoreDraw.objects.values_list("lot__number", "grams")) == {"L1": 300_000, "L2": 50_000}


def test_feed_that_a_count_adds_costs_what_the_latest_delivery_cost(farm, acting, count, meal):
    ADJUSTMENTS.record([replace(count, grams=1_000_000)])

    lot = FeedLot.objects.get(counted_at=at(30))
    assert (lot.grams, lot.price_per_kg, lot.delivered) == (200_000, 1500, on(30))
    MEALS.record([replace(meal, at=at(31), grams=900_000)])
    assert Meal.objects.get().cost == 300 * 1400 + 600 * 1500


def test_a_meal_that_turns_up_changes_the_difference_and_not_the_store(farm, acting, count, meal):
    [id] = ADJUSTMENTS.record([replace(count, grams=500_000)])
    [late] = MEALS.record([replace(meal, grams=200_000)])
    assert StoreAdjustment.objects.get(pk=id).difference == -100_000
    MEALS.correct(late, replace(meal, grams=400_000), **WHY)
    assert StoreAdjustment.objects.get(pk=id).difference == 100_000
    MEALS.withdraw(late, **WHY)
    assert StoreAdjustment.objects.get(pk=id).difference == -300_000
    assert not FeedLot.objects.filter(counted_at__isnull=False)


def test_a_withdrawn_count_leaves_nothing(farm, acting, count, meal):
    [id] = ADJUSTMENTS.record([replace(count, grams=1_000_000)])
    MEALS.record([replace(meal, at=at(31), grams=700_000)])
    ADJUSTMENTS.withdraw(id, **WHY)

    assert read_drawn() == [300, 400, 0]
    assert not FeedLot.objects.filter(counted_at__isnull=False)
    assert_history_follows_from_its_facts()


def test_feed_that_meals_ate_cannot_be_counted_away(farm, acting, count, meal):
    [id] = ADJUSTMENTS.record([replace(count, grams=1_000_000)])
    MEALS.record([replace(meal, at=at(31), grams=900_000)])

    with pytest.raises(GrilseError, match="does not hold enough Grower 3 for a meal on 2024-02-01"):
        ADJUSTMENTS.correct(id, replace(count, grams=800_000), **WHY)
    with pytest.raises(GrilseError, match="does not hold enough Grower 3 for a loss of feed on 2024-02-03"):
        ADJUSTMENTS.record([replace(count, at=at(33), kind="SPILLED", grams=200_000, reason="a torn bag")])


def test_no_estimate_follows_an_adjustment(farm, acting, count, loss, meal, monkeypatch):
    from grilse.stock import hooks

    MEALS.record([meal])
    announced = []
    monkeypatch.setattr(hooks, "change_handlers", [announced.append])
    [first] = ADJUSTMENTS.record([count])
    [second] = ADJUSTMENTS.record([replace(loss, at=at(29))])
    ADJUSTMENTS.correct(first, replace(count, at=at(32)), **WHY)
    ADJUSTMENTS.withdraw(second, **WHY)

    assert announced == []
    assert Meal.objects.get().grams == 100_000


def test_the_lot_of_a_count_is_changed_by_the_count_alone(farm, acting, count, delivery):
    ADJUSTMENTS.record([replace(count, grams=1_000_000)])
    lot = FeedLot.objects.get(counted_at=at(30))

    for attempt in (
        lambda: DELIVERIES.correct(lot.pk, replace(delivery, number="L10"), **WHY),
        lambda: DELIVERIES.withdraw(lot.pk, **WHY),
    ):
        with pytest.raises(GrilseError, match="feed that a count added to its store: correct or withdraw the count of"):
            attempt()


REFUSED = {
    "there is no feed store 999999": {"store": 999_999},
    "there is no feed 999999": {"feed": 999_999},
    "EATEN is none of COUNT, SPILLED, SPOILED, RETURNED": {"kind": "EATEN"},
    "a COUNT of -1 g: it has to be at least 0": {"grams": -1},
    "a SPILLED of 0 g: it has to be at least 1": {"kind": "SPILLED", "reason": "a torn bag"},
    "feed RETURNED without a reason: say what happened": {"kind": "RETURNED", "grams": 1, "reason": " "},
    "10,001 kg counted in Barge, which holds at most 10,000 kg": {"grams": 10_001_000},
    "1969-12-31 is before 1970": {"at": datetime(1969, 12, 31, 12, tzinfo=UTC)},
    "cannot be converted to UTC: give it with its zone": {"at": at(31).replace(tzinfo=None)},
    "later than tomorrow": {"at": datetime.now(UTC) + timedelta(days=3)},
    "Barge has no delivery of Grower 3 up to 2024-01-11": {"at": at(10), "grams": 1},
}


@pytest.mark.parametrize("why", REFUSED)
def test_an_adjustment_that_cannot_be_is_refused(farm, acting, count, why):
    with pytest.raises(GrilseError, match=why):
        ADJUSTMENTS.record([replace(count, **REFUSED[why])])


def test_a_second_count_of_one_moment_is_refused(farm, acting, count, loss):
    ADJUSTMENTS.record([count])
    ADJUSTMENTS.record([replace(loss, at=at(29), grams=1000)])

    with pytest.raises(GrilseError, match="a COUNT of this store and feed at 2024-01-31T12:00:00Z is there already"):
        ADJUSTMENTS.record([replace(count, grams=5)])


# Zone and first day; the clocks change on 31 March in Oslo, and at the midnight of 26 April in Cairo.
PLACES_AND_DAYS = (
    ("UTC", 20),
    ("UTC", 20),
    ("Pacific/Tongatapu", 20),
    ("Pacific/Honolulu", 20),
    ("Europe/Oslo", 84),
    ("Africa/Cairo", 110),
)


@pytest.mark.parametrize(("seed", "zone", "first"), [(seed, *there) for seed, there in enumerate(PLACES_AND_DAYS)])
def test_the_store_follows_from_its_facts_and_refuses_what_they_refuse(farm, acting, seed, zone, first):
    """60 random edits, each of which leads to what the facts say together, or is refused and changes nothing."""
    dice, done = random.Random(seed), 0
    set_zone(zone)
    for number in range(60):
        acts = dice.choice(ACTIONS)
        deliveries = {"counted_at": None} if acts is DELIVERIES else {}
        ids = list(acts.model._default_manager.filter(**deliveries).order_by("pk").values_list("pk", flat=True))
        verb, id = dice.choice(("record", "record", "correct", "withdraw")), dice.choice([*ids, 0])
        if verb != "record" and not id:
            continue
        entry, before = draw_entry(farm, dice, acts, number, first), read_history()
        gone = set() if verb == "record" else {name_row(acts.find_row(id))}
        point = transaction.savepoint()
        try:
            change_row(acts, verb, id, entry)
        except GrilseError as error:
            transaction.savepoint_rollback(point)
            assert read_history() == before
            if "does not hold" in str(error) or "gives the price" in str(error):
                facts = [fact for fact in before[1] if fact.name not in gone]
                with pytest.raises(Shortage):
                    follow(facts if verb == "withdraw" else [*facts, build_fact(entry, "new", zone)])
        else:
            done += 1
            assert_history_follows_from_its_facts()
    assert done > 20


@pytest.mark.parametrize("seed", range(2))
def test_a_corrected_time_zone_gives_the_history_that_it_would_have_given_from_the_start(farm, acting, seed):
    """A zone that is refused is one in which the store would not have held the feed, or a meal is not of its fish."""
    dice, moved = random.Random(seed), 0
    for number in range(40):
        acts = dice.choice(ACTIONS)
        with suppress(GrilseError):
            acts.record([draw_entry(farm, dice, acts, number)])
    for zone in ("Pacific/Tongatapu", "Pacific/Honolulu", "Asia/Tokyo", "America/Vancouver", "UTC") * 2:
        before = read_history()
        try:
            set_zone(zone)
        except GrilseError as error:
            assert read_history() == before
            if "outside its placement" not in str(error):
                with pytest.raises(Shortage):
                    follow(read_facts(zone))
        else:
            moved += read_history() != before
            assert_history_follows_from_its_facts()
    assert moved > 2


def set_zone(zone):
    with transaction.atomic():
        place = Geography.objects.get()
        places.change_place("geography", place.pk, {"name": place.name, "time_zone": zone}, reason="it was UTC")


def change_row(acts, verb, id, entry):
    if verb == "record":
        acts.record([entry])
    elif verb == "correct":
        acts.correct(id, entry, **WHY)
    else:
        acts.withdraw(id, **WHY)


def draw_entry(farm, dice, acts, number, first=20):
    """Return a random entry of 13 days, at noon or in the evening."""
    stock, day = {"store": farm.store, "feed": farm.feed}, dice.randint(first, first + 12)
    moment = at(day, dice.choice(HOURS))
    if acts is DELIVERIES:
        grams, price = dice.randint(1, 900_000), dice.randint(1000, 2000)
        return NewDelivery(**stock, number=f"N{number}", delivered=on(day), grams=grams, price_per_kg=price)
    if acts is MEALS:
        placement = farm.placements[dice.choice(("A/P1", "A/P2"))]
        return NewMeal(placement=placement, feed=farm.feed, at=moment, grams=dice.randint(1, 400_000))
    kind = dice.choice(("COUNT", "COUNT", "SPILLED", "SPOILED", "RETURNED"))
    return NewAdjustment(**stock, at=moment, kind=kind, grams=dice.randint(1, 600_000), reason="a torn bag")


def test_facts_entered_in_any_order_give_one_history(farm, acting):
    """A refused entry is tried again later, as people do; whatever order leads to all entries gives one history."""
    dice, complete = random.Random(7), 0
    FeedStore.objects.filter(pk=farm.store).update(capacity_kg=100_000)
    for number in range(40):
        entries = [
            (acts := dice.choice(ACTIONS), draw_entry(farm, dice, acts, 10 * number + place)) for place in range(6)
        ]
        histories = [enter_all(dice.sample(entries, len(entries))) for _ in range(2)]
        if None not in histories:
            complete += 1
            assert histories[0] == histories[1]
    assert complete > 10


def enter_all(entries):
    """Enter all, the refused again and again; return the history, None if some are refused for good."""
    point = transaction.savepoint()
    waiting = list(entries)
    while waiting:
        refused = []
        for acts, entry in waiting:
            step = transaction.savepoint()
            try:
                acts.record([entry])
            except GrilseError:
                transaction.savepoint_rollback(step)
                refused.append((acts, entry))
        if len(refused) == len(waiting):
            break
        waiting = refused
    history = None if waiting else read_history()[0]
    transaction.savepoint_rollback(point)
    return history


def test_the_store_of_a_site_without_pens_follows_the_time_zone_of_its_site(farm, acting, delivery, count):
    """In Tokyo the second delivery is in the store when it is counted."""
    home = Geography.objects.get()
    sites = [places.add_place("area", {"name": name, "geography": home.pk}) for name in ("Dock", "Quay")]
    store = places.add_place("feed store", {"name": "Shed", "capacity_kg": 1000.0, "area": sites[0]})
    for day, number in ((30, "D1"), (32, "D2")):
        DELIVERIES.record([replace(delivery, store=store, number=number, delivered=on(day), grams=100_000)])
    ADJUSTMENTS.record([replace(count, store=store, at=at(31, 20), grams=150_000)])
    differences = [StoreAdjustment.objects.get().difference]
    far = places.add_place("geography", {"name": "Chiloé", "time_zone": "America/Santiago"})
    for kind, id, values in (
        ("geography", home.pk, {"name": home.name, "time_zone": "Asia/Tokyo"}),
        ("area", sites[0], {"name": "Dock", "geography": far}),
        ("feed store", store, {"name": "Shed", "capacity_kg": 1000.0, "area": sites[1]}),
    ):
        places.change_place(kind, id, values, **WHY)
        differences.append(StoreAdjustment.objects.get().difference)
    assert differences == [50_000, -50_000, 50_000, -50_000]


def test_tomorrow_is_that_of_the_store(farm, acting, loss, delivery, monkeypatch):
    today = {"UTC": on(30), "Pacific/Kiritimati": on(31)}
    monkeypatch.setattr("grilse.stock.rules.get_today", today.__getitem__)
    tomorrow = {"at": datetime.fromisoformat(f"{on(32)}T01:30:00+14:00"), "grams": 1000}
    set_zone("Pacific/Kiritimati")
    ADJUSTMENTS.record([replace(loss, **tomorrow)])
    DELIVERIES.record([replace(delivery, delivered=on(32), grams=1000)])
    for attempt in (
        lambda: ADJUSTMENTS.record([replace(loss, at=tomorrow["at"] + timedelta(days=1))]),
        lambda: DELIVERIES.record([replace(delivery, number="L10", delivered=on(33))]),
    ):
        with pytest.raises(GrilseError, match=r"2024-02-03 is later than tomorrow \(Pacific/Kiritimati\)"):
            attempt()
