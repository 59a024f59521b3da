"""What the hot queries of a project ask, so that it can be planned elsewhere as well."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet

from grilse.proof import conf
from grilse.proof.registry import QueryBudget
from grilse.proof.statement_capture import Statement, capture_statements


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryTrace:
    """The statements of one hot query, with what was sent before it."""

    name: str
    role: str
    """Whose row policies bind them."""
    setup_statements: tuple[Statement, ...]
    """What opens the transaction: company, person."""
    statements: tuple[Statement, ...]


def iter_traces(budgets: Iterable[QueryBudget]) -> Iterator[QueryTrace]:
    """Yield what the hot queries ask of the database at hand; those that have nothing to ask are left out."""
    for budget in budgets:
        trace = trace_query(budget)
        if trace is not None:
            yield trace


def trace_query(budget: QueryBudget) -> QueryTrace | None:
    """Run a hot query in a transaction that is rolled back, and return what it sent."""
    with transaction.atomic():
        try:
            with capture_statements() as setup, conf.open_transaction(), transaction.atomic():
                setup_count = len(setup)
                arguments = budget.example()
                role = _read_role()
                if arguments is None:
                    return None
                with capture_statements() as statements:
                    fetch_rows(budget.run(**arguments))
                return QueryTrace(
                    name=budget.name,
                    role=role,
                    setup_statements=tuple(setup[:setup_count]),
                    statements=tuple(statements),
                )
        finally:
            transaction.set_rollback(True)


def fetch_rows(answer: object) -> None:
    """Fetch what an answer only promises."""
    if isinstance(answer, Iterator | QuerySet):
        deque(answer, maxlen=0)


def _read_role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])
