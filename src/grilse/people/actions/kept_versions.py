"""Versions that stand beside what stands: kept until the author settles them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone
from psycopg import Cursor

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.people.current_person import ensure_current_person
from grilse.people.models import KeptVersion
from grilse.people.sync_versions import StoredVersion, SyncItem, SyncOutcome, SyncPlan, build_version, to_json_value


def lock_person(person: int) -> None:
    """Have the phones of a person wait for each other until the transaction ends; one statement.

    What stands is read after this, so that two at once of one queue do not both find nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person WHERE id = %s FOR NO KEY UPDATE", [person])


def keep_versions(person: int, of: str, items: Sequence[SyncItem], sync_plan: SyncPlan) -> None:
    """Keep what is older, overtaken or contradicts; what was kept before stays; two statements or none."""
    rows = [
        _build_version_row(version, why)
        for version, why in _iter_superseded_versions(items, sync_plan)
        if version.content is not None
    ]
    if not rows:
        return
    arguments = {"company": get_current_actor().company, "person": person, "of": of}
    execute_unlogged(INSERT_VERSIONS, {**arguments, "rows": json.dumps(rows)})


def _iter_superseded_versions(
    items: Sequence[SyncItem], sync_plan: SyncPlan
) -> Iterator[tuple[StoredVersion, SyncOutcome]]:
    for place in sync_plan.keep:
        yield build_version(items[place], sync_plan.digests[place]), sync_plan.outcomes[place]
    for version in sync_plan.overtaken:
        yield version, SyncOutcome.OLDER


def _build_version_row(version: StoredVersion, why: SyncOutcome) -> dict[str, Any]:
    return {
        "client_id": version.client_id,
        "version": version.version,
        "digest": version.digest,
        "content": to_json_value(version.content),
        "why": why.value,
    }


def mark_version_settled(version_id: int) -> None:
    """Have a version that contradicted count as looked at; what stands stays; two statements."""
    mine = KeptVersion.objects.filter(pk=version_id, person_id=ensure_current_person())
    if not mine.update(settled_at=timezone.now()):
        raise GrilseError(f"there is no version {version_id} of yours to settle")


def execute_unlogged(statement: str, arguments: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement that carries what somebody wrote; the rows that it returns.

    The server logs a statement that fails, and Django's cursors write values into it. Here they go beside it.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement.encode(), arguments)
        return cursor.fetchall() if cursor.description else []


INSERT_VERSIONS = """
INSERT INTO people_keptversion (company_id, person_id, of, client_id, version, digest, content, why)
SELECT %(company)s, %(person)s, %(of)s, client_id, version, digest, content, why
  FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS come (client_id text, version integer, digest text, content jsonb, why text)
    ON CONFLICT DO NOTHING
"""
