"""Versions that stand beside what stands: kept until the author settles them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone
from psycopg import Cursor

from grilse.errors import GrilseError
from grilse.farm.tenancy import acting
from grilse.people.me import ensure_me
from grilse.people.models import KeptVersion
from grilse.people.versions import Item, Outcome, Sorted, Stored, come, plain


def hold(person: int) -> None:
    """Have the phones of a person wait for each other until the transaction ends; one statement.

    What stands is read after this, so that two at once of one queue do not both find nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person WHERE id = %s FOR NO KEY UPDATE", [person])


def keep(person: int, of: str, items: Sequence[Item], found: Sorted) -> None:
    """Keep what is older, overtaken or contradicts; what was kept before stays; two statements or none."""
    rows = [_row(one, why) for one, why in _beside(items, found) if one.content is not None]
    if not rows:
        return
    who = {"company": acting().company, "person": person, "of": of}
    unlogged(KEEP, {**who, "rows": json.dumps(rows)})


def _beside(items: Sequence[Item], found: Sorted) -> Iterator[tuple[Stored, Outcome]]:
    for place in found.keep:
        yield come(items[place], found.digests[place]), found.outcomes[place]
    for one in found.overtaken:
        yield one, Outcome.OLDER


def _row(one: Stored, why: Outcome) -> dict[str, Any]:
    return {
        "client_id": one.client_id,
        "version": one.version,
        "digest": one.digest,
        "content": plain(one.content),
        "why": why.value,
    }


def settle(kept: int) -> None:
    """Have a version that contradicted count as looked at; what stands stays; two statements."""
    mine = KeptVersion.objects.filter(pk=kept, person_id=ensure_me())
    if not mine.update(settled_at=timezone.now()):
        raise GrilseError(f"there is no version {kept} of yours to settle")


def unlogged(statement: str, of: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement that carries what somebody wrote; the rows that it returns.

    The server logs a statement that fails, and Django's cursors write values into it. Here they go beside it.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement.encode(), of)
        return cursor.fetchall() if cursor.description else []


KEEP = """
INSERT INTO people_keptversion (company_id, person_id, of, client_id, version, digest, content, why)
SELECT %(company)s, %(person)s, %(of)s, client_id, version, digest, content, why
  FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS come (client_id text, version integer, digest text, content jsonb, why text)
    ON CONFLICT DO NOTHING
"""
