"""Write, change, delete, restore and sync journal entries of the current person."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from grilse.errors import GrilseError
from grilse.people.actions.rules import read_work_rules
from grilse.people.actions.sync_tables import SyncTable
from grilse.people.current_person import ensure_current_person
from grilse.people.journal_entries import NewEntry, SentEntry, read_content, refuse_invalid_entry
from grilse.people.models import JournalEntry, KeptVersion, WorkRules


class StaleEntryError(GrilseError):
    """A change of an entry that has changed since it was read."""


def write_entry(new: NewEntry) -> int:
    """Write a journal entry of the current person; return its id."""
    refuse_invalid_entry(new, read_work_rules().time_zone)
    [(entry, _)] = _upsert_entry(ensure_current_person(), SentEntry(**asdict(new), client_id=uuid4()))
    return int(entry)


def change_entry(entry: int, new: NewEntry, *, read: int | None = None) -> None:
    """Change an entry; refuse it if it has changed since the version `read`."""
    refuse_invalid_entry(new, read_work_rules().time_zone)
    me = ensure_current_person()
    row = _lock_own_entry(me, entry)
    if row.deleted_at is not None:
        raise GrilseError(f"entry {entry} is deleted: restore it first")
    if read is not None and read != row.version:
        raise StaleEntryError(
            f"entry {entry} has changed since you read it (it is version {row.version}): read it again", field="version"
        )
    _upsert_entry(me, SentEntry(**asdict(new), client_id=row.client_id, version=row.version + 1))


def delete_entry(entry: int) -> None:
    """Delete an entry; its author can take it back for as many days as the company's work rules say."""
    row = _lock_own_entry(ensure_current_person(), entry)
    if row.deleted_at is None:
        _set_deleted_at(row, timezone.now())


def restore_entry(entry: int) -> None:
    """Restore a deleted entry."""
    row = _lock_own_entry(ensure_current_person(), entry)
    if row.deleted_at is None:
        return
    days = (WorkRules.objects.first() or WorkRules()).deleted_days
    if row.deleted_at < timezone.now() - timedelta(days=days):
        raise GrilseError(f"entry {entry} was deleted on {row.deleted_at.date()}: it can be restored for {days} days")
    _set_deleted_at(row, None)


def _lock_own_entry(me: int, entry: int) -> JournalEntry:
    """Lock an entry of the current person and return it."""
    row = JournalEntry.objects.select_for_update(no_key=True).filter(pk=entry, person_id=me).first()
    if row is None:
        raise GrilseError(f"there is no entry {entry} in your journal")
    return row


def _upsert_entry(me: int, entry: SentEntry) -> list[tuple[Any, ...]]:
    return ENTRIES.upsert(me, ENTRIES.build_items([entry]))


def _set_deleted_at(row: JournalEntry, deleted_at: Any) -> None:
    row.deleted_at, row.version = deleted_at, row.version + 1
    row.save(update_fields=["deleted_at", "version"])


def _build_columns(content: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in content.items() if name != "deleted"}
    return {**values, "deleted_at": timezone.now() if content["deleted"] else None}


ENTRIES = SyncTable(
    of=KeptVersion.Of.ENTRY,
    model=JournalEntry,
    key="client_id",
    read_content=read_content,
    build_columns=_build_columns,
    on_update={
        "deleted_at": "CASE WHEN excluded.deleted_at IS NOT NULL"
        " THEN coalesce(stored.deleted_at, excluded.deleted_at) END"
    },
)
