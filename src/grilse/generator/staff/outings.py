"""The outings of the staff: rounds of many sites, and the routes of people who work at one site."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.random_streams import create_random_stream
from grilse.generator.staff.directory import Staff, Workplace, draw_consents, find_working_days
from grilse.generator.staff.history_calendar import MONDAY, WEEK
from grilse.generator.staff.routes import Position, RouteBuilder, RouteTemplate, build_geofences, locate_pier
from grilse.generator.staff.settings import WORKDAYS, ShardStreams, load_staff_settings
from grilse.science.arrays import Counts

TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3
NO_JOURNEY = "tracking"


@dataclass(frozen=True, slots=True)
class Outing:
    """A route that somebody takes on some days; `purpose` names it among those of the same person."""

    member: int
    purpose: str
    days: Counts
    template: RouteTemplate


class SiteMap:
    """The positions of offices, sites and their fences."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        fences = build_geofences(staff.run.world)
        self.radius = dict(zip((site.name for site in fences.sites), fences.radius_m.tolist(), strict=True))
        self.places = {place.name: place for place in staff.places}
        self.climates = {geography.name: geography.climate for geography in staff.run.world.geographies}

    def find_office(self, geography: str) -> Position:
        """Return the position of the office of a geography."""
        known = load_staff_settings()["offices"].get(self.climates[geography])
        at = np.array([place.position for place in self.staff.list_workplaces(geography)])
        middle = (float(at[:, 0].mean()), float(at[:, 1].mean()))
        if known is None or np.abs(at - known).max() > 3.0:
            return middle
        return float(known[0]), float(known[1])

    def find_base(self, place: Workplace) -> Position:
        """Return the end of the route to a site on land: the station, or the pier."""
        return locate_pier(place.position, self.find_office(place.geography)) if place.at_sea else place.position

    def choose_transport(self, place: Workplace) -> str:
        """Return the transport mode from the office to a site."""
        chance = create_random_stream(self.staff.run.seed, "staff.ferry", place.name).random()
        return "ferry" if chance < load_staff_settings()["tracks"]["ferry"] else "car"


def iter_outings(staff: Staff, shard: str) -> Iterator[Outing]:
    """Yield all outings of the people of a shard, at most one per person and day."""
    site_map = SiteMap(staff)
    for member in staff.list_members(shard=shard):
        role = staff.members[member].role
        if "weeks" in load_staff_settings()["roles"].get(role, {}):
            yield from _iter_rounds(site_map, member)
        elif role in ("operator", "site_manager"):
            yield from _iter_site_outings(site_map, member)


def _iter_rounds(site_map: SiteMap, member: int) -> Iterator[Outing]:
    """Yield the rounds of somebody who visits a share of the sites of a geography."""
    staff, who = site_map.staff, site_map.staff.members[member]
    settings = load_staff_settings()["roles"][who.role]
    groups = list(_iter_site_groups(site_map, member, settings["sites_a_day"]))
    present = find_working_days(staff, who)
    streams = ShardStreams(staff.run.seed, "staff.rounds", who.key)
    week = (staff.span.days - MONDAY) // WEEK
    for number, group in enumerate(groups):
        weekday = (number // settings["weeks"] * 2 + number % settings["weeks"]) % WORKDAYS
        due = (staff.span.weekday == weekday) & (week % settings["weeks"] == number % settings["weeks"])
        chance = streams.open(group[0].name).random(staff.span.day_count)
        takes_place = chance < load_staff_settings()["tracks"]["kept"]
        yield from _iter_group_outings(site_map, member, group, np.flatnonzero(due & present & takes_place))


def _iter_site_groups(site_map: SiteMap, member: int, size: int) -> Iterator[list[Workplace]]:
    """Yield the groups of neighbouring sites of one kind that somebody visits on one day."""
    staff, who = site_map.staff, site_map.staff.members[member]
    geography = who.geography or ""
    colleagues = staff.list_members(role=who.role, geography=geography)
    places = staff.list_workplaces(geography)
    share, first = colleagues.index(member), sum(not place.is_new for place in places)
    own = [place for at, place in enumerate(places[:first]) if at * len(colleagues) // first == share]
    for sea in (True, False):
        kind = [place for place in own if place.at_sea is sea]
        for start in range(0, len(kind), size):
            yield kind[start : start + size]
    # Sites that came later have rounds of their own.
    for at, place in enumerate(places[first:]):
        if at % len(colleagues) == share:
            yield [place]


def _iter_group_outings(site_map: SiteMap, member: int, group: Sequence[Workplace], days: Counts) -> Iterator[Outing]:
    """Yield the outings to the sites of a group that hold fish, by combination of sites."""
    has_fish = np.array([place.is_open[days] for place in group])
    which = (has_fish * (1 << np.arange(len(group)))[:, None]).sum(axis=0)
    for code in np.unique(which[which > 0]).tolist():
        sites = [place for at, place in enumerate(group) if code >> at & 1]
        purpose = "+".join(place.name for place in sites)
        yield Outing(member, purpose, days[which == code], _build_round(site_map, member, sites).build_template())


def _build_round(site_map: SiteMap, member: int, sites: Sequence[Workplace]) -> RouteBuilder:
    """Return a round of sites: by car on land, by boat from a pier at sea."""
    settings = load_staff_settings()["roles"][site_map.staff.members[member].role]
    first, office = sites[0], site_map.find_office(sites[0].geography)
    base, route = office, RouteBuilder(office)
    if first.at_sea:
        base, mode = site_map.find_base(first), site_map.choose_transport(first)
        route.begin_trip("conveyance", mode, "To the pier").go_to(base)
        route.begin_trip("site visit", "boat", settings["purpose"])
    else:
        route.begin_trip("external tour", "car", settings["purpose"])
    for place in sites:
        route.go_to(place.position).stay_for(settings["minutes"], site_map.radius[place.name])
    route.go_to(base, back=True)
    if first.at_sea:
        route.begin_trip("conveyance", mode, "Back from the pier").go_to(office, back=True)
    return route


def _iter_site_outings(site_map: SiteMap, member: int) -> Iterator[Outing]:
    """Yield the outings of somebody who works at a site; each kind has its own weekday."""
    staff, who, settings = site_map.staff, site_map.staff.members[member], load_staff_settings()["tracks"]
    place, present = site_map.places[who.site or ""], find_working_days(staff, who)
    streams = ShardStreams(staff.run.seed, "staff.ways", who.key)

    def choose_days(weekday: int, share: float, allowed: NDArray[np.bool_]) -> Counts:
        chance = streams.open(str(weekday)).random(staff.span.day_count) < share
        return np.flatnonzero(allowed & present & chance & (staff.span.weekday == weekday))

    days = choose_days(TUESDAY, settings["course"], np.ones_like(present))
    yield Outing(member, "office", days, _build_office_route(site_map, place).build_template())
    radius = site_map.radius[place.name]
    if who.role == "site_manager":
        days = choose_days(WEDNESDAY, settings["round"], place.is_open)
        mode, purpose = ("boat", "Round of the pens") if place.at_sea else ("foot", "Round of the halls")
        route = RouteBuilder(place.position).begin_trip("internal tour", mode, purpose)
        yield Outing(member, "round", days, route.stay_for(settings["round_minutes"], radius).build_template())
    if draw_consents(staff, who)["tracking"]:
        days = choose_days(THURSDAY, settings["tracking"], place.is_open)
        route = RouteBuilder(place.position).begin_trip(NO_JOURNEY, "", "")
        yield Outing(member, NO_JOURNEY, days, route.stay_for(settings["tracking_minutes"], radius).build_template())


def _build_office_route(site_map: SiteMap, place: Workplace) -> RouteBuilder:
    """Return the route to the office and back."""
    base, office = site_map.find_base(place), site_map.find_office(place.geography)
    mode = site_map.choose_transport(place)
    route = RouteBuilder(base).begin_trip("conveyance", mode, "To the office").go_to(office)
    route.minute += load_staff_settings()["tracks"]["course_minutes"]
    return route.begin_trip("conveyance", mode, "Back from the office").go_to(base, back=True)
