"""What the help desk shows: a ticket, what happened to it, its files, and what waits."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from grilse.helpdesk.messages import describe_missing_file, describe_missing_ticket
from grilse.helpdesk.models import Attachment, Ticket
from grilse.helpdesk.workflow import list_verbs
from grilse.listing.sql import use_outer_joins

REFERENCES = ("category", "geography", "area", "station", "container", "reporter", "assignee", "team")
TICKET_COLUMNS = (
    "number", "title", "body", "status", "priority", "opened_at", "reopened_at", "answered_at", "answer_due",
    "resolved_at", "resolve_due", "closed_at", "held_since", "held_minutes", "round",
)  # fmt: skip
FIELDS = {
    **{name: name for name in (*TICKET_COLUMNS, *(f"{name}_id" for name in REFERENCES))},
    **{name: f"{name}__name" for name in REFERENCES},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineEntry:
    """Something that was said or done on a ticket."""

    at: datetime
    what: str
    """comment, attachment, change or escalation"""
    id: int
    """Of the comment, the file, the change or the escalation."""
    person_id: int | None
    person: str | None
    """None is the scheduler."""
    text: str
    """What was said, what the file is called, why it was changed, or which level fired."""
    internal: bool = False
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Before and after, by field."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueCounts:
    """How many tickets wait, and for whom."""

    statuses: dict[str, int]
    """Of those that are not closed or cancelled."""
    overdue: int
    mine: int
    team: int
    """Of one's own team."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachedFile:
    """A file of a ticket."""

    name: str
    content_type: str
    content: bytes


def find_ticket(number: int) -> dict[str, Any]:
    """Return a ticket with the names that it refers to, and what can be done with it; one statement."""
    row = next(iter(use_outer_joins(Ticket.objects.filter(number=number).values(*FIELDS.values()))), None)
    if row is None:
        raise describe_missing_ticket(number)
    values = {name: row[column] for name, column in FIELDS.items()}
    return {**values, "verbs": list(list_verbs(values["status"]))}


def read_timeline(number: int) -> list[TimelineEntry]:
    """Return what happened to a ticket, the first thing first; one statement.

    What is internal is there for those alone who work on the ticket, as the database keeps it.
    """
    with connection.cursor() as cursor:
        cursor.execute(TIMELINE, {"number": number})
        rows = cursor.fetchall()
    if not rows:
        raise describe_missing_ticket(number)
    return [_build_entry(*row) for row in rows if row[1] is not None]


def _build_entry(
    at: datetime, what: str, id: int, person_id: int | None, person: str | None, text: str, internal: bool,
    before: str | None, after: str | None,
) -> TimelineEntry:  # fmt: skip
    # Django leaves JSON that a raw statement returns as text.
    was, became = (json.loads(state) if state else {} for state in (before, after))
    changes = {name: (was[name], became[name]) for name in was if was[name] != became[name]}
    return TimelineEntry(
        at=at, what=what, id=id, person_id=person_id, person=person, text=text, internal=internal,
        changes=changes,
    )  # fmt: skip


def count_queues() -> QueueCounts:
    """Return how many tickets wait: by status, overdue, one's own and one's team's; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(QUEUES)
        rows = cursor.fetchall()
    return QueueCounts(
        statuses={status: count for status, count, *_ in rows},
        overdue=sum(row[2] for row in rows),
        mine=sum(row[3] for row in rows),
        team=sum(row[4] for row in rows),
    )


def find_attachment(number: int, id: int) -> AttachedFile:
    """Return a file of a ticket; one statement."""
    columns = ("name", "content_type", "content")
    row = next(iter(Attachment.objects.filter(ticket__number=number, pk=id).values(*columns)), None)
    if row is None:
        raise describe_missing_file(number, id)
    return AttachedFile(**{**row, "content": bytes(row["content"])})


# A change is kept with the ticket as it was; what came of it the next one kept, or the ticket as it is.
# The row of the ticket itself says that it is there, whatever happened to it.
TIMELINE = """
WITH t AS MATERIALIZED (SELECT * FROM helpdesk_ticket WHERE number = %(number)s),
kept AS (
  SELECT e.pgh_id, e.pgh_created_at, e.pgh_context, e.pgh_label, e.status, e.priority, e.title, e.category_id,
         e.container_id, e.area_id, e.station_id, e.assignee_id, e.team_id
    FROM t JOIN helpdesk_ticketevent e ON e.pgh_obj_id = t.id
   WHERE e.pgh_label = 'changed'
  UNION ALL
  SELECT NULL, NULL, NULL, NULL, t.status, t.priority, t.title, t.category_id, t.container_id, t.area_id,
         t.station_id, t.assignee_id, t.team_id FROM t
),
told AS (
  SELECT k.pgh_id, k.pgh_created_at, k.pgh_context,
         jsonb_build_object(
           'status', k.status, 'priority', k.priority, 'title', k.title, 'category', c.name,
           'container', p.name, 'site', coalesce(a.name, s.name), 'assignee', w.name, 'team', g.name
         ) AS row
    FROM kept k
    LEFT JOIN helpdesk_category c ON c.id = k.category_id
    LEFT JOIN farm_container p ON p.id = k.container_id
    LEFT JOIN farm_area a ON a.id = k.area_id
    LEFT JOIN farm_station s ON s.id = k.station_id
    LEFT JOIN people_person w ON w.id = k.assignee_id
    LEFT JOIN people_team g ON g.id = k.team_id
),
stepped AS (SELECT *, lead(row) OVER (ORDER BY pgh_id NULLS LAST) AS next FROM told),
happened AS (
  SELECT c.at, 'comment' AS what, c.id, c.author_id AS person_id, c.body AS text, c.internal,
         NULL::jsonb AS before, NULL::jsonb AS after
    FROM t JOIN helpdesk_comment c ON c.ticket_id = t.id
  UNION ALL
  SELECT f.at, 'attachment', f.id, f.author_id, f.name, false, NULL, NULL
    FROM t JOIN helpdesk_attachment f ON f.ticket_id = t.id
  UNION ALL
  SELECT e.fired_at, 'escalation', e.id, NULL, 'level ' || e.level, false, NULL, NULL
    FROM t JOIN helpdesk_escalation e ON e.ticket_id = t.id WHERE e.fired_at IS NOT NULL
  UNION ALL
  SELECT s.pgh_created_at, 'change', s.pgh_id,
         (SELECT p.id FROM people_person p WHERE p.user_id = (s.pgh_context->>'user')::bigint),
         coalesce(s.pgh_context->>'reason', ''), false, s.row, s.next
    FROM stepped s WHERE s.pgh_id IS NOT NULL AND s.row <> s.next
)
SELECT h.at, h.what, h.id, h.person_id, p.name, h.text, h.internal, h.before, h.after
  FROM t LEFT JOIN happened h ON true LEFT JOIN people_person p ON p.id = h.person_id
 ORDER BY h.at, h.what, h.id
"""
QUEUES = """
SELECT t.status, count(*),
       count(*) FILTER (WHERE t.status IN ('new', 'open', 'in progress')
                          AND (t.resolve_due < now() OR t.answered_at IS NULL AND t.answer_due < now())),
       count(*) FILTER (WHERE t.status <> 'resolved' AND t.assignee_id IN (SELECT people_me())),
       count(*) FILTER (WHERE t.status <> 'resolved' AND t.team_id IN
         (SELECT p.team_id FROM people_person p WHERE p.id IN (SELECT people_me())))
  FROM helpdesk_ticket t
 WHERE t.status IN ('new', 'open', 'in progress', 'on hold', 'resolved')
 GROUP BY t.status ORDER BY t.status
"""
