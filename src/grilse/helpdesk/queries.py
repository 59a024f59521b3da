"""Read tickets, their timelines and files, and the counts of the queues."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grilse.farm.site_names import build_label_sql
from grilse.helpdesk.models import Attachment, Ticket
from grilse.helpdesk.workflow import ACTIVE_STATUSES, describe_missing_file, describe_missing_ticket, list_verbs
from grilse.listing.sql import fetch_rows, use_outer_joins

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
    """An event of a ticket."""

    at: datetime
    what: str
    """comment, attachment, change or escalation"""
    id: int
    """Id of the comment, the file, the change or the escalation."""
    person_id: int | None
    person: str | None
    """None is the scheduler."""
    text: str
    """Text of the comment, name of the file, reason of the change, or level of the escalation."""
    internal: bool = False
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Before and after, by field."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueCounts:
    """Numbers of tickets that wait."""

    statuses: dict[str, int]
    """Tickets by status, without closed and cancelled ones."""
    overdue: int
    mine: int
    team: int
    """Tickets of the current person's team."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteTicket:
    """A ticket in the list of a site."""

    number: int
    title: str
    status: str
    priority: str
    opened_at: datetime
    container: str
    """Empty where it is about the whole site."""
    assignee: str
    """Empty where nobody has it."""
    waits: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachedFile:
    """A file of a ticket."""

    name: str
    content_type: str
    content: bytes


def find_ticket(number: int) -> dict[str, Any]:
    """Return a ticket with the names of its references, and its possible steps; one statement."""
    row = next(iter(use_outer_joins(Ticket.objects.filter(number=number).values(*FIELDS.values()))), None)
    if row is None:
        raise describe_missing_ticket(number)
    values = {name: row[column] for name, column in FIELDS.items()}
    return {**values, "verbs": list(list_verbs(values["status"]))}


def read_timeline(number: int) -> list[TimelineEntry]:
    """Return the events of a ticket, the oldest first; one statement.

    The row policy shows internal comments only to those who work on the ticket.
    """
    rows = fetch_rows(TIMELINE, {"number": number})
    if not rows:
        raise describe_missing_ticket(number)
    return [_build_entry(**row) for row in rows if row["what"] is not None]


def _build_entry(before: str | None, after: str | None, **values: Any) -> TimelineEntry:
    # Django leaves JSON that a raw statement returns as text.
    old, new = (json.loads(state) if state else {} for state in (before, after))
    return TimelineEntry(**values, changes={name: (old[name], new[name]) for name in old if old[name] != new[name]})


def list_site_tickets(
    limit: int, *, area: int | None = None, station: int | None = None, container: int | None = None
) -> list[SiteTicket]:
    """Return the tickets of a site or a container: those that wait, then the last ones; one statement."""
    arguments = {"area": area, "station": station, "container": container, "limit": limit}
    return [SiteTicket(**row) for row in fetch_rows(SITE_TICKETS, {**arguments, "active": list(ACTIVE_STATUSES)})]


def count_queues() -> QueueCounts:
    """Count waiting tickets: by status, overdue, the current person's and their team's; one statement."""
    rows = fetch_rows(QUEUES)
    return QueueCounts(
        statuses={row["status"]: row["tickets"] for row in rows},
        **{name: sum(row[name] for row in rows) for name in ("overdue", "mine", "team")},
    )


def find_attachment(number: int, id: int) -> AttachedFile:
    """Return a file of a ticket; one statement."""
    rows = Attachment.objects.filter(ticket__number=number, pk=id).values("name", "content_type", "content")
    for row in rows:
        return AttachedFile(name=row["name"], content_type=row["content_type"], content=bytes(row["content"]))
    raise describe_missing_file(number, id)


SITE_TICKETS = """
SELECT t.number, t.title, t.status, t.priority, t.opened_at, coalesce(c.name, '') AS container,
       coalesce(p.name, '') AS assignee, t.status = ANY(%(active)s) AS waits
  FROM helpdesk_ticket t
  LEFT JOIN farm_container c ON c.id = t.container_id
  LEFT JOIN people_person p ON p.id = t.assignee_id
 WHERE t.area_id = %(area)s OR t.station_id = %(station)s OR t.container_id = %(container)s
 ORDER BY waits DESC, t.opened_at DESC, t.id DESC LIMIT %(limit)s
"""
# An event holds the ticket before a change; the next event, or the ticket itself, holds it after the change.
# The ticket itself is joined, so that a ticket without events gives one row.
TIMELINE = f"""
WITH t AS MATERIALIZED (SELECT * FROM helpdesk_ticket WHERE number = %(number)s),
versions AS (
  SELECT e.pgh_id, e.pgh_created_at, e.pgh_context, e.pgh_label, e.status, e.priority, e.title, e.category_id,
         e.container_id, e.area_id, e.station_id, e.assignee_id, e.team_id
    FROM t JOIN helpdesk_ticketevent e ON e.pgh_obj_id = t.id
   WHERE e.pgh_label = 'changed'
  UNION ALL
  SELECT NULL, NULL, NULL, NULL, t.status, t.priority, t.title, t.category_id, t.container_id, t.area_id,
         t.station_id, t.assignee_id, t.team_id FROM t
),
states AS (
  SELECT k.pgh_id, k.pgh_created_at, k.pgh_context,
         jsonb_build_object(
           'status', k.status, 'priority', k.priority, 'title', k.title, 'category', c.name,
           'container', {build_label_sql("farm_container", "p")}, 'site', coalesce(a.name, s.name),
           'assignee', w.name, 'team', g.name
         ) AS row
    FROM versions k
    LEFT JOIN helpdesk_category c ON c.id = k.category_id
    LEFT JOIN farm_container p ON p.id = k.container_id
    LEFT JOIN farm_area a ON a.id = k.area_id
    LEFT JOIN farm_station s ON s.id = k.station_id
    LEFT JOIN people_person w ON w.id = k.assignee_id
    LEFT JOIN people_team g ON g.id = k.team_id
),
stepped AS (SELECT *, lead(row) OVER (ORDER BY pgh_id NULLS LAST) AS next FROM states),
events AS (
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
SELECT h.at, h.what, h.id, h.person_id, p.name AS person, h.text, h.internal, h.before, h.after
  FROM t LEFT JOIN events h ON true LEFT JOIN people_person p ON p.id = h.person_id
 ORDER BY h.at, h.what, h.id
"""
QUEUES = """
SELECT t.status, count(*) AS tickets,
       count(*) FILTER (WHERE t.status IN ('new', 'open', 'in progress')
                          AND (t.resolve_due < now() OR t.answered_at IS NULL AND t.answer_due < now())) AS overdue,
       count(*) FILTER (WHERE t.status <> 'resolved' AND t.assignee_id IN (SELECT people_me())) AS mine,
       count(*) FILTER (WHERE t.status <> 'resolved' AND t.team_id IN
         (SELECT p.team_id FROM people_person p WHERE p.id IN (SELECT people_me()))) AS team
  FROM helpdesk_ticket t
 WHERE t.status IN ('new', 'open', 'in progress', 'on hold', 'resolved')
 GROUP BY t.status ORDER BY t.status
"""
