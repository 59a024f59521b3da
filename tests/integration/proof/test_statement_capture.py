"""Every statement of a block is taken down, whichever way it went to the server."""

import os

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from psycopg import sql

from grilse.bulk.copy import open_server_binding_cursor
from grilse.proof.query_plan import explain_statement
from grilse.proof.statement_capture import SEND_METHODS, capture_statements

COPIED = "COPY (SELECT id FROM haul WHERE boat = 3) TO STDOUT"
pytestmark = pytest.mark.usefixtures("hauls")


def test_what_django_sends_is_there_without_debug():
    with capture_statements() as statements, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM haul WHERE boat = %s", [3])
        list(get_user_model().objects.filter(username="nobody"))

    assert not settings.DEBUG
    [raw, orm] = statements
    assert (raw.text, list(raw.parameters), raw.binds_on_server, raw.way) == (
        "SELECT id FROM haul WHERE boat = %s", [3], False, "execute",
    )  # fmt: skip
    assert list(orm.parameters) == ["nobody"]


def test_statements_outside_django_are_captured_too():
    with transaction.atomic(), capture_statements() as statements:
        raw = connection.connection
        open_server_binding_cursor(raw).execute("SELECT id FROM haul WHERE boat = %(boat)s", {"boat": 3})
        raw.execute(sql.SQL("SELECT {}").format(sql.Literal(1)))
        with open_server_binding_cursor(raw) as cursor:
            cursor.executemany("UPDATE haul SET crew = %s WHERE id = -1", [("a",), ("b",)])
            with cursor.copy(COPIED.encode()) as copy:
                list(copy)

    assert [(statement.text.split()[0], statement.binds_on_server, statement.way) for statement in statements] == [
        ("SELECT", True, "execute"),
        ("SELECT", False, "execute"),
        ("UPDATE", True, "execute"),
        ("COPY", True, "copy"),
    ]
    assert statements[2].parameters == ("a",)


def test_a_cursor_of_the_server_is_one_statement_with_a_plan_for_its_first_rows():
    with transaction.atomic():
        with capture_statements() as statements:
            list(get_user_model().objects.filter(pk__lt=0).iterator(chunk_size=10))
        [statement] = statements

        assert (statement.way, statement.binds_on_server) == ("cursor", False)
        assert explain_statement(statement).shape


def test_each_way_is_explained_with_the_values_that_went_with_it():
    with transaction.atomic(), capture_statements() as statements:
        raw = connection.connection
        open_server_binding_cursor(raw).execute("SELECT id FROM haul WHERE boat = %(boat)s", {"boat": 3})
        with raw.cursor() as cursor, cursor.copy("COPY (SELECT id FROM haul WHERE boat = 3) TO STDOUT") as copy:
            list(copy)
        raw.execute("SET LOCAL work_mem = '8MB'")
    with transaction.atomic():
        plans = [explain_statement(statement, analyze=True) for statement in statements]

    assert [plan and plan.rows_returned for plan in plans] == [400, 400, None]


def test_statements_of_other_connections_are_not_captured():
    with capture_statements() as statements, psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute("SELECT 1")

    assert statements == []


def test_nothing_is_left_behind():
    before = [getattr(cursor, method) for cursor, method, _ in SEND_METHODS]
    with pytest.raises(psycopg.errors.SyntaxError), transaction.atomic(), capture_statements() as statements:
        connection.connection.execute("SELEKT")

    assert [getattr(cursor, method) for cursor, method, _ in SEND_METHODS] == before
    assert [statement.text for statement in statements] == ["SELEKT"], "a statement that failed was sent as well"
