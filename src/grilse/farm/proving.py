"""As whom hot queries are proven: somebody of the largest company, who sees all of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from grilse.errors import GrilseError
from grilse.farm.tenancy import acting_for

OWNER = "owner"


@contextmanager
def entered() -> Iterator[None]:
    """Open a transaction for the company with the most placements, as the first of its people, if any."""
    company, user = _largest()
    with acting_for(company, user):
        yield


def _largest() -> tuple[int, int | None]:
    # Policies hide companies from each other, so only the owner can tell which is the largest.
    with connections[OWNER].cursor() as cursor:
        cursor.execute(LARGEST)
        found = cursor.fetchone()
    if found is None:
        raise GrilseError("there is no company to prove anything on: grilse demo makes one")
    return found


LARGEST = """
SELECT c.id, (SELECT min(m.user_id) FROM farm_membership m WHERE m.company_id = c.id)
  FROM farm_company c
 ORDER BY (SELECT count(*) FROM stock_placement p WHERE p.company_id = c.id) DESC, c.id
 LIMIT 1
"""
