"""Tables that phones write late, twice or out of order: one way to find, write and keep versions of their rows."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import Cursor

from grilse.access.tenancy import get_current_actor
from grilse.people.models import KeptVersion
from grilse.people.sync_versions import ItemVersion, SyncPlan, plan_sync, to_json_value

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class SyncTable:
    """A table whose rows a phone sends, each by the phone's own id and a version."""

    of: KeptVersion.Of
    model: type[Model]
    key: str
    """The column that holds the phone's own id."""
    read_content: Callable[[Any], dict[str, Any]]
    """Returns what a sent item, or a row, says."""
    build_columns: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda content: content
    """Returns the columns of a row that says a content."""
    on_update: dict[str, str] = field(default_factory=dict)
    """SQL of the columns that a later version does not simply replace."""

    def build_items(self, rows: Iterable[Any]) -> list[ItemVersion]:
        """Return sent items, or stored rows, as versions."""
        return [
            ItemVersion(client_id=str(getattr(row, self.key)), version=row.version, content=self.read_content(row))
            for row in rows
        ]

    def find_stored(self, person: int, client_ids: set[str]) -> list[ItemVersion]:
        """Return the stored versions of a person's items; one statement. A journey that no phone sent has none."""
        rows = self.model._default_manager.filter(person_id=person, version__gt=0, **{f"{self.key}__in": client_ids})
        return self.build_items(rows)

    def upsert(self, person: int, items: Sequence[ItemVersion]) -> Rows:
        """Write items over earlier versions; return the ids of rows and of items; one statement or none."""
        rows = [
            {self.key: item.client_id, "version": item.version, **to_json_value(self.build_columns(item.content))}
            for item in items
        ]
        return write_unlogged(self._build_upsert(rows[0]), person, rows) if rows else []

    def _build_upsert(self, columns: Mapping[str, Any]) -> str:
        table, names = self.model._meta.db_table, ", ".join(columns)
        new_values = {name: f"excluded.{name}" for name in columns if name != self.key} | self.on_update
        assignments = ", ".join(f"{name} = {value}" for name, value in new_values.items())
        return f"""
INSERT INTO {table} AS stored (company_id, person_id, {names})
SELECT %(company)s, %(person)s, {names} FROM json_populate_recordset(NULL::{table}, %(rows)s::json)
    ON CONFLICT (company_id, person_id, {self.key}) DO UPDATE SET {assignments}
 WHERE stored.version < excluded.version
RETURNING id, {self.key}
"""

    def receive(self, person: int, items: Sequence[ItemVersion]) -> SyncPlan:
        """Write the latest versions and keep the others, until their author settles them; three statements."""
        sync_plan = plan_sync(self.find_stored(person, {item.client_id for item in items}), items)
        self.upsert(person, [items[index] for index in sync_plan.written])
        rows = [
            {
                "of": self.of.value,
                "client_id": version.client_id,
                "version": version.version,
                "digest": version.digest,
                "content": to_json_value(version.content),
                "why": why.value,
            }
            for version, why in sync_plan.kept
        ]
        write_unlogged(INSERT_VERSIONS, person, rows)
        return sync_plan


def lock_person(person: int) -> None:
    """Lock a person, so that requests of their phones run one after another; one statement.

    Stored versions are read after this, so that two requests with one queue do not both find nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person WHERE id = %s FOR NO KEY UPDATE", [person])


def write_unlogged(statement: str, person: int, rows: Sequence[Mapping[str, Any]]) -> Rows:
    """Run a statement that writes rows of a person; return what it returns.

    The server logs failed statements, and Django's cursors put values into their text. This cursor sends them apart.
    """
    if not rows:
        return []
    arguments = {"company": get_current_actor().company, "person": person, "rows": json.dumps(rows)}
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement.encode(), arguments)
        return cursor.fetchall() if cursor.description else []


INSERT_VERSIONS = """
INSERT INTO people_keptversion (company_id, person_id, of, client_id, version, digest, content, why)
SELECT %(company)s, %(person)s, of, client_id, version, digest, content, why
  FROM json_populate_recordset(NULL::people_keptversion, %(rows)s::json)
    ON CONFLICT DO NOTHING
"""
