"""Plans as PostgreSQL explains them, read from what it says of real queries."""

import pytest
from django.db import connection, transaction

from grilse.proof.query_plan import explain_statement
from grilse.proof.statement_capture import capture_statements

pytestmark = pytest.mark.usefixtures("hauls")


def explain_query(query, *, analyze=True, **settings):
    """Return the plan of a query under some settings of the planner."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
        with capture_statements() as statements:
            cursor.execute(query)
        return explain_statement(statements[0], analyze=analyze)


def test_a_shape_has_a_line_a_step_and_no_figure():
    newest = explain_query("SELECT id, day FROM haul WHERE boat = 7 ORDER BY day DESC, id DESC LIMIT 5")

    assert newest.shape == "Limit\n  Index Only Scan Backward haul using haul_of_boat"
    assert newest.summary == "Limit > Index Only Scan Backward haul using haul_of_boat"
    assert newest.index_names == ("haul_of_boat",)
    assert (newest.rows_read, newest.rows_removed, newest.rows_returned) == (5, 0, 5)


def test_a_plan_that_was_not_run_has_its_shape_and_no_rows():
    newest = explain_query("SELECT id FROM haul WHERE boat = 7 ORDER BY day LIMIT 5", analyze=False)

    assert "haul using haul_of_boat" in newest.shape
    assert (newest.rows_read, newest.buffers, newest.milliseconds) == (0, 0, 0)
    assert newest.root.planned == 5


def test_rows_that_a_condition_throws_away_were_read():
    some = explain_query("SELECT id FROM haul WHERE crew = 'crew 5'", max_parallel_workers_per_gather=0)

    assert some.list_scanned_tables(["haul", "port"]) == ("haul",)
    assert some.rows_read == some.count_rows_read(["haul"]) == 16_000
    assert some.rows_returned + some.rows_removed == 16_000


def test_rows_of_a_loop_are_those_of_all_its_turns():
    looped = explain_query(
        "SELECT h.id FROM port p CROSS JOIN LATERAL"
        " (SELECT id FROM haul WHERE boat = p.id ORDER BY day LIMIT 3) h WHERE p.id <= 10"
    )

    [read] = [node for node in looped.root.iter_nodes() if node.relation == "haul"]
    assert (read.loops, read.rows, looped.rows_returned) == (10, 30, 30)


@pytest.mark.parametrize(("order", "kinds"), [("day, id", []), ("day, crew", ["Incremental Sort"]), ("crew", ["Sort"])])
def test_sorts_are_found(order, kinds):
    plan = explain_query(f"SELECT id FROM haul WHERE boat = 7 ORDER BY {order} LIMIT 5")

    assert [node.kind for node in plan.sort_nodes] == kinds


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("SELECT crew, count(*) FROM haul GROUP BY crew", "HashAggregate"),
        ("SELECT h.crew FROM haul h LEFT JOIN port p ON p.id = h.boat", "Hash Left Join"),
        ("SELECT crew FROM haul h WHERE NOT EXISTS (SELECT FROM port WHERE id = h.boat)", "Hash Anti Join"),
        ("WITH few AS MATERIALIZED (SELECT * FROM port) SELECT * FROM few", "CTE Scan few"),
        ("SELECT (SELECT max(id) FROM port), id FROM haul WHERE boat = 1", "InitPlan 1: Aggregate"),
        ("SELECT * FROM generate_series(1, 3)", "Function Scan generate_series"),
        ("UPDATE haul SET crew = '' WHERE id = -1", "Update haul"),
    ],
)
def test_a_step_is_named_as_explain_names_it(query, line):
    lines = explain_query(query, max_parallel_workers_per_gather=0).shape.splitlines()

    assert line in [step.strip() for step in lines]


def test_a_change_of_rows_reads_only_those_that_it_finds():
    changed = explain_query("UPDATE haul SET crew = 'a' WHERE boat = 7 AND day < '2024-01-03'")

    assert changed.rows_read == 8
    assert changed.rows_returned == 0


def test_rows_that_are_packed_are_those_that_the_aggregates_take_in():
    once = explain_query("SELECT json_agg(id) FROM haul WHERE boat = 7")
    twice = explain_query(
        "SELECT (SELECT json_agg(id) FROM haul WHERE boat = 7), (SELECT array_agg(id) FROM haul WHERE boat = 8)"
    )

    assert (once.rows_returned, once.rows_aggregated, twice.rows_aggregated) == (1, 400, 800)
    assert explain_query("SELECT id FROM haul WHERE boat = 7").rows_aggregated == 400
