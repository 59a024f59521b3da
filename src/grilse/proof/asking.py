"""What the hot queries of a project ask, so that it can be planned elsewhere as well."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet

from grilse.proof import conf
from grilse.proof.capture import Statement, captured
from grilse.proof.registry import Hot


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The statements of one hot query, with what was sent before it."""

    name: str
    role: str
    """Whose row policies bind them."""
    entering: tuple[Statement, ...]
    """What opens the transaction: company, person."""
    statements: tuple[Statement, ...]


def everything(hot: Iterable[Hot]) -> Iterator[Asked]:
    """Yield what the hot queries ask of the database at hand; those that have nothing to ask are left out."""
    for one in hot:
        found = asked(one)
        if found is not None:
            yield found


def asked(hot: Hot) -> Asked | None:
    """Run a hot query in a transaction that is rolled back, and return what it sent."""
    with transaction.atomic():
        try:
            with captured() as entering, conf.entered(), transaction.atomic():
                before = len(entering)
                given = hot.example()
                role = _role()
                if given is None:
                    return None
                with captured() as statements:
                    fetched(hot.run(**given))
                return Asked(
                    name=hot.name,
                    role=role,
                    entering=tuple(entering[:before]),
                    statements=tuple(statements),
                )
        finally:
            transaction.set_rollback(True)


def fetched(answer: object) -> None:
    """Fetch what an answer only promises."""
    if isinstance(answer, Iterator | QuerySet):
        deque(answer, maxlen=0)


def _role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])
