"""The shards of the staff: first the people of the company, then the days of each site and office."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import numpy as np
from django.db import connections
from django.db.models import Model
from numpy.typing import NDArray

from grilse.bulk.table import Table
from grilse.errors import GrilseError
from grilse.farm.models import Area, Container, Geography, Station
from grilse.generator.load.database_sink import DatabaseSink, DatabaseTarget, explain_collision
from grilse.generator.load.shards import Columns, ReferenceColumn, RowKeys, ShardTask, Values, refer_to_first
from grilse.generator.load.world_shard import NamedRows
from grilse.generator.observation.records import take_rows
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.staff.company_rows import write_company
from grilse.generator.staff.directory import Staff, get_staff
from grilse.generator.staff.journal import build_consents, build_journal
from grilse.generator.staff.routes import build_geofences
from grilse.generator.staff.settings import load_staff_settings
from grilse.generator.staff.ticket_rows import HelpDeskRows, build_help_desk
from grilse.generator.staff.tracks import Tracks, build_tracks
from grilse.helpdesk.models import Category, Comment, Escalation, EscalationRule, Ticket
from grilse.people.models import Consent, Fence, JournalEntry, Journey, Person, Team, TrackPoint, Visit, WellbeingReport
from grilse.science.arrays import Counts

# The natural key and the id of each row of the company.
QUERIES: dict[type[Model], str] = {
    Person: "SELECT email, id FROM people_person WHERE company_id = %s",
    Team: "SELECT name, id FROM people_team WHERE company_id = %s",
    Category: "SELECT name, id FROM helpdesk_category WHERE company_id = %s",
    Fence: (
        "SELECT coalesce(a.name, s.name), f.id FROM people_fence f LEFT JOIN farm_area a ON a.id = f.area_id"
        " LEFT JOIN farm_station s ON s.id = f.station_id WHERE f.company_id = %s"
    ),
    EscalationRule: "SELECT level, id FROM helpdesk_escalationrule WHERE company_id = %s AND category_id IS NULL",
}
COMPANY, KIND = "company", "staff"
BEFORE_ALL = -(1 << 62)  # a time before every history
REPORTED_WEEKS = 4  # weeks before the end of the history with wellbeing reports
ReferPersons = Callable[[Counts], ReferenceColumn]


def find_staff_keys(sink: DatabaseSink, model: type[Model], names: Sequence[str | int]) -> RowKeys:
    """Return the ids of rows, in the order of their natural keys."""
    ids = dict(sink.connection.execute(QUERIES[model].encode(), [sink.company]).fetchall())
    missing = next((name for name in names if name not in ids), None)
    if missing is not None:
        raise GrilseError(
            f"{model._meta.verbose_name} {missing!r} of the generated staff is gone: empty the database with"
            " `grilse db reset`, or go on without the rest of the staff's days"
        )
    return RowKeys(Table.from_model(model), {"id": np.array([ids[name] for name in names], np.int64)})


def write_staff(company: int, run: GeneratorRun) -> None:
    """Write the people of the company of a run in one transaction, before all of their days."""
    shard = DatabaseTarget(company, hashed=True).open_shard(run.key, COMPANY, run.world.name)
    with explain_collision("the staff collides", run.world.company), shard as sink:
        write_company(sink, get_staff(run))


def write_last_reports(company: int, run: GeneratorRun) -> None:
    """Write the missing wellbeing reports of the last weeks of the history."""
    monday = run.plan.until + timedelta(days=1)
    monday -= timedelta(days=monday.weekday())
    there = WellbeingReport.objects.using("owner").filter(company_id=company)
    known = set(there.values_list("until", flat=True))
    mondays = [monday - timedelta(weeks=week) for week in range(REPORTED_WEEKS)]
    missing = [until for until in mondays if until not in known]
    with connections["owner"].cursor() as cursor:
        cursor.execute(WRITE_REPORTS, {"company": company, "mondays": missing})


def load_staff(task: ShardTask) -> dict[str, int]:
    """Make the days of the people of one site or office and return the number of written rows by table."""
    staff = get_staff(task.run)
    assert isinstance(task.target, DatabaseTarget)  # a folder of files has no staff
    with DatabaseTarget(task.target.company, hashed=True).open_shard(
        task.run.key, KIND, task.key, task.run.plan.until
    ) as sink:
        people = refer_persons(sink, staff)
        write_days(sink, staff, task.key, people)
        rows = build_help_desk(staff, task.key)
        tickets = write_tickets(sink, staff, task.key, people, rows.tickets)
        write_ticket_events(sink, people, tickets, rows)
    return sink.rows


def refer_persons(sink: DatabaseSink, staff: Staff) -> ReferPersons:
    """Return a function that refers to persons by their position in the staff."""
    return partial(ReferenceColumn, find_staff_keys(sink, Person, [member.email for member in staff.members]))


def write_days(sink: DatabaseSink, staff: Staff, shard: str, people: ReferPersons, after: int = BEFORE_ALL) -> None:
    """Write the tracks, journals and consents of the people of a shard, those after a time."""
    _write_tracks(sink, staff, people, build_tracks(staff, shard), after)
    entries = build_journal(staff, shard)
    entries = take_rows(entries, entries["at"] > after)
    sink.write(JournalEntry, {**entries, "person": people(entries["person"])})
    consents = build_consents(staff, shard)
    consents = take_rows(consents, consents["given_at"] > after)
    sink.write(Consent, {**consents, "person": people(consents["person"])})


def _write_tracks(sink: DatabaseSink, staff: Staff, people: ReferPersons, tracks_of_shard: Tracks, after: int) -> None:
    """Write positions, journeys and visits after a time."""
    points, journeys, visits = tracks_of_shard.points, dict(tracks_of_shard.journeys), tracks_of_shard.visits
    if not len(points["at"]):
        return
    references = np.append(journeys["reference"], b"")
    points = take_rows(points, points["at"] > after)
    journeys = take_rows(journeys, journeys["started_at"] > after)
    visits = take_rows(visits, visits["arrived_at"] > after)
    named: Columns = {
        "person": people(points["person"]),
        "reference": references[points["journey"]],
        "client_id": points["client_id"],
    }
    own = ("at", "latitude", "longitude", "accuracy_m", "kind")
    sink.write(TrackPoint, {**{name: points[name] for name in own}, **named})
    journey_references: Columns = {"person": people(journeys["person"]), "begun_at": journeys["started_at"]}
    sink.write(Journey, {**journeys, **journey_references})
    sites = [site.name for site in build_geofences(staff.run.world).sites]
    fences = ReferenceColumn(find_staff_keys(sink, Fence, sites), visits["fence"])
    sink.write(Visit, {**visits, "person": people(visits["person"]), "fence": fences})


def write_tickets(
    sink: DatabaseSink, staff: Staff, shard: str, people: ReferPersons, tickets: Mapping[str, NDArray[Any]]
) -> RowKeys:
    """Write tickets and return their keys."""
    rows = dict(tickets)
    if not len(rows["number"]):
        return RowKeys(Table.from_model(Ticket), {"id": np.zeros(0, np.int64)})
    teams = refer_teams(sink, staff)
    settings = load_staff_settings()["tickets"]
    categories = find_staff_keys(sink, Category, list(settings["categories"]))
    columns: dict[str, Values] = {
        **_build_ticket_places(sink, staff, shard, rows.pop("container")),
        **rows,
        "category": ReferenceColumn(categories, rows["category"]),
        "team": teams.get_references(rows["team"].tolist()),
        "reporter": people(rows["reporter"]),
        "assignee": people(rows["assignee"]),
    }
    return sink.write_with_keys(Ticket, columns, ("number",))


def refer_teams(sink: DatabaseSink, staff: Staff) -> NamedRows:
    """Return the teams of the staff by name."""
    return NamedRows(find_staff_keys(sink, Team, list(staff.team_geographies)), staff.team_geographies)


def write_ticket_events(sink: DatabaseSink, people: ReferPersons, tickets: RowKeys, desk_rows: HelpDeskRows) -> None:
    """Write the comments and escalations of tickets."""
    comments, settings = desk_rows.comments, load_staff_settings()["tickets"]
    on_tickets = ReferenceColumn(tickets, comments["ticket"])
    sink.write(Comment, {**comments, "ticket": on_tickets, "author": people(comments["author"])})
    escalations = desk_rows.escalations
    rules = find_staff_keys(sink, EscalationRule, range(1, len(settings["rules"]) + 1))
    levels: Columns = {
        "ticket": ReferenceColumn(tickets, escalations["ticket"]),
        "rule": ReferenceColumn(rules, escalations["level"]),
        "level": escalations["level"] + 1,
    }
    sink.write(Escalation, {**escalations, **levels})


def _build_ticket_places(sink: DatabaseSink, staff: Staff, shard: str, lot: Counts) -> dict[str, Values]:
    """Return the site of tickets, and the container of some; tickets of an office have none."""
    place = staff.find_workplace(shard)
    if place is None:
        return {}
    world, size = staff.run.world, len(lot)
    halls = [hall.name for hall in world.halls if hall.station == shard] or [shard]
    boxes = [box.name for hall in halls for box in world.get_containers(hall)]
    position = np.where(lot < 0, -1, lot % max(len(boxes), 1))
    site, model = ("area", Area) if place.at_sea else ("station", Station)
    return {
        "geography": refer_to_first(sink.find_keys(Geography, [place.geography]), size),
        site: refer_to_first(sink.find_keys(model, [shard]), size),
        "container": ReferenceColumn(_find_containers(sink, boxes), position),
    }


def _find_containers(sink: DatabaseSink, names: Sequence[str]) -> RowKeys:
    """Return the ids of containers; tickets name none in place of one that people have renamed."""
    ids = dict(sink.connection.execute(CONTAINERS, [sink.company, list(names)]).fetchall())
    return RowKeys(Table.from_model(Container), {"id": np.array([ids.get(name, -1) for name in names], np.int64)})


CONTAINERS = "SELECT name, id FROM farm_container WHERE company_id = %s AND name = ANY(%s)"
WRITE_REPORTS = "SELECT people_write_company_wellbeing(%(company)s, monday) FROM unnest(%(mondays)s::date[]) AS monday"
