"""Who works for a company: a manager and operators at every site in use, and those who see to many."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.records import days_since_epoch
from grilse.generator.planned import StagePlan
from grilse.generator.rules import STAGES
from grilse.generator.run import Run
from grilse.generator.sites import Area, Geography, Station
from grilse.generator.staff.figures import chosen
from grilse.generator.staff.span import Span
from grilse.generator.streams import stream
from grilse.people.words import words
from grilse.science.arrays import Counts

NOBODY = -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody of the staff."""

    role: str
    title: str
    team: str
    geography: str | None  # none is everywhere
    site: str | None  # an area or station
    shard: str  # of which their days are
    manager: int = NOBODY  # place in the staff
    first: int = 0  # day of the history on which they began
    last: int = 0
    active: bool = True
    name: str = ""
    email: str = ""
    key: str = ""  # what their streams go by: their place in their shard


@dataclass(frozen=True)
class Place:
    """Where people work, and on which days of the history fish stand there."""

    name: str
    geography: str
    at: tuple[float, float]
    sea: bool
    open: NDArray[np.bool_]
    moves: Counts  # days on which grown fish are planned to come to sea, leave it, or leave for it


@dataclass(frozen=True, eq=False)
class Staff:
    """Everybody, in the order in which others refer to them, and where they work."""

    run: Run
    span: Span
    members: tuple[Member, ...]
    places: tuple[Place, ...]

    @cached_property
    def shards(self) -> tuple[str, ...]:
        """The sites and geographies whose people have their days together."""
        return tuple(dict.fromkeys(member.shard for member in self.members))

    @cached_property
    def teams(self) -> dict[str, str | None]:
        """Every team and its geography."""
        found: dict[str, str | None] = {}
        for member in self.members:
            same = found.get(member.team, member.geography) == member.geography
            found[member.team] = member.geography if same else None
        return found

    def of(self, shard: str) -> list[int]:
        """Return who belongs to a shard."""
        return [place for place, member in enumerate(self.members) if member.shard == shard]

    def with_role(self, role: str, geography: str | None) -> list[int]:
        """Return who has a role in a geography."""
        return [
            place
            for place, member in enumerate(self.members)
            if (member.role, member.geography) == (role, geography)
        ]

    def in_team(self, team: str, geography: str) -> list[int]:
        """Return who of a team sees to a geography: its own people, else all of them."""
        everyone = [place for place, member in enumerate(self.members) if member.team == team]
        near = [place for place in everyone if self.members[place].geography == geography]
        return near or everyone

    def places_in(self, geography: str) -> list[Place]:
        """Return the sites of a geography that are in use."""
        return [place for place in self.places if place.geography == geography]


_MADE: dict[str, Staff] = {}


def staff_of(run: Run) -> Staff:
    """Return the staff of a run, made once a process."""
    if run.key not in _MADE:
        _MADE.clear()
        _MADE[run.key] = _hired(run)
    return _MADE[run.key]


def shards_of(run: Run) -> tuple[str, ...]:
    """Return the shards of a run's staff."""
    return staff_of(run).shards


def _hired(run: Run) -> Staff:
    span = Span.of(run)
    places = tuple(_places(run, span))
    used = {place.geography for place in places}
    geographies = [geography for geography in run.world.geographies if geography.name in used]
    members: list[Member] = []
    if geographies:
        members.append(_leader("managing_director", "Managing director", None, geographies[0].name))
    for geography in geographies:
        _hire(run, span, geography, [place for place in places if place.geography == geography.name], members)
    return Staff(run, span, tuple(_named(run, span, members)), places)


def _places(run: Run, span: Span) -> Iterator[Place]:
    """Yield the stations and areas of the plan, in the order of the world's file."""
    halls = {hall.name: hall.station for hall in run.world.halls}
    stays: dict[str, list[StagePlan]] = {}
    for batch in run.plan.batches:
        for stage in batch.stages:
            stays.setdefault(halls.get(stage.site, stage.site), []).append(stage)
    sites: tuple[Station | Area, ...] = (*run.world.stations, *run.world.areas)
    for site in sites:
        open, moves = np.zeros(span.size, np.bool_), []
        for stage in stays.get(site.name, ()):
            start, stop = (days_since_epoch(day) - span.first for day in (stage.start, stage.stop))
            open[max(start, 0) : max(stop, 0)] = True
            moves += [start] * (stage.order == STAGES) + [stop] * (stage.order >= STAGES - 1)
        if open.any():
            at = (site.latitude, site.longitude)
            within = np.array([day for day in moves if 0 <= day < span.size], np.int64)
            yield Place(site.name, site.geography, at, isinstance(site, Area), open, within)


def _leader(role: str, title: str, geography: str | None, shard: str, manager: int = NOBODY) -> Member:
    return Member(
        role=role,
        title=title,
        team="Management",
        geography=geography,
        site=None,
        shard=shard,
        manager=manager,
    )


def _hire(run: Run, span: Span, geography: Geography, places: list[Place], members: list[Member]) -> None:
    """Append the people of a geography: those of its office, then those of its sites."""
    director = len(members)
    members.append(_leader("director", "Regional director", geography.name, geography.name, manager=0))
    for role, about in chosen()["roles"].items():
        count = max(1, round(len(places) / about["sites"]))
        team = f"Office {geography.name}" if role == "office" else about["team"]
        member = replace(members[director], role=role, title=about["title"], team=team, manager=director)
        members.extend([member] * count)
    heads = [at for at, member in enumerate(members) if member.role == "area_manager" and at > director]
    for number, place in enumerate(places):
        members.extend(_crew(run, span, place, heads[number * len(heads) // len(places)], len(members)))


def _crew(run: Run, span: Span, place: Place, head: int, at: int) -> Iterator[Member]:
    """Yield a site's manager, then its operators."""
    draw = stream(run.seed, "staff.crew", place.name)
    about, rule = chosen()["employment"], run.world.staff
    more = draw.binomial(rule.operators_most - rule.operators_least, 0.35)
    manager = Member(
        role="site_manager",
        title="Site manager",
        team=place.name,
        geography=place.geography,
        site=place.name,
        shard=place.name,
        manager=head,
    )
    yield manager
    for _ in range(rule.operators_least + int(more)):
        came, left, when, until = draw.random(4)
        first = int(when * span.size / 2) if came < about["joined"] else 0
        active = bool(left >= about["left"])
        last = span.size - 1 if active else first + int(until * (span.size - first))
        operator = replace(manager, role="operator", title="Operator", manager=at, first=first, active=active)
        yield replace(operator, last=min(last, span.size - 1))


def _named(run: Run, span: Span, members: Sequence[Member]) -> Iterator[Member]:
    """Yield the members with names that nobody else of them has."""
    climates = {geography.name: geography.climate for geography in run.world.geographies}
    pools: dict[str, Iterator[str]] = {}
    seen: Counter[str] = Counter()
    for member in members:
        climate = climates[member.geography or run.world.geographies[0].name]
        name = next(pools.setdefault(climate, _names(run.seed, climate)))
        address = ".".join(words(name)) + "@" + "-".join(words(run.world.company)) + ".example"
        last = span.size - 1 if member.active else member.last
        seen[member.shard] += 1
        key = f"{member.shard}/{seen[member.shard]}"
        yield replace(member, name=name, email=address, last=last, key=key)


def _names(seed: int, climate: str) -> Iterator[str]:
    """Yield names without end, each once: after all have been, they come with a letter between."""
    known = chosen()["names"]
    parts = known.get(climate, known["scotland"])
    pairs = list(product(parts["first"], parts["last"]))
    order = stream(seed, "staff.names", climate).permutation(len(pairs))
    letter = 0
    while True:
        between = f" {chr(ord('A') + letter - 1)}. " if letter else " "
        yield from (between.join(pairs[place]) for place in order.tolist())
        letter += 1
