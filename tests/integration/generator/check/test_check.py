"""`grilse check data` holds on what was generated and imported, and turns red on each fault planted."""

from pathlib import Path

import psycopg
import pytest

from grilse.exchange.original_rows import find_original_rows
from grilse.exchange.tables import TABLES
from grilse.generator.check import run_checks
from grilse.generator.check.staff import check_staff_bands, check_staff_laws, check_tracks


@pytest.fixture
def faulty_connection(history):
    """A connection whose faults go with the test."""
    with psycopg.connect(history) as connection:
        yield connection
        connection.rollback()


def list_failed_checks(connection):
    """Return the names of what does not hold."""
    return {check.name for check in run_checks(connection) if not check.ok}


def test_everything_holds_on_a_sound_history(faulty_connection):
    checks = run_checks(faulty_connection)

    assert [check for check in checks if not check.ok] == []
    assert len(checks) == len({check.name for check in checks}) > 50


def test_laws_cover_imported_batches_and_bands_generated_ones(faulty_connection):
    details = {check.name: check.detail for check in run_checks(faulty_connection)}

    assert details["fish are conserved in every batch"] == "3 batches"
    assert details["true weight falls by at most 0.3 % per day"].endswith("hidden truth of 2 batches")
    assert details["survival from eggs to harvest, median"] == "0 batches", "the imported one is harvested"


def test_one_fish_too_many_in_a_transfer_is_red(faulty_connection):
    faulty_connection.execute(
        "UPDATE stock_movement SET count = count + 1 WHERE id = (SELECT min(m.id) FROM stock_movement m"
        " JOIN stock_placement p ON p.id = m.source_id WHERE m.kind = 'TRANSFER' AND p.stop IS NOT NULL)"
    )

    assert list_failed_checks(faulty_connection) >= {
        "the movements of each closed placement sum to zero",
        "no placement has fewer than zero fish on any day",
        "the content of each shard has the recorded hash",
    }


def test_one_fish_too_many_in_a_transfer_of_an_imported_batch_is_red(faulty_connection):
    faulty_connection.execute(
        "UPDATE stock_movement SET count = count + 1 WHERE id = (SELECT min(m.id) FROM stock_movement m"
        " JOIN stock_placement p ON p.id = m.source_id JOIN stock_batch b ON b.id = p.batch_id"
        " WHERE m.kind = 'TRANSFER' AND b.number = 'FAR-2023-001')"
    )

    assert list_failed_checks(faulty_connection) >= {
        "the movements of each closed placement sum to zero",
        "no placement has fewer than zero fish on any day",
    }


def test_fish_that_nobody_took_out_are_red(faulty_connection):
    faulty_connection.execute(
        "UPDATE stock_movement SET count = count - 1 WHERE id = (SELECT min(m.id) FROM stock_movement m"
        " JOIN stock_placement p ON p.id = m.source_id WHERE m.kind = 'MORTALITY' AND p.stop IS NOT NULL"
        " AND m.count > 1)"
    )

    assert list_failed_checks(faulty_connection) >= {
        "the movements of each closed placement sum to zero",
        "fish are conserved in every batch",
        "fish are conserved in every company",
    }


def test_a_move_that_leaves_its_fish_behind_too_is_red(faulty_connection):
    """The double of day 91: what arrived was stocked anew, and the source still holds it."""
    faulty_connection.execute(
        "UPDATE stock_movement SET kind = 'STOCKING', source_id = NULL WHERE id ="
        " (SELECT min(m.id) FROM stock_movement m JOIN stock_placement p ON p.id = m.source_id"
        " WHERE m.kind = 'TRANSFER' AND p.stop = m.date)"
    )

    assert "a transfer within a batch does not change its number of fish" in list_failed_checks(faulty_connection)


def test_a_meal_outside_its_placement_is_red(faulty_connection):
    faulty_connection.execute(
        "UPDATE feeding_meal m SET at = p.stop + interval '1 hour' FROM stock_placement p"
        " WHERE p.id = m.placement_id AND m.id = (SELECT max(x.id) FROM feeding_meal x"
        " JOIN stock_placement y ON y.id = x.placement_id WHERE y.stop IS NOT NULL)"
    )

    assert "the date of every meal is within its placement" in list_failed_checks(faulty_connection)


@pytest.mark.parametrize(
    ("table", "column", "name"),
    [
        ("stock_weightsample", "date", "weight sample"),
        ("health_licecount", "date", "lice count"),
        ("health_healthsample", "date", "health sample"),
        ("stock_harvestgrade", "date", "harvest grade"),
    ],
)
def test_any_event_outside_its_placement_is_red(faulty_connection, table, column, name):
    faulty_connection.execute(f"UPDATE {table} SET {column} = {column} - 1000 WHERE id = (SELECT min(id) FROM {table})")

    assert f"the date of every {name} is within its placement" in list_failed_checks(faulty_connection)


def test_a_lot_overdrawn_is_red(faulty_connection):
    faulty_connection.execute("ALTER TABLE feeding_feedlot DROP CONSTRAINT feeding_feedlot_not_overdrawn")
    faulty_connection.execute(
        "UPDATE feeding_draw SET grams = grams + 1 WHERE lot_id = (SELECT min(id) FROM feeding_feedlot"
        " WHERE drawn = grams)"
    )

    assert list_failed_checks(faulty_connection) >= {"no lot is overdrawn", "the draws of each meal sum to its mass"}


def test_the_database_itself_refuses_an_overdrawn_lot(faulty_connection):
    with pytest.raises(psycopg.errors.CheckViolation, match="not_overdrawn"):
        faulty_connection.execute(
            "UPDATE feeding_draw SET grams = grams + 1"
            " WHERE lot_id IN (SELECT id FROM feeding_feedlot WHERE drawn = grams)"
        )


def test_a_newer_delivery_drawn_first_is_red(faulty_connection):
    faulty_connection.execute(
        "UPDATE feeding_feedlot SET delivered = delivered + 400 WHERE id = (SELECT lot_id FROM feeding_draw"
        " GROUP BY lot_id HAVING count(*) > 1 ORDER BY lot_id LIMIT 1)"
    )

    assert list_failed_checks(faulty_connection) >= {
        "no lot is drawn before its delivery",
        "the oldest delivery of a product in a store is drawn first",
    }


def test_a_difference_that_does_not_follow_from_its_count_is_red(faulty_connection):
    """All that was ever delivered and fed leaves this store some feed, and a count that found as much says nothing."""
    faulty_connection.execute(
        "INSERT INTO feeding_storeadjustment (company_id, store_id, feed_id, at, kind, grams, difference)"
        " SELECT company_id, store_id, feed_id, now(), 'COUNT', sum(grams - drawn), %s FROM feeding_feedlot"
        " GROUP BY 1, 2, 3 ORDER BY 2, 3 LIMIT 1",
        [0],
    )
    law = "counts of feed stores differ by what deliveries, meals and losses leave"
    assert law not in list_failed_checks(faulty_connection)
    faulty_connection.execute("UPDATE feeding_storeadjustment SET grams = grams + 1")

    assert law in list_failed_checks(faulty_connection)


def test_the_database_refuses_two_placements_in_one_pen(faulty_connection):
    with pytest.raises(psycopg.errors.ExclusionViolation, match="stock_placement_one_at_a_time"):
        faulty_connection.execute(
            "INSERT INTO stock_placement (company_id, batch_id, container_id, stage_id, name, start, stop)"
            " SELECT company_id, batch_id, container_id, stage_id, 'a second', start + 1, stop"
            " FROM stock_placement WHERE id = (SELECT min(id) FROM stock_placement)"
        )


def test_two_placements_in_one_pen_are_red_where_nothing_refuses_them(faulty_connection):
    faulty_connection.execute("ALTER TABLE stock_placement DROP CONSTRAINT stock_placement_one_at_a_time")
    faulty_connection.execute(
        "INSERT INTO stock_placement (company_id, batch_id, container_id, stage_id, name, start, stop)"
        " SELECT company_id, batch_id, container_id, stage_id, 'a second', start + 1, stop"
        " FROM stock_placement WHERE id = (SELECT min(id) FROM stock_placement)"
    )

    assert list_failed_checks(faulty_connection) >= {
        "no two placements are in one container at the same time",
        "no index or constraint is missing",
        "the content of each shard has the recorded hash",
    }


def test_a_movement_deleted_from_an_open_placement_is_red(faulty_connection):
    faulty_connection.execute(
        "DELETE FROM stock_movement WHERE id = (SELECT max(m.id) FROM stock_movement m"
        " JOIN stock_placement p ON p.id = m.source_id WHERE m.kind = 'MORTALITY' AND p.stop IS NULL)"
    )

    assert list_failed_checks(faulty_connection) == {
        "the content of each shard has the recorded hash",
        "the count of every daily state equals the ledger's",
        "the count of every batch state is the sum of its placements",
    }


def test_without_states_only_its_shard_knows_of_a_movement_deleted_from_an_open_placement(faulty_connection):
    faulty_connection.execute("DELETE FROM growth_dailystate")
    faulty_connection.execute("DELETE FROM growth_batchstate")
    faulty_connection.execute(
        "DELETE FROM stock_movement WHERE id = (SELECT max(m.id) FROM stock_movement m"
        " JOIN stock_placement p ON p.id = m.source_id WHERE m.kind = 'MORTALITY' AND p.stop IS NULL)"
    )

    assert list_failed_checks(faulty_connection) == {"the content of each shard has the recorded hash"}


@pytest.mark.parametrize("index", ["stock_movement_source", "feeding_draw_lot"])
def test_a_missing_index_is_red(faulty_connection, index):
    faulty_connection.execute(f"DROP INDEX {index}")

    assert list_failed_checks(faulty_connection) == {"no index or constraint is missing"}


def test_a_reading_of_no_container_is_red(faulty_connection):
    faulty_connection.execute(
        "INSERT INTO environment_reading (company_id, container_id, at, temperature_c)"
        " SELECT company_id, -5, at, 1 FROM environment_reading LIMIT 1"
    )

    assert "every reading is of a container that exists" in list_failed_checks(faulty_connection)


def test_an_order_whose_targets_got_other_fish_is_red(faulty_connection):
    faulty_connection.execute(
        "INSERT INTO stock_movement (company_id, date, kind, source_id, target_id, count, order_id)"
        " SELECT company_id, date, kind, source_id, target_id, 5, NULL FROM stock_movement"
        " WHERE order_id IS NOT NULL ORDER BY id LIMIT 1"
    )

    assert "all transfers of a batch into a placement on one day belong to an order, or none" in list_failed_checks(
        faulty_connection
    )


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (
            "UPDATE stock_transferorder SET status = 'planned'",
            "planned and cancelled orders have no movements, all others have some",
        ),
        (
            "UPDATE stock_transferorder SET batch_id = (SELECT min(id) FROM stock_batch)",
            "the movements of an order are transfers from its batch",
        ),
    ],
)
def test_an_order_that_is_not_what_was_moved_is_red(faulty_connection, fault, name):
    faulty_connection.execute(fault)

    assert name in list_failed_checks(faulty_connection)


def test_a_state_that_is_not_the_ledgers_is_red(faulty_connection):
    faulty_connection.execute(
        "UPDATE growth_dailystate SET count = 2 * count WHERE placement_id = (SELECT min(target_id)"
        " FROM stock_movement WHERE kind = 'TRANSFER')"
    )

    assert list_failed_checks(faulty_connection) == {"the count of every daily state equals the ledger's"}


def test_a_batch_state_that_is_not_the_sum_is_red(faulty_connection):
    faulty_connection.execute("UPDATE growth_batchstate SET count = 2 * count WHERE day = 91")

    assert list_failed_checks(faulty_connection) == {"the count of every batch state is the sum of its placements"}


def test_a_meal_that_costs_something_else_is_red(faulty_connection):
    faulty_connection.execute(
        "UPDATE feeding_meal SET cost = cost + 1 WHERE id = (SELECT min(meal_id) FROM feeding_draw)"
    )

    assert list_failed_checks(faulty_connection) == {
        "each meal costs what its draws cost",
        "the content of each shard has the recorded hash",
    }


TIMES = "UPDATE helpdesk_ticket SET {} WHERE number = (SELECT min(number) FROM helpdesk_ticket WHERE status = 'closed')"
STAFF = {
    "the records of people and tickets refer to persons of the same company": (
        "INSERT INTO people_trackpoint (company_id, person_id, at, latitude, longitude, kind, client_id)"
        " SELECT company_id, -5, at, 1, 1, 'conveyance', client_id FROM people_trackpoint LIMIT 1"
    ),
    "every position that names a journey has that journey": (
        "UPDATE people_trackpoint SET reference = 'nowhere' WHERE id ="
        " (SELECT max(id) FROM people_trackpoint WHERE reference IS NOT NULL)"
    ),
    "tracking positions outside journeys are of persons who consented": (
        "DELETE FROM people_consent WHERE purpose = 'tracking'"
    ),
    "mood and energy of entries are 1 to 10, stress is 1 to 5": (
        "ALTER TABLE people_journalentry DROP CONSTRAINT people_journalentry_stress;"
        " UPDATE people_journalentry SET stress = 6 WHERE id = (SELECT min(id) FROM people_journalentry)"
    ),
    "no entry was deleted before it was written": (
        "UPDATE people_journalentry SET deleted_at = at - interval '3 days'"
        " WHERE id = (SELECT min(id) FROM people_journalentry)"
    ),
    "the times and length of each journey are those of its positions": (
        "UPDATE people_trackpoint SET longitude = longitude + 0.01 WHERE id ="
        " (SELECT max(id) FROM people_trackpoint WHERE kind = 'conveyance')"
    ),
    "visits are the stays of persons within fences": (
        "UPDATE people_visit SET left_at = left_at + interval '1 second' WHERE id = (SELECT max(id) FROM people_visit)"
    ),
    "nobody is on two visits at once": (
        "INSERT INTO people_visit (company_id, person_id, fence_id, arrived_at, left_at, points)"
        " SELECT v.company_id, v.person_id, f.id, v.arrived_at + interval '1 minute',"
        " v.arrived_at + interval '5 hours', 2 FROM people_visit v JOIN people_fence f ON f.id <> v.fence_id"
        " ORDER BY v.id DESC, f.id LIMIT 1"
    ),
    "the times of a ticket are in order": TIMES.format("resolved_at = answered_at - interval '1 hour'"),
    "the times of a ticket fit its status": TIMES.format("resolved_at = NULL"),
    "no comment is older than its ticket": (
        "UPDATE helpdesk_comment SET at = at - interval '1 year' WHERE id = (SELECT min(id) FROM helpdesk_comment)"
    ),
    "no escalation is carried out twice or before it is due": (
        "UPDATE helpdesk_escalation SET fired_at = due_at - interval '1 minute' WHERE id ="
        " (SELECT min(id) FROM helpdesk_escalation WHERE fired_at IS NOT NULL)"
    ),
    "finished tickets have no pending escalations": (
        "UPDATE helpdesk_escalation e SET fired_at = NULL FROM helpdesk_ticket t"
        " WHERE t.id = e.ticket_id AND t.status = 'closed'"
    ),
    "private entries, share": "UPDATE people_journalentry SET privacy = 'shared' WHERE kind = 'note'",
    "persons who agreed to the wellbeing report, share": "DELETE FROM people_consent",
    "mood, mean": "UPDATE people_journalentry SET mood = mood / 2 + 1",
    "mood, correlation of an entry with the person's previous one": (
        "UPDATE people_journalentry SET mood = 1 + (hashint8(id) & 7) WHERE mood IS NOT NULL"
    ),
    "journal entries per person and week": "DELETE FROM people_journalentry WHERE kind <> 'note'",
    "positions per person and day": "DELETE FROM people_trackpoint WHERE kind <> 'site visit'",
    "speed of journeys by car, median, km/h": (
        "UPDATE people_journey SET distance_m = 2 * distance_m WHERE mode = 'car'"
    ),
    "speed of journeys by ferry, median, km/h": (
        "UPDATE people_journey SET ended_at = ended_at + (ended_at - started_at) WHERE mode = 'ferry'"
    ),
    "tickets answered in time, share": ("UPDATE helpdesk_ticket SET answer_due = opened_at WHERE priority = 'normal'"),
    "tickets resolved in time, share": ("UPDATE helpdesk_ticket SET resolve_due = opened_at WHERE priority = 'normal'"),
}


@pytest.mark.parametrize("name", STAFF)
def test_impossible_staff_rows_fail_the_check(faulty_connection, name):
    for fault in STAFF[name].split(";"):
        faulty_connection.execute(fault)

    assert name in {
        check.name
        for part in (
            check_staff_laws(faulty_connection),
            check_tracks(faulty_connection),
            check_staff_bands(faulty_connection, find_original_rows(faulty_connection)),
        )
        for check in part
        if not check.ok
    }


def test_journals_are_in_no_package_and_no_fingerprint():
    """Nor can it be: what is carried is of the farm alone."""
    names = " ".join(f"{table.source} {table.database_table}" for table in TABLES.values())

    assert "people_" not in names
    assert "helpdesk_" not in names


def test_every_check_is_documented(faulty_connection):
    page = (Path(__file__).parents[4] / "docs" / "reference" / "checks.md").read_text(encoding="utf-8")

    assert [check.name for check in run_checks(faulty_connection) if check.name not in page] == []
