"""One's own journal: written, changed, removed, taken back, and taken in from phones."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.people.actions.kept_versions import execute_unlogged, keep_versions, lock_person
from grilse.people.current_person import ensure_current_person
from grilse.people.journal_entries import (
    NewEntry,
    SentEntry,
    build_content,
    build_row_content,
    refuse_invalid_entries,
    refuse_invalid_entry,
)
from grilse.people.models import JournalEntry, WorkRules
from grilse.people.sync_versions import StoredVersion, SyncItem, SyncOutcome, compute_digest, plan_sync, to_json_value


class StaleEntryError(GrilseError):
    """A change of what has changed since it was read."""


def write_entry(new: NewEntry) -> int:
    """Write an entry into one's own journal; return its id."""
    refuse_invalid_entry(new)
    sent = SentEntry(**asdict(new), client_id=uuid4())
    return _upsert_entries(ensure_current_person(), [sent])[sent.client_id]


def change_entry(entry: int, new: NewEntry, *, read: int | None = None) -> None:
    """Write an entry anew; `read` is the version that was read, refused where it has changed since."""
    refuse_invalid_entry(new)
    me = ensure_current_person()
    row = _lock_own_entry(me, entry)
    if row.deleted_at is not None:
        raise GrilseError(f"entry {entry} is deleted: take it back first")
    if read is not None and read != row.version:
        raise StaleEntryError(
            f"entry {entry} has changed since you read it (it is version {row.version}): read it again", field="version"
        )
    _upsert_entries(me, [SentEntry(**asdict(new), client_id=row.client_id, version=row.version + 1)])


def delete_entry(entry: int) -> None:
    """Delete an entry; its author can take it back for as long as the company's rules of work say."""
    row = _lock_own_entry(ensure_current_person(), entry)
    if row.deleted_at is None:
        _set_deleted_at(row, timezone.now())


def restore_entry(entry: int) -> None:
    """Take back that an entry was deleted."""
    row = _lock_own_entry(ensure_current_person(), entry)
    if row.deleted_at is None:
        return
    days = (WorkRules.objects.first() or WorkRules()).deleted_days
    if row.deleted_at < timezone.now() - timedelta(days=days):
        raise GrilseError(f"entry {entry} was deleted on {row.deleted_at.date()}: it can be taken back for {days} days")
    _set_deleted_at(row, None)


def receive_entries(entries: Sequence[SentEntry]) -> list[SyncOutcome]:
    """Take in what a phone of one's own kept, late, twice or out of order; eight statements at any number."""
    refuse_invalid_entries(entries)
    me = ensure_current_person()
    lock_person(me)
    items = [
        SyncItem(client_id=str(entry.client_id), version=entry.version, content=build_content(entry))
        for entry in entries
    ]
    sync_plan = plan_sync(_find_stored_versions(me, entries), items)
    _upsert_entries(me, [entries[place] for place in (*sync_plan.add, *sync_plan.replace)])
    keep_versions(me, "entry", items, sync_plan)
    return sync_plan.outcomes


def _find_stored_versions(me: int, entries: Sequence[SentEntry]) -> list[StoredVersion]:
    rows = JournalEntry.objects.filter(person_id=me, client_id__in={entry.client_id for entry in entries})
    return [_build_stored_version(row) for row in rows]


def _build_stored_version(row: JournalEntry) -> StoredVersion:
    row_content = build_row_content(row)
    return StoredVersion(
        client_id=str(row.client_id), version=row.version, digest=compute_digest(row_content), content=row_content
    )


def _lock_own_entry(me: int, entry: int) -> JournalEntry:
    """Return an entry of one's own, which waits for whoever else changes it."""
    row = JournalEntry.objects.select_for_update(no_key=True).filter(pk=entry, person_id=me).first()
    if row is None:
        raise GrilseError(f"there is no entry {entry} in your journal")
    return row


def _set_deleted_at(row: JournalEntry, deleted_at: Any) -> None:
    row.deleted_at, row.version = deleted_at, row.version + 1
    row.save(update_fields=["deleted_at", "version"])


def _upsert_entries(me: int, entries: Sequence[SentEntry]) -> dict[UUID, int]:
    """Write entries over earlier versions; return ids by the phone's; two statements or none."""
    if not entries:
        return {}
    rows = [
        {"client_id": str(entry.client_id), "version": entry.version, **to_json_value(build_content(entry))}
        for entry in entries
    ]
    arguments = {"company": get_current_actor().company, "person": me, "rows": json.dumps(rows)}
    return {client: id for id, client in execute_unlogged(UPSERT_ENTRIES, arguments)}


UPSERT_ENTRIES = """
INSERT INTO people_journalentry
       (company_id, person_id, client_id, version, kind, at, title, body, privacy, mood, stress, energy, tags,
        draft, deleted_at)
SELECT %(company)s, %(person)s, client_id, version, kind, at, title, body, privacy, mood, stress, energy,
       tags, draft, CASE WHEN deleted THEN now() END
  FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS come (client_id uuid, version integer, kind text, at timestamptz, title text, body text, privacy text,
             mood smallint, stress smallint, energy smallint, tags text[], draft boolean, deleted boolean)
    ON CONFLICT (company_id, person_id, client_id) DO UPDATE
   SET version = excluded.version, kind = excluded.kind, at = excluded.at, title = excluded.title,
       body = excluded.body, privacy = excluded.privacy, mood = excluded.mood, stress = excluded.stress,
       energy = excluded.energy, tags = excluded.tags, draft = excluded.draft,
       deleted_at = CASE WHEN excluded.deleted_at IS NULL THEN NULL
                         ELSE coalesce(people_journalentry.deleted_at, excluded.deleted_at) END
 WHERE people_journalentry.version < excluded.version
RETURNING id, client_id
"""
