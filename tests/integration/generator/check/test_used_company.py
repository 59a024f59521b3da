"""A generated company in which people have worked: `grilse check data` is green, and red after a silent change."""

import psycopg
import pytest
from tests.company_work import DB, work_in_company

from grilse.exchange.original_rows import find_original_rows
from grilse.generator.check import run_checks
from grilse.generator.check.events import check_feed, check_shards
from grilse.stock.models import Placement

SHARDS, HISTORY = "the content of each shard has the recorded hash", "what people entered agrees with its history"


@pytest.fixture(scope="module")
def used_company(history):
    """What somebody with a role in the whole company entered, corrected and withdrew."""
    return work_in_company(Placement.objects.using(DB).filter(batch__number__contains="-", stop=None)[0].company_id)


@pytest.fixture
def owner(history, used_company):
    """A connection past Grilse, whose changes go with the test."""
    with psycopg.connect(history) as connection:
        yield connection
        connection.rollback()


def list_failures(checks):
    return {check.name: check.detail for check in checks if not check.ok}


def list_shard_failures(connection):
    """Return what `run_checks` finds of shards and of history, without its other parts."""
    return list_failures(check_shards(connection, find_original_rows(connection)))


def test_peoples_work_leaves_the_check_green(owner):
    assert list_failures(run_checks(owner)) == {}


UNTOUCHED = (
    "id = (SELECT max(x.id) FROM {table} x JOIN stock_placement p ON p.id = x.placement_id"
    " JOIN generator_shard g ON g.kind = 'batch' AND g.key = (SELECT number FROM stock_batch WHERE id = p.batch_id)"
    " WHERE NOT EXISTS (SELECT FROM {table}event e WHERE e.pgh_obj_id = x.id))"
)
SILENT = {
    "weights": ("stock_weightsample", "UPDATE {table} SET mean_weight_g = mean_weight_g + 0.1 WHERE {untouched}"),
    "lice": ("health_licecount", "UPDATE {table} SET fish_counted = fish_counted + 1 WHERE {untouched}"),
    "treatments": ("health_treatment", "UPDATE {table} SET withdrawal_days = withdrawal_days + 1 WHERE {untouched}"),
    "health_samples": ("health_healthsample", "UPDATE {table} SET fish = fish + 1 WHERE {untouched}"),
    "harvest_grades": ("stock_harvestgrade", "UPDATE {table} SET gutted_kg = gutted_kg + 1 WHERE {untouched}"),
    "meals": ("feeding_meal", "UPDATE {table} SET at = at + interval '1 second' WHERE {untouched}"),
    "feed_lots": (
        "feeding_feedlot",
        (
            "UPDATE {table} SET supplier = 'nobody' WHERE id = (SELECT max(id) FROM {table} x"
            " WHERE NOT EXISTS (SELECT FROM feeding_feedlotevent e WHERE e.pgh_obj_id = x.id))"
        ),
    ),
    "placements": (
        "stock_placement",
        (
            "UPDATE {table} SET name = name || '?' WHERE id = (SELECT min(id) FROM {table} x"
            " WHERE NOT EXISTS (SELECT FROM stock_placementevent e WHERE e.pgh_obj_id = x.id))"
        ),
    ),
    "movements": (
        "stock_movement",
        (
            "UPDATE {table} SET cause = 'OTHER' WHERE id = (SELECT min(id) FROM {table} WHERE author_id IS NULL"
            " AND kind = 'MORTALITY')"
        ),
    ),
    "environment": (
        "environment_reading",
        (
            "UPDATE {table} SET temperature_c = temperature_c + 0.5 WHERE (container_id, at) = (SELECT p.container_id,"
            " min(r.at) FROM stock_placement p JOIN {table} r ON r.container_id = p.container_id AND r.at > p.start"
            " WHERE r.temperature_c IS NOT NULL GROUP BY p.id ORDER BY p.id LIMIT 1)"
        ),
    ),
}


@pytest.mark.parametrize("name", SILENT)
@pytest.mark.parametrize("triggers", [False, True], ids=["without triggers", "past Grilse"])
def test_a_silent_change_of_a_loaded_record_is_red_and_names_shard_and_table(owner, name, triggers):
    table, fault = SILENT[name]
    if not triggers:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    changed = owner.execute(fault.format(table=table, untouched=UNTOUCHED.format(table=table)))
    assert changed.rowcount == 1

    detail = list_shard_failures(owner)[SHARDS]
    assert f"{name})" in detail or f"{name}," in detail


def test_a_movement_that_nobody_entered_is_red(owner):
    owner.execute(
        "INSERT INTO stock_movement (company_id, date, kind, source_id, count)"
        " SELECT company_id, date, kind, source_id, 1 FROM stock_movement"
        " WHERE kind = 'MORTALITY' AND author_id IS NULL ORDER BY id LIMIT 1"
    )
    assert "movements" in list_shard_failures(owner)[SHARDS]


@pytest.mark.parametrize(
    "fault",
    ["UPDATE stock_weightsample SET fish_weighed = 99 WHERE id = {}", "DELETE FROM stock_weightsample WHERE id = {}"],
)
def test_a_silent_change_of_what_somebody_entered_is_red(owner, used_company, fault):
    owner.execute("ALTER TABLE stock_weightsample DISABLE TRIGGER USER")
    owner.execute(fault.format(used_company.sample))
    assert list_shard_failures(owner)[HISTORY] == "1 of stock_weightsample"


def test_a_cost_that_does_not_follow_from_its_draws_is_red_in_a_used_company_too(owner):
    owner.execute("UPDATE feeding_meal SET cost = cost + 1 WHERE id = (SELECT min(meal_id) FROM feeding_draw)")
    assert "each meal costs what its draws cost" in list_failures(check_feed(owner))
