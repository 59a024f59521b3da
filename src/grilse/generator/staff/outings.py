"""Who goes where on which day: rounds of many sites, and the ways of those who work at one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.random_streams import create_random_stream
from grilse.generator.staff.attendance import draw_consents, find_working_days
from grilse.generator.staff.directory import Staff, Workplace
from grilse.generator.staff.geofences import compute_fence_radii, list_fenced_sites
from grilse.generator.staff.history_span import MONDAY, WEEK
from grilse.generator.staff.routes import Position, RouteBuilder, RouteTemplate, locate_pier
from grilse.generator.staff.settings import load_staff_settings
from grilse.science.arrays import Counts

TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3
WORKDAYS = 5
NO_JOURNEY = "tracking"


@dataclass(frozen=True, slots=True)
class Outing:
    """One way that somebody goes on some days."""

    member: int
    days: Counts
    template: RouteTemplate


class SiteMap:
    """Where offices, sites and their fences are."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        sites = list_fenced_sites(staff.run.world)
        self.radius = dict(zip((site.name for site in sites), compute_fence_radii(sites).tolist(), strict=True))
        self.places = {place.name: place for place in staff.places}
        self.climates = {geography.name: geography.climate for geography in staff.run.world.geographies}

    def find_office(self, geography: str) -> Position:
        """Return where the office of a geography is."""
        known = load_staff_settings()["offices"].get(self.climates[geography])
        at = np.array([place.position for place in self.staff.list_workplaces(geography)])
        middle = (float(at[:, 0].mean()), float(at[:, 1].mean()))
        if known is None or np.abs(at - known).max() > 3.0:
            return middle
        return float(known[0]), float(known[1])

    def find_base(self, place: Workplace) -> Position:
        """Return where the way to a site ends ashore: at the station, or the pier."""
        return locate_pier(place.position, self.find_office(place.geography)) if place.at_sea else place.position

    def choose_transport(self, place: Workplace) -> str:
        """Return by what one comes there from the office."""
        ferry = (
            create_random_stream(self.staff.run.seed, "staff.ferry", place.name).random()
            < load_staff_settings()["tracks"]["ferry"]
        )
        return "ferry" if ferry else "car"


def iter_outings(staff: Staff, shard: str) -> Iterator[Outing]:
    """Yield all ways of the people of a shard, no two of one person on one day."""
    site_map = SiteMap(staff)
    for member in staff.list_shard_members(shard):
        role = staff.members[member].role
        if "weeks" in load_staff_settings()["roles"].get(role, {}):
            yield from _iter_rounds(site_map, member)
        elif role in ("operator", "site_manager"):
            yield from _iter_site_outings(site_map, member)


def _iter_rounds(site_map: SiteMap, member: int) -> Iterator[Outing]:
    """Yield the rounds of somebody who sees to a share of a geography's sites."""
    staff, who = site_map.staff, site_map.staff.members[member]
    settings = load_staff_settings()["roles"][who.role]
    groups = list(_iter_site_groups(site_map, member, settings["sites_a_day"]))
    present = find_working_days(staff, who)
    rng = create_random_stream(staff.run.seed, "staff.rounds", who.key)
    week = (staff.span.days - MONDAY) // WEEK
    for number, group in enumerate(groups):
        weekday = (number // settings["weeks"] * 2 + number % settings["weeks"]) % WORKDAYS
        due = (staff.span.weekday == weekday) & (week % settings["weeks"] == number % settings["weeks"])
        takes_place = rng.random(staff.span.day_count) < load_staff_settings()["tracks"]["kept"]
        yield from _iter_group_outings(site_map, member, group, np.flatnonzero(due & present & takes_place))


def _iter_site_groups(site_map: SiteMap, member: int, size: int) -> Iterator[list[Workplace]]:
    """Yield the sites that somebody sees on one day, of one kind and beside each other."""
    staff, who = site_map.staff, site_map.staff.members[member]
    geography = who.geography or ""
    colleagues = staff.list_with_role(who.role, geography)
    places = staff.list_workplaces(geography)
    share = colleagues.index(member)
    own = [place for at, place in enumerate(places) if at * len(colleagues) // len(places) == share]
    for sea in (True, False):
        kind = [place for place in own if place.at_sea is sea]
        for start in range(0, len(kind), size):
            yield kind[start : start + size]


def _iter_group_outings(site_map: SiteMap, member: int, group: Sequence[Workplace], days: Counts) -> Iterator[Outing]:
    """Yield the outings to those sites of a group where fish stand, by which ones these are."""
    has_fish = np.array([place.is_open[days] for place in group])
    which = (has_fish * (1 << np.arange(len(group)))[:, None]).sum(axis=0)
    for code in np.unique(which[which > 0]).tolist():
        sites = [place for at, place in enumerate(group) if code >> at & 1]
        route = (
            _build_sea_round(site_map, member, sites) if sites[0].at_sea else _build_land_round(site_map, member, sites)
        )
        yield Outing(member, days[which == code], route.build_template())


def _build_sea_round(site_map: SiteMap, member: int, sites: Sequence[Workplace]) -> RouteBuilder:
    settings = load_staff_settings()["roles"][site_map.staff.members[member].role]
    first, office = sites[0], site_map.find_office(sites[0].geography)
    pier, mode = site_map.find_base(first), site_map.choose_transport(first)
    route = RouteBuilder(office).begin_trip("conveyance", mode, "To the pier").go_to(pier)
    route.begin_trip("site visit", "boat", settings["purpose"])
    _add_stops(site_map, route, sites, settings["minutes"]).go_to(pier, back=True)
    return route.begin_trip("conveyance", mode, "Back from the pier").go_to(office, back=True)


def _build_land_round(site_map: SiteMap, member: int, sites: Sequence[Workplace]) -> RouteBuilder:
    settings = load_staff_settings()["roles"][site_map.staff.members[member].role]
    office = site_map.find_office(sites[0].geography)
    route = RouteBuilder(office).begin_trip("external tour", "car", settings["purpose"])
    return _add_stops(site_map, route, sites, settings["minutes"]).go_to(office, back=True)


def _add_stops(site_map: SiteMap, route: RouteBuilder, sites: Sequence[Workplace], minutes: float) -> RouteBuilder:
    for place in sites:
        route.go_to(place.position).stay_for(minutes, site_map.radius[place.name])
    return route


def _iter_site_outings(site_map: SiteMap, member: int) -> Iterator[Outing]:
    """Yield the ways of somebody who works at a site, each kind on a weekday of its own."""
    staff, who, settings = site_map.staff, site_map.staff.members[member], load_staff_settings()["tracks"]
    place, present = site_map.places[who.site or ""], find_working_days(staff, who)
    rng = create_random_stream(staff.run.seed, "staff.ways", who.key)

    def choose_days(weekday: int, share: float, allowed: NDArray[np.bool_]) -> Counts:
        chance = rng.random(staff.span.day_count) < share
        return np.flatnonzero(allowed & present & chance & (staff.span.weekday == weekday))

    yield Outing(
        member,
        choose_days(TUESDAY, settings["course"], np.ones_like(present)),
        _build_office_route(site_map, place).build_template(),
    )
    if who.role == "site_manager":
        yield Outing(
            member,
            choose_days(WEDNESDAY, settings["round"], place.is_open),
            _build_site_round(site_map, place).build_template(),
        )
    if draw_consents(staff, who)["tracking"]:
        days = choose_days(THURSDAY, settings["tracking"], place.is_open)
        route = (
            RouteBuilder(place.position)
            .begin_trip(NO_JOURNEY, "", "")
            .stay_for(settings["tracking_minutes"], site_map.radius[place.name])
        )
        yield Outing(member, days, route.build_template())


def _build_office_route(site_map: SiteMap, place: Workplace) -> RouteBuilder:
    """Return the way to the office and back."""
    base, office, mode = (
        site_map.find_base(place),
        site_map.find_office(place.geography),
        site_map.choose_transport(place),
    )
    route = RouteBuilder(base).begin_trip("conveyance", mode, "To the office").go_to(office)
    route.minute += load_staff_settings()["tracks"]["course_minutes"]
    return route.begin_trip("conveyance", mode, "Back from the office").go_to(base, back=True)


def _build_site_round(site_map: SiteMap, place: Workplace) -> RouteBuilder:
    """Return a round of the own site."""
    mode, purpose = ("boat", "Round of the pens") if place.at_sea else ("foot", "Round of the halls")
    route = RouteBuilder(place.position).begin_trip("internal tour", mode, purpose)
    return route.stay_for(load_staff_settings()["tracks"]["round_minutes"], site_map.radius[place.name])
