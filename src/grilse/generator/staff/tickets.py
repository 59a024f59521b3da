"""The tickets of a shard: when people open them, their topics, and how the help desk answers them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.records import Columns
from grilse.generator.staff.directory import Staff
from grilse.generator.staff.history_calendar import BusinessClock
from grilse.generator.staff.settings import (
    NONE,
    ShardStreams,
    draw_texts,
    draw_weighted,
    encode_texts,
    load_staff_settings,
)
from grilse.science.arrays import Counts, Floats

Flags = NDArray[np.bool_]

SECOND = 1_000_000
ASKED_AT = (420.0, 1080.0)  # minutes after midnight
WEEKEND = 0.3  # of the tickets of a weekday
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class TicketTimeline:
    """The events of tickets in business minutes since each was opened, also after the end of the history."""

    clock: BusinessClock
    opened: Counts
    answer_due: Floats
    resolve_due: Floats
    answered: Floats
    hold: Floats  # infinite without a hold
    held: Counts  # business minutes on hold
    resolved: Floats
    closed: Floats
    cancelled: Flags

    def find_times(self, minutes: Floats) -> Counts:
        """Return the times that are these business minutes after the tickets were opened."""
        known = np.isfinite(minutes)
        times = self.clock.find_times(self.clock.count_minutes(self.opened) + np.where(known, minutes, 0.0))
        return np.where(known, times, np.iinfo(np.int64).max)


@cache
def get_clock(staff: Staff) -> BusinessClock:
    """Return the business hours of the company."""
    return BusinessClock(staff.span)


@cache
def assign_ticket_numbers(staff: Staff) -> dict[str, Counts]:
    """Return the ticket numbers of each shard; they count the tickets of the company in the order of time."""
    times_by_shard = [draw_opening_times(staff, shard) for shard in staff.shard_names]
    order = np.argsort(np.concatenate(times_by_shard), kind="stable")
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(1, len(order) + 1)
    ends = np.cumsum([len(times) for times in times_by_shard])[:-1]
    return dict(zip(staff.shard_names, np.split(number, ends), strict=True))


def draw_opening_times(staff: Staff, shard: str) -> Counts:
    """Return when the tickets of a shard were opened, in order."""
    streams, settings = ShardStreams(staff.run.seed, "staff.opened", shard), load_staff_settings()["tickets"]
    rate = np.full(staff.span.day_count, settings["office"])
    if place := staff.find_workplace(shard):
        rate = np.where(place.is_open, settings["busy"], settings["quiet"])
        if place.is_new:
            rate[: place.is_open.argmax()] = 0.0
    count = streams.open("days").poisson(rate * np.where(staff.span.weekday < SATURDAY, 1.0, WEEKEND))
    day = np.repeat(np.arange(staff.span.day_count), count)
    minute = streams.open("minutes").uniform(*ASKED_AT, len(day))
    return np.sort(staff.span.compute_times(day, minute) // SECOND * SECOND)


def simulate_timeline(staff: Staff, shard: str, streams: ShardStreams, priority: NDArray[np.str_]) -> TicketTimeline:
    """Return the events of the tickets of a shard, most of them within their service level."""
    settings, at, size = load_staff_settings()["tickets"], draw_opening_times(staff, shard), len(priority)
    names = list(settings["levels"])
    place = np.array([names.index(priority_name) for priority_name in priority.tolist()], np.int64)
    level = np.array([settings["levels"][name] for name in names], np.float64)[place]
    answered = level[:, 0] * _draw_durations(streams, "answers", size, settings["answered_in_time"], 2.5)
    solved = level[:, 1] * _draw_durations(streams, "solutions", size, settings["resolved_in_time"], 2.2)
    work = np.maximum(solved, answered + 10.0)
    waits = streams.open("waits").random(size) < settings["held"]
    held = np.where(waits, streams.open("holds").integers(240, 2700, size), 0)
    hold = np.where(waits, answered + streams.open("begins").uniform(0.1, 0.6, size) * (work - answered), np.inf)
    cancelled = streams.open("cancelled").random(size) < settings["cancelled"]
    resolved = np.where(cancelled, np.inf, work + held)
    waited = streams.open("closed").uniform(0.0, 2700.0, size) * ~cancelled
    closed = np.where(cancelled, 0.9 * answered, work + held) + waited
    never = np.where(cancelled, np.inf, 0.0)
    return TicketTimeline(
        clock=get_clock(staff), opened=at, answer_due=level[:, 0], resolve_due=level[:, 1],
        answered=answered + never, hold=hold + never, held=held, resolved=resolved, closed=closed,
        cancelled=cancelled,
    )  # fmt: skip


def _draw_durations(streams: ShardStreams, what: str, size: int, in_time: float, longest: float) -> Floats:
    """Return the used shares of the service levels."""
    late = streams.open(f"{what}.late").random(size) >= in_time
    delay = streams.open(f"{what}.delays").uniform(1.03, longest, size)
    return np.where(late, delay, 0.04 + 0.93 * streams.open(what).beta(1.4, 1.8, size))


def compute_statuses(timeline: TicketTimeline, end: int, chance: Floats) -> NDArray[np.str_]:
    """Return the status of each ticket at the end of the history."""
    resumed = timeline.hold + timeline.held
    is_started = (chance < 0.7) | (timeline.find_times(resumed) <= end)
    conditions: list[tuple[Flags, Any]] = [
        (timeline.find_times(timeline.closed) <= end, np.where(timeline.cancelled, "cancelled", "closed")),
        (timeline.find_times(timeline.resolved) <= end, "resolved"),
        ((timeline.find_times(timeline.hold) <= end) & (timeline.find_times(resumed) > end), "on hold"),
        (timeline.find_times(timeline.answered) <= end, np.where(is_started, "in progress", "open")),
    ]
    return np.select([condition for condition, _ in conditions], [np.asarray(name) for _, name in conditions], "new")


def draw_topics(staff: Staff, shard: str, streams: ShardStreams) -> Columns:
    """Return category, title and text of each ticket; a category is its position among all."""
    categories, place = load_staff_settings()["tickets"]["categories"], staff.find_workplace(shard)
    workplace = "office" if place is None else "sea" if place.at_sea else "land"
    size = len(draw_opening_times(staff, shard))
    category = draw_weighted(
        streams.open("categories"), (settings[workplace] for settings in categories.values()), size
    )
    which, (titles, bodies) = draw_texts(
        streams.open("texts"), [settings["texts"] for settings in categories.values()], category
    )
    return {"category": category, "title": encode_texts(titles)[which], "body": encode_texts(bodies)[which]}


def draw_reporters(staff: Staff, shard: str, streams: ShardStreams) -> Counts:
    """Return who opened each ticket: somebody of the shard who is employed at that time."""
    own, at = staff.list_members(shard=shard), draw_opening_times(staff, shard)
    weight = streams.open("reporters").random((len(at), len(own))).T
    for row, member in enumerate(own):
        who = staff.members[member]
        began, left = staff.span.compute_times(np.array([who.first, who.last]), np.array([0.0, 1440.0]))
        weight[row, (at < began) | (at > left)] = -1.0
    return np.array(own)[weight.argmax(axis=0)]


def draw_assignees(staff: Staff, shard: str, streams: ShardStreams, category: Counts, reporter: Counts) -> Counts:
    """Return the assignee of each ticket: somebody near of the team of its category, but not the reporter."""
    first = staff.members[staff.list_members(shard=shard)[-1]]
    teams = [
        staff.list_team_members(category_settings["team"], first.geography or "")
        for category_settings in load_staff_settings()["tickets"]["categories"].values()
    ]
    chance = streams.open("assignees").random(len(category))
    assignee = np.full(len(category), NONE)
    for place, team in enumerate(teams):
        mine = category == place
        assignee[mine] = np.array(team)[(chance[mine] * len(team)).astype(np.int64)]
    # The director replaces an assignee who reported the ticket.
    substitute = staff.list_members(role="director", geography=first.geography)[0]
    return np.where(assignee == reporter, substitute, assignee)
