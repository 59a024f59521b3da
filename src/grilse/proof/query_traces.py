"""The statements of declared queries, recorded so that another server can plan them."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from grilse.proof import conf
from grilse.proof.conditions import fetch_value
from grilse.proof.registry import QueryBudget
from grilse.proof.statement_capture import Statement, capture_statements


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryTrace:
    """The statements of one query, with those sent before it."""

    name: str
    role: str
    """The role whose row policies apply."""
    setup_statements: tuple[Statement, ...]
    """The statements that open the transaction and set company and user."""
    statements: tuple[Statement, ...]


def iter_traces(budgets: Iterable[QueryBudget]) -> Iterator[QueryTrace]:
    """Yield the traces of queries in the current database, without those that have no arguments there."""
    yield from filter(None, map(trace_query, budgets))


def trace_query(budget: QueryBudget) -> QueryTrace | None:
    """Run a query in a transaction that is rolled back, and return the statements it sent."""
    with conf.rollback_changes(), capture_statements() as setup, conf.open_transaction(), transaction.atomic():
        setup_count = len(setup)
        arguments = budget.example()
        role = fetch_value("SELECT current_user")
        if arguments is None:
            return None
        with capture_statements() as statements:
            fetch_rows(budget.run(**arguments))
        return QueryTrace(
            name=budget.name, role=role, setup_statements=tuple(setup[:setup_count]), statements=tuple(statements)
        )


def fetch_rows(answer: object) -> None:
    """Fetch the rows of a lazy result."""
    if isinstance(answer, Iterator | QuerySet):
        deque(answer, maxlen=0)
