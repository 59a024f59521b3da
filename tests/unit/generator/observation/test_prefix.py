"""A history to a later day begins with the history to an earlier one."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from grilse.generator.load.batch_shard import simulate_and_observe
from grilse.generator.observation.batch_records import LOOK_AHEAD
from grilse.generator.observation.feed_supply import OpeningStock, supply_meals
from grilse.generator.observation.records import take_rows
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.science.days import to_epoch_day

# Fry, parr and smolts before a check and a move, post-smolts, fish that come to sea, and fish in harvest.
AGES = (20, 95, 178, 255, 269, 335, 352, 425, 441, 500, 700, 866)
LATER = (1, 30)
DAY = 86_400_000_000


@pytest.fixture(scope="module")
def runs(world):
    """The same batches up to a day, and up to some days after it."""
    plan = schedule_batches(world, ScheduleRequest(ages=AGES)).plan
    return [
        GeneratorRun(world=world, plan=replace(plan, until=plan.until + timedelta(days=days)), seed=7)
        for days in (0, *LATER)
    ]


@pytest.fixture(scope="module")
def histories(runs):
    """Truth and records of every batch, by run."""
    return [[simulate_and_observe(run, batch) for batch in run.plan.batches] for run in runs]


def find_early_rows(records, table, until):
    """Return a mask of the rows of a table up to a day."""
    columns = records.tables[table]
    if table == "environment_reading":
        return columns["at"] // DAY <= until
    if table == "stock_transferorder":
        moved = records.tables["stock_movement"]
        early = moved["order"][(moved["date"] <= until) & (moved["order"] >= 0)]
        return np.isin(np.arange(len(columns["number"])), early)
    if table == "health_healthscore":
        return records.tables["health_healthsample"]["date"][columns["sample"]] <= until
    if table == "planning_plannedstage":
        return np.ones(len(columns["start"]), bool)
    return columns.get("date", columns.get("start")) <= until


def cut_rows(records, table, until):
    """Return the rows of a table up to a day; a placement that ends later has not ended."""
    rows = {name: values[find_early_rows(records, table, until)] for name, values in records.tables[table].items()}
    if table == "stock_placement":
        rows["stop"] = np.where(rows["stop"] > until, -1, rows["stop"])
    return rows


@pytest.mark.parametrize("later", range(1, len(LATER) + 1))
def test_the_records_up_to_a_day_do_not_depend_on_the_end_of_the_history(runs, histories, later):
    until, different = to_epoch_day(runs[0].plan.until), {}
    for (truth, first), (_, second) in zip(histories[0], histories[later], strict=True):
        for table, columns in first.tables.items():
            rows = cut_rows(second, table, until)
            for name, values in columns.items():
                if not np.array_equal(values, rows[name], equal_nan=values.dtype.kind == "f"):
                    different.setdefault(f"{table}.{name}", []).append(truth.number)
    assert different == {}


@pytest.mark.parametrize("later", range(1, len(LATER) + 1))
def test_the_truth_up_to_a_day_does_not_depend_on_the_end_of_the_history(runs, histories, later):
    for (first, _), (second, _) in zip(histories[0], histories[later], strict=True):
        cut = second.cut_after(runs[0].plan.until)
        for name, values in vars(first).items():
            assert isinstance(values, dict) or np.array_equal(values, vars(cut)[name]), (first.number, name)
        for kind in ("moves", "culls", "harvests", "treatments", "vaccinations", "lice_counts"):
            for name, values in vars(first)[kind].items():
                assert np.array_equal(values, vars(cut)[kind][name]), (first.number, kind, name)


def test_the_compared_records_hold_moves_and_harvests_near_the_end(runs, histories):
    until = to_epoch_day(runs[0].plan.until)
    near = {
        kind
        for _, records in histories[-1]
        for kind, date in zip(
            records.tables["stock_movement"]["kind"].tolist(),
            records.tables["stock_movement"]["date"].tolist(),
            strict=True,
        )
        if until < date <= until + 30
    }
    assert {"TRANSFER", "HARVEST", "MORTALITY", "COUNT_CORRECTION"} <= near


@pytest.mark.parametrize("later", range(1, len(LATER) + 1))
def test_the_meals_up_to_a_day_do_not_depend_on_the_end_of_the_history(runs, histories, later):
    until = to_epoch_day(runs[0].plan.until)
    for (_, first), (_, second) in zip(histories[0], histories[later], strict=True):
        early, same = (meals["at"] // DAY <= until for meals in (first.meals, second.meals))
        for name in first.meals:
            assert np.array_equal(first.meals[name][early], second.meals[name][same])


@pytest.mark.parametrize("days", LATER)
def test_the_deliveries_up_to_a_day_do_not_depend_on_the_end_of_the_history(world, histories, days):
    barge = next(store for store in world.feed_stores if store.area)
    meals = max((records.meals for _, records in histories[-1]), key=lambda meals: meals["at"].size)
    meals = take_rows(meals, np.lexsort((meals["placement"], meals["at"])))
    until = int(meals["at"].max() // DAY) - LOOK_AHEAD - days
    first, later = (
        supply_meals(world, barge.name, take_rows(meals, meals["at"] // DAY <= last + LOOK_AHEAD), 7, last)
        for last in (until, until + days)
    )
    early = later.lots["delivered"] <= until
    for name in first.lots:
        assert name == "drawn" or np.array_equal(first.lots[name], later.lots[name][early]), name
    size = first.draws.meal.size
    assert np.array_equal(first.cost, later.cost[: first.cost.size])
    assert np.array_equal(first.draws.lot, later.draws.lot[:size])
    assert np.array_equal(first.draws.grams, later.draws.grams[:size])


def test_a_store_goes_on_from_what_its_lots_hold(world, histories):
    barge = next(store for store in world.feed_stores if store.area)
    meals = max((records.meals for _, records in histories[-1]), key=lambda meals: meals["at"].size)
    meals = take_rows(meals, np.lexsort((meals["placement"], meals["at"])))
    last = int(meals["at"].max() // DAY) - LOOK_AHEAD
    middle = last - 40
    complete = supply_meals(world, barge.name, meals, 7, last)
    first = supply_meals(world, barge.name, meals, 7, middle)
    left = first.lots["grams"] - first.lots["drawn"]
    kept = np.flatnonzero(left)
    opening = OpeningStock(
        feed=first.lots["feed"][kept],
        grams=left[kept],
        price_per_kg=first.lots["price_per_kg"][kept],
        lots_before=left.size,
    )
    rest = supply_meals(world, barge.name, take_rows(meals, meals["at"] // DAY > middle), 7, last, opening)
    for name in set(complete.lots) - {"drawn"}:
        assert np.array_equal(rest.lots[name], complete.lots[name][left.size :]), name
    assert np.array_equal(rest.cost, complete.cost[first.cost.size :])
    numbers = np.concatenate([first.lots["number"][kept], rest.lots["number"]])
    assert np.array_equal(numbers[rest.draws.lot], complete.lots["number"][complete.draws.lot[first.draws.lot.size :]])
