"""The shards of the staff: the company's people first, then each site's and each office's days."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import numpy as np
import psycopg

from grilse.errors import GrilseError
from grilse.farm.models import Area, Container, Geography, Station
from grilse.generator.load.database_sink import DatabaseSink, DatabaseTarget
from grilse.generator.load.shards import Columns, ReferenceColumn, ShardTask, Values
from grilse.generator.load.world_shard import NamedRows
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.staff import keys
from grilse.generator.staff.client_ids import build_client_ids
from grilse.generator.staff.company_rows import write_company
from grilse.generator.staff.directory import Staff, get_staff
from grilse.generator.staff.journal import build_consents, build_journal
from grilse.generator.staff.settings import load_staff_settings
from grilse.generator.staff.ticket_rows import HelpDeskRows, build_help_desk
from grilse.generator.staff.tracks import Tracks, build_tracks
from grilse.helpdesk.models import Comment, Escalation, Ticket
from grilse.people.models import Consent, JournalEntry, Journey, TrackPoint, Visit, WellbeingReport
from grilse.people.wellbeing import write_reports
from grilse.science.arrays import Counts

COMPANY, KIND = "company", "staff"
REPORTED_WEEKS = 4  # weeks before the history's end whose wellbeing reports are there

ReferPersons = Callable[[Counts], ReferenceColumn]


def write_staff(company: int, run: GeneratorRun) -> None:
    """Write the people of a run's company in one transaction, before all days of theirs."""
    try:
        with DatabaseTarget(company, hashed=True).open_shard(run.key, COMPANY, run.world.name) as sink:
            write_company(sink, get_staff(run))
    except psycopg.IntegrityError as error:
        raise GrilseError(
            f"the staff collides with what {run.world.company} has already: {error.diag.message_detail};"
            " empty the database with `grilse db reset`, or name another company in the world's file"
        ) from error


def write_last_reports(company: int, run: GeneratorRun) -> None:
    """Write the wellbeing reports of the history's last weeks, where they are not there yet."""
    monday = run.plan.until + timedelta(days=1)
    monday -= timedelta(days=monday.weekday())
    there = WellbeingReport.objects.using("owner").filter(company_id=company)
    known = set(there.values_list("until", flat=True))
    for week in range(REPORTED_WEEKS):
        until = monday - timedelta(weeks=week)
        if until not in known:
            write_reports(until)


def load_staff(task: ShardTask) -> dict[str, int]:
    """Make the days of one site's or office's people and return the rows written by table."""
    staff = get_staff(task.run)
    assert isinstance(task.target, DatabaseTarget)  # the days of people go into no file
    with DatabaseTarget(task.target.company, hashed=True).open_shard(task.run.key, KIND, task.key) as sink:
        people = partial(ReferenceColumn, keys.find_person_keys(sink, staff))
        _write_tracks(sink, staff, task.key, people, build_tracks(staff, task.key))
        entries = build_journal(staff, task.key)
        named = {"client_id": build_client_ids(task.run.seed, "staff.entry", task.key, len(entries["at"]))}
        sink.write(JournalEntry, {**entries, **named, "person": people(entries["person"])})
        consent_columns = build_consents(staff, task.key)
        sink.write(Consent, {**consent_columns, "person": people(consent_columns["person"])})
        _write_tickets(sink, staff, task.key, people, build_help_desk(staff, task.key))
    return sink.rows


def _write_tracks(sink: DatabaseSink, staff: Staff, shard: str, people: ReferPersons, tracks_of_shard: Tracks) -> None:
    """Write positions, and what follows from them."""
    points, journeys, visits = tracks_of_shard.points, dict(tracks_of_shard.journeys), tracks_of_shard.visits
    if not len(points["at"]):
        return
    references = np.append(journeys["reference"], b"")
    named: Columns = {
        "person": people(points["person"]),
        "reference": references[points["journey"]],
        "client_id": build_client_ids(staff.run.seed, "staff.point", shard, len(points["at"])),
    }
    own = ("at", "latitude", "longitude", "accuracy_m", "kind")
    sink.write(TrackPoint, {**{name: points[name] for name in own}, **named})
    journey_references: Columns = {"person": people(journeys["person"]), "begun_at": journeys["started_at"]}
    sink.write(Journey, {**journeys, **journey_references})
    fences = ReferenceColumn(keys.find_fence_keys(sink, staff), visits["fence"])
    sink.write(Visit, {**visits, "person": people(visits["person"]), "fence": fences})


def _write_tickets(sink: DatabaseSink, staff: Staff, shard: str, people: ReferPersons, desk_rows: HelpDeskRows) -> None:
    """Write tickets, what was said on them, and their levels of escalation."""
    rows = dict(desk_rows.tickets)
    if not len(rows["number"]):
        return
    teams = NamedRows(keys.find_team_keys(sink, staff), staff.team_geographies)
    columns: dict[str, Values] = {
        **_build_ticket_places(sink, staff, shard, rows.pop("container")),
        **rows,
        "category": ReferenceColumn(
            keys.find_category_keys(sink, list(load_staff_settings()["tickets"]["categories"])), rows["category"]
        ),
        "team": teams.get_references(rows["team"].tolist()),
        "reporter": people(rows["reporter"]),
        "assignee": people(rows["assignee"]),
    }
    tickets = sink.write_with_keys(Ticket, columns, ("number",))
    comments = desk_rows.comments
    comment_references: Columns = {
        "ticket": ReferenceColumn(tickets, comments["ticket"]),
        "author": people(comments["author"]),
    }
    sink.write(Comment, {**comments, **comment_references})
    escalations = desk_rows.escalations
    rules = keys.find_rule_keys(sink, len(load_staff_settings()["tickets"]["rules"]))
    levels: Columns = {
        "ticket": ReferenceColumn(tickets, escalations["ticket"]),
        "rule": ReferenceColumn(rules, escalations["level"]),
        "level": escalations["level"] + 1,
    }
    sink.write(Escalation, {**escalations, **levels})


def _build_ticket_places(sink: DatabaseSink, staff: Staff, shard: str, lot: Counts) -> dict[str, Values]:
    """Return where tickets belong: to their site, some to one of its containers; an office's to nothing."""
    place = next((place for place in staff.places if place.name == shard), None)
    if place is None:
        return {}
    world, here = staff.run.world, np.zeros(len(lot), np.int64)
    halls = [hall.name for hall in world.halls if hall.station == shard] or [shard]
    standing = [box.name for hall in halls for box in world.get_containers(hall)]
    site, model = ("area", Area) if place.at_sea else ("station", Station)
    return {
        "geography": ReferenceColumn(sink.find_keys(Geography, [place.geography]), here),
        site: ReferenceColumn(sink.find_keys(model, [shard]), here),
        "container": ReferenceColumn(
            sink.find_keys(Container, standing), np.where(lot < 0, -1, lot % max(len(standing), 1))
        ),
    }
