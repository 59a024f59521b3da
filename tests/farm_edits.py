"""Edits of the farm of `tests.edited_farm`, and how to draw them at random."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import strategies as st
from tests.edited_farm import LAST, PLACEMENTS, at, on

from grilse.confirmation import accept_confirmed
from grilse.environment import actions as water
from grilse.errors import GrilseError
from grilse.feeding.actions import meals
from grilse.feeding.models import Meal
from grilse.health.actions import treatments
from grilse.health.models import Treatment
from grilse.stock.actions import movements, weight_samples
from grilse.stock.models import Movement, WeightSample


@accept_confirmed(True)
def lose_fish(farm, stay, kind, count):
    name, day = stay
    movements.record_movements(
        [movements.NewMovement(date=on(day), kind=kind, count=count, source=farm.placements[name])]
    )


@accept_confirmed(True)
def stock_fish(farm, stay, count, grams):
    name, day = stay
    target = farm.placements[name]
    movements.record_movements(
        [movements.NewMovement(date=on(day), kind="STOCKING", count=count, target=target, mean_weight_g=grams)]
    )


@accept_confirmed(True)
def move_fish(farm, source, target, day, count, grams):
    row = movements.NewMovement(
        date=on(day),
        kind="TRANSFER",
        count=count,
        source=farm.placements[source],
        target=farm.placements[target],
        mean_weight_g=grams,
    )
    movements.record_movements([row])


@accept_confirmed(True)
def correct_movement(farm, i, fewer, later, grams):
    old = get_nth_row(Movement.objects.all(), i)
    row = build_correction(old, 1 - min(fewer, old.count), grams)
    movements.correct_movement(old.pk, replace(row, date=old.date + timedelta(days=later)), reason="counted again")


def withdraw_movement(farm, i):
    movements.withdraw_movements([get_nth_row(Movement.objects.filter(count__gt=0), i).pk], reason="never moved")


@accept_confirmed(True)
def correct_split(farm, more, grams):
    """Correct both rows of a move at once: the placement that they closed still balances."""
    split = list_effective_movements().filter(kind="TRANSFER", source=farm.placements["A/T1"])
    first, second = split.order_by("target_id")
    movements.record_movements(
        [build_correction(first, more, grams), build_correction(second, -more, grams)], reason="split otherwise"
    )


def withdraw_mixing(farm, i):
    arrivals = list_effective_movements().filter(target=farm.placements["C/P4"], count__gt=0)
    # Without the first arrival the placement would start after its records.
    mixed = arrivals.exclude(pk=arrivals.earliest("date", "pk").pk)
    movements.withdraw_movements([get_nth_row(mixed, i).pk], reason="never mixed")


@accept_confirmed(True)
def record_sample(farm, stay, grams):
    weight_samples.record_samples([build_sample(farm, stay, grams)])


@accept_confirmed(True)
def correct_sample(farm, i, stay, grams):
    weight_samples.correct_sample(
        get_nth_row(WeightSample.objects.all(), i).pk, build_sample(farm, stay, grams), reason="scale was off"
    )


def withdraw_sample(farm, i):
    weight_samples.withdraw_sample(get_nth_row(WeightSample.objects.all(), i).pk, reason="of another pen")


def exclude_sample(farm, i):
    weight_samples.exclude_sample(get_nth_row(WeightSample.objects.filter(not_representative=""), i).pk, "sick fish")


def include_sample(farm, i):
    weight_samples.include_sample(get_nth_row(WeightSample.objects.exclude(not_representative=""), i).pk)


@accept_confirmed(True)
def record_readings(farm, name, day, values):
    """A reading a day, from a day on."""
    first = np.datetime64(at(day).replace(tzinfo=None), "us")
    water.record_readings(
        water.Readings(
            container=np.full(len(values), farm.containers[name.split("/")[1]]),
            at=first + np.arange(len(values)) * np.timedelta64(1, "D"),
            measured={"temperature_c": np.array(values)},
        )
    )


def withdraw_reading(farm, name, day):
    when = np.array([at(day).replace(tzinfo=None)], "datetime64[us]")
    water.withdraw_container_readings(farm.containers[name.split("/")[1]], when, "of another pen")


def record_meal(farm, stay, grams):
    meals.record_meals([build_meal(farm, stay, grams)])


def correct_meal(farm, i, stay, grams):
    meals.correct_meal(get_nth_row(Meal.objects.all(), i).pk, build_meal(farm, stay, grams), reason="typed wrong")


def withdraw_meal(farm, i):
    meals.withdraw_meal(get_nth_row(Meal.objects.all(), i).pk, reason="not fed")


def record_treatment(farm, stay):
    treatments.record_treatments([build_treatment(farm, stay)])


def correct_treatment(farm, i, stay):
    treatments.correct_treatment(
        get_nth_row(Treatment.objects.all(), i).pk, build_treatment(farm, stay), reason="typed wrong"
    )


def withdraw_treatment(farm, i):
    treatments.withdraw_treatment(get_nth_row(Treatment.objects.all(), i).pk, reason="not given")


def get_nth_row(rows, i):
    """Return the i-th row, counted round; refuse where there is none."""
    matches = list(rows.order_by("pk"))
    if not matches:
        raise GrilseError("nothing to edit")
    return matches[i % len(matches)]


def list_effective_movements():
    """Return the rows of the ledger that count."""
    return Movement.objects.exclude(pk__in=Movement.objects.filter(replaces__isnull=False).values("replaces"))


def build_correction(old, more, grams):
    """Return a row that replaces one, with more fish and another weight."""
    return movements.NewMovement(
        date=old.date,
        kind=old.kind,
        count=old.count + more,
        source=old.source_id,
        target=old.target_id,
        mean_weight_g=grams,
        replaces=old.pk,
    )


def build_sample(farm, stay, grams):
    name, day = stay
    return weight_samples.NewSample(placement=farm.placements[name], date=on(day), fish_weighed=50, mean_weight_g=grams)


def build_meal(farm, stay, grams):
    name, day = stay
    product = farm.feed if "/P" in name else None
    return meals.NewMeal(placement=farm.placements[name], at=at(day, 9), grams=grams, feed=product)


def build_treatment(farm, stay):
    name, day = stay
    return treatments.NewTreatment(
        placement=farm.placements[name], kind="delousing", method="thermal", start=on(day), stop=on(day)
    )


def draw_stays(name):
    """Draw a day on which fish stood in a placement, and its name."""
    _, start, stop = PLACEMENTS[name]
    return st.tuples(st.just(name), st.integers(start, (LAST if stop is None else stop) - 1))


STAY = st.sampled_from(list(PLACEMENTS)).flatmap(draw_stays)
PEN, PLACE = st.sampled_from([name for name in PLACEMENTS if "/P" in name]), st.sampled_from(list(PLACEMENTS))
DAY, LATE = st.integers(0, LAST), st.integers(29, LAST)
WHICH, FISH, GRAMS = st.integers(0, 30), st.integers(1, 400), st.integers(1_000, 90_000)
WEIGHT = st.floats(60, 260).map(lambda grams: round(grams, 1))
WATER = st.lists(st.floats(2, 16).map(lambda celsius: round(celsius, 2)), min_size=1, max_size=5)


def draw_edits(verb, *drawn):
    """Draw an edit: what is done, and with what."""
    return st.tuples(st.just(verb), *drawn)


MOVES = st.one_of(
    draw_edits(lose_fish, STAY, st.sampled_from(["MORTALITY", "CULL", "ESCAPE", "HARVEST"]), FISH),
    draw_edits(stock_fish, STAY, FISH, WEIGHT),
    draw_edits(move_fish, PEN, PEN, LATE, FISH, st.none() | WEIGHT),
    draw_edits(correct_movement, WHICH, FISH, st.integers(-2, 2), st.none() | WEIGHT),
    draw_edits(withdraw_movement, WHICH),
    draw_edits(correct_split, st.integers(-2_000, 2_000), st.none() | WEIGHT),
    draw_edits(withdraw_mixing, WHICH),
)
WEIGHTS = st.one_of(
    draw_edits(record_sample, STAY, WEIGHT),
    draw_edits(correct_sample, WHICH, STAY, WEIGHT),
    draw_edits(withdraw_sample, WHICH),
    draw_edits(exclude_sample, WHICH),
    draw_edits(include_sample, WHICH),
)
OTHERS = st.one_of(
    draw_edits(record_readings, PLACE, DAY, WATER),
    draw_edits(withdraw_reading, PLACE, DAY),
    draw_edits(record_meal, STAY, GRAMS),
    draw_edits(correct_meal, WHICH, STAY, GRAMS),
    draw_edits(withdraw_meal, WHICH),
    draw_edits(record_treatment, STAY),
    draw_edits(correct_treatment, WHICH, STAY),
    draw_edits(withdraw_treatment, WHICH),
)
EDITS = st.one_of(MOVES, WEIGHTS, OTHERS)
