"""Read journals: the current person's, and entries that others share. The row policy enforces who reads what."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from grilse.errors import GrilseError
from grilse.listing import cursor as listing_cursor
from grilse.listing.sql import build_after_key, fetch_rows, get_column
from grilse.people.current_person import CURRENT_PERSON
from grilse.people.models import Consent, JournalEntry
from grilse.people.queries import ZONE

MAX_LIMIT, DEFAULT_LIMIT = 200, 50
"""Entries of a page."""
DAYS_RANGE = (1, 366)
ORDER = ("at", "id")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An entry with its author."""

    id: int
    author: int
    author_name: str
    kind: str
    at: datetime
    title: str
    body: str
    privacy: str
    mood: int | None
    stress: int | None
    energy: int | None
    tags: list[str]
    draft: bool
    deleted_at: datetime | None
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalEntryPage:
    """A page of entries, the newest first."""

    entries: list[Entry]
    next: str | None
    """Cursor of the page that follows; None after the last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalTrend:
    """A day's means, and those of the seven days that end with it."""

    day: date
    entries: int
    mood: float | None
    stress: float | None
    energy: float | None
    mood_week: float | None
    stress_week: float | None
    energy_week: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WritingStreak:
    """Days in a row with an entry."""

    days: int
    """Up to today, or to yesterday while today is not over."""
    longest: int
    last: date | None
    """The last day with an entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentPeriod:
    """A consent, open or withdrawn."""

    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None


def list_own_entries(
    *,
    kind: str | None = None,
    text: str | None = None,
    draft: bool | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> JournalEntryPage:
    """Return the current person's entries, newest first; one statement."""
    rows = JournalEntry.objects.filter(person_id=CURRENT_PERSON, deleted_at=None)
    if kind is not None:
        if kind not in JournalEntry.Kind.values:
            raise GrilseError(f"kind is one of {', '.join(JournalEntry.Kind.values)}", field="kind")
        rows = rows.filter(kind=kind)
    if draft is not None:
        rows = rows.filter(draft=draft)
    return _build_page(_filter_by_text(rows, text), f"mine {kind} {text} {draft}", cursor, limit)


def list_shared_entries(
    *, text: str | None = None, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> JournalEntryPage:
    """Return entries that others share with the current person, newest first; one statement."""
    shared_levels = ["manager", "team", "shared"]
    rows = JournalEntry.objects.filter(deleted_at=None, draft=False, privacy__in=shared_levels).exclude(
        person_id=CURRENT_PERSON
    )
    return _build_page(_filter_by_text(rows, text), f"told {text}", cursor, limit)


def list_deleted_entries() -> list[Entry]:
    """Return the current person's deleted entries, last deleted first; one statement."""
    rows = JournalEntry.objects.filter(person_id=CURRENT_PERSON, deleted_at__isnull=False)
    return [Entry(**row) for row in _select_columns(rows.order_by("-deleted_at", "-id"))[:MAX_LIMIT]]


def read_entry(id: int) -> Entry:
    """Return an entry that the current person may read, their own also if it is deleted; one statement."""
    row = _select_columns(JournalEntry.objects.filter(pk=id)).first()
    if row is None:
        raise GrilseError(f"there is no entry {id} that you may read")
    return Entry(**row)


def read_trends(days: int = 30) -> list[JournalTrend]:
    """Return the current person's mood, stress and energy, by days with an entry; one statement.

    Days are the company's, and the mean of seven is that of their daily means.
    """
    least, most = DAYS_RANGE
    if not least <= days <= most:
        raise GrilseError(f"days {days}: trends are of {least} to {most} days", field="days")
    return [JournalTrend(**row) for row in fetch_rows(TRENDS, {"days": days})]


def read_streak() -> WritingStreak:
    """Return on how many days in a row the current person has written; one statement."""
    [row] = fetch_rows(STREAK)
    return WritingStreak(**row)


def list_consents() -> list[ConsentPeriod]:
    """Return the current person's consents, latest first; one statement."""
    rows = Consent.objects.filter(person_id=CURRENT_PERSON)
    periods = rows.order_by("-given_at", "-id").values("purpose", "given_at", "withdrawn_at")
    return [ConsentPeriod(**row) for row in periods]


def _filter_by_text(rows: QuerySet[JournalEntry], text: str | None) -> QuerySet[JournalEntry]:
    if not text:
        return rows
    if "\x00" in text:
        raise GrilseError("the text holds a NUL, which no text has", field="text")
    return rows.filter(Q(title__icontains=text) | Q(body__icontains=text) | Q(tags__contains=[text]))


def _build_page(rows: QuerySet[JournalEntry], cursor_key: str, cursor: str | None, limit: int) -> JournalEntryPage:
    if not 1 <= limit <= MAX_LIMIT:
        raise GrilseError(f"limit {limit} is not from 1 to {MAX_LIMIT}", field="limit")
    if cursor is not None:
        rows = rows.filter(build_after_key(JournalEntry, ORDER, _parse_cursor(cursor_key, cursor), descending=True))
    entry_rows = list(_select_columns(rows.order_by("-at", "-id"))[: limit + 1])
    last = entry_rows[limit - 1] if len(entry_rows) > limit else None
    return JournalEntryPage(
        entries=[Entry(**row) for row in entry_rows[:limit]],
        next=None if last is None else listing_cursor.encode_cursor(cursor_key, [last[name] for name in ORDER]),
    )


def _parse_cursor(cursor_key: str, cursor: str) -> list[Any]:
    texts = listing_cursor.decode_cursor(cursor_key, cursor)
    if texts is None:
        raise GrilseError(
            "cursor is of another journal or filter than this: leave it out to start anew", field="cursor"
        )
    columns = [get_column(JournalEntry, name) for name in ORDER]
    return [field.to_python(text) for field, text in zip(columns, texts, strict=True)]


def _select_columns(rows: QuerySet[JournalEntry]) -> QuerySet[JournalEntry, dict[str, Any]]:
    return rows.values(*COLUMNS, author=F("person_id"), author_name=F("person__name"))


COLUMNS = [field.name for field in fields(Entry) if not field.name.startswith("author")]
TODAY = f"(SELECT (now() AT TIME ZONE {ZONE})::date)"
COUNTED = "person_id = (SELECT people_me()) AND deleted_at IS NULL AND NOT draft"
# Six more days are read, for the weekly means of the first ones.
TRENDS = f"""
WITH daily AS (
  SELECT (at AT TIME ZONE {ZONE})::date AS day, count(*) AS entries,
         avg(mood)::float8 AS mood, avg(stress)::float8 AS stress, avg(energy)::float8 AS energy
    FROM people_journalentry
   WHERE {COUNTED}
     AND at >= (SELECT ({TODAY} - %(days)s::integer - 5)::timestamp AT TIME ZONE {ZONE})
     AND at < (SELECT ({TODAY} + 1)::timestamp AT TIME ZONE {ZONE})
   GROUP BY 1
), rolling AS (
  SELECT *, avg(mood) OVER week AS mood_week, avg(stress) OVER week AS stress_week,
         avg(energy) OVER week AS energy_week
    FROM daily WINDOW week AS (ORDER BY day RANGE BETWEEN '6 days' PRECEDING AND CURRENT ROW)
)
SELECT * FROM rolling WHERE day > {TODAY} - %(days)s::integer ORDER BY day
"""
# For consecutive days, day minus rank is constant.
STREAK = f"""
WITH written AS (
  SELECT DISTINCT (at AT TIME ZONE {ZONE})::date AS day FROM people_journalentry
   WHERE {COUNTED} AND at < (SELECT ({TODAY} + 1)::timestamp AT TIME ZONE {ZONE})
), run AS (
  SELECT max(day) AS last, count(*) AS days
    FROM (SELECT day, day - row_number() OVER (ORDER BY day)::integer AS island FROM written) AS ranked
   GROUP BY island
)
SELECT coalesce(max(days) FILTER (WHERE last >= {TODAY} - 1), 0) AS days, coalesce(max(days), 0) AS longest,
       max(last) AS last
  FROM run
"""
