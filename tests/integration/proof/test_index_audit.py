"""Indexes without a use and foreign keys without an index are found, those with one are let be."""

import pytest
from tests.integration.proof.conftest import execute_as_owner

from grilse.proof.index_audit import audit_connection, audit_indexes, list_used_indexes
from grilse.proof.registry import QueryBudget

FLEET = """
CREATE TABLE quay (company int NOT NULL, id int PRIMARY KEY, UNIQUE (company, id));
CREATE TABLE berth (
    company int NOT NULL, id int PRIMARY KEY, quay int NOT NULL, day date,
    CONSTRAINT berth_quay FOREIGN KEY (company, quay) REFERENCES quay (company, id)
);
"""


@pytest.fixture
def fleet(hauls, owner):
    """A connection in whose transaction there are quays with berths; some hauls are there before."""
    owner.execute(FLEET)
    return owner


def list_unindexed_keys(connection):
    return [key.name for key in audit_connection(connection, ()).unindexed_keys]


def find_unused_indexes(connection, used):
    return {index.index.name: index for index in audit_connection(connection, used).unused}


def test_an_index_that_no_plan_uses_is_found_with_its_size_and_cost(fleet):
    fleet.execute("CREATE INDEX haul_crew ON haul (crew)")
    fleet.execute("ANALYZE haul")

    unused = find_unused_indexes(fleet, {"haul_of_boat"})

    assert "haul_of_boat" not in unused
    assert unused["haul_crew"].index.bytes > 8192
    assert unused["haul_crew"].bytes_per_row == pytest.approx(unused["haul_crew"].index.bytes / 16_000)
    assert unused["haul_crew"].insert_microseconds >= 0


def test_one_that_a_plan_uses_is_not(fleet):
    fleet.execute("CREATE INDEX haul_crew ON haul (crew)")
    planned = {"crews": [["Limit", "  Index Scan haul using haul_crew"]]}

    assert "haul_crew" not in find_unused_indexes(fleet, list_used_indexes([planned]))


def test_what_keeps_a_rule_is_not_called_unused(fleet):
    fleet.execute("CREATE UNIQUE INDEX haul_once ON haul (id)")

    assert "haul_once" not in find_unused_indexes(fleet, ())


def test_a_foreign_key_without_an_index_is_found(fleet):
    assert "berth_quay" in list_unindexed_keys(fleet)


@pytest.mark.parametrize("columns", ["company, day", "day, quay", "company, day, quay"])
def test_an_index_that_does_not_lead_to_the_rows_serves_no_key(fleet, columns):
    fleet.execute(f"CREATE INDEX berth_other ON berth ({columns})")

    assert "berth_quay" in list_unindexed_keys(fleet)


@pytest.mark.parametrize("columns", ["company, quay", "quay, company, day", "quay, day"])
def test_one_that_leads_to_them_serves_it_and_is_not_called_unused(fleet, columns):
    fleet.execute(f"CREATE INDEX berth_of_quay ON berth ({columns})")

    assert "berth_quay" not in list_unindexed_keys(fleet)
    assert "berth_of_quay" not in find_unused_indexes(fleet, ())


def test_one_that_holds_some_rows_only_serves_no_key(fleet):
    fleet.execute("CREATE INDEX berth_some ON berth (company, quay) WHERE day IS NULL")

    assert "berth_quay" in list_unindexed_keys(fleet)


def test_an_index_that_another_begins_with_is_found(fleet):
    fleet.execute("CREATE INDEX haul_boat ON haul (boat)")
    fleet.execute("CREATE INDEX haul_boat_backward ON haul (boat DESC)")

    covered = {index.index.name: index.superset for index in audit_connection(fleet, ()).redundant}
    assert covered["haul_boat"] == "haul_of_boat"
    assert "haul_boat_backward" not in covered


def test_an_audit_asks_the_plans_of_this_database(hauls, proof_settings):
    from django.db import connection

    def list_latest_hauls(boat):
        with connection.cursor() as cursor:
            cursor.execute("SELECT day FROM haul WHERE boat = %s ORDER BY day, id LIMIT 3", [boat])
            return cursor.fetchall()

    execute_as_owner("CREATE INDEX haul_idle ON haul (kept)", "ANALYZE haul")
    proof_settings(server="grilse.postgres.disposable_server.run_disposable_server", owner="owner")
    hot = QueryBudget(
        name="hauls.latest", run=list_latest_hauls, example=lambda: {"boat": 7}, statements=1, unscanned=("haul",)
    )

    audit = audit_indexes([hot], sizes=(1,))

    assert audit.used_count == 1
    names = {index.index.name for index in audit.unused}
    assert "haul_idle" in names
    assert "haul_of_boat" not in names
