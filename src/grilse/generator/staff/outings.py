"""Who goes where on which day: rounds of many sites, and the ways of those who work at one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.staff.directory import Place, Staff
from grilse.generator.staff.fences import fenced, radii
from grilse.generator.staff.figures import chosen
from grilse.generator.staff.presence import agreed, works
from grilse.generator.staff.span import MONDAY, WEEK
from grilse.generator.staff.ways import Position, Stencil, Way, pier_of
from grilse.generator.streams import stream
from grilse.science.arrays import Counts

TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3
WORKDAYS = 5
NO_JOURNEY = "tracking"


@dataclass(frozen=True, slots=True)
class Outing:
    """One way that somebody goes on some days."""

    member: int
    days: Counts
    stencil: Stencil


class Map:
    """Where offices, sites and their fences are."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        sites = fenced(staff.run.world)
        self.radius = dict(zip((site.name for site in sites), radii(sites).tolist(), strict=True))
        self.places = {place.name: place for place in staff.places}
        self.climates = {one.name: one.climate for one in staff.run.world.geographies}

    def office(self, geography: str) -> Position:
        """Return where the office of a geography is."""
        known = chosen()["offices"].get(self.climates[geography])
        at = np.array([place.at for place in self.staff.places_in(geography)])
        middle = (float(at[:, 0].mean()), float(at[:, 1].mean()))
        if known is None or np.abs(at - known).max() > 3.0:
            return middle
        return float(known[0]), float(known[1])

    def base(self, place: Place) -> Position:
        """Return where the way to a site ends ashore: at the station, or the pier."""
        return pier_of(place.at, self.office(place.geography)) if place.sea else place.at

    def ashore(self, place: Place) -> str:
        """Return by what one comes there from the office."""
        ferry = stream(self.staff.run.seed, "staff.ferry", place.name).random() < chosen()["tracks"]["ferry"]
        return "ferry" if ferry else "car"


def outings(staff: Staff, shard: str) -> Iterator[Outing]:
    """Yield all ways of the people of a shard, no two of one person on one day."""
    where = Map(staff)
    for member in staff.of(shard):
        role = staff.members[member].role
        if "weeks" in chosen()["roles"].get(role, {}):
            yield from _rounds(where, member)
        elif role in ("operator", "site_manager"):
            yield from _at_site(where, member)


def _rounds(where: Map, member: int) -> Iterator[Outing]:
    """Yield the rounds of somebody who sees to a share of a geography's sites."""
    staff, who = where.staff, where.staff.members[member]
    about = chosen()["roles"][who.role]
    groups = list(_groups(where, member, about["sites_a_day"]))
    present = works(staff, who)
    draw = stream(staff.run.seed, "staff.rounds", who.key)
    week = (staff.span.days - MONDAY) // WEEK
    for number, group in enumerate(groups):
        weekday = (number // about["weeks"] * 2 + number % about["weeks"]) % WORKDAYS
        due = (staff.span.weekday == weekday) & (week % about["weeks"] == number % about["weeks"])
        kept = draw.random(staff.span.size) < chosen()["tracks"]["kept"]
        yield from _visited(where, member, group, np.flatnonzero(due & present & kept))


def _groups(where: Map, member: int, size: int) -> Iterator[list[Place]]:
    """Yield the sites that somebody sees on one day, of one kind and beside each other."""
    staff, who = where.staff, where.staff.members[member]
    geography = who.geography or ""
    colleagues = staff.with_role(who.role, geography)
    places = staff.places_in(geography)
    share = colleagues.index(member)
    own = [place for at, place in enumerate(places) if at * len(colleagues) // len(places) == share]
    for sea in (True, False):
        kind = [place for place in own if place.sea is sea]
        for start in range(0, len(kind), size):
            yield kind[start : start + size]


def _visited(where: Map, member: int, group: Sequence[Place], days: Counts) -> Iterator[Outing]:
    """Yield the outings to those sites of a group where fish stand, by which ones these are."""
    stand = np.array([place.open[days] for place in group])
    which = (stand * (1 << np.arange(len(group)))[:, None]).sum(axis=0)
    for code in np.unique(which[which > 0]).tolist():
        sites = [place for at, place in enumerate(group) if code >> at & 1]
        way = _sea_round(where, member, sites) if sites[0].sea else _land_round(where, member, sites)
        yield Outing(member, days[which == code], way.stencil())


def _sea_round(where: Map, member: int, sites: Sequence[Place]) -> Way:
    about = chosen()["roles"][where.staff.members[member].role]
    first, office = sites[0], where.office(sites[0].geography)
    pier, mode = where.base(first), where.ashore(first)
    way = Way(office).begin("conveyance", mode, "To the pier").go(pier)
    way.begin("site visit", "boat", about["purpose"])
    _stops(where, way, sites, about["minutes"]).go(pier, back=True)
    return way.begin("conveyance", mode, "Back from the pier").go(office, back=True)


def _land_round(where: Map, member: int, sites: Sequence[Place]) -> Way:
    about = chosen()["roles"][where.staff.members[member].role]
    office = where.office(sites[0].geography)
    way = Way(office).begin("external tour", "car", about["purpose"])
    return _stops(where, way, sites, about["minutes"]).go(office, back=True)


def _stops(where: Map, way: Way, sites: Sequence[Place], minutes: float) -> Way:
    for place in sites:
        way.go(place.at).stay(minutes, where.radius[place.name])
    return way


def _at_site(where: Map, member: int) -> Iterator[Outing]:
    """Yield the ways of somebody who works at a site, each kind on a weekday of its own."""
    staff, who, about = where.staff, where.staff.members[member], chosen()["tracks"]
    place, present = where.places[who.site or ""], works(staff, who)
    draw = stream(staff.run.seed, "staff.ways", who.key)

    def on(weekday: int, share: float, among: NDArray[np.bool_]) -> Counts:
        chance = draw.random(staff.span.size) < share
        return np.flatnonzero(among & present & chance & (staff.span.weekday == weekday))

    yield Outing(member, on(TUESDAY, about["course"], np.ones_like(present)), _course(where, place).stencil())
    if who.role == "site_manager":
        yield Outing(member, on(WEDNESDAY, about["round"], place.open), _round(where, place).stencil())
    if agreed(staff, who)["tracking"]:
        days = on(THURSDAY, about["tracking"], place.open)
        way = (
            Way(place.at).begin(NO_JOURNEY, "", "").stay(about["tracking_minutes"], where.radius[place.name])
        )
        yield Outing(member, days, way.stencil())


def _course(where: Map, place: Place) -> Way:
    """Return the way to the office and back."""
    base, office, mode = where.base(place), where.office(place.geography), where.ashore(place)
    way = Way(base).begin("conveyance", mode, "To the office").go(office)
    way.minute += chosen()["tracks"]["course_minutes"]
    return way.begin("conveyance", mode, "Back from the office").go(base, back=True)


def _round(where: Map, place: Place) -> Way:
    """Return a round of the own site."""
    mode, purpose = ("boat", "Round of the pens") if place.sea else ("foot", "Round of the halls")
    way = Way(place.at).begin("internal tour", mode, purpose)
    return way.stay(chosen()["tracks"]["round_minutes"], where.radius[place.name])
