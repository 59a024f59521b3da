"""The rows of a shard's tickets: tickets, what was said on them, and who was called."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.generator.staff import tickets
from grilse.generator.staff.directory import Staff
from grilse.generator.staff.figures import chosen, encoded
from grilse.generator.staff.tickets import MINUTE, NONE, Columns, Course
from grilse.generator.streams import stream
from grilse.science.arrays import Counts, Floats

UNDONE = ("new", "open", "in progress", "on hold")
PRIORITIES = ("low", "normal", "high", "urgent")


@dataclass(frozen=True, slots=True)
class Desk:
    """A shard's part of the help desk; persons by their place in the staff, tickets by theirs here."""

    tickets: Columns
    comments: Columns
    escalations: Columns


def desk(staff: Staff, shard: str) -> Desk:
    """Return the tickets of a shard's people."""
    draw = stream(staff.run.seed, "staff.tickets", shard)
    shares = chosen()["tickets"]["priorities"]
    weights = np.array(list(shares.values()), np.float64)
    size = len(tickets.opened(staff, shard))
    priority = np.array(list(shares))[draw.choice(len(shares), size, p=weights / weights.sum())]
    went = tickets.course(staff, shard, draw, priority)
    said = tickets.about_what(staff, shard, draw)
    reporter = tickets.reporters(staff, shard, draw)
    assignee = tickets.assignees(staff, shard, draw, said["category"], reporter)
    rows = {
        "number": tickets.numbers(staff)[shard],
        **said,
        "status": tickets.status_of(went, staff.span.end, draw),
        "priority": priority,
        "container": np.where(
            draw.random(size) < chosen()["tickets"]["in_container"], draw.integers(0, 1 << 30, size), NONE
        ),
        "reporter": reporter,
        "assignee": assignee,
        **_clocks(went, staff.span.end),
    }
    rows["held_since"] = np.where(rows["status"] == "on hold", went.at(went.hold), NONE)
    rows["assignee"] = np.where(rows["answered_at"] == NONE, NONE, assignee)
    called = _escalations(went, rows["status"], staff.span.end)
    return Desk(
        _raised(staff, rows, called), _comments(staff, draw, went, reporter, assignee, called), called
    )


def _clocks(went: Course, end: int) -> Columns:
    """Return the moments of tickets as far as they had come."""
    resumed = went.at(went.hold + went.held)
    held = np.where(resumed <= end, went.held, 0)

    def seen(minutes: Floats) -> Counts:
        at = went.at(minutes)
        return np.where(at <= end, at, NONE)

    return {
        "opened_at": went.opened,
        "answered_at": seen(went.answered),
        "resolved_at": seen(went.resolved),
        "closed_at": seen(went.closed),
        "held_minutes": held,
        "answer_due": went.at(went.answer_due),
        "resolve_due": went.at(went.resolve_due + held),
    }


def _escalations(went: Course, status: NDArray[np.str_], end: int) -> Columns:
    """Return the levels that fired, and those that tickets still wait for."""
    over = went.at(np.minimum(went.resolved, went.closed))
    on_hold, undone = status == "on hold", np.isin(status, UNDONE)
    parts = []
    for level, rule in enumerate(chosen()["tickets"]["rules"]):
        # What comes due as a ticket is put on hold waits with it.
        waited = (rule["after"] >= went.hold - 2.0) & (went.at(went.hold) <= end)
        due = went.at(rule["after"] + np.where(waited, went.held, 0.0))
        fires = (due // MINUTE + 1) * MINUTE
        fired = (fires < over) & (fires <= end)
        some = np.flatnonzero(fired | undone)
        stopped = on_hold & ~fired
        parts.append(
            {
                "ticket": some,
                "level": np.full(len(some), level),
                "due_at": np.where(stopped, NONE, due)[some],
                "fired_at": np.where(fired, fires, NONE)[some],
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _raised(staff: Staff, rows: Columns, called: Columns) -> Columns:
    """Return tickets as their last level left them: its team's or person's, and pressing."""
    about = chosen()["tickets"]
    categories = list(about["categories"].values())
    team = np.array([one["team"] for one in categories])[rows["category"]].astype("U64")
    rank = np.array([PRIORITIES.index(one) for one in rows["priority"].tolist()], np.int64)
    assignee = rows["assignee"].copy()
    for level, rule in enumerate(about["rules"]):
        mine = called["ticket"][(called["level"] == level) & (called["fired_at"] != NONE)]
        if rule["team"]:
            team[mine] = rule["team"]
        if rule["role"]:
            assignee[mine] = staff.with_role(rule["role"], None)[0]
        if rule["priority"]:
            rank[mine] = np.maximum(rank[mine], PRIORITIES.index(rule["priority"]))
    return {**rows, "team": team, "assignee": assignee, "priority": np.array(PRIORITIES)[rank]}


def _comments(
    staff: Staff, draw: Generator, went: Course, reporter: Counts, assignee: Counts, called: Columns
) -> Columns:
    """Return what was said before the history ended, in the order of time."""
    about, size = chosen()["tickets"], len(went.opened)
    over = np.minimum(np.minimum(went.resolved, went.hold), went.closed)
    between = np.where(went.cancelled, np.inf, 0.7 * went.answered + 0.3 * over)
    noted, thanked = draw.random(size) < about["internal"], draw.random(size) < about["thanked"]
    never = np.full(size, np.inf)
    moments = {
        "answered": (went.answered, assignee),
        "internal": (np.where(noted, between, never), assignee),
        "held": (went.hold, assignee),
        "resolved": (went.resolved, assignee),
        "thanked": (np.where(thanked & ~went.cancelled, went.closed, never), reporter),
        "cancelled": (np.where(went.cancelled, went.closed, never), reporter),
    }
    parts: list[tuple[NDArray[Any], ...]] = []
    for what, (minutes, author) in moments.items():
        at = went.at(minutes)
        some = np.flatnonzero(at <= staff.span.end)
        texts = encoded(about["said"][what])
        body = texts[(draw.random(size) * len(texts)).astype(np.int64)]
        internal = np.full(len(some), what == "internal")
        parts.append((some, author[some], at[some], body[some], internal))
    parts.append(_called(staff, called))
    ticket, author, at, body, internal = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((at, ticket))
    columns = {"ticket": ticket, "author": author, "at": at, "body": body, "internal": internal}
    return {name: values[order] for name, values in columns.items()}


def _called(staff: Staff, called: Columns) -> tuple[NDArray[Any], ...]:
    """Return what the scheduler says when a level fires, as the product words it."""
    said = []
    for level, rule in enumerate(chosen()["tickets"]["rules"]):
        to = rule["team"] or staff.members[staff.with_role(rule["role"], None)[0]].name
        raised = f", priority at least {rule['priority']}" if rule["priority"] else ""
        said.append(f"Level {level + 1} of escalation: it goes to {to}{raised}.")
    fired = np.flatnonzero(called["fired_at"] != NONE)
    nobody, internal = np.full(len(fired), NONE), np.zeros(len(fired), np.bool_)
    body = encoded(said)[called["level"][fired]]
    return called["ticket"][fired], nobody, called["fired_at"][fired], body, internal
