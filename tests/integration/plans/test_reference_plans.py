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


def told(found):
    return "\n".join([*(line for one in found for line in (one.name, *one.diff)), RENEW])


@pytest.fixture
def changed(large):
    """The server without rows, with a schema that is changed for one test."""
    with psycopg.connect(large.server.url, autocommit=True) as administrator:
        administrator.execute("CREATE DATABASE changed TEMPLATE stand_in_template")
        yield SchemaClone(url=make_conninfo(large.url, dbname="changed"), server=large.server)
        administrator.execute("DROP DATABASE changed")


def test_every_hot_query_is_planned_as_on_the_reference_history(large, reference, asked):
    found = find_regressions(large, reference, asked)

    assert found == [], told(found)
    assert sum(bool(one.shape) for planned in reference.queries.values() for one in planned) > 300


def test_what_flips_at_ten_and_a_hundred_times_the_rows_is_listed(large, reference, asked):
    found = predict_reference_flips(large, reference, asked, (10, 100))

    listed = read_flips(REFERENCE)
    assert {size: serialize_flips(flips) for size, flips in found.items()} == listed, RENEW
    assert all(listed.values())


def test_statistics_without_files_as_long_plan_otherwise(large, reference, asked, monkeypatch):
    monkeypatch.setattr(planner_statistics, "extend_relation", lambda path, pages: None)

    assert len(find_regressions(large, reference, asked)) > len(reference.queries) / 2


def test_a_query_without_its_index_is_not_planned_as_on_the_reference_history(changed, reference, asked):
    with psycopg.connect(changed.url) as connection:
        connection.execute("DROP INDEX stock_movement_listed")

    found = {one.name: one.diff for one in find_regressions(changed, reference, asked)}

    assert any("stock_movement_listed" in line for line in found["list.movements.first"] if line[0] == "-")
    assert "list.batches.first" not in found
