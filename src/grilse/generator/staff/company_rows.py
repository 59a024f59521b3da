"""The first shard of the staff: persons, teams, fences, work rules, the help desk and the demo login."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import psycopg
from django.db.models import Model
from numpy.typing import NDArray

from grilse.bulk.table import Table
from grilse.farm.models import Area, Geography, Station
from grilse.generator.load.database_sink import DatabaseSink
from grilse.generator.load.shards import Columns, ReferenceColumn, RowKeys
from grilse.generator.load.world_shard import NamedRows, convert_columns
from grilse.generator.observation.records import MINUTE_MICROSECONDS
from grilse.generator.staff.directory import Staff
from grilse.generator.staff.history_calendar import list_holidays
from grilse.generator.staff.routes import Geofences, build_geofences
from grilse.generator.staff.settings import NONE, WORKDAYS, load_staff_settings
from grilse.generator.world.sites import WorldArea, WorldGeography, WorldStation
from grilse.helpdesk.models import BusinessHours, Category, EscalationRule, Holiday, ServiceLevel
from grilse.people.models import Fence, Person, PersonWord, Team, TransportRate, WorkRules
from grilse.people.name_words import split_words

_NOBODY = np.zeros(0, np.int64)


def write_company(sink: DatabaseSink, staff: Staff) -> None:
    """Write the rows to which the other shards of the staff refer."""
    geographies, areas, stations = _find_places(sink, staff)
    teams = _write_teams(sink, staff, geographies)
    persons = _write_persons(sink, staff, teams, geography=geographies, area=areas, station=stations)
    _write_fences(sink, build_geofences(staff.run.world), areas, stations)
    _write_work_rules(sink, staff)
    _write_help_desk(sink, staff, teams, persons)


def write_new_members(sink: DatabaseSink, staff: Staff, former: Staff, managers: RowKeys) -> None:
    """Write the people of sites that have come since, with their teams, and the holidays of new years.

    `managers` are the former members.
    """
    known_days = {row[0] for row in sink.connection.execute(KNOWN_HOLIDAYS, [sink.company])}
    former_days = list_holidays(former.span)
    days = {
        day: name for day, name in list_holidays(staff.span).items() if day not in former_days and day not in known_days
    }
    sink.write(Holiday, convert_columns(Holiday, {"date": list(days), "name": list(days.values())}))
    new = [member.email for member in staff.members[len(former.members) :]]
    # An interrupted advance may have written them.
    if not new or sink.connection.execute(KNOWN_PERSON, [sink.company, new]).fetchone():
        return
    geographies, areas, stations = _find_places(sink, staff)
    teams = _write_teams(sink, staff, geographies, set(former.team_geographies))
    places = {"geography": geographies, "area": areas, "station": stations}
    _write_persons(sink, staff, teams, **places, known=np.asarray(managers.columns["id"]))


def _find_places(sink: DatabaseSink, staff: Staff) -> tuple[NamedRows, NamedRows, NamedRows]:
    """Return the geographies, areas and stations of the world by name."""
    world = staff.run.world

    def find_rows(model: type[Model], rows: Sequence[WorldGeography | WorldArea | WorldStation]) -> NamedRows:
        names = [row.name for row in rows]
        return NamedRows(sink.find_keys(model, names), names)

    geographies, areas = find_rows(Geography, world.geographies), find_rows(Area, world.areas)
    return geographies, areas, find_rows(Station, world.stations)


def _write_teams(sink: DatabaseSink, staff: Staff, geographies: NamedRows, known: Collection[str] = ()) -> NamedRows:
    """Write the teams that are not known yet, and return them by name."""
    names = [name for name in staff.team_geographies if name not in known]
    columns: Columns = {
        **convert_columns(Team, {"name": names}),
        "geography": geographies.get_references(staff.team_geographies[name] for name in names),
    }
    return NamedRows(sink.write_with_keys(Team, columns, ("name",)), names)


def _write_persons(
    sink: DatabaseSink, staff: Staff, teams: NamedRows, *, known: NDArray[np.int64] = _NOBODY, **sites: NamedRows
) -> RowKeys:
    """Write the persons after the known ones, with their managers, and the words of their names; return all keys."""
    members = staff.members[len(known) :]
    ids = sink.reserve_ids(Table.from_model(Person), len(members))
    keys = RowKeys(Table.from_model(Person), {"id": np.concatenate([known, ids])})
    seas = {place.name for place in staff.places if place.at_sea}
    columns: Columns = {
        "id": ids,
        **convert_columns(
            Person, {name: [getattr(member, name) for member in members] for name in ("name", "title", "email")}
        ),
        "active": np.array([member.active for member in members]),
        "geography": sites["geography"].get_references(member.geography for member in members),
        "area": sites["area"].get_references(member.site if member.site in seas else None for member in members),
        "station": sites["station"].get_references(None if member.site in seas else member.site for member in members),
        "team": teams.get_references(member.team for member in members),
        "manager": ReferenceColumn(keys, np.array([member.manager for member in members], np.int64)),
    }
    sink.write(Person, columns)
    numbered = enumerate(members, start=len(known))
    person_words = [(place, word) for place, member in numbered for word in split_words(member.name)]
    people = np.array([place for place, _ in person_words], np.int64)
    sink.write(
        PersonWord, {"person": ReferenceColumn(keys, people), "word": np.array([word for _, word in person_words])}
    )
    return keys


def _write_fences(sink: DatabaseSink, fences: Geofences, areas: NamedRows, stations: NamedRows) -> None:
    area_names = [site.name if isinstance(site, WorldArea) else None for site in fences.sites]
    station_names = [None if isinstance(site, WorldArea) else site.name for site in fences.sites]
    positions = {"latitude": fences.latitude, "longitude": fences.longitude, "radius_m": fences.radius_m}
    references = {"area": areas.get_references(area_names), "station": stations.get_references(station_names)}
    sink.write(Fence, {**references, **positions})


def _write_work_rules(sink: DatabaseSink, staff: Staff) -> None:
    """Write the work rules and the rates of transport."""
    settings, days = load_staff_settings()["rules"], ("track_days", "journal_days")
    rules = {"time_zone": [staff.span.zone], "currency": [settings["currency"]]}
    rules |= {name: [settings["days"]] for name in days} | {"deleted_days": [settings["deleted_days"]]}
    sink.write(WorkRules, convert_columns(WorkRules, rules))
    rates = [
        (mode, date(int(year), 1, 1), cents)
        for mode, years in load_staff_settings()["rates"].items()
        for year, cents in years.items()
    ]
    names = ("mode", "valid_from", "per_km_minor")
    sink.write(TransportRate, convert_columns(TransportRate, dict(zip(names, zip(*rates, strict=True), strict=True))))


def _write_help_desk(sink: DatabaseSink, staff: Staff, teams: NamedRows, persons: RowKeys) -> None:
    """Write the categories of tickets, service levels, business hours, holidays and escalation rules."""
    settings = load_staff_settings()["tickets"]
    categories: Mapping[str, Any] = settings["categories"]
    names = convert_columns(Category, {"name": list(categories)})
    team_references = teams.get_references(category["team"] for category in categories.values())
    sink.write_with_keys(
        Category, {**names, "team": team_references, "active": np.ones(len(categories), np.bool_)}, ("name",)
    )
    levels = [(name, *minutes) for name, minutes in settings["levels"].items()]
    columns = zip(("priority", "answer_minutes", "resolve_minutes"), zip(*levels, strict=True), strict=True)
    sink.write(ServiceLevel, convert_columns(ServiceLevel, dict(columns)))
    hours = {name: np.full(WORKDAYS, settings["business"][name] * MINUTE_MICROSECONDS) for name in ("opens", "closes")}
    sink.write(BusinessHours, {"weekday": np.arange(WORKDAYS), **hours})
    holiday_names = list_holidays(staff.span)
    sink.write(Holiday, convert_columns(Holiday, {"date": list(holiday_names), "name": list(holiday_names.values())}))
    _write_escalation_rules(sink, staff, teams, persons)


def _write_escalation_rules(sink: DatabaseSink, staff: Staff, teams: NamedRows, persons: RowKeys) -> None:
    rules = load_staff_settings()["tickets"]["rules"]
    roles = [rule["role"] for rule in rules]
    rule_persons = [staff.list_members(role=role, geography=None)[0] if role else NONE for role in roles]
    columns: Columns = {
        "level": np.arange(1, len(rules) + 1),
        **convert_columns(EscalationRule, {"after_minutes": [rule["after"] for rule in rules]}),
        **convert_columns(EscalationRule, {"priority": [rule["priority"] for rule in rules]}),
        "person": ReferenceColumn(persons, np.array(rule_persons, np.int64)),
        "team": teams.get_references(rule["team"] or None for rule in rules),
        "active": np.ones(len(rules), np.bool_),
    }
    sink.write_with_keys(EscalationRule, columns, ("level",))


def assign_demo_login(url: str, company: int, login: str) -> None:
    """Assign a login, as the owner of the tables, to the generated manager with the most journal entries.

    A trigger forbids this for real persons, whose journal belongs to their login.
    """
    with psycopg.connect(url) as owner, owner.transaction():
        if owner.execute(HAS_LOGIN, {"company": company, "login": login}).fetchone():
            return
        owner.execute("ALTER TABLE people_person DISABLE TRIGGER login_stays")
        owner.execute(ASSIGN_LOGIN, {"company": company, "login": login})
        # A table cannot be altered while deferred constraints wait for the end of the transaction.
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        owner.execute("ALTER TABLE people_person ENABLE TRIGGER login_stays")


KNOWN_HOLIDAYS = "SELECT date FROM helpdesk_holiday WHERE company_id = %s"
KNOWN_PERSON = "SELECT 1 FROM people_person WHERE company_id = %s AND email = ANY(%s) LIMIT 1"
HAS_LOGIN = """
SELECT FROM people_person p JOIN auth_user u ON u.id = p.user_id
 WHERE p.company_id = %(company)s AND u.username = %(login)s
"""


ASSIGN_LOGIN = """
UPDATE people_person SET user_id = (SELECT id FROM auth_user WHERE username = %(login)s)
 WHERE id = (
   SELECT p.id FROM people_person p JOIN people_journalentry e ON e.person_id = p.id
    WHERE p.company_id = %(company)s AND p.active AND p.user_id IS NULL
      AND EXISTS (SELECT FROM people_person led WHERE led.manager_id = p.id)
    GROUP BY p.id ORDER BY count(*) DESC, p.id LIMIT 1
 )
"""
