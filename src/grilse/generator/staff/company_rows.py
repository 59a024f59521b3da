"""The first shard of a staff: persons and teams, fences, and what the company has settled about work."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from grilse.bulk.table import Table
from grilse.farm.models import Area, Geography, Station
from grilse.generator import sites
from grilse.generator.database import DatabaseSink
from grilse.generator.places import Named, columns_of
from grilse.generator.shards import Columns, Keys, Reference
from grilse.generator.staff.clock import holidays
from grilse.generator.staff.directory import Staff
from grilse.generator.staff.fences import fenced, radii
from grilse.generator.staff.figures import chosen
from grilse.helpdesk.models import BusinessHours, Category, EscalationRule, Holiday, ServiceLevel
from grilse.people.models import Fence, Person, PersonWord, Team, TransportRate, WorkRules
from grilse.people.words import words

NONE = -1
MINUTE = 60_000_000
WORKDAYS = 5


def write_company(sink: DatabaseSink, staff: Staff) -> None:
    """Write all that the other shards of the staff refer to."""
    world = staff.run.world
    geographies = _known(sink, Geography, [one.name for one in world.geographies])
    areas = _known(sink, Area, [one.name for one in world.areas])
    stations = _known(sink, Station, [one.name for one in world.stations])
    teams = _teams(sink, staff, geographies)
    persons = _persons(sink, staff, teams, geography=geographies, area=areas, station=stations)
    _fences(sink, fenced(world), areas, stations)
    _work(sink, staff)
    _desk(sink, staff, teams, persons)


def _known(sink: DatabaseSink, model: Any, names: list[str]) -> Named:
    return Named(sink.known(model, names), names)


def _teams(sink: DatabaseSink, staff: Staff, geographies: Named) -> Named:
    names = list(staff.teams)
    columns: Columns = {
        **columns_of(Team, {"name": names}),
        "geography": geographies.of(staff.teams[name] for name in names),
    }
    return Named(sink.enter(Team, columns, ("name",)), names)


def _persons(sink: DatabaseSink, staff: Staff, teams: Named, **sites: Named) -> Keys:
    """Write the persons, each with their manager, and the words by which they are found."""
    members, size = staff.members, len(staff.members)
    keys = Keys(Table.of(Person), {"id": sink.reserve(Table.of(Person), size)})
    seas = {place.name for place in staff.places if place.sea}
    columns: Columns = {
        "id": np.asarray(keys.columns["id"]),
        **columns_of(
            Person, {name: [getattr(one, name) for one in members] for name in ("name", "title", "email")}
        ),
        "active": np.array([one.active for one in members]),
        "geography": sites["geography"].of(one.geography for one in members),
        "area": sites["area"].of(one.site if one.site in seas else None for one in members),
        "station": sites["station"].of(None if one.site in seas else one.site for one in members),
        "team": teams.of(one.team for one in members),
        "manager": Reference(keys, np.array([one.manager for one in members], np.int64)),
    }
    sink.write(Person, columns)
    found = [(place, word) for place, one in enumerate(members) for word in words(one.name)]
    people = np.array([place for place, _ in found], np.int64)
    sink.write(PersonWord, {"person": Reference(keys, people), "word": np.array([word for _, word in found])})
    return keys


def _fences(
    sink: DatabaseSink, around: tuple[sites.Station | sites.Area, ...], areas: Named, stations: Named
) -> None:
    sea = [isinstance(site, sites.Area) for site in around]
    sink.write(
        Fence,
        {
            "area": areas.of(site.name if at_sea else None for site, at_sea in zip(around, sea, strict=True)),
            "station": stations.of(
                None if at_sea else site.name for site, at_sea in zip(around, sea, strict=True)
            ),
            "latitude": np.array([site.latitude for site in around]),
            "longitude": np.array([site.longitude for site in around]),
            "radius_m": radii(around),
        },
    )


def _work(sink: DatabaseSink, staff: Staff) -> None:
    """Write the rules of work and what a kilometre is paid."""
    about = chosen()["rules"]
    rules = {
        "time_zone": [staff.span.zone],
        "currency": [about["currency"]],
        "track_days": [about["days"]],
        "journal_days": [about["days"]],
        "deleted_days": [about["deleted_days"]],
    }
    sink.write(WorkRules, columns_of(WorkRules, rules))
    rates = [
        (mode, date(int(year), 1, 1), cents)
        for mode, years in chosen()["rates"].items()
        for year, cents in years.items()
    ]
    names = ("mode", "valid_from", "per_km_minor")
    sink.write(
        TransportRate, columns_of(TransportRate, dict(zip(names, zip(*rates, strict=True), strict=True)))
    )


def _desk(sink: DatabaseSink, staff: Staff, teams: Named, persons: Keys) -> None:
    """Write what tickets may be about, when they are worked on, and what they are promised."""
    about = chosen()["tickets"]
    of: Mapping[str, Any] = about["categories"]
    names = columns_of(Category, {"name": list(of)})
    seen_to = teams.of(one["team"] for one in of.values())
    sink.enter(Category, {**names, "team": seen_to, "active": np.ones(len(of), np.bool_)}, ("name",))
    levels = [(name, *minutes) for name, minutes in about["levels"].items()]
    columns = zip(("priority", "answer_minutes", "resolve_minutes"), zip(*levels, strict=True), strict=True)
    sink.write(ServiceLevel, columns_of(ServiceLevel, dict(columns)))
    hours = about["business"]
    sink.write(
        BusinessHours,
        {
            "weekday": np.arange(WORKDAYS),
            **{name: np.full(WORKDAYS, hours[name] * MINUTE) for name in ("opens", "closes")},
        },
    )
    free = holidays(staff.span)
    sink.write(Holiday, columns_of(Holiday, {"date": list(free), "name": list(free.values())}))
    _rules(sink, staff, teams, persons)


def _rules(sink: DatabaseSink, staff: Staff, teams: Named, persons: Keys) -> None:
    rules = chosen()["tickets"]["rules"]
    called = [staff.with_role(rule["role"], None)[0] if rule["role"] else NONE for rule in rules]
    columns: Columns = {
        "level": np.arange(1, len(rules) + 1),
        **columns_of(
            EscalationRule,
            {
                "after_minutes": [rule["after"] for rule in rules],
                "priority": [rule["priority"] for rule in rules],
            },
        ),
        "person": Reference(persons, np.array(called, np.int64)),
        "team": teams.of(rule["team"] or None for rule in rules),
        "active": np.ones(len(rules), np.bool_),
    }
    sink.enter(EscalationRule, columns, ("level",))
