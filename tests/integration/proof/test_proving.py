"""A query holds its budget, and each fault that is planted turns the check red."""

from contextlib import contextmanager

import pytest
from django.db import connection
from tests.integration.proof.conftest import INDEX, as_owner
from tests.integration.proof.declared_queries import PAGE, hot, latest, rows

from grilse.proof.budget_check import BROKEN, HOLDS, UNPROVEN
from grilse.proof.measurement import measure_query

pytestmark = pytest.mark.usefixtures("hauls")


def red(hot):
    """Return what the check says of a query that breaks its budget."""
    found = measure_query(hot)
    assert found.state == BROKEN, found
    return " and ".join(found.said)


@contextmanager
def without_index():
    as_owner("DROP INDEX haul_of_boat")
    try:
        yield
    finally:
        as_owner(INDEX)


def test_a_query_that_keeps_its_budget_holds():
    found = measure_query(hot())

    assert (found.state, found.said, found.statements) == (HOLDS, (), 1)
    assert found.plans[0].brief == "Limit > Index Only Scan Backward haul using haul_of_boat"
    assert found.read == found.returned == PAGE
    assert 0 < found.buffers < 10
    assert found.milliseconds > 0


def test_a_dropped_index_is_red():
    with without_index():
        said = red(hot())

    assert "reads haul sequentially" in said
    assert "sorts (Sort) where an index keeps the order" in said
    assert "reads 16,000 rows of haul to return 50" in said


def test_a_removed_limit_is_red():
    def whole(boat):
        return rows("SELECT id, day FROM haul WHERE boat = %s ORDER BY day DESC, id DESC", boat)

    assert red(hot(whole)) == "returns 400 rows where 50 are enough"


def test_an_added_loop_is_red():
    def looped(boat):
        return [rows("SELECT crew FROM haul WHERE boat = %s LIMIT 1", boat) for _ in latest(boat)[:4]]

    assert red(hot(looped)) == "5 statements where 1 are enough and returns 54 rows where 50 are enough"


def test_a_scanned_table_is_red():
    def by_crew(boat):
        return rows("SELECT id FROM haul WHERE crew = %s LIMIT 50", f"crew {boat}")

    assert "reads haul sequentially" in red(hot(by_crew))


def test_a_sort_of_rows_that_an_index_nearly_orders_is_red():
    def tied(boat):
        return rows("SELECT id FROM haul WHERE boat = %s ORDER BY day DESC, id LIMIT 50", boat)

    assert red(hot(tied)) == "sorts (Incremental Sort) where an index keeps the order"
    assert measure_query(hot(tied, sorts=True)).state == HOLDS


def test_rows_read_and_thrown_away_are_red():
    def of_crew(boat):
        return rows("SELECT id FROM haul WHERE boat = %s AND crew = 'crew 3'", boat)

    assert "rows of haul to return" in red(hot(of_crew))
    assert measure_query(hot(of_crew, least=400)).state == HOLDS


def test_a_query_that_fails_is_red_and_hides_no_other():
    assert red(hot(lambda boat: rows("SELECT nothing FROM haul"))).startswith("failed: ProgrammingError: column")
    assert measure_query(hot()).state == HOLDS


def test_a_table_that_is_not_there_is_red():
    assert "there is no table hauls" in red(hot(unscanned=("haul", "hauls")))


def test_an_emptied_table_proves_nothing():
    as_owner("TRUNCATE port")

    found = measure_query(hot(lambda boat: rows("SELECT id FROM port"), unscanned=()))

    assert (found.state, found.said) == (UNPROVEN, ("no row came back: nothing is proven",))


def test_a_query_that_there_is_nothing_to_ask_is_not_asked():
    found = measure_query(hot(example=lambda: None))

    assert (found.state, found.said[0].split(":")[0], found.statements) == (UNPROVEN, "not asked", 0)


def test_a_table_that_is_rightly_read_whole_proves_no_index():
    as_owner("INSERT INTO port SELECT n FROM generate_series(1, 20) AS n")
    few = hot(lambda boat: rows("SELECT id FROM port WHERE id = 3"), unscanned=("port",))

    found = measure_query(few)

    assert found.state == UNPROVEN
    assert found.said[0] == "port: too few rows to prove how they are read"


def test_of_what_a_query_writes_nothing_stays():
    def caught(boat):
        rows("INSERT INTO haul (id, boat, day) VALUES (0, %s, now()) RETURNING id", boat)
        return rows("SELECT id FROM haul WHERE boat = %s AND day > '2026-01-01'", boat)

    found = measure_query(hot(caught, statements=2))

    assert [plan.brief for plan in found.plans] == ["Insert haul", "Index Only Scan haul using haul_of_boat"]
    assert [plan.returned for plan in found.plans] == [1, 1], "a statement is explained after those before it"
    assert rows("SELECT count(*) FROM haul WHERE id = 0") == [(0,)]


def test_rows_that_the_server_packs_count_as_returned():
    def packed(boat):
        return rows("SELECT json_agg(id ORDER BY day, id) FROM haul WHERE boat = %s", boat)

    assert measure_query(hot(packed, packed=True, returns=400)).returned == 400
    assert "reads 400 rows of haul to return 1" in red(hot(packed))


def test_an_answer_that_is_only_promised_is_fetched():
    def promised(boat):
        yield from latest(boat)

    assert measure_query(hot(promised)).returned == PAGE


def test_a_project_says_as_whom_its_queries_are_asked(settings_of_proof):
    settings_of_proof(enter="tests.integration.proof.test_proving.as_boat_three")

    mine = hot(lambda: rows("SELECT id FROM haul WHERE boat = current_setting('app.boat')::int"), example=dict)

    assert measure_query(mine).returned == 50 * 8
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.boat', true), '')")
        assert cursor.fetchone() == ("",)


@contextmanager
def as_boat_three():
    rows("SELECT set_config('app.boat', '3', true)")
    yield
