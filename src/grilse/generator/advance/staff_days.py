"""Appends the days of the staff of one site or office: tracks, journals, consents and tickets."""

import os

import numpy as np
import psycopg
from numpy.typing import NDArray

from grilse.bulk.copy import read_columns
from grilse.bulk.table import Table
from grilse.errors import GrilseError
from grilse.generator.advance.batch_days import AdvancedShard, AdvanceTask, CannotContinue, record_advance
from grilse.generator.load.database_sink import DatabaseSink
from grilse.generator.load.shards import RowKeys
from grilse.generator.observation.records import Columns, take_rows
from grilse.generator.staff.company_rows import write_new_members
from grilse.generator.staff.directory import Staff, get_staff
from grilse.generator.staff.settings import NONE
from grilse.generator.staff.staff_shard import (
    ReferPersons,
    find_staff_keys,
    refer_persons,
    refer_teams,
    write_days,
    write_ticket_events,
    write_tickets,
)
from grilse.generator.staff.ticket_rows import HelpDeskRows, build_help_desk
from grilse.helpdesk.models import Ticket
from grilse.people.models import Person
from grilse.science.arrays import Counts

TIMES = ("answered_at", "resolved_at", "closed_at", "held_since", "answer_due", "resolve_due")
STATE = ("status", "priority", "team", "assignee", "held_minutes", *TIMES)


def append_members(sink: DatabaseSink, staff: Staff, former: Staff) -> None:
    """Write the people of new sites, and who has left since."""
    try:
        managers = find_staff_keys(sink, Person, [member.email for member in former.members])
    except GrilseError as missing:
        raise CannotContinue(str(missing)) from None
    write_new_members(sink, staff, former, managers)
    left = [
        (staff.span.compute_times(np.array([now.last]), np.array([1080.0]))[0].item(), now.email)
        for now, before in zip(staff.members, former.members, strict=False)
        if before.active and not now.active
    ]
    for at, email in left:
        arguments = {"company": sink.company, "email": email, "at": at}
        sink.connection.execute(WITHDRAW_CONSENTS, arguments)
        sink.connection.execute(LEAVE, arguments)


def advance_staff(task: AdvanceTask) -> AdvancedShard:
    """Append the days of the staff of a site or office in one transaction."""
    staff, former = get_staff(task.run), get_staff(task.run.extend(task.after))
    try:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            connection.execute("SET LOCAL synchronous_commit = off")
            sink = DatabaseSink(connection, task.company)
            people = refer_persons(sink, staff)
            write_days(sink, staff, task.key, people, former.span.end_time)
            _append_tickets(sink, task, staff, former, people)
            record_advance(sink, task, task.run.plan.until)
    except GrilseError as refusal:
        return AdvancedShard({}, refusal=f"staff of {task.key}: {refusal}")
    return AdvancedShard(sink.rows)


def _append_tickets(sink: DatabaseSink, task: AdvanceTask, staff: Staff, former: Staff, people: ReferPersons) -> None:
    """Open the new tickets, and take those on which nobody has worked further."""
    end, desk = former.span.end_time, build_help_desk(staff, task.key)
    tickets = desk.tickets
    is_new = tickets["opened_at"] > end
    ids = np.full(len(is_new), NONE, np.int64)
    shifted = {**tickets, "number": tickets["number"] + task.shift}
    opened = write_tickets(sink, staff, task.key, people, take_rows(shifted, is_new))
    ids[is_new] = np.asarray(opened.columns["id"])
    if task.key in former.shard_names:
        before = build_help_desk(former, task.key).tickets
        changed = np.flatnonzero(_find_changes(tickets, before))
        ids[changed] = _find_untouched(sink, people, before, changed)
        changed = changed[ids[changed] >= 0]
        _update_tickets(sink, staff, people, take_rows(tickets, changed), ids[changed])
    comments, escalations = desk.comments, desk.escalations
    events = HelpDeskRows(
        tickets,
        take_rows(comments, (comments["at"] > end) & (ids[comments["ticket"]] >= 0)),
        take_rows(escalations, ids[escalations["ticket"]] >= 0),
    )
    write_ticket_events(sink, people, RowKeys(Table.from_model(Ticket), {"id": ids}), events)


def _find_changes(now: Columns, before: Columns) -> NDArray[np.bool_]:
    """Return the former tickets whose state is another now."""
    size = len(before["number"])
    return np.any([now[name][:size] != before[name] for name in STATE], axis=0)


def _find_untouched(sink: DatabaseSink, people: ReferPersons, before: Columns, rows: Counts) -> Counts:
    """Return the ids of tickets that are still in their former state, NONE for others."""
    reporter = people(before["reporter"][rows])
    reporters = np.asarray(reporter.keys.columns["id"])[reporter.position]
    keys = {"id": "int8", "reporter": "int8", "at": "timestamptz", "status": "text"}
    arguments = {"company": sink.company, "reporters": np.unique(reporters).tolist()}
    stored = read_columns(sink.connection, UNTOUCHED, keys, arguments)
    columns = (stored[name].tolist() for name in ("reporter", "at", "status", "id"))
    ids = {(person, at, status): id for person, at, status, id in zip(*columns, strict=True)}
    tickets = zip(reporters.tolist(), before["opened_at"][rows].tolist(), before["status"][rows].tolist(), strict=True)
    return np.array([ids.get(key, NONE) for key in tickets], np.int64)


def _update_tickets(sink: DatabaseSink, staff: Staff, people: ReferPersons, tickets: Columns, ids: Counts) -> None:
    """Write the state of tickets; their escalations, and comments that escalations made since, are written anew."""
    if not len(ids):
        return
    teams, assignee = refer_teams(sink, staff), people(tickets["assignee"])
    team_ids = np.asarray(teams.keys.columns["id"])
    columns = {
        **{name: tickets[name].tolist() for name in ("status", "priority", "held_minutes", *TIMES)},
        "team": [int(team_ids[teams.place[name]]) for name in tickets["team"].tolist()],
        "assignee": np.append(np.asarray(assignee.keys.columns["id"]), NONE)[assignee.position].tolist(),
        "id": ids.tolist(),
    }
    with sink.connection.cursor() as cursor:
        cursor.executemany(
            UPDATE_TICKET, [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        )
    sink.connection.execute(DELETE_ESCALATIONS, [ids.tolist()])


AT = "timestamptz '1970-01-01 00:00+00' + nullif(%({})s::bigint, -1) * interval '1 microsecond'"
UPDATE_TICKET = f"""
UPDATE helpdesk_ticket SET status = %(status)s, priority = %(priority)s, held_minutes = %(held_minutes)s,
       team_id = %(team)s, assignee_id = nullif(%(assignee)s::bigint, -1),
       {", ".join(f"{name} = {AT.format(name)}" for name in TIMES)}
 WHERE id = %(id)s
"""
# A change by a person has a context.
UNTOUCHED = """
SELECT t.id, t.reporter_id AS reporter, t.opened_at AS at, t.status FROM helpdesk_ticket t
 WHERE t.company_id = %(company)s AND t.reporter_id = ANY(%(reporters)s) AND NOT EXISTS (
   SELECT FROM helpdesk_ticketevent e WHERE e.pgh_obj_id = t.id AND e.pgh_context IS NOT NULL)
"""
DELETE_ESCALATIONS = "DELETE FROM helpdesk_escalation WHERE ticket_id = ANY(%s)"
WITHDRAW_CONSENTS = f"""
UPDATE people_consent c SET withdrawn_at = {AT.format("at")} FROM people_person p
 WHERE p.id = c.person_id AND p.company_id = %(company)s AND p.email = %(email)s AND p.user_id IS NULL
   AND c.withdrawn_at IS NULL
"""
LEAVE = """
UPDATE people_person SET active = false
 WHERE company_id = %(company)s AND email = %(email)s AND user_id IS NULL AND active
"""
