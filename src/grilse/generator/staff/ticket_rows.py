"""The help desk rows of a shard: tickets, comments and escalations."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.records import MINUTE_MICROSECONDS, Columns, concatenate_columns, take_rows
from grilse.generator.staff import tickets
from grilse.generator.staff.directory import Staff
from grilse.generator.staff.settings import NONE, ShardStreams, draw_weighted, encode_texts, load_staff_settings
from grilse.generator.staff.tickets import TicketTimeline
from grilse.science.arrays import Counts, Floats

UNRESOLVED = ("new", "open", "in progress", "on hold")
PRIORITIES = ("low", "normal", "high", "urgent")


@dataclass(frozen=True, slots=True)
class HelpDeskRows:
    """The rows of a shard; persons are positions in the staff, tickets positions in `tickets`."""

    tickets: Columns
    comments: Columns
    escalations: Columns


def build_help_desk(staff: Staff, shard: str) -> HelpDeskRows:
    """Return the tickets of the people of a shard."""
    streams = ShardStreams(staff.run.seed, "staff.tickets", shard)
    shares = load_staff_settings()["tickets"]["priorities"]
    size = len(tickets.draw_opening_times(staff, shard))
    priority = np.array(list(shares))[draw_weighted(streams.open("priorities"), shares.values(), size)]
    timeline = tickets.simulate_timeline(staff, shard, streams, priority)
    topics = tickets.draw_topics(staff, shard, streams)
    reporter = tickets.draw_reporters(staff, shard, streams)
    assignee = tickets.draw_assignees(staff, shard, streams, topics["category"], reporter)
    rows = {
        "number": tickets.assign_ticket_numbers(staff)[shard],
        **topics,
        "status": tickets.compute_statuses(timeline, staff.span.end_time, streams.open("started").random(size)),
        "priority": priority,
        "container": np.where(
            streams.open("placed").random(size) < load_staff_settings()["tickets"]["in_container"],
            streams.open("containers").integers(0, 1 << 30, size),
            NONE,
        ),
        "reporter": reporter,
        "assignee": assignee,
        **_compute_times(timeline, staff.span.end_time),
    }
    rows["held_since"] = np.where(rows["status"] == "on hold", timeline.find_times(timeline.hold), NONE)
    rows["assignee"] = np.where(rows["answered_at"] == NONE, NONE, assignee)
    escalations = _build_escalations(timeline, rows["status"], staff.span.end_time)
    return HelpDeskRows(
        _apply_escalations(staff, rows, escalations),
        _build_comments(staff, streams, timeline, reporter, assignee, escalations),
        escalations,
    )


def _compute_times(timeline: TicketTimeline, end: int) -> Columns:
    """Return the times of tickets up to the end of the history."""
    resumed = timeline.find_times(timeline.hold + timeline.held)
    held = np.where(resumed <= end, timeline.held, 0)

    def clip_to_history(minutes: Floats) -> Counts:
        at = timeline.find_times(minutes)
        return np.where(at <= end, at, NONE)

    return {
        "opened_at": timeline.opened,
        "answered_at": clip_to_history(timeline.answered),
        "resolved_at": clip_to_history(timeline.resolved),
        "closed_at": clip_to_history(timeline.closed),
        "held_minutes": held,
        "answer_due": timeline.find_times(timeline.answer_due),
        "resolve_due": timeline.find_times(timeline.resolve_due + held),
    }


def _build_escalations(timeline: TicketTimeline, status: NDArray[np.str_], end: int) -> Columns:
    """Return the escalations that fired, and the pending ones of unresolved tickets."""
    over = timeline.find_times(np.minimum(timeline.resolved, timeline.closed))
    on_hold, is_unresolved = status == "on hold", np.isin(status, UNRESOLVED)
    parts = []
    for level, rule in enumerate(load_staff_settings()["tickets"]["rules"]):
        # A level that becomes due during a hold waits until its end.
        waited = (rule["after"] >= timeline.hold - 2.0) & (timeline.find_times(timeline.hold) <= end)
        due = timeline.find_times(rule["after"] + np.where(waited, timeline.held, 0.0))
        fires = (due // MINUTE_MICROSECONDS + 1) * MINUTE_MICROSECONDS
        fired = (fires < over) & (fires <= end)
        some = np.flatnonzero(fired | is_unresolved)
        stopped = on_hold & ~fired
        times = {"due_at": np.where(stopped, NONE, due), "fired_at": np.where(fired, fires, NONE)}
        parts.append({"ticket": some, "level": np.full(len(some), level), **take_rows(times, some)})
    return concatenate_columns(parts)


def _apply_escalations(staff: Staff, rows: Columns, escalations: Columns) -> Columns:
    """Return tickets with the team, assignee and priority of their last escalation."""
    settings = load_staff_settings()["tickets"]
    categories = list(settings["categories"].values())
    team = np.array([category["team"] for category in categories])[rows["category"]].astype("U64")
    rank = np.array([PRIORITIES.index(priority) for priority in rows["priority"].tolist()], np.int64)
    assignee = rows["assignee"].copy()
    for level, rule in enumerate(settings["rules"]):
        mine = escalations["ticket"][(escalations["level"] == level) & (escalations["fired_at"] != NONE)]
        if rule["team"]:
            team[mine] = rule["team"]
        if rule["role"]:
            assignee[mine] = staff.list_members(role=rule["role"], geography=None)[0]
        if rule["priority"]:
            rank[mine] = np.maximum(rank[mine], PRIORITIES.index(rule["priority"]))
    return {**rows, "team": team, "assignee": assignee, "priority": np.array(PRIORITIES)[rank]}


def _build_comments(
    staff: Staff,
    streams: ShardStreams,
    timeline: TicketTimeline,
    reporter: Counts,
    assignee: Counts,
    escalations: Columns,
) -> Columns:
    """Return the comments before the end of the history, in the order of time."""
    settings, size = load_staff_settings()["tickets"], len(timeline.opened)
    over = np.minimum(np.minimum(timeline.resolved, timeline.hold), timeline.closed)
    between = np.where(timeline.cancelled, np.inf, 0.7 * timeline.answered + 0.3 * over)
    noted, thanked = (streams.open(what).random(size) < settings[what] for what in ("internal", "thanked"))
    never = np.full(size, np.inf)
    moments = {
        "answered": (timeline.answered, assignee),
        "internal": (np.where(noted, between, never), assignee),
        "held": (timeline.hold, assignee),
        "resolved": (timeline.resolved, assignee),
        "thanked": (np.where(thanked & ~timeline.cancelled, timeline.closed, never), reporter),
        "cancelled": (np.where(timeline.cancelled, timeline.closed, never), reporter),
    }
    parts: list[tuple[NDArray[Any], ...]] = []
    for what, (minutes, author) in moments.items():
        at = timeline.find_times(minutes)
        some = np.flatnonzero(at <= staff.span.end_time)
        texts = encode_texts(settings["said"][what])
        body = texts[(streams.open(f"said.{what}").random(size) * len(texts)).astype(np.int64)]
        internal = np.full(len(some), what == "internal")
        parts.append((some, author[some], at[some], body[some], internal))
    parts.append(_build_escalation_comments(staff, escalations))
    ticket, author, at, body, internal = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((at, ticket))
    columns = {"ticket": ticket, "author": author, "at": at, "body": body, "internal": internal}
    return take_rows(columns, order)


def _build_escalation_comments(staff: Staff, escalations: Columns) -> tuple[NDArray[Any], ...]:
    """Return the comments of fired escalations, with the text of the product."""
    texts = []
    for level, rule in enumerate(load_staff_settings()["tickets"]["rules"]):
        to = rule["team"] or staff.members[staff.list_members(role=rule["role"], geography=None)[0]].name
        raised = f", priority at least {rule['priority']}" if rule["priority"] else ""
        texts.append(f"Level {level + 1} of escalation: it goes to {to}{raised}.")
    fired = np.flatnonzero(escalations["fired_at"] != NONE)
    nobody, internal = np.full(len(fired), NONE), np.zeros(len(fired), np.bool_)
    body = encode_texts(texts)[escalations["level"][fired]]
    return escalations["ticket"][fired], nobody, escalations["fired_at"][fired], body, internal
