"""Queries of the tests' own table, as a project would declare them."""

from django.db import connection

from grilse.proof.registry import QueryBudget

PAGE = 50


def fetch_rows(query, *given):
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()


def list_latest_hauls(boat):
    """Return the newest hauls of a boat."""
    return fetch_rows(f"SELECT id, day FROM haul WHERE boat = %s ORDER BY day DESC, id DESC LIMIT {PAGE}", boat)


def declare_query(run=list_latest_hauls, **changed):
    """Return how `latest` is declared, but for what is changed."""
    declared = {
        "name": "hauls.latest",
        "example": lambda: {"boat": 7},
        "statements": 1,
        "unscanned": ("haul",),
        "returns": PAGE,
    }
    return QueryBudget(**{**declared, "run": run, **changed})
