"""The journals of the people of a shard, with their wellbeing and consents."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.bulk.binary import encode_text_lists
from grilse.generator.observation.records import MINUTE_MICROSECONDS, Columns, take_rows
from grilse.generator.random_streams import create_random_stream
from grilse.generator.staff.directory import Staff, draw_consents, find_working_days
from grilse.generator.staff.settings import (
    NONE,
    ShardStreams,
    build_client_ids,
    draw_texts,
    draw_weighted,
    encode_texts,
    load_staff_settings,
)
from grilse.science.arrays import Counts, Floats
from grilse.science.days import DAY_MICROSECONDS
from grilse.science.temperature import ar1_anomalies, day_of_year

WRITES_AT = (990.0, 1290.0)  # minutes after midnight
DARKEST = 355  # day of the year


def build_journal(staff: Staff, shard: str) -> Columns:
    """Return the journal entries of a shard; persons are positions in the staff, in order."""
    members = staff.list_members(shard=shard)
    days = [_draw_writing_days(staff, member) for member in members]
    person, day = np.repeat(members, [len(written) for written in days]), np.concatenate(days)
    # In the order of days, so that the entries of later days change no draw.
    order = np.lexsort((person, day))
    person, day = person[order], day[order]
    writers = np.unique(person)
    wellbeing = _simulate_wellbeing(staff, shard, writers)[np.searchsorted(writers, person), :, day].T
    return _build_entries(staff, ShardStreams(staff.run.seed, "staff.journal", shard), person, day, wellbeing)


def _draw_writing_days(staff: Staff, member: int) -> Counts:
    """Return the days on which somebody writes, at most once a day."""
    settings, who = load_staff_settings()["journal"], staff.members[member]
    chance = create_random_stream(staff.run.seed, "staff.writes", who.key).random(staff.span.day_count)
    frequency = create_random_stream(staff.run.seed, "staff.frequency", who.key).standard_normal()
    if not draw_consents(staff, who)["writes"]:
        return np.zeros(0, np.int64)
    # The mean of the lognormal is the rate.
    rate = settings["weekly"] * np.exp(settings["spread"] * frequency - settings["spread"] ** 2 / 2)
    weekdays = np.array(settings["weekdays"])
    share = np.minimum(rate * (weekdays / weekdays.sum())[staff.span.weekday], 0.95)
    return np.flatnonzero(find_working_days(staff, who) & (chance < share))


def _simulate_wellbeing(staff: Staff, shard: str, persons: Counts) -> Floats:
    """Return mood, stress and energy of persons on each day, not rounded, shape (persons, 3, days)."""
    settings = load_staff_settings()["journal"]
    events = _mark_busy_days(staff, shard)
    light = -np.cos(2.0 * np.pi * (day_of_year(staff.span.days) - DARKEST) / 365.25)
    typical = np.stack([
        6.6 + 0.5 * light + settings["events"]["mood"] * events,
        2.5 + settings["events"]["stress"] * events,
        6.2 + 0.7 * light - 0.4 * events,
    ])  # fmt: skip
    series = []
    for member in persons.tolist():
        streams = ShardStreams(staff.run.seed, "staff.fares", staff.members[member].key)
        own = streams.open("own").standard_normal((3, 1)) * [[0.8], [0.4], [0.8]]
        # The three scores change together.
        together = ar1_anomalies(streams.open("shared").standard_normal(staff.span.day_count), settings["memory"], 1.0)
        daily = streams.open("daily").standard_normal((staff.span.day_count, 3)).T
        series.append(typical + own + np.array([[1.0], [-0.5], [0.8]]) * together + [[0.7], [0.5], [0.8]] * daily)
    return np.array(series).reshape(len(persons), 3, staff.span.day_count)


def _mark_busy_days(staff: Staff, shard: str) -> Floats:
    """Return 1 on the busy days around the planned moves and harvests of the site of a shard, else 0."""
    settings = load_staff_settings()["journal"]["events"]
    busy = np.zeros(staff.span.day_count)
    place = staff.find_workplace(shard)
    for day in place.move_days.tolist() if place else ():
        busy[max(day - settings["before"], 0) : day + settings["after"]] = 1.0
    return busy


def _build_entries(staff: Staff, streams: ShardStreams, person: Counts, day: Counts, wellbeing: Floats) -> Columns:
    settings, size, end = load_staff_settings()["journal"], len(person), staff.span.end_time

    def chance(what: str, share: float) -> NDArray[np.bool_]:
        return streams.open(what).random(size) < share

    minute = streams.open("minutes").uniform(*WRITES_AT, size)
    at = staff.span.compute_times(day, minute) // MINUTE_MICROSECONDS * MINUTE_MICROSECONDS
    kinds = list(settings["kinds"])
    kind = draw_weighted(streams.open("kinds"), (settings["kinds"][kind]["weight"] for kind in kinds), size)
    rated = np.isin(np.array(kinds)[kind], ["mood", "health"]) | chance("rated", settings["rated"])
    scored = {
        name: np.where(rated, np.clip(np.rint(wellbeing[row]), 1, most).astype(np.int64), NONE)
        for row, (name, most) in enumerate({"mood": 10, "stress": 5, "energy": 10}.items())
    }
    deleted = at + streams.open("deletions").integers(MINUTE_MICROSECONDS, 5 * DAY_MICROSECONDS, size)
    is_deleted = chance("deleted", settings["deleted"]) & (deleted < end)
    # Entries that were deleted long ago are gone.
    gone = is_deleted & (deleted < end - load_staff_settings()["rules"]["deleted_days"] * DAY_MICROSECONDS)
    entries: Columns = {
        "person": person,
        "kind": encode_texts(kinds)[kind],
        "at": at,
        **_draw_entry_texts(streams.open("texts"), kinds, kind),
        "privacy": _draw_privacy(streams.open("privacy"), kinds, kind),
        **scored,
        "draft": chance("drafts", settings["drafts"]),
        "deleted_at": np.where(is_deleted, deleted, -1),
        "version": 1 + chance("versions", settings["versions"]),
        "client_id": build_client_ids(staff.run.seed, "staff.entry", streams.entity, size),
    }
    return take_rows(entries, ~gone)


def _draw_entry_texts(rng: Generator, kinds: list[str], kind: Counts) -> Columns:
    texts = [load_staff_settings()["journal"]["kinds"][name]["texts"] for name in kinds]
    which, (titles, bodies, tags) = draw_texts(rng, texts, kind)
    columns = {"title": encode_texts(titles), "body": encode_texts(bodies), "tags": encode_text_lists(np.array(tags))}
    return take_rows(columns, which)


def _draw_privacy(rng: Generator, kinds: list[str], kind: Counts) -> NDArray[np.bytes_]:
    scopes = load_staff_settings()["journal"]["scopes"]
    names = list(scopes[kinds[0]])
    weights = np.array([[scopes[kind_name][name] for name in names] for kind_name in kinds], np.float64)
    bounds = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    chance = rng.random(len(kind))
    return encode_texts(names)[(chance[:, None] > bounds[kind, :-1]).sum(axis=1)]


def build_consents(staff: Staff, shard: str) -> Columns:
    """Return the consents of the people of a shard, with their times."""
    agreements = [
        (member, purpose)
        for member in staff.list_members(shard=shard)
        for purpose in ("wellbeing", "tracking")
        if draw_consents(staff, staff.members[member])[purpose] and staff.members[member].first < staff.span.day_count
    ]
    person = np.array([member for member, _ in agreements], np.int64)
    first = np.array([staff.members[member].first for member, _ in agreements], np.int64)
    leavers = [staff.members[member] for member, _ in agreements]
    left = np.array([NONE if member.active else member.last for member in leavers], np.int64)
    return {
        "person": person,
        "purpose": np.array([purpose for _, purpose in agreements], np.str_),
        "given_at": staff.span.compute_times(first, np.full(len(agreements), 360.0)),
        "withdrawn_at": np.where(
            left < 0, NONE, staff.span.compute_times(np.maximum(left, 0), np.full(len(left), 1080.0))
        ),
    }
