"""What people ask to be seen to: when, about what, and how it was seen to."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.generator.staff.clock import Clock
from grilse.generator.staff.directory import Member, Staff
from grilse.generator.staff.figures import chosen, encoded
from grilse.generator.streams import stream
from grilse.science.arrays import Counts, Floats

Columns = dict[str, NDArray[Any]]
Flags = NDArray[np.bool_]

NONE = -1
SECOND, MINUTE = 1_000_000, 60_000_000
ASKED_AT = (420.0, 1080.0)  # minutes after midnight
WEEKEND = 0.3  # of a weekday's tickets
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Course:
    """How tickets went, in minutes of business since each was opened; whether the history saw it or not."""

    clock: Clock
    opened: Counts
    answer_due: Floats
    resolve_due: Floats
    answered: Floats
    hold: Floats  # infinite for one that never was
    held: Counts  # minutes of business on hold
    resolved: Floats
    closed: Floats
    cancelled: Flags

    def at(self, minutes: Floats) -> Counts:
        """Return the moments that lie so many minutes of business after the tickets were opened."""
        known = np.isfinite(minutes)
        found = self.clock.at(self.clock.passed(self.opened) + np.where(known, minutes, 0.0))
        return np.where(known, found, np.iinfo(np.int64).max)


@cache
def clock_of(staff: Staff) -> Clock:
    """Return the company's hours of business."""
    return Clock(staff.span)


@cache
def numbers(staff: Staff) -> dict[str, Counts]:
    """Return the numbers of each shard's tickets: all of the company's count on in the order of time."""
    found = [opened(staff, shard) for shard in staff.shards]
    order = np.argsort(np.concatenate(found), kind="stable")
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(1, len(order) + 1)
    ends = np.cumsum([len(one) for one in found])[:-1]
    return dict(zip(staff.shards, np.split(number, ends), strict=True))


def opened(staff: Staff, shard: str) -> Counts:
    """Return when a shard's tickets were opened, in order."""
    draw, about = stream(staff.run.seed, "staff.opened", shard), chosen()["tickets"]
    rate = np.full(staff.span.size, about["office"])
    for place in staff.places:
        if place.name == shard:
            rate = np.where(place.open, about["busy"], about["quiet"])
    count = draw.poisson(rate * np.where(staff.span.weekday < SATURDAY, 1.0, WEEKEND))
    day = np.repeat(np.arange(staff.span.size), count)
    return np.sort(staff.span.moments(day, draw.uniform(*ASKED_AT, len(day))) // SECOND * SECOND)


def course(staff: Staff, shard: str, draw: Generator, priority: NDArray[np.str_]) -> Course:
    """Return how a shard's tickets went, most of them within their level."""
    about, at, size = chosen()["tickets"], opened(staff, shard), len(priority)
    names = list(about["levels"])
    place = np.array([names.index(one) for one in priority.tolist()], np.int64)
    level = np.array([about["levels"][name] for name in names], np.float64)[place]
    answered = level[:, 0] * _taken(draw, size, about["answered_in_time"], 2.5)
    work = np.maximum(level[:, 1] * _taken(draw, size, about["resolved_in_time"], 2.2), answered + 10.0)
    waits = draw.random(size) < about["held"]
    held = np.where(waits, draw.integers(240, 2700, size), 0)
    hold = np.where(waits, answered + draw.uniform(0.1, 0.6, size) * (work - answered), np.inf)
    cancelled = draw.random(size) < about["cancelled"]
    resolved = np.where(cancelled, np.inf, work + held)
    closed = np.where(cancelled, 0.9 * answered, work + held) + draw.uniform(0.0, 2700.0, size) * ~cancelled
    never = np.where(cancelled, np.inf, 0.0)
    return Course(
        clock=clock_of(staff), opened=at, answer_due=level[:, 0], resolve_due=level[:, 1],
        answered=answered + never, hold=hold + never, held=held, resolved=resolved, closed=closed,
        cancelled=cancelled,
    )  # fmt: skip


def _taken(draw: Generator, size: int, in_time: float, longest: float) -> Floats:
    """Return the shares of what was promised that things took."""
    late = draw.random(size) >= in_time
    return np.where(late, draw.uniform(1.03, longest, size), 0.04 + 0.93 * draw.beta(1.4, 1.8, size))


def status_of(went: Course, end: int, draw: Generator) -> NDArray[np.str_]:
    """Return how far each ticket had come when the history ended."""
    resumed = went.hold + went.held
    begun = draw.random(len(went.opened)) < 0.7
    ways: list[tuple[Flags, Any]] = [
        (went.at(went.closed) <= end, np.where(went.cancelled, "cancelled", "closed")),
        (went.at(went.resolved) <= end, "resolved"),
        ((went.at(went.hold) <= end) & (went.at(resumed) > end), "on hold"),
        (went.at(went.answered) <= end, np.where(begun | (went.at(resumed) <= end), "in progress", "open")),
    ]
    return np.select([one for one, _ in ways], [np.asarray(name) for _, name in ways], "new")


def about_what(staff: Staff, shard: str, draw: Generator) -> Columns:
    """Return category, title and text of each ticket; the category by its place among all."""
    kinds = [kind(staff, shard)]
    categories = chosen()["tickets"]["categories"]
    weights = np.array([one[kinds[0]] for one in categories.values()], np.float64)
    size = len(opened(staff, shard))
    category = draw.choice(len(weights), size, p=weights / weights.sum())
    texts = [one["texts"] for one in categories.values()]
    first = np.cumsum([0, *(len(some) for some in texts[:-1])])
    among = np.array([len(some) for some in texts])[category]
    which = first[category] + (draw.random(size) * among).astype(np.int64)
    title, body = zip(*(text for some in texts for text in some), strict=True)
    return {"category": category, "title": encoded(title)[which], "body": encoded(body)[which]}


def kind(staff: Staff, shard: str) -> str:
    """Return what a shard's people work at: sea, land or office."""
    for place in staff.places:
        if place.name == shard:
            return "sea" if place.sea else "land"
    return "office"


def reporters(staff: Staff, shard: str, draw: Generator) -> Counts:
    """Return who of a shard opened each ticket: somebody who worked there then."""
    own, at = staff.of(shard), opened(staff, shard)
    weight = draw.random((len(own), len(at)))
    for row, member in enumerate(own):
        who = staff.members[member]
        began, left = staff.span.moments(np.array([who.first, who.last]), np.array([0.0, 1440.0]))
        weight[row, (at < began) | (at > left)] = -1.0
    return np.array(own)[weight.argmax(axis=0)]


def assignees(staff: Staff, shard: str, draw: Generator, category: Counts, reporter: Counts) -> Counts:
    """Return who saw to each ticket: somebody of its category's team, near, and not who asked."""
    first = staff.members[staff.of(shard)[-1]]
    teams = [
        staff.in_team(one["team"], first.geography or "")
        for one in chosen()["tickets"]["categories"].values()
    ]
    chance = draw.random(len(category))
    found = np.full(len(category), NONE)
    for place, team in enumerate(teams):
        mine = category == place
        found[mine] = np.array(team)[(chance[mine] * len(team)).astype(np.int64)]
    return np.where(found == reporter, _other(staff, first), found)


def _other(staff: Staff, near: Member) -> int:
    """Return who sees to what the only one who could has asked."""
    return staff.with_role("director", near.geography)[0]
