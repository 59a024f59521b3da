"""Every declared query is planned as on the reference history, though there is none of its rows."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.integration.plans.conftest import REFERENCE

from grilse.proof import planner_statistics
from grilse.proof.plan_reference import read_flips, serialize_flips
from grilse.proof.plan_regression import find_regressions, predict_reference_flips
from grilse.proof.schema_clone import SchemaClone

RENEW = "if the new plans are meant: grilse check statistics, see docs/how-to/prove-performance.md"


def format_regressions(regressions):
    return "\n".join([*(line for regression in regressions for line in (regression.name, *regression.diff)), RENEW])


@pytest.fixture
def changed(large_server):
    """The server without rows, with a schema that is changed for one test."""
    with psycopg.connect(large_server.server.url, autocommit=True) as administrator:
        administrator.execute("CREATE DATABASE changed TEMPLATE stand_in_template")
        yield SchemaClone(url=make_conninfo(large_server.url, dbname="changed"), server=large_server.server)
        administrator.execute("DROP DATABASE changed")


def test_every_declared_query_keeps_its_reference_plan(large_server, reference, declared_values):
    regressions = find_regressions(large_server, reference, declared_values)

    assert regressions == [], format_regressions(regressions)
    assert sum(bool(query_plan.shape) for planned in reference.queries.values() for query_plan in planned) > 300


def test_plan_flips_at_ten_and_a_hundred_times_the_rows_are_listed(large_server, reference, declared_values):
    predicted_flips = predict_reference_flips(large_server, reference, declared_values, (10, 100))

    listed = read_flips(REFERENCE)
    assert {size: serialize_flips(flips) for size, flips in predicted_flips.items()} == listed, RENEW
    assert all(listed.values())


def test_statistics_without_relation_sizes_change_the_plan(large_server, reference, declared_values, monkeypatch):
    monkeypatch.setattr(planner_statistics, "extend_relation", lambda path, pages: None)

    assert len(find_regressions(large_server, reference, declared_values)) > len(reference.queries) / 2


def test_a_query_without_its_index_is_not_planned_as_on_the_reference_history(changed, reference, declared_values):
    with psycopg.connect(changed.url) as connection:
        connection.execute("DROP INDEX stock_movement_listed")

    diffs = {regression.name: regression.diff for regression in find_regressions(changed, reference, declared_values)}

    assert any("stock_movement_listed" in line for line in diffs["list.movements.first"] if line[0] == "-")
    assert "list.batches.first" not in diffs
