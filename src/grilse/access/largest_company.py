"""The transaction in which declared queries are measured: a member of the largest company, who sees all of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError

OWNER = "owner"


@contextmanager
def open_largest_company() -> Iterator[None]:
    """Open a transaction for the company with the most placements, as its first member, if it has any."""
    company, user = _find_largest_company()
    with tenant_transaction(company, user):
        yield


def _find_largest_company() -> tuple[int, int | None]:
    # Row policies hide companies from each other, so only the owner role finds the largest.
    with connections[OWNER].cursor() as cursor:
        cursor.execute(LARGEST_COMPANY_SQL)
        row = cursor.fetchone()
    if row is None:
        raise GrilseError("there is no company to prove anything on: grilse demo makes one")
    return row


LARGEST_COMPANY_SQL = """
SELECT c.id, (SELECT min(m.user_id) FROM farm_membership m WHERE m.company_id = c.id)
  FROM farm_company c
 ORDER BY (SELECT count(*) FROM stock_placement p WHERE p.company_id = c.id) DESC, c.id
 LIMIT 1
"""
