"""A request that loses the database is answered with 503, whichever of its statements loses it."""

from contextlib import contextmanager
from itertools import count

import pytest
from django.db import connection


@contextmanager
def lose_database(at_statement):
    """End the connection at a statement, as a restart of the server does."""
    statements = count()

    def end_connection(execute, sql, parameters, many, context):
        if next(statements) == at_statement:
            sql, parameters = "SELECT pg_terminate_backend(pg_backend_pid())", None
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(end_connection):
        yield
    connection.close()


@pytest.mark.parametrize("address", ["/batches/", "/flags/", "/admin/stock/batch/"])
def test_a_page_says_that_the_service_is_unavailable(login, growing_company, address):
    statements = count_unavailable(login(growing_company), address, "<h1>Service unavailable</h1>")
    assert statements > 3


@pytest.mark.parametrize("address", ["/api/v1/batches", "/api/v1/batches/export", "/api/v1/me"])
def test_the_api_says_that_the_request_is_to_be_sent_again(login, growing_company, address):
    statements = count_unavailable(login(growing_company), address, "the database did not complete the request")
    assert statements > 2


def count_unavailable(client, address, message):
    """Lose the database at each statement of a request, and return their number."""
    client.raise_request_exception = False
    position = 0
    while (answer := get_without_database(client, address, position)).status_code != 200:
        assert answer.status_code == 503, (position, answer.content)
        assert answer["Retry-After"] == "1"
        assert message in answer.content.decode()
        position += 1
    answer.close()
    return position


def get_without_database(client, address, position):
    with lose_database(position):
        return client.get(address)
