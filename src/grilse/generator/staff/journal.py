"""What a shard's people write in their journals, and how they fare."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.bulk.binary import lists
from grilse.generator.staff.directory import Staff
from grilse.generator.staff.figures import chosen, encoded
from grilse.generator.staff.presence import agreed, works
from grilse.generator.streams import stream
from grilse.science.arrays import Counts, Floats
from grilse.science.temperature import ar1, day_of_year

Columns = dict[str, NDArray[Any]]

MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE
WRITES_AT = (990.0, 1290.0)  # minutes after midnight
DARKEST = 355  # day of the year
UNRATED = -1


def journal(staff: Staff, shard: str) -> Columns:
    """Return the entries of a shard's people, persons by their place in the staff, in order."""
    draw = stream(staff.run.seed, "staff.journal", shard)
    days = [_written(staff, draw, member) for member in staff.of(shard)]
    person = np.concatenate(
        [np.full(len(day), member) for member, day in zip(staff.of(shard), days, strict=True)]
    )
    day = np.concatenate(days)
    writers = np.unique(person)
    fares = _fares(staff, shard, writers)[np.searchsorted(writers, person), :, day].T
    return _entries(staff, draw, person, day, fares)


def _written(staff: Staff, draw: Generator, member: int) -> Counts:
    """Return the days on which somebody writes; at most once a day."""
    about, who = chosen()["journal"], staff.members[member]
    chance, often = draw.random(staff.span.size), draw.standard_normal()
    if not agreed(staff, who)["writes"]:
        return np.zeros(0, np.int64)
    # The mean of the lognormal is the rate.
    rate = about["weekly"] * np.exp(about["spread"] * often - about["spread"] ** 2 / 2)
    weekdays = np.array(about["weekdays"])
    share = np.minimum(rate * (weekdays / weekdays.sum())[staff.span.weekday], 0.95)
    return np.flatnonzero(works(staff, who) & (chance < share))


def _fares(staff: Staff, shard: str, persons: Counts) -> Floats:
    """Return mood, stress and energy of some persons on each day: (persons, 3, days), not yet rounded."""
    about = chosen()["journal"]
    events = _events(staff, shard)
    light = -np.cos(2.0 * np.pi * (day_of_year(staff.span.days) - DARKEST) / 365.25)
    usual = np.stack([
        6.6 + 0.5 * light + about["events"]["mood"] * events,
        2.5 + about["events"]["stress"] * events,
        6.2 + 0.7 * light - 0.4 * events,
    ])  # fmt: skip
    fares = []
    for member in persons.tolist():
        draw = stream(staff.run.seed, "staff.fares", staff.members[member].key)
        own = draw.standard_normal((3, 1)) * [[0.8], [0.4], [0.8]]
        # A bad time is one in all three.
        together = ar1(draw.standard_normal(staff.span.size), about["memory"], 1.0)
        daily = draw.standard_normal((3, staff.span.size))
        fares.append(
            usual + own + np.array([[1.0], [-0.5], [0.8]]) * together + [[0.7], [0.5], [0.8]] * daily
        )
    return np.array(fares).reshape(len(persons), 3, staff.span.size)


def _events(staff: Staff, shard: str) -> Floats:
    """Return 1 on days around the planned moves of the shard's grown fish: all hands are needed."""
    about = chosen()["journal"]["events"]
    pressed = np.zeros(staff.span.size)
    for place in staff.places:
        if place.name == shard:
            for day in place.moves.tolist():
                pressed[max(day - about["before"], 0) : day + about["after"]] = 1.0
    return pressed


def _entries(staff: Staff, draw: Generator, person: Counts, day: Counts, fares: Floats) -> Columns:
    about, size = chosen()["journal"], len(person)
    at = staff.span.moments(day, draw.uniform(*WRITES_AT, size)) // MINUTE * MINUTE
    kinds = list(about["kinds"])
    weights = np.array([about["kinds"][kind]["weight"] for kind in kinds], np.float64)
    kind = draw.choice(len(kinds), size, p=weights / weights.sum())
    rated = np.isin(np.array(kinds)[kind], ["mood", "health"]) | (draw.random(size) < about["rated"])
    scored = {
        name: np.where(rated, np.clip(np.rint(fares[row]), 1, most).astype(np.int64), UNRATED)
        for row, (name, most) in enumerate({"mood": 10, "stress": 5, "energy": 10}.items())
    }
    recent = at > staff.span.end - chosen()["rules"]["deleted_days"] * DAY
    deleted = at + draw.integers(MINUTE, 5 * DAY, size)
    gone = recent & (draw.random(size) < about["deleted"]) & (deleted < staff.span.end)
    return {
        "person": person,
        "kind": encoded(kinds)[kind],
        "at": at,
        **_told(draw, kinds, kind),
        "privacy": _privacy(draw, kinds, kind),
        **scored,
        "draft": draw.random(size) < about["drafts"],
        "deleted_at": np.where(gone, deleted, -1),
        "version": 1 + (draw.random(size) < about["versions"]),
    }


def _told(draw: Generator, kinds: list[str], kind: Counts) -> Columns:
    """Return title, text and tags: one of those of the kind."""
    texts = [chosen()["journal"]["kinds"][name]["texts"] for name in kinds]
    first = np.cumsum([0, *(len(some) for some in texts[:-1])])
    which = first[kind] + (draw.random(len(kind)) * np.array([len(some) for some in texts])[kind]).astype(
        np.int64
    )
    titles, bodies, tags = zip(*(text for some in texts for text in some), strict=True)
    return {
        "title": encoded(titles)[which],
        "body": encoded(bodies)[which],
        "tags": lists(np.array(tags))[which],
    }


def _privacy(draw: Generator, kinds: list[str], kind: Counts) -> NDArray[np.bytes_]:
    scopes = chosen()["journal"]["scopes"]
    names = list(scopes[kinds[0]])
    weights = np.array([[scopes[one][name] for name in names] for one in kinds], np.float64)
    bounds = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    chance = draw.random(len(kind))
    return encoded(names)[(chance[:, None] > bounds[kind, :-1]).sum(axis=1)]


def consents(staff: Staff, shard: str) -> Columns:
    """Return to what a shard's people agreed, and since when."""
    given = [
        (member, purpose)
        for member in staff.of(shard)
        for purpose in ("wellbeing", "tracking")
        if agreed(staff, staff.members[member])[purpose]
    ]
    person = np.array([member for member, _ in given], np.int64)
    first = np.array([staff.members[member].first for member, _ in given], np.int64)
    return {
        "person": person,
        "purpose": np.array([purpose for _, purpose in given], np.str_),
        "given_at": staff.span.moments(first, np.full(len(given), 360.0)),
        "withdrawn_at": _left(staff, person),
    }


def _left(staff: Staff, person: Counts) -> Counts:
    """Return when each of some persons left; -1 for those who did not."""
    left = [-1 if staff.members[member].active else staff.members[member].last for member in person.tolist()]
    days = np.array(left, np.int64)
    return np.where(days < 0, -1, staff.span.moments(np.maximum(days, 0), np.full(len(days), 1080.0)))
