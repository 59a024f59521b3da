"""A query holds its budget, and each fault that is planted turns the check red."""

from contextlib import contextmanager

import pytest
from django.db import connection
from tests.integration.proof.conftest import INDEX, execute_as_owner
from tests.integration.proof.declared_queries import PAGE, declare_query, fetch_rows, list_latest_hauls

from grilse.proof.budget_check import BROKEN, HOLDS, UNPROVEN
from grilse.proof.measurement import measure_query

pytestmark = pytest.mark.usefixtures("hauls")


def check_broken_query(hot):
    """Return what the check says of a query that breaks its budget."""
    figure = measure_query(hot)
    assert figure.state == BROKEN, figure
    return " and ".join(figure.said)


@contextmanager
def drop_index():
    execute_as_owner("DROP INDEX haul_of_boat")
    try:
        yield
    finally:
        execute_as_owner(INDEX)


def test_a_query_that_keeps_its_budget_holds():
    figure = measure_query(declare_query())

    assert (figure.state, figure.said, figure.statements) == (HOLDS, (), 1)
    assert figure.plans[0].brief == "Limit > Index Only Scan Backward haul using haul_of_boat"
    assert figure.read == figure.returned == PAGE
    assert 0 < figure.buffers < 10
    assert figure.milliseconds > 0


def test_a_dropped_index_is_red():
    with drop_index():
        message = check_broken_query(declare_query())

    assert "reads haul sequentially" in message
    assert "sorts (Sort) where an index keeps the order" in message
    assert "reads 16,000 rows of haul to return 50" in message


def test_a_removed_limit_is_red():
    def list_all_hauls(boat):
        return fetch_rows("SELECT id, day FROM haul WHERE boat = %s ORDER BY day DESC, id DESC", boat)

    assert check_broken_query(declare_query(list_all_hauls)) == "returns 400 rows where 50 are enough"


def test_an_added_loop_is_red():
    def list_crews_in_loop(boat):
        return [fetch_rows("SELECT crew FROM haul WHERE boat = %s LIMIT 1", boat) for _ in list_latest_hauls(boat)[:4]]

    assert (
        check_broken_query(declare_query(list_crews_in_loop))
        == "5 statements where 1 are enough and returns 54 rows where 50 are enough"
    )


def test_a_scanned_table_is_red():
    def list_hauls_by_crew(boat):
        return fetch_rows("SELECT id FROM haul WHERE crew = %s LIMIT 50", f"crew {boat}")

    assert "reads haul sequentially" in check_broken_query(declare_query(list_hauls_by_crew))


def test_a_sort_of_rows_that_an_index_nearly_orders_is_red():
    def list_hauls_by_day(boat):
        return fetch_rows("SELECT id FROM haul WHERE boat = %s ORDER BY day DESC, id LIMIT 50", boat)

    assert (
        check_broken_query(declare_query(list_hauls_by_day))
        == "sorts (Incremental Sort) where an index keeps the order"
    )
    assert measure_query(declare_query(list_hauls_by_day, sorts=True)).state == HOLDS


def test_rows_read_and_thrown_away_are_red():
    def list_hauls_of_crew(boat):
        return fetch_rows("SELECT id FROM haul WHERE boat = %s AND crew = 'crew 3'", boat)

    assert "rows of haul to return" in check_broken_query(declare_query(list_hauls_of_crew))
    assert measure_query(declare_query(list_hauls_of_crew, least=400)).state == HOLDS


def test_a_query_that_fails_is_red_and_hides_no_other():
    assert check_broken_query(declare_query(lambda boat: fetch_rows("SELECT nothing FROM haul"))).startswith(
        "failed: ProgrammingError: column"
    )
    assert measure_query(declare_query()).state == HOLDS


def test_a_missing_table_fails():
    assert "there is no table hauls" in check_broken_query(declare_query(unscanned=("haul", "hauls")))


def test_an_emptied_table_proves_nothing():
    execute_as_owner("TRUNCATE port")

    figure = measure_query(declare_query(lambda boat: fetch_rows("SELECT id FROM port"), unscanned=()))

    assert (figure.state, figure.said) == (UNPROVEN, ("no row came back: nothing is proven",))


def test_a_query_without_an_example_is_skipped():
    figure = measure_query(declare_query(example=lambda: None))

    assert (figure.state, figure.said[0].split(":")[0], figure.statements) == (UNPROVEN, "not asked", 0)


def test_a_table_that_is_rightly_read_whole_proves_no_index():
    execute_as_owner("INSERT INTO port SELECT n FROM generate_series(1, 20) AS n")
    few = declare_query(lambda boat: fetch_rows("SELECT id FROM port WHERE id = 3"), unscanned=("port",))

    figure = measure_query(few)

    assert figure.state == UNPROVEN
    assert figure.said[0] == "port: too few rows to prove how they are read"


def test_writes_of_a_query_are_rolled_back():
    def insert_haul(boat):
        fetch_rows("INSERT INTO haul (id, boat, day) VALUES (0, %s, now()) RETURNING id", boat)
        return fetch_rows("SELECT id FROM haul WHERE boat = %s AND day > '2026-01-01'", boat)

    figure = measure_query(declare_query(insert_haul, statements=2))

    assert [plan.brief for plan in figure.plans] == ["Insert haul", "Index Only Scan haul using haul_of_boat"]
    assert [plan.returned for plan in figure.plans] == [1, 1], "a statement is explained after those before it"
    assert fetch_rows("SELECT count(*) FROM haul WHERE id = 0") == [(0,)]


def test_rows_that_the_server_packs_count_as_returned():
    def list_hauls_as_json(boat):
        return fetch_rows("SELECT json_agg(id ORDER BY day, id) FROM haul WHERE boat = %s", boat)

    assert measure_query(declare_query(list_hauls_as_json, packed=True, returns=400)).returned == 400
    assert "reads 400 rows of haul to return 1" in check_broken_query(declare_query(list_hauls_as_json))


def test_a_lazy_result_is_fetched():
    def iter_latest_hauls(boat):
        yield from list_latest_hauls(boat)

    assert measure_query(declare_query(iter_latest_hauls)).returned == PAGE


def test_a_project_says_as_whom_its_queries_are_asked(proof_settings):
    proof_settings(enter="tests.integration.proof.test_budget_check.as_boat_three")

    mine = declare_query(
        lambda: fetch_rows("SELECT id FROM haul WHERE boat = current_setting('app.boat')::int"), example=dict
    )

    assert measure_query(mine).returned == 50 * 8
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.boat', true), '')")
        assert cursor.fetchone() == ("",)


@contextmanager
def act_as_boat_three():
    fetch_rows("SELECT set_config('app.boat', '3', true)")
    yield
