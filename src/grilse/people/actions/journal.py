"""One's own journal: written, changed, removed, taken back, and taken in from phones."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from grilse.errors import GrilseError
from grilse.farm.tenancy import acting
from grilse.people.actions.kept import hold, keep, unlogged
from grilse.people.entries import NewEntry, SentEntry, check, check_sent, content, content_of
from grilse.people.me import ensure_me
from grilse.people.models import JournalEntry, WorkRules
from grilse.people.versions import Item, Outcome, Stored, digest, plain, sort_out


class Overtaken(GrilseError):
    """A change of what has changed since it was read."""


def write(new: NewEntry) -> int:
    """Write an entry into one's own journal; return its id."""
    check(new)
    sent = SentEntry(**asdict(new), client_id=uuid4())
    return _put(ensure_me(), [sent])[sent.client_id]


def change(entry: int, new: NewEntry, *, read: int | None = None) -> None:
    """Write an entry anew; `read` is the version that was read, refused where it has changed since."""
    check(new)
    me = ensure_me()
    row = _mine(me, entry)
    if row.deleted_at is not None:
        raise GrilseError(f"entry {entry} is deleted: take it back first")
    if read is not None and read != row.version:
        raise Overtaken(
            f"entry {entry} has changed since you read it (it is version {row.version}): read it again",
            field="version",
        )
    _put(me, [SentEntry(**asdict(new), client_id=row.client_id, version=row.version + 1)])


def remove(entry: int) -> None:
    """Delete an entry; its author can take it back for as long as the company's rules of work say."""
    row = _mine(ensure_me(), entry)
    if row.deleted_at is None:
        _mark(row, timezone.now())


def restore(entry: int) -> None:
    """Take back that an entry was deleted."""
    row = _mine(ensure_me(), entry)
    if row.deleted_at is None:
        return
    days = (WorkRules.objects.first() or WorkRules()).deleted_days
    if row.deleted_at < timezone.now() - timedelta(days=days):
        raise GrilseError(
            f"entry {entry} was deleted on {row.deleted_at.date()}: it can be taken back for {days} days"
        )
    _mark(row, None)


def send(entries: Sequence[SentEntry]) -> list[Outcome]:
    """Take in what a phone of one's own kept, late, twice or out of order; eight statements at any number."""
    check_sent(entries)
    me = ensure_me()
    hold(me)
    items = [
        Item(client_id=str(entry.client_id), version=entry.version, content=content(entry))
        for entry in entries
    ]
    found = sort_out(_standing(me, entries), items)
    _put(me, [entries[place] for place in (*found.add, *found.replace)])
    keep(me, "entry", items, found)
    return found.outcomes


def _standing(me: int, entries: Sequence[SentEntry]) -> list[Stored]:
    rows = JournalEntry.objects.filter(person_id=me, client_id__in={entry.client_id for entry in entries})
    return [_stored(row) for row in rows]


def _stored(row: JournalEntry) -> Stored:
    said = content_of(row)
    return Stored(client_id=str(row.client_id), version=row.version, digest=digest(said), content=said)


def _mine(me: int, entry: int) -> JournalEntry:
    """Return an entry of one's own, which waits for whoever else changes it."""
    row = JournalEntry.objects.select_for_update(no_key=True).filter(pk=entry, person_id=me).first()
    if row is None:
        raise GrilseError(f"there is no entry {entry} in your journal")
    return row


def _mark(row: JournalEntry, deleted_at: Any) -> None:
    row.deleted_at, row.version = deleted_at, row.version + 1
    row.save(update_fields=["deleted_at", "version"])


def _put(me: int, entries: Sequence[SentEntry]) -> dict[UUID, int]:
    """Write entries over earlier versions; return ids by the phone's; two statements or none."""
    if not entries:
        return {}
    rows = [
        {"client_id": str(one.client_id), "version": one.version, **plain(content(one))} for one in entries
    ]
    of = {"company": acting().company, "person": me, "rows": json.dumps(rows)}
    return {client: id for id, client in unlogged(PUT, of)}


PUT = """
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
