"""The fingerprint sees every change of content, and nothing else."""

import random

import pytest
from tests.integration.exchange.test_export import build_full_package
from tests.package_files import write_package

from grilse.exchange.company import get_company
from grilse.exchange.fingerprint import compute_fingerprint, compute_owner_hashes
from grilse.exchange.imports import import_package


@pytest.fixture
def full_company(rolled_back_connection, tmp_path):
    """A company with rows in every table."""
    import_package(rolled_back_connection, write_package(tmp_path / "p", build_full_package()), company_name="One")
    return get_company(rolled_back_connection, "One")[1]


def test_the_order_of_rows_makes_no_difference(rolled_back_connection, full_company, tmp_path):
    tables = build_full_package()
    for name, rows in tables.items():
        if name != "feed_lots":  # whose order says which is drawn first
            random.Random(3).shuffle(rows)
    import_package(rolled_back_connection, write_package(tmp_path / "q", tables), company_name="Two")

    assert compute_fingerprint(
        rolled_back_connection, get_company(rolled_back_connection, "Two")[1]
    ) == compute_fingerprint(rolled_back_connection, full_company)


CHANGES = {
    "geographies": "UPDATE farm_geography SET code = 'X' WHERE name = 'Scotland'",
    "areas": "UPDATE farm_area SET latitude = latitude + 1e-9",
    "stations": "UPDATE farm_station SET longitude = NULL",
    "halls": "UPDATE farm_hall SET fallow_days = 8",
    "containers": "UPDATE farm_container SET volume_m3 = 1001 WHERE name = 'A1'",
    "feed_stores": "UPDATE farm_feedstore SET capacity_kg = 1",
    "sensors": "UPDATE farm_sensor SET removed = '2024-01-19' WHERE removed IS NOT NULL",
    "temperature_profiles": "UPDATE growth_temperatureprofile SET sd_c = 1 WHERE area_id IS NULL",
    "lice_limits": "UPDATE health_licelimit SET source = ''",
    "batches": "UPDATE stock_batch SET start_date = start_date - 1",
    "plan_stages": "UPDATE planning_plannedstage SET stop = stop + 1",
    "placements": "UPDATE stock_placement SET stop = stop + 1 WHERE stop IS NOT NULL",
    "orders": "UPDATE stock_transferorder SET status = 'in progress'",
    "movements": "UPDATE stock_movement SET count = count + 1 WHERE kind = 'TRANSFER'",
    "weights": "UPDATE stock_weightsample SET sd_g = NULL",
    "harvest_grades": "UPDATE stock_harvestgrade SET gutted_kg = 166.126",
    "environment": "UPDATE environment_reading SET ph = 7.94",
    "feeds": "UPDATE feeding_feed SET pellet_mm = 4",
    "feed_lots": "UPDATE feeding_feedlot SET supplier = 'x' WHERE number = 'L1'",
    "meals": "UPDATE feeding_meal SET grams = grams + 1",
    "draws": "UPDATE feeding_draw SET grams = grams - 1 WHERE grams = 2345",
    "store_adjustments": "UPDATE feeding_storeadjustment SET reason = 'x'",
    "store_draws": "UPDATE feeding_storedraw SET grams = grams - 1",
    "lice": "UPDATE health_licecount SET caligus = NULL",
    "treatments": "UPDATE health_treatment SET efficacy = 0.86",
    "health_samples": "UPDATE health_healthscore SET score_0 = 69, score_1 = 4 WHERE parameter = 'gill'",
}
OF_BATCH = {
    "batches",
    "plan_stages",
    "placements",
    "orders",
    "movements",
    "weights",
    "harvest_grades",
    "environment",
    "lice",
    "treatments",
    "health_samples",
}
OF_STORE = {"feed_lots", "meals", "draws", "store_adjustments", "store_draws"}


@pytest.mark.parametrize("table", CHANGES)
def test_a_change_of_content_changes_its_table_and_the_whole(rolled_back_connection, full_company, table):
    before, parts = (
        compute_fingerprint(rolled_back_connection, full_company),
        compute_owner_hashes(rolled_back_connection, full_company),
    )

    rolled_back_connection.execute(CHANGES[table])

    after, parts_after = (
        compute_fingerprint(rolled_back_connection, full_company),
        compute_owner_hashes(rolled_back_connection, full_company),
    )
    assert after.total != before.total
    assert after.tables[table] != before.tables[table]
    changed = {kind for kind, name in parts if parts[kind, name] != parts_after[kind, name]}
    assert changed >= ({"batch"} if table in OF_BATCH else {"store"} if table in OF_STORE else set())


ADDED = {
    "weights": "UPDATE stock_weightsample SET {}",
    "harvest_grades": "UPDATE stock_harvestgrade SET {}",
    "movements": "UPDATE stock_movement SET {} WHERE replaces_id IS NOT NULL",
}


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ("weights", "not_representative = 'sick fish, at the surface'"),
        ("weights", "mean_length_cm = 31.5"),
        ("harvest_grades", "lot = 'NO-24-118'"),
        ("movements", "reason = 'counted again'"),
    ],
)
def test_what_is_added_to_a_record_later_is_content(rolled_back_connection, full_company, table, what):
    before = compute_fingerprint(rolled_back_connection, full_company)

    rolled_back_connection.execute(ADDED[table].format(what))

    assert compute_fingerprint(rolled_back_connection, full_company).tables[table] != before.tables[table]


def test_what_a_correction_replaces_is_content(rolled_back_connection, full_company):
    before = compute_fingerprint(rolled_back_connection, full_company)

    rolled_back_connection.execute(
        "UPDATE stock_movement m SET replaces_id = NULL WHERE count = 10 AND replaces_id IS NOT NULL"
    )

    assert compute_fingerprint(rolled_back_connection, full_company).tables["movements"] != before.tables["movements"]


def test_ids_and_times_of_entry_are_no_content(rolled_back_connection, full_company):
    before = compute_fingerprint(rolled_back_connection, full_company)

    rolled_back_connection.execute("UPDATE stock_movement SET entered_at = entered_at - interval '1 day'")
    rolled_back_connection.execute("UPDATE stock_batch SET status = 'closed'")
    rolled_back_connection.execute("UPDATE health_licecount SET id = id + 1000")

    assert compute_fingerprint(rolled_back_connection, full_company) == before


def test_every_row_counts_once_though_rows_be_alike(rolled_back_connection, full_company):
    before = compute_fingerprint(rolled_back_connection, full_company)

    rolled_back_connection.execute(
        "INSERT INTO stock_movement (company_id, date, kind, count, source_id, cause)"
        " SELECT company_id, date, kind, count, source_id, cause FROM stock_movement"
        " WHERE kind = 'MORTALITY' AND count > 0 LIMIT 1"
    )

    assert compute_fingerprint(rolled_back_connection, full_company).tables["movements"] != before.tables["movements"]


def test_the_parts_of_a_history_are_its_batches_and_the_feed_of_its_sites(rolled_back_connection, full_company):
    assert set(compute_owner_hashes(rolled_back_connection, full_company)) == {("batch", "B-1"), ("store", "Loch A")}


def test_real_records_have_one_fingerprint_on_every_server(rolled_back_connection, package):
    import_package(rolled_back_connection, package("scottish-pens"))
    tables = compute_fingerprint(rolled_back_connection).tables

    assert {name: tables[name] for name in ("movements", "weights", "environment", "lice")} == {
        "movements": "5079a50739e761c1ec20ece3d3c7cb4d",
        "weights": "522cdac297fa7389083a781a257af790",
        "environment": "a5ba892fb3bcdbcaeaffb9e32ae7ef32",
        "lice": "72429cc15668cb0ed26b19668bf02fcb",
    }
