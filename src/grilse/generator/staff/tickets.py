"""What people ask to be seen to: when, about what, and how it was seen to."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.generator.random_streams import create_random_stream
from grilse.generator.staff.business_clock import BusinessClock
from grilse.generator.staff.directory import Staff, StaffMember
from grilse.generator.staff.settings import encode_texts, load_staff_settings
from grilse.science.arrays import Counts, Floats

Columns = dict[str, NDArray[Any]]
Flags = NDArray[np.bool_]

NONE = -1
SECOND, MINUTE = 1_000_000, 60_000_000
ASKED_AT = (420.0, 1080.0)  # minutes after midnight
WEEKEND = 0.3  # of a weekday's tickets
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class TicketTimeline:
    """How tickets went, in minutes of business since each was opened; whether the history saw it or not."""

    clock: BusinessClock
    opened: Counts
    answer_due: Floats
    resolve_due: Floats
    answered: Floats
    hold: Floats  # infinite for one that never was
    held: Counts  # minutes of business on hold
    resolved: Floats
    closed: Floats
    cancelled: Flags

    def find_times(self, minutes: Floats) -> Counts:
        """Return the moments that lie so many minutes of business after the tickets were opened."""
        known = np.isfinite(minutes)
        times = self.clock.find_times(self.clock.count_minutes(self.opened) + np.where(known, minutes, 0.0))
        return np.where(known, times, np.iinfo(np.int64).max)


@cache
def get_clock(staff: Staff) -> BusinessClock:
    """Return the company's hours of business."""
    return BusinessClock(staff.span)


@cache
def assign_ticket_numbers(staff: Staff) -> dict[str, Counts]:
    """Return the numbers of each shard's tickets: all of the company's count on in the order of time."""
    times_by_shard = [draw_opening_times(staff, shard) for shard in staff.shard_names]
    order = np.argsort(np.concatenate(times_by_shard), kind="stable")
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(1, len(order) + 1)
    ends = np.cumsum([len(times) for times in times_by_shard])[:-1]
    return dict(zip(staff.shard_names, np.split(number, ends), strict=True))


def draw_opening_times(staff: Staff, shard: str) -> Counts:
    """Return when a shard's tickets were opened, in order."""
    rng, settings = (create_random_stream(staff.run.seed, "staff.opened", shard), load_staff_settings()["tickets"])
    rate = np.full(staff.span.day_count, settings["office"])
    for place in staff.places:
        if place.name == shard:
            rate = np.where(place.is_open, settings["busy"], settings["quiet"])
    count = rng.poisson(rate * np.where(staff.span.weekday < SATURDAY, 1.0, WEEKEND))
    day = np.repeat(np.arange(staff.span.day_count), count)
    return np.sort(staff.span.compute_times(day, rng.uniform(*ASKED_AT, len(day))) // SECOND * SECOND)


def simulate_timeline(staff: Staff, shard: str, rng: Generator, priority: NDArray[np.str_]) -> TicketTimeline:
    """Return how a shard's tickets went, most of them within their level."""
    settings, at, size = load_staff_settings()["tickets"], draw_opening_times(staff, shard), len(priority)
    names = list(settings["levels"])
    place = np.array([names.index(priority_name) for priority_name in priority.tolist()], np.int64)
    level = np.array([settings["levels"][name] for name in names], np.float64)[place]
    answered = level[:, 0] * _draw_durations(rng, size, settings["answered_in_time"], 2.5)
    work = np.maximum(level[:, 1] * _draw_durations(rng, size, settings["resolved_in_time"], 2.2), answered + 10.0)
    waits = rng.random(size) < settings["held"]
    held = np.where(waits, rng.integers(240, 2700, size), 0)
    hold = np.where(waits, answered + rng.uniform(0.1, 0.6, size) * (work - answered), np.inf)
    cancelled = rng.random(size) < settings["cancelled"]
    resolved = np.where(cancelled, np.inf, work + held)
    closed = np.where(cancelled, 0.9 * answered, work + held) + rng.uniform(0.0, 2700.0, size) * ~cancelled
    never = np.where(cancelled, np.inf, 0.0)
    return TicketTimeline(
        clock=get_clock(staff), opened=at, answer_due=level[:, 0], resolve_due=level[:, 1],
        answered=answered + never, hold=hold + never, held=held, resolved=resolved, closed=closed,
        cancelled=cancelled,
    )  # fmt: skip


def _draw_durations(rng: Generator, size: int, in_time: float, longest: float) -> Floats:
    """Return the shares of what was promised that things took."""
    late = rng.random(size) >= in_time
    return np.where(late, rng.uniform(1.03, longest, size), 0.04 + 0.93 * rng.beta(1.4, 1.8, size))


def compute_statuses(timeline: TicketTimeline, end: int, rng: Generator) -> NDArray[np.str_]:
    """Return how far each ticket had come when the history ended."""
    resumed = timeline.hold + timeline.held
    begun = rng.random(len(timeline.opened)) < 0.7
    conditions: list[tuple[Flags, Any]] = [
        (timeline.find_times(timeline.closed) <= end, np.where(timeline.cancelled, "cancelled", "closed")),
        (timeline.find_times(timeline.resolved) <= end, "resolved"),
        ((timeline.find_times(timeline.hold) <= end) & (timeline.find_times(resumed) > end), "on hold"),
        (
            timeline.find_times(timeline.answered) <= end,
            np.where(begun | (timeline.find_times(resumed) <= end), "in progress", "open"),
        ),
    ]
    return np.select([condition for condition, _ in conditions], [np.asarray(name) for _, name in conditions], "new")


def draw_topics(staff: Staff, shard: str, rng: Generator) -> Columns:
    """Return category, title and text of each ticket; the category by its place among all."""
    kinds = [find_workplace_kind(staff, shard)]
    categories = load_staff_settings()["tickets"]["categories"]
    weights = np.array([category_settings[kinds[0]] for category_settings in categories.values()], np.float64)
    size = len(draw_opening_times(staff, shard))
    category = rng.choice(len(weights), size, p=weights / weights.sum())
    texts = [category_settings["texts"] for category_settings in categories.values()]
    first = np.cumsum([0, *(len(some) for some in texts[:-1])])
    among = np.array([len(some) for some in texts])[category]
    which = first[category] + (rng.random(size) * among).astype(np.int64)
    title, body = zip(*(text for some in texts for text in some), strict=True)
    return {"category": category, "title": encode_texts(title)[which], "body": encode_texts(body)[which]}


def find_workplace_kind(staff: Staff, shard: str) -> str:
    """Return what a shard's people work at: sea, land or office."""
    for place in staff.places:
        if place.name == shard:
            return "sea" if place.at_sea else "land"
    return "office"


def draw_reporters(staff: Staff, shard: str, rng: Generator) -> Counts:
    """Return who of a shard opened each ticket: somebody who worked there then."""
    own, at = staff.list_shard_members(shard), draw_opening_times(staff, shard)
    weight = rng.random((len(own), len(at)))
    for row, member in enumerate(own):
        who = staff.members[member]
        began, left = staff.span.compute_times(np.array([who.first, who.last]), np.array([0.0, 1440.0]))
        weight[row, (at < began) | (at > left)] = -1.0
    return np.array(own)[weight.argmax(axis=0)]


def draw_assignees(staff: Staff, shard: str, rng: Generator, category: Counts, reporter: Counts) -> Counts:
    """Return who saw to each ticket: somebody of its category's team, near, and not who asked."""
    first = staff.members[staff.list_shard_members(shard)[-1]]
    teams = [
        staff.list_team_members(category_settings["team"], first.geography or "")
        for category_settings in load_staff_settings()["tickets"]["categories"].values()
    ]
    chance = rng.random(len(category))
    assignee = np.full(len(category), NONE)
    for place, team in enumerate(teams):
        mine = category == place
        assignee[mine] = np.array(team)[(chance[mine] * len(team)).astype(np.int64)]
    return np.where(assignee == reporter, _find_substitute(staff, first), assignee)


def _find_substitute(staff: Staff, near: StaffMember) -> int:
    """Return who sees to what the only one who could has asked."""
    return staff.list_with_role("director", near.geography)[0]
